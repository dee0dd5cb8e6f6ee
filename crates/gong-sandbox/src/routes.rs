//! Routes: which operation a request is for, and what it needs.

use http::Method;

use crate::{
    ask::{Answered, Ask, Problem},
    media, oauth,
    upload::Intake,
};

pub(crate) mod calls;
mod coaching;
pub(crate) mod crm;
mod crm_context;
mod entities;
pub(crate) mod events;
pub(crate) mod flows;
pub(crate) mod integration_settings;
mod invented;
mod library;
mod listing;
mod logs;
mod media_upload;
pub(crate) mod meetings;
mod operations;
mod outcomes;
mod privacy;
pub(crate) mod profiles;
mod selector;
mod settings;
mod stats;
mod targets;
pub(crate) mod tasks;
mod users;
mod workspaces;

pub(crate) use self::{
    entities::Credits,
    operations::{FilePart, Match, OPERATIONS, Operation},
};

/// What a request is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Route<'a> {
    /// An operation, and what stands in the place of `{id}`.
    Operation(&'static Operation, Option<&'a str>),
    /// A path that exists, but not with this method.
    WrongMethod,
    /// No path of Gong's.
    Unknown,
}

impl Route<'_> {
    pub(crate) fn operation(&self) -> Option<&'static Operation> {
        match self {
            Route::Operation(operation, _) => Some(operation),
            Route::WrongMethod | Route::Unknown => None,
        }
    }
}

/// The operations of the API, and the pages beside it.
pub(crate) fn all() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().chain(&oauth::PAGES).chain([&media::PAGE])
}

/// Finds what a request is for. A literal path goes before one with an id in it.
pub(crate) fn find<'a>(method: &Method, path: &'a str) -> Route<'a> {
    let is_literal = all().any(|operation| operation.path == path);
    let mut route = Route::Unknown;
    for operation in all() {
        let id = match operation.matches(path) {
            Match::Literal => None,
            Match::WithId(id) if !is_literal => Some(id),
            Match::WithId(_) | Match::No => continue,
        };
        if operation.method == *method {
            return Route::Operation(operation, id);
        }
        route = Route::WrongMethod;
    }
    route
}

/// What an operation does with its file, or why it wants none of it.
pub(crate) fn intake(operation: &Operation, ask: &Ask<'_>) -> Result<Box<dyn Intake>, Problem> {
    match operation.id {
        "calls-media-upload" => media_upload::begin(ask),
        "crm-entities-upload" => crm::intake::begin(ask),
        "targets-assignments-upload" => targets::assign(ask),
        id => Err(Problem::not_served(id)),
    }
}

