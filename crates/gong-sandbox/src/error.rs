//! Why a sandbox could not be made or started, or could not deliver.

use std::{io, net::IpAddr, path::PathBuf};

/// Why a sandbox could not be made or started, or could not deliver.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A word of a fault script is none that the sandbox knows.
    #[error("unknown fault `{word}`; known are {known}")]
    UnknownFault {
        /// The word as it was written.
        word: String,
        /// The accepted ones, with commas.
        known: &'static str,
    },
    /// A fault is known, but what follows its name makes no sense.
    #[error("fault `{word}`: {problem}")]
    BadFault {
        /// The fault as it was written.
        word: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A line of a fault script does not say which operation it is for.
    #[error(
        "no such operation as `{target}`; write `*`, `GET /v2/calls`, or `calls-list`, then `:`"
    )]
    UnknownOperation {
        /// What stood where the operation should.
        target: String,
    },
    /// The text names no way of reading the limits.
    #[error("unknown limit reading `{word}`; known are sliding, second, bucket")]
    UnknownLimitReading {
        /// The text as it was written.
        word: String,
    },
    /// An option has a value that no server could work with.
    #[error("{option} {problem}")]
    BadOption {
        /// The name of the field of `Options`.
        option: &'static str,
        /// What is wrong with its value.
        problem: &'static str,
    },
    /// A file or directory to import could not be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file to import holds no JSON.
    #[error("{} is not JSON", path.display())]
    NotJson {
        /// The file.
        path: PathBuf,
        /// Where it breaks, with line and column.
        source: serde_json::Error,
    },
    /// A file to import is JSON, but not in the shape of Gong's answers.
    #[error("{}: {place} {problem}", path.display())]
    BadImport {
        /// The file.
        path: PathBuf,
        /// Where in it, such as `calls[3].metaData.id`.
        place: String,
        /// What is wrong there.
        problem: &'static str,
    },
    /// A directory to import holds no answer of Gong's at all.
    #[error("{}: no JSON file with `calls`, `callTranscripts`, `users`, or `workspaces`", path.display())]
    NothingToImport {
        /// The directory.
        path: PathBuf,
    },
    /// The sandbox listens to this machine only.
    #[error("{address} is not a loopback address")]
    NotLoopback {
        /// The address asked for.
        address: IpAddr,
    },
    /// No call that is ready has this id.
    #[error("no call `{id}` to deliver")]
    UnknownCall {
        /// The id asked for, or `newest`.
        id: String,
    },
    /// The sandbox delivers to this machine only.
    #[error("`{url}` is not an http address of this machine")]
    NotALoopbackUrl {
        /// The address asked for.
        url: String,
    },
    /// Nobody answered a delivery.
    #[error("cannot deliver to {url}")]
    Undelivered {
        /// The address.
        url: String,
        /// What the system said.
        source: io::Error,
    },
    /// The port could not be listened on.
    #[error("cannot listen on port {port}")]
    Listen {
        /// The port asked for; 0 is any.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
}
