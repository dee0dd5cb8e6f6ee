//! Progress: what a sync tells whoever watches it.

/// Is told how far a sync is, after each answer that was written. It must be quick, for the sync
/// waits for it.
pub trait Progress: Send + Sync {
    /// The sync has come this far.
    fn moved(&self, standing: &Standing);
}

/// Watches nothing.
impl Progress for () {
    fn moved(&self, _: &Standing) {}
}

/// How far a sync is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Standing {
    /// How many windows of time this sync lists.
    pub windows_planned: u64,
    /// How many of them are done.
    pub windows_done: u64,
    /// How many calls were listed so far, new or not.
    pub calls_listed: u64,
    /// How many calls there are to list, as far as Gong has said: in the windows that were begun.
    pub calls_to_list: u64,
    /// How many transcripts came.
    pub transcripts_present: u64,
    /// How many transcripts can be asked for now, and are not yet.
    pub transcripts_expected: u64,
    /// How many requests this sync made.
    pub requests: u64,
    /// How many requests of the company count against the limit of a day.
    pub used_today: u64,
    /// How many requests the company may make in a day; 0 is no limit.
    pub per_day: u32,
}