/// Answers an operation that takes no file.
pub(crate) fn answer(operation: &Operation, ask: &Ask<'_>) -> Answered {
    match operation.id {
        "calls-add" => calls::add(ask),
        "calls-list" => calls::list(ask),
        "calls-get" => calls::get(ask),
        "calls-extensive" => calls::extensive(ask),
        "calls-transcript" => calls::transcript(ask),
        "calls-users-access-get" => calls::access::list(ask),
        "calls-users-access-add" => calls::access::add(ask),
        "calls-users-access-remove" => calls::access::remove(ask),
        "calls-manual-crm-associations" => calls::associations::list(ask),
        "users-list" => users::list(ask),
        "users-get" => users::get(ask),
        "users-extensive" => users::extensive(ask),
        "users-settings-history" => users::settings_history(ask),
        "stats-interaction" => stats::interaction(ask),
        "stats-activity-scorecards" => stats::answered_scorecards(ask),
        "stats-activity-day-by-day" => stats::day_by_day(ask),
        "stats-activity-aggregate" => stats::aggregate(ask),
        "stats-activity-aggregate-by-period" => stats::by_period(ask),
        "settings-trackers" => settings::trackers(ask),
        "settings-scorecards" => settings::scorecards(ask),
        "settings-briefs" => settings::briefs(ask),
        "logs-list" => logs::list(ask),
        "library-folders" => library::folders(ask),
        "library-folder-content" => library::content(ask),
        "coaching-metrics" => coaching::metrics(ask),
        "call-outcomes-list" => outcomes::list(ask),
        "entities-ask" => entities::ask_about(ask),
        "entities-get-brief" => entities::brief(ask),
        "workspaces-list" => workspaces::list(ask),
        "meetings-list" if ask.options.strict => Err(Problem::wrong_method()),
        "meetings-list" => meetings::list(ask),
        "meetings-create" => meetings::create(ask),
        "meetings-update" => meetings::update(ask),
        "meetings-delete" => meetings::delete(ask),
        "meetings-integration-status" => meetings::integration_status(ask),
        "permission-profiles-list" => profiles::list(ask),
        "permission-profile-get" => profiles::get(ask),
        "permission-profile-create" => profiles::create(ask),
        "permission-profile-update" => profiles::update(ask),
        "permission-profile-users" => profiles::users(ask),
        "flows-list" => flows::list(ask),
        "flows-folders" => flows::list_folders(ask),
        "flows-steps" => flows::steps(ask),
        "flows-prospects-list" => flows::list_prospects(ask),
        "flows-prospects-assign" => flows::assign(ask),
        "flows-prospects-assign-cool-off-override" => flows::assign_in_cool_off(ask),
        "flows-prospects-unassign-by-instance-id" => flows::by_instance_id(ask),
        "flows-prospects-unassign-by-crm-id" => flows::by_crm_id(ask),
        "flows-prospects-bulk-assign" => flows::bulk_assign(ask),
        "flows-prospects-bulk-assignment-get" => flows::get_bulk(ask),
        "crm-integrations-list" => crm::list(ask),
        "crm-integrations-register" => crm::register(ask),
        "crm-integrations-delete" => crm::delete(ask),
        "crm-entity-schema-list" => crm::list_schema(ask),
        "crm-entity-schema-upload" => crm::upload(ask),
        "crm-entities-get" => crm::get(ask),
        "crm-request-status" => crm::status(ask),
        "data-privacy-find-email" => privacy::find_email(ask),
        "data-privacy-find-phone" => privacy::find_phone(ask),
        "data-privacy-erase-email" => privacy::erase_email(ask),
        "data-privacy-erase-phone" => privacy::erase_phone(ask),
        "targets-list" => targets::list(ask),
        "tasks-list" => tasks::list(ask),
        "tasks-update" => tasks::update(ask),
        "digital-interactions-add" => events::digital_interaction(ask),
        "engagement-content-shared" => events::content_shared(ask),
        "engagement-content-viewed" => events::content_viewed(ask),
        "engagement-custom-action" => events::custom_action(ask),
        "integration-settings-set" => integration_settings::set(ask),
        "integration-settings-get" => integration_settings::get(ask),
        id => Err(Problem::not_served(id)),
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::{Route, find};

    fn id_of(method: &Method, path: &str) -> String {
        match find(method, path) {
            Route::Operation(operation, None) => operation.id.to_owned(),
            Route::Operation(operation, Some(id)) => format!("{} of {id}", operation.id),
            Route::WrongMethod => "wrong method".to_owned(),
            Route::Unknown => "unknown".to_owned(),
        }
    }

    #[test]
    fn a_literal_path_is_not_taken_for_an_id() {
        assert_eq!(id_of(&Method::POST, "/v2/calls/extensive"), "calls-extensive");
        assert_eq!(id_of(&Method::GET, "/v2/calls/extensive"), "wrong method");
        assert_eq!(id_of(&Method::GET, "/v2/calls/17"), "calls-get of 17");
        assert_eq!(id_of(&Method::GET, "/v2/users/extensive"), "wrong method");
        assert_eq!(
            id_of(&Method::GET, "/v2/users/5/settings-history"),
            "users-settings-history of 5"
        );
    }

    #[test]
    fn paths_that_gong_does_not_have_are_unknown() {
        for path in
            ["/v2/deals", "/v2/calls/", "/v2/calls/1/2", "/v3/calls", "/", "/v2/crm/objects"]
        {
            assert_eq!(id_of(&Method::GET, path), "unknown", "{path}");
        }
        assert_eq!(id_of(&Method::DELETE, "/v2/calls"), "wrong method");
    }
}
