//! Exports: what is written, read back; what is there after faults; and what the next one writes.

mod archives;
mod changes;
mod faults;
mod folders;
mod formats;
mod made;
#[cfg(feature = "export")]
mod others;
mod read;
mod schemas;
#[cfg(feature = "export")]
mod store;
