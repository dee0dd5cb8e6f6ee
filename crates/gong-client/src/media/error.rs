//! What can go wrong with a download.

use std::{error::Error as StdError, io, path::PathBuf};

use http::StatusCode;

use crate::{printable::Printable, transport::TransportError};

/// Why a recording was not fetched. None of it shows the address, which is as good as a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// There is a file of this name already.
    #[error("{} is there already", path.display())]
    Exists {
        /// Which file.
        path: PathBuf,
    },
    /// Another process is fetching into the same file.
    #[error("another process is fetching {}", path.display())]
    Busy {
        /// Which file.
        path: PathBuf,
    },
    /// A file cannot be read or written. What has arrived is kept.
    #[error("{} cannot be read or written", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The writer takes no more.
    #[error("the recording cannot be written")]
    Output {
        /// Why.
        source: io::Error,
    },
    /// The caller has no address.
    #[error("there is no address of the recording")]
    Address {
        /// Why.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The address is none that recordings are fetched from.
    #[error("the address of the recording cannot be used: {problem}")]
    Unusable {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The server said no, to several addresses if it was about the address.
    #[error("{} answered {}", Printable(host), status.as_u16())]
    Refused {
        /// Which server.
        host: String,
        /// How it said so.
        status: StatusCode,
    },
    /// The server says that the recording is elsewhere. It is not followed.
    #[error("{} redirected{}", Printable(host), to.as_ref().map(|to| format!(" to {}", Printable(to))).unwrap_or_default())]
    Redirected {
        /// Which server.
        host: String,
        /// The host that it points to.
        to: Option<String>,
    },
    /// What came is a page and no recording; perhaps it is of a proxy.
    #[error("{} answered with a page in the place of the recording", Printable(host))]
    NotMedia {
        /// Which server.
        host: String,
    },
    /// The recording did not come to its end, however often it was asked for.
    #[error("the recording from {} broke off after {bytes} bytes{}", Printable(host), of.map(|of| format!(" of {of}")).unwrap_or_default())]
    Lost {
        /// Which server.
        host: String,
        /// How many bytes there are.
        bytes: u64,
        /// How many there should be.
        of: Option<u64>,
        /// What went wrong last.
        source: TransportError,
    },
    /// The server would begin anew, but what was written cannot be taken back.
    #[error("the recording broke off after {bytes} bytes, and the server does not go on there")]
    NotResumed {
        /// How many bytes were written.
        bytes: u64,
    },
}

impl DownloadError {
    /// Whether the same may succeed later.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Lost { .. } | Self::NotResumed { .. } | Self::Busy { .. } => true,
            Self::Refused { status, .. } => {
                status.is_server_error()
                    || matches!(
                        *status,
                        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT
                    )
            }
            _ => false,
        }
    }
}
