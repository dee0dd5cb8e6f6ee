//! What can go wrong with output: what the user asked for wrongly, and a stdout that takes no more.

use std::io;

/// Why something could not be printed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Error {
    /// Nobody reads any more, as after `| head`. That is success.
    #[error("nobody reads the output any more")]
    ClosedPipe,
    /// Standard output takes no more, for example because the disk is full.
    #[error("could not write the output")]
    Write(#[source] io::Error),
    /// `--fields` is not a list of names.
    #[error("`{fields}` is not a list of fields: {reason}")]
    Fields {
        /// What was said.
        fields: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// `--fields` names something that no record has.
    #[error("there is no field `{name}`")]
    UnknownField {
        /// The field, as it was said.
        name: String,
        /// The known fields that look like it, nearest first.
        near: Vec<String>,
        /// All known fields where it was looked for.
        known: Vec<String>,
    },
    /// The filter of `--jq` is not one.
    #[error("`--jq` cannot be read: {0}")]
    Filter(String),
    /// The filter of `--jq` failed on a record.
    #[error("`--jq` failed on record {record}: {message}")]
    FilterRun {
        /// Which record, counted from 1.
        record: usize,
        /// What the filter said.
        message: String,
    },
    /// Two options that contradict each other.
    #[error("{0}")]
    Options(&'static str),
    /// A record that is not what it should be.
    #[error("record {record} cannot be shown")]
    Record {
        /// Which record, counted from 1.
        record: usize,
        /// What is wrong with it.
        #[source]
        source: gong_types::DecodeError,
    },
    /// A record that is no JSON.
    #[error("record {record} cannot be shown: {reason}")]
    Json {
        /// Which record, counted from 1.
        record: usize,
        /// What is wrong with it.
        reason: String,
    },
}

/// What printing gives.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Whether nobody reads any more, which is success.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::ClosedPipe)
    }

    /// Whether the command was used wrongly.
    pub(crate) fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::Fields { .. }
                | Self::UnknownField { .. }
                | Self::Filter(_)
                | Self::FilterRun { .. }
                | Self::Options(_)
        )
    }

    /// Whether only this record could not be shown, so that the list may go on.
    pub(crate) fn is_of_one_record(&self) -> bool {
        matches!(self, Self::Record { .. } | Self::Json { .. })
    }

    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Write(error) if error.kind() == io::ErrorKind::StorageFull => {
                Some("make room on the disk, or send the output somewhere else".to_owned())
            }
            Self::Write(_) => Some("send the output somewhere else, such as `> FILE`".to_owned()),
            Self::Fields { .. } => Some("name fields like this: `--fields id,title`".to_owned()),
            Self::UnknownField { name, known, .. } if known.is_empty() => {
                let above = name.rsplit_once('.').map_or("a record", |(above, _)| above);
                Some(format!("there are no fields in `{above}`"))
            }
            Self::UnknownField { near, known, .. } => Some(suggestion(near, known)),
            Self::Filter(_) => Some("try it out: `--jq .` shows what a record holds".to_owned()),
            Self::FilterRun { .. } => {
                Some("the filter sees one record at a time; `.name?` lets one be absent".to_owned())
            }
            Self::Record { .. } => Some("`-o json` shows records as Gong sent them".to_owned()),
            Self::ClosedPipe | Self::Options(_) | Self::Json { .. } => None,
        }
    }
}

fn suggestion(near: &[String], known: &[String]) -> String {
    let near: Vec<_> = near.iter().map(|name| format!("`{name}`")).collect();
    let near = if near.is_empty() {
        String::new()
    } else {
        format!("did you mean {}? ", near.join(" or "))
    };
    format!("{near}fields: {}", known.join(", "))
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::Write(error),
        }
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::ClosedPipe => Self::from(io::ErrorKind::BrokenPipe),
            Error::Write(error) => error,
            other => Self::other(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_not_a_full_disk() {
        assert!(Error::from(io::Error::from(io::ErrorKind::BrokenPipe)).is_closed_pipe());
        let full = Error::from(io::Error::from(io::ErrorKind::StorageFull));
        assert!(!full.is_closed_pipe() && !full.is_usage());
        assert!(full.hint().unwrap().contains("disk"));
    }
}
