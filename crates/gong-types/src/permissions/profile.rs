//! A permission profile: what the users who have it may see and do.

use serde::{Deserialize, Serialize};

use crate::{LibraryFolderId, PermissionProfileId, UserId, open_enum::open_enum};

/// What the users who have a profile may see and do.
///
/// The same members are read and sent. A change sends only those that are set: Gong leaves the
/// others as they are. In a new profile what is not set is `none` or false.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionProfile {
    /// Its id; Gong gives one to a new profile, whatever is sent.
    pub id: Option<PermissionProfileId>,
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Whose calls users may see.
    pub calls_access: Option<ProfileAccess>,
    /// Which folders of the library users may see, and what they may do there.
    pub library_folder_access: Option<LibraryAccess>,
    /// Whose deals users may see.
    pub deals_access: Option<ProfileAccess>,
    /// Whose forecasts users may see and change.
    pub forecast_permissions: Option<ForecastPermissions>,
    /// Whose coaching users may see.
    pub coaching_access: Option<ProfileAccess>,
    /// Whose insights users may see.
    pub insights_access: Option<ProfileAccess>,
    /// Whose use of Gong users may see.
    pub usage_access: Option<ProfileAccess>,
    /// Whose e-mails users may see.
    pub emails_access: Option<ProfileAccess>,
    /// Users may score calls.
    pub score_calls: Option<bool>,
    /// Users may change a score that somebody else gave.
    pub override_score: Option<bool>,
    /// Users may download recordings.
    pub download_call_media: Option<bool>,
    /// Users may share calls with people outside the company.
    pub share_calls_with_customers: Option<bool>,
    /// Users may have calls recorded and upload calls by hand.
    pub manually_schedule_and_upload_calls: Option<bool>,
    /// Users may make their own calls private.
    pub private_calls: Option<bool>,
    /// Users may delete calls.
    pub delete_calls: Option<bool>,
    /// Users may cut calls.
    pub trim_calls: Option<bool>,
    /// Users may listen in on calls that are going on.
    pub listen_in_calls: Option<bool>,
    /// Users may delete e-mails.
    pub delete_emails: Option<bool>,
    /// Users may see and search calls.
    pub calls_and_search: Option<bool>,
    /// Users may see the library.
    pub library: Option<bool>,
    /// Users may see deals.
    pub deals: Option<bool>,
    /// Users may make, change, and delete boards of deals.
    pub create_edit_and_delete_deals_boards: Option<bool>,
    /// Users may change deals where they are listed.
    pub deals_inline_editing: Option<bool>,
    /// Users may see accounts.
    pub account: Option<bool>,
    /// Users may see coaching.
    pub coaching: Option<bool>,
    /// Users may see how Gong is used.
    pub usage: Option<bool>,
    /// Users may see the statistics of teams.
    pub team_stats: Option<bool>,
    /// Users may see initiatives.
    pub initiatives: Option<bool>,
    /// Users may see the market.
    pub market: Option<bool>,
    /// Users may see activity.
    pub activity: Option<bool>,
    /// Users may see forecasts.
    pub forecast: Option<bool>,
    /// Users may manage boards of forecasts and upload targets.
    pub forecast_manage: Option<bool>,
    /// Users may manage the company's e-mail templates.
    pub engage_manage_company_templates: Option<bool>,
    /// Users may manage the company's flows.
    pub engage_manage_company_sequences: Option<bool>,
    /// Users may make and manage sets of rules.
    pub engage_create_and_manage_rulesets: Option<bool>,
    /// Users may put off tasks of flows for others.
    pub engage_snooze_flow_to_dos_for_others: Option<bool>,
    /// Users may change which fields of the CRM are shown.
    pub engage_allow_crm_fields_view_change: Option<bool>,
    /// Users may see the activity of flows.
    pub view_engage_analytics_activity: Option<bool>,
    /// Users may see how flows perform.
    pub view_engage_analytics_performance: Option<bool>,
    /// Users may see statistics of flows.
    pub view_engage_analytics_flows: Option<bool>,
    /// Users may manage the settings of the business.
    pub manage_general_business_settings: Option<bool>,
    /// Users may manage scorecards.
    pub manage_scorecards: Option<bool>,
    /// Users may export calls and coaching as CSV.
    #[serde(rename = "exportCallsAndCoachingDataToCSV")]
    pub export_calls_and_coaching_data_to_csv: Option<bool>,
    /// Users may change data of the CRM where they are listed.
    pub crm_data_inline_editing: Option<bool>,
    /// Users may import data of the CRM.
    pub crm_data_import: Option<bool>,
    /// Users may see dashboards.
    pub view_revenue_analytics: Option<bool>,
    /// Users may manage dashboards.
    pub manage_revenue_analytics: Option<bool>,
    /// Users may give tasks of flows to others that somebody else has.
    pub engage_reassign_flow_to_dos_to_others: Option<bool>,
    /// Users may give tasks of flows to others.
    pub engage_assign_flow_to_dos_to_others: Option<bool>,
    /// Users may export deals.
    pub deals_data_export: Option<bool>,
    /// Users may use the AI builder.
    pub ai_builder: Option<bool>,
    /// Users may make and manage plays.
    pub orchestrate_create_and_manage_plays: Option<bool>,
}

