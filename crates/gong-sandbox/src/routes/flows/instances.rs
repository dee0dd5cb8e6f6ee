//! Instances: prospects in flows, those of the beginning and those that were assigned.

use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};

use super::{
    bulk,
    catalog::{self, Flow},
    need_engage, texts,
};
use crate::{
    ask::{Answered, Ask, Problem, object},
    clock::later,
    routes::crm,
    rules::{Kind::Texts, check, may},
    sandbox::lock,
};

/// The prospects in flows, in the order they came.
#[derive(Debug, Default)]
pub(crate) struct Instances {
    is_seeded: bool,
    all: Vec<Instance>,
}

/// A prospect in a flow.
#[derive(Debug, Clone)]
pub(super) struct Instance {
    pub(super) id: String,
    pub(super) flow_id: String,
    pub(super) prospect: String,
    flow_name: &'static str,
    workspace_id: String,
    pub(super) is_exclusive: bool,
    owner_email: String,
    owner_name: String,
    created: Timestamp,
    /// Paused, or finished in one way or another.
    stopped: Option<(&'static str, Timestamp)>,
}

/// How long a prospect is left in peace after a flow.
const COOL_OFF_DAYS: i64 = 14;

impl Instances {
    pub(super) fn all(&self) -> impl Iterator<Item = &Instance> {
        self.all.iter()
    }

    /// When a prospect was last put into a flow.
    pub(super) fn last_assigned(&self, flow_id: &str) -> Option<Timestamp> {
        let own = self.all.iter().filter(|instance| instance.flow_id == flow_id);
        own.map(|instance| instance.created).max()
    }

    /// Puts a prospect into a flow.
    pub(super) fn add(
        &mut self,
        ask: &Ask<'_>,
        flow: &Flow,
        owner: &Value,
        prospect: &str,
        created: Timestamp,
    ) -> &Instance {
        let text = |name: &str| owner[name].as_str().unwrap_or_default();
        self.all.push(Instance {
            id: ask.id("flow instance", &self.all.len().to_string()),
            flow_id: flow.id.clone(),
            flow_name: flow.name,
            prospect: prospect.to_owned(),
            workspace_id: flow.workspace_id.clone(),
            is_exclusive: flow.is_exclusive,
            owner_email: text("emailAddress").to_owned(),
            owner_name: format!("{} {}", text("firstName"), text("lastName")).trim().to_owned(),
            created,
            stopped: None,
        });
        &self.all[self.all.len() - 1]
    }

    /// Takes open instances out of their flows and says which.
    pub(super) fn finish(
        &mut self,
        now: Timestamp,
        is_meant: impl Fn(&Instance) -> bool,
    ) -> Vec<String> {
        let open = self.all.iter_mut().filter(|instance| instance.is_open() && is_meant(instance));
        open.map(|instance| {
            instance.stopped = Some(("Finished", now));
            instance.id.clone()
        })
        .collect()
    }
}

impl Instance {
    pub(super) fn is_open(&self) -> bool {
        self.stopped.is_none_or(|(status, _)| status == "Paused")
    }

    /// Whether it ended so lately that the prospect is to be left in peace.
    pub(super) fn is_cooling_off(&self, now: Timestamp) -> bool {
        let since = now.checked_sub((24 * COOL_OFF_DAYS).hours()).unwrap_or(now);
        !self.is_open() && self.stopped.is_some_and(|(_, moment)| moment > since)
    }

    pub(super) fn to_json(&self, ask: &Ask<'_>) -> Value {
        let runs_from = later(self.created, ask.options.work_time);
        let status = match self.stopped {
            Some((status, _)) => status,
            None if ask.moment.wall < runs_from => "Pending",
            None => "Running",
        };
        json!({
            "flowId": self.flow_id,
            "flowName": self.flow_name,
            "crmProspectId": self.prospect,
            "flowInstanceId": self.id,
            "flowInstanceOwnerEmail": self.owner_email,
            "flowInstanceOwnerFullName": self.owner_name,
            "flowInstanceCreateDate": ask.local_time(self.created),
            "flowInstanceStatus": status,
            "workspaceId": self.workspace_id,
            "exclusive": self.is_exclusive,
        })
    }
}

/// Puts some people into flows before anybody looks.
pub(super) fn seed(ask: &Ask<'_>) {
    if lock(&ask.store.flows).is_seeded {
        return;
    }
    // The CRM has a lock of its own.
    let prospects = crm::prospects(ask);
    let mut instances = lock(&ask.store.flows);
    if std::mem::replace(&mut instances.is_seeded, true) {
        return;
    }
    let owners = ask.base.users().iter().filter(|user| user["active"] != false);
    let owners: Vec<_> = owners.take(3).collect();
    let flows = catalog::of_company(ask);
    let stops = [None, None, Some("Paused"), Some("FinishedNoReply"), Some("FinishedResponse")];
    for (place, (prospect, stop)) in prospects.iter().zip(stops.iter().cycle()).enumerate().take(9)
    {
        let Some(owner) = owners.get(place % owners.len().max(1)) else { return };
        let days = i64::try_from(place).unwrap_or(0);
        let created = ask.base.now().checked_sub((24 * (20 + days)).hours());
        let created = created.unwrap_or(ask.base.now());
        // The second flow is exclusive.
        let flow = &flows[place % 3 * 2];
        let id = instances.add(ask, flow, owner, prospect, created).id.clone();
        let ended = created.checked_add((24 * 3).hours()).unwrap_or(created);
        if let Some(instance) = instances.all.iter_mut().find(|instance| instance.id == id) {
            instance.stopped = stop.map(|status| (status, ended));
        }
    }
}

/// `POST /v2/flows/prospects`: the flows that prospects are in. Scope `api:flows:read`.
pub(in crate::routes) fn list(ask: &Ask<'_>) -> Answered {
    need_engage(ask)?;
    let body = ask.body()?;
    check(&body, &[may("crmProspectsIds", Texts), may("flowInstanceIds", Texts)])?;
    bulk::work(ask);
    let prospects: Vec<_> = texts(&body, "crmProspectsIds").collect();
    let ids: Vec<_> = texts(&body, "flowInstanceIds").collect();
    if prospects.is_empty() && ids.is_empty() {
        let text = "crmProspectsIds or flowInstanceIds must not be empty";
        return Err(Problem::bad_request(text));
    }
    let instances = lock(&ask.store.flows);
    let found = instances.all().filter(|instance| {
        ids.contains(&instance.id.as_str())
            || (instance.is_open() && prospects.contains(&instance.prospect.as_str()))
    });
    let found: Vec<_> = found.map(|instance| instance.to_json(ask)).collect();
    Ok(object(json!({ "prospectsAssigned": found })))
}
