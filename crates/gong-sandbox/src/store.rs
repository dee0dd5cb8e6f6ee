//! The store: what was created, changed and deleted since the sandbox began.

use std::sync::Mutex;

use crate::{oauth, routes::Credits};

/// What was created, changed and deleted, a part a noun. Routes lock a part for as short as they can
/// and never two at a time.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) oauth: Mutex<oauth::Issued>,
    pub(crate) credits: Mutex<Credits>,
}
