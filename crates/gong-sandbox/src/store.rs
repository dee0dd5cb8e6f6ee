//! The store: what was created, changed and deleted since the sandbox began.

use std::sync::Mutex;

use crate::{
    Upload,
    changes::Changes,
    oauth,
    routes::{
        Credits,
        calls::access::Access,
        crm::Crm,
        events::Events,
        flows::{Bulks, Instances},
        integration_settings::IntegrationSettings,
        meetings::Meetings,
        profiles::Profiles,
        tasks::Tasks,
    },
};

/// What was created, changed and deleted, a part a noun. Routes lock a part for as short as they can
/// and never two at a time.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) oauth: Mutex<oauth::Issued>,
    /// The files that came, oldest first.
    pub(crate) uploads: Mutex<Vec<Upload>>,
    pub(crate) calls: Mutex<Changes>,
    pub(crate) access: Mutex<Access>,
    pub(crate) crm: Mutex<Crm>,
    pub(crate) flows: Mutex<Instances>,
    pub(crate) bulk_assignments: Mutex<Bulks>,
    pub(crate) meetings: Mutex<Meetings>,
    pub(crate) profiles: Mutex<Profiles>,
    pub(crate) tasks: Mutex<Tasks>,
    pub(crate) events: Mutex<Events>,
    pub(crate) integration_settings: Mutex<IntegrationSettings>,
    pub(crate) credits: Mutex<Credits>,
}
