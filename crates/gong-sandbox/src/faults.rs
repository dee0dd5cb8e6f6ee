//! Faults: what a script makes go wrong, and whether all of it did.

use http::Method;

use crate::paging::{Shift, Tweak};

pub(crate) mod body;
mod gzip;
mod script;
pub(crate) mod shape;

pub use self::script::Script;
pub(crate) use self::script::{Fault, RetryAfter};
use self::script::{Rule, When};

/// A script while it runs.
#[derive(Debug)]
pub(crate) struct Faults {
    rules: Vec<Running>,
}

#[derive(Debug)]
struct Running {
    rule: Rule,
    /// How often each step is still to come.
    left: Vec<u32>,
    n_requests: u64,
}

/// What one request meets.
#[derive(Debug, Default)]
pub(crate) struct Met {
    /// The fault and how it is written; absent if all goes well.
    pub(crate) fault: Option<(Fault, String)>,
    /// What paging does because of this fault and of earlier ones.
    pub(crate) tweak: Tweak,
}

impl Faults {
    pub(crate) fn new(script: Script) -> Self {
        let rules = script.rules.into_iter().map(|rule| {
            let left = rule.steps.iter().map(|step| step.times).collect();
            Running { rule, left, n_requests: 0 }
        });
        Self { rules: rules.collect() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// What a request meets: a step for its page or its number if there is one, else the next step
    /// of the first rule that has any left.
    pub(crate) fn meet(
        &mut self,
        method: &Method,
        template: Option<&str>,
        path: &str,
        page: u64,
    ) -> Met {
        let mut met = Met::default();
        let mut found = None;
        for (place, running) in self.rules.iter_mut().enumerate() {
            if running.rule.target.matches(method, template, path) {
                running.n_requests += 1;
                if found.is_none() {
                    found = running.due(page).map(|step| (place, step));
                }
            }
        }
        if found.is_none() {
            let matching = |running: &Running| running.rule.target.matches(method, template, path);
            found = self.rules.iter().enumerate().find_map(|(place, running)| {
                let step = if matching(running) { running.next() } else { None };
                step.map(|step| (place, step))
            });
        }
        if let Some((place, number)) = found {
            let running = &mut self.rules[place];
            running.left[number] -= 1;
            let step = &running.rule.steps[number];
            met.tweak = tweak(&step.fault);
            if step.fault != Fault::Ok {
                met.fault = Some((step.fault.clone(), step.text.clone()));
            }
        }
        met.tweak.hides_first = self.rules.iter().any(|running| {
            running.rule.target.matches(method, template, path) && running.hides_first()
        });
        met
    }

    /// The steps that no request met, as they are written, with how often they are still to come.
    pub(crate) fn unused(&self) -> Vec<String> {
        let mut unused = Vec::new();
        for running in &self.rules {
            for (step, left) in running.rule.steps.iter().zip(&running.left) {
                match left {
                    0 => {}
                    1 => unused.push(step.text.clone()),
                    _ => unused.push(format!("{} x{left}", step.text)),
                }
            }
        }
        unused
    }
}

impl Running {
    /// The step that waits for this page or for this request.
    fn due(&self, page: u64) -> Option<usize> {
        self.first_left(|when| match when {
            When::InTurn => false,
            When::Page(own) => own == page,
            When::Request(own) => own == self.n_requests,
        })
    }

    fn next(&self) -> Option<usize> {
        self.first_left(|when| when == When::InTurn)
    }

    fn first_left(&self, is_it: impl Fn(When) -> bool) -> Option<usize> {
        let steps = self.rule.steps.iter().zip(&self.left);
        steps.into_iter().position(|(step, left)| *left > 0 && is_it(step.when))
    }

    /// Whether the first record of the listing is not there yet, or not any more.
    fn hides_first(&self) -> bool {
        self.rule.steps.iter().zip(&self.left).any(|(step, left)| match step.fault {
            Fault::Insert => *left > 0,
            Fault::Delete => *left == 0,
            _ => false,
        })
    }
}

fn tweak(fault: &Fault) -> Tweak {
    match fault {
        Fault::CursorLoop => Tweak { loops: true, ..Tweak::default() },
        Fault::CursorEmptyPage => Tweak { is_empty: true, ..Tweak::default() },
        Fault::Total { change } => Tweak { total: *change, ..Tweak::default() },
        Fault::Insert => Tweak { shift: Shift::Inserted, ..Tweak::default() },
        Fault::Delete => Tweak { shift: Shift::Deleted, ..Tweak::default() },
        _ => Tweak::default(),
    }
}
