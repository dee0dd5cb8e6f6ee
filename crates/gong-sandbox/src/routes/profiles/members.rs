//! The members of a permission profile: what can be allowed, and what is if nothing is said.

use serde_json::{Map, Value, json};

use crate::{
    ask::Problem,
    rules::{
        self,
        Kind::{Flag, Object, OneOf, Texts},
        Rule, may, needs,
    },
};

/// A profile that allows nothing, without name and description.
pub(super) fn nothing(id: &str) -> Value {
    filled(id, "none")
}

/// A profile that allows what people of this level may see; `all` may do everything too.
pub(super) fn filled(id: &str, level: &str) -> Value {
    let is_all = level == "all";
    let access = json!({ "permissionLevel": level, "teamLeadIds": null });
    let mut profile = json!({ "id": id, "name": null, "description": null });
    for name in LEVELS {
        profile[name] = access.clone();
    }
    profile["libraryFolderAccess"] = json!({
        "permissionLevel": if level == "none" { "none" } else { "all" },
        "libraryFolderIds": null,
        "managePublicFolder": is_all,
        "manageStreams": is_all,
        "manageFolderCalls": is_all,
        "shareFoldersAndStreams": level != "none",
    });
    profile["forecastPermissions"] =
        FORECAST_LEVELS.iter().map(|name| ((*name).to_owned(), access.clone())).collect();
    for name in FLAGS {
        let is_view = VIEWS.contains(&name);
        profile[name] = json!(is_all || (is_view && level != "none"));
    }
    if level == "own" {
        profile["orchestrateCreateAndManagePlays"] = Value::Null;
    }
    profile
}

/// Puts the members that were sent into a profile; its id stays.
pub(super) fn merge(profile: &mut Value, sent: &Map<String, Value>) {
    for (name, value) in sent {
        let is_known = name != "id" && profile.get(name).is_some();
        if !is_known || value.is_null() {
            continue;
        }
        match (&mut profile[name], value) {
            (Value::Object(old), Value::Object(new)) => {
                let known = new.iter().filter(|(name, _)| old.contains_key(*name));
                let known: Vec<_> =
                    known.map(|(name, value)| (name.clone(), value.clone())).collect();
                old.extend(known);
            }
            (old, new) => *old = new.clone(),
        }
    }
}

/// Refuses what no profile has.
pub(super) fn check(sent: &Map<String, Value>) -> Result<(), Problem> {
    for name in FLAGS {
        rules::check(sent, &[may(name, Flag)])?;
    }
    for name in LEVELS {
        rules::check(sent, &[may(name, Object(&ACCESS))])?;
    }
    rules::check(sent, &[may("libraryFolderAccess", Object(&LIBRARY))])?;
    rules::check(sent, &[may("forecastPermissions", Object(&FORECAST))])?;
    let library = sent.get("libraryFolderAccess").unwrap_or(&Value::Null);
    let mut others = library.as_object().into_iter().flatten();
    let is_set = |value: &Value| !value.is_null() && *value != false && *value != json!([]);
    if library["permissionLevel"] == "none"
        && others.any(|(name, value)| name != "permissionLevel" && is_set(value))
    {
        let text = "libraryFolderAccess must allow nothing else if permissionLevel is none";
        return Err(Problem::bad_request(text));
    }
    Ok(())
}

static ACCESS: [Rule; 2] = [
    may("permissionLevel", OneOf(&["all", "managers-team", "report-to-them", "own", "none"])),
    may("teamLeadIds", Texts),
];

static LIBRARY: [Rule; 6] = [
    needs("permissionLevel", OneOf(&["none", "all", "specific-folders"])),
    may("libraryFolderIds", Texts),
    may("managePublicFolder", Flag),
    may("manageStreams", Flag),
    may("manageFolderCalls", Flag),
    may("shareFoldersAndStreams", Flag),
];

static FORECAST: [Rule; 3] = [
    may("forecastAccess", Object(&ACCESS)),
    may("forecastEditSubmissions", Object(&ACCESS)),
    may("forecastEditTargets", Object(&ACCESS)),
];

const FORECAST_LEVELS: [&str; 3] =
    ["forecastAccess", "forecastEditSubmissions", "forecastEditTargets"];

/// What people see more or less of.
const LEVELS: [&str; 6] = [
    "callsAccess",
    "dealsAccess",
    "coachingAccess",
    "insightsAccess",
    "usageAccess",
    "emailsAccess",
];

/// What all but guests may do.
const VIEWS: [&str; 9] = [
    "scoreCalls",
    "callsAndSearch",
    "library",
    "deals",
    "account",
    "coaching",
    "teamStats",
    "activity",
    "listenInCalls",
];

/// What people may do or not.
const FLAGS: [&str; 44] = [
    "scoreCalls",
    "overrideScore",
    "downloadCallMedia",
    "shareCallsWithCustomers",
    "manuallyScheduleAndUploadCalls",
    "privateCalls",
    "deleteCalls",
    "trimCalls",
    "listenInCalls",
    "deleteEmails",
    "callsAndSearch",
    "library",
    "deals",
    "createEditAndDeleteDealsBoards",
    "dealsInlineEditing",
    "account",
    "coaching",
    "usage",
    "teamStats",
    "initiatives",
    "market",
    "activity",
    "forecast",
    "forecastManage",
    "engageManageCompanyTemplates",
    "engageManageCompanySequences",
    "engageCreateAndManageRulesets",
    "engageSnoozeFlowToDosForOthers",
    "engageAllowCrmFieldsViewChange",
    "viewEngageAnalyticsActivity",
    "viewEngageAnalyticsPerformance",
    "viewEngageAnalyticsFlows",
    "manageGeneralBusinessSettings",
    "manageScorecards",
    "exportCallsAndCoachingDataToCSV",
    "crmDataInlineEditing",
    "crmDataImport",
    "viewRevenueAnalytics",
    "manageRevenueAnalytics",
    "engageReassignFlowToDosToOthers",
    "engageAssignFlowToDosToOthers",
    "dealsDataExport",
    "aiBuilder",
    "orchestrateCreateAndManagePlays",
];