/// Whose things users may see or change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileAccess {
    /// Whose.
    pub permission_level: Option<PermissionLevel>,
    /// The managers, for [`PermissionLevel::ManagersTeam`].
    pub team_lead_ids: Option<Vec<UserId>>,
}

open_enum! {
    /// Whose things users may see or change.
    PermissionLevel {
        /// Everybody's.
        All = "all",
        /// Those of certain managers and who reports to them.
        ManagersTeam = "managers-team",
        /// Their own and those of who reports to them.
        ReportToThem = "report-to-them",
        /// Their own.
        Own = "own",
        /// Nobody's.
        None = "none",
    }
}

/// Whose forecasts users may see and change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ForecastPermissions {
    /// Whose forecasts users may see.
    pub forecast_access: Option<ProfileAccess>,
    /// Whose submissions users may change.
    pub forecast_edit_submissions: Option<ProfileAccess>,
    /// Whose targets users may change.
    pub forecast_edit_targets: Option<ProfileAccess>,
}

/// Which folders of the library users may see, and what they may do there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LibraryAccess {
    /// Which folders. It must be there if anything else is; with [`LibraryLevel::None`] nothing else
    /// may be.
    pub permission_level: Option<LibraryLevel>,
    /// The folders, for [`LibraryLevel::SpecificFolders`].
    pub library_folder_ids: Option<Vec<LibraryFolderId>>,
    /// Users may manage the folder that everybody sees.
    pub manage_public_folder: Option<bool>,
    /// Users may manage streams.
    pub manage_streams: Option<bool>,
    /// Users may put calls into folders and archive them.
    pub manage_folder_calls: Option<bool>,
    /// Users may share their own folders and streams with colleagues.
    pub share_folders_and_streams: Option<bool>,
}

open_enum! {
    /// Which folders of the library users may see.
    LibraryLevel {
        /// None.
        None = "none",
        /// All.
        All = "all",
        /// Some.
        SpecificFolders = "specific-folders",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_may_be_null() {
        let profile: PermissionProfile = serde_json::from_str(
            r#"{"id":3,"callsAccess":{"permissionLevel":"all","teamLeadIds":null},
                "exportCallsAndCoachingDataToCSV":true,"orchestrateCreateAndManagePlays":null}"#,
        )
        .unwrap();
        let calls = profile.calls_access.unwrap();
        assert_eq!(
            (calls.permission_level, calls.team_lead_ids),
            (Some(PermissionLevel::All), None)
        );
        assert_eq!(profile.export_calls_and_coaching_data_to_csv, Some(true));
    }

    #[test]
    fn there_are_55_members() {
        let serde_json::Value::Object(members) =
            serde_json::to_value(PermissionProfile::default()).unwrap()
        else {
            panic!("a profile is an object")
        };
        assert_eq!(members.len(), 55);
    }
}
