//! Endpoints, models, ids and dates of the public Gong API, without any I/O.
//!
//! An *endpoint* is a struct whose fields are the parameters of one operation; it turns itself into
//! a [`Request`], which is plain data. What comes back is a [`Record`], or a [`Page`] of records:
//! Gong's own text, read as a model when asked.
#![doc = include_str!("../README.md")]

mod calls;
mod endpoint;
mod error;
mod id;
mod meetings;
mod open_enum;
mod operation;
mod page;
mod period;
mod settings;
mod stats;
mod users;

pub use calls::{
    Affiliation, Call, CallDetails, CallOutcome, CallTranscript, Collaboration,
    CollaborationFields, Comment, Content, ContentFields, ContentSelector, ContextField,
    ContextLevel, CrmContext, CrmObject, Direction, ExposedFields, GetCall, GetTranscripts,
    Highlight, HighlightSection, Include, Interaction, InteractionFields, InteractionStat,
    KeyPoint, ListCalls, Media, MediaKind, Monologue, Occurrence, OutlineItem, OutlineSection,
    Party, Questions, Scope, SearchCalls, Sentence, SpeakerTime, Structure, Timing, Topic, Tracker,
    TrackerPhrase, TrackerType, UnknownInclude, VideoTime,
};
pub use endpoint::{Effect, Endpoint, Look, Request, Resend, Upload};
pub use error::DecodeError;
pub use id::{
    CallId, CallOutcomeId, CommentId, InvalidId, MeetingId, PartyId, SpeakerId, TrackerId, UserId,
    WorkspaceId,
};
pub use meetings::{Invitee, ListMeetings, Meeting};
pub use operation::Operation;
pub use page::{Answer, Envelope, Page, Paged, Record, Records, Whole};
pub use period::{Ago, DateError, DateRange, Period, PeriodArgs, PeriodError, When};
pub use settings::{ListWorkspaces, Workspace};
pub use stats::{ActivityCounters, AggregateActivity, UserActivity};
pub use users::{
    ConferencingProvider, GetUser, ListUsers, SearchUsers, SpokenLanguage, User, UserSettings,
};
