//! Endpoints, models, ids and dates of the public Gong API, without any I/O.
//!
//! An *endpoint* is a struct whose fields are the parameters of one operation; it turns itself into
//! a [`Request`], which is plain data. What comes back is a [`Record`], or a [`Page`] of records:
//! Gong's own text, read as a model when asked.
#![doc = include_str!("../README.md")]

mod calls;
mod coaching;
mod crm;
mod endpoint;
mod engagement;
mod entities;
mod error;
mod flows;
mod id;
mod integration_settings;
mod interactions;
mod library;
mod logs;
mod meetings;
mod number;
mod open_enum;
mod operation;
mod outcomes;
mod page;
mod period;
mod permissions;
mod privacy;
mod settings;
mod stats;
mod targets;
mod tasks;
mod users;

pub use calls::{
    ActionItem, AddCall, AddedCall, Affiliation, AssociatedObjects, Call, CallAccess, CallDetails,
    CallOutcome, CallTranscript, CallUsers, Collaboration, CollaborationFields, Comment, Content,
    ContentFields, ContentSelector, ContextField, ContextLevel, CrmContext, CrmObject, CrmSystem,
    Direction, ExposedFields, FlowContext, GetCall, GetTranscripts, GrantCallAccess, Highlight,
    HighlightSection, Include, Interaction, InteractionFields, InteractionStat, KeyPoint,
    LinkedObjectType, ListCallAccess, ListCalls, ListManualAssociations, ManualAssociation, Media,
    MediaKind, Monologue, NewCallParty, NewContextField, NewCrmContext, NewCrmObject, Occurrence,
    OutlineItem, OutlineSection, Party, PartyMethod, PointsOfInterest, Questions, RevokeCallAccess,
    Scope, SearchCalls, Sentence, SpeakerTime, SpeakersTimeline, SpeechSegment, Structure, Timing,
    Topic, Tracker, TrackerPhrase, TrackerType, UnknownInclude, UploadMedia, UploadedMedia,
    UserWithAccess, VideoTime,
};
pub use coaching::{CoachingUser, GetCoaching, ManagerCoaching, ReportCoaching};
pub use crm::{
    AcceptedCrmRequest, CrmObjectType, CrmRequest, CrmUploadType, DeleteIntegration, GetCrmObjects,
    GetRequestStatus, Integration, LineError, ListIntegrations, ListSchema, RegisterIntegration,
    RegisteredIntegration, RequestStatus, SchemaField, SchemaFieldType, UploadCrmObjects,
    UploadSchema,
};
pub use endpoint::{Effect, Endpoint, Look, Request, Resend, Upload};
pub use engagement::{
    AgentPlatform, CustomAction, EngagementPerson, EventProperty, PropertyType, ShareContent,
    Sharer, ViewContent,
};
pub use entities::{
    AnswerSection, AskEntity, BriefSection, BriefSectionType, CallFinding, CitedCall, CitedEmail,
    ConversationFindings, EmailFinding, EntityAnswer, EntityBrief, EntityPeriod, GenerateBrief,
    McpConnection, McpConnectionStatus, McpResult, McpStatus, WebFinding,
};
pub use error::DecodeError;
pub use flows::{
    AssignOverrides, AssignProspects, AssignedFlow, Assignment, AssignmentErrorCode,
    AssignmentFailure, BulkAssignProspects, BulkAssignment, BulkProspect, BulkResult,
    BulkResultStatus, BulkStatus, Flow, FlowFolder, FlowInstanceStatus, FlowStep, FlowStepAction,
    FlowVisibility, FlowWithSteps, GetBulkAssignment, GetFlowSteps, ListAssignedFlows,
    ListFlowFolders, ListFlows, OverrideCoolOff, StepOverride, UnassignFlows, UnassignProspect,
    UnassignedFlows, VariableOverride,
};
pub use id::{
    AnswerOptionId, AnsweredScorecardId, BriefId, CallId, CallOutcomeId, CommentId, CompanyId,
    CustomerRecordId, FlowFolderId, FlowId, FlowInstanceId, FlowStepId, IntegrationId, InvalidId,
    LibraryFolderId, MeetingId, PartyId, PermissionProfileId, QuestionId, QuestionRevisionId,
    ScorecardId, SpeakerId, TaskId, TaskPriorityId, TrackerId, UserId, WorkspaceId,
};
pub use integration_settings::{
    AllowedOrigin, GetIntegrationSettings, IntegrationSettings, IntegrationType,
    SetIntegrationSettings,
};
pub use interactions::{
    AddInteraction, CompanyLink, CompanyLinkType, ContentNumber, ContentSteps, InteractionCompany,
    InteractionContent, InteractionDevice, InteractionField, InteractionFieldType,
    InteractionPerson, NumericType, PersonLink, PersonLinkType, Place, SearchedObject,
    SearchedObjectType,
};
pub use library::{LibraryCall, LibraryFolder, ListFolderCalls, ListFolders, Snippet};
pub use logs::{ListLogs, LogEntry, LogType};
pub use meetings::{
    CheckMeetingIntegration, CreateMeeting, CreatedMeeting, DeleteMeeting, Invitee, ListMeetings,
    Meeting, MeetingIntegration, UpdateMeeting, UpdatedMeeting,
};
pub use operation::Operation;
pub use outcomes::{
    ConnectStatus, ListCallOutcomes, OutcomeAutomation, OutcomeCategory, OutcomeChoice, Sentiment,
    TodoAction,
};
pub use page::{Acknowledgement, Answer, Envelope, Page, Paged, Record, Records, Whole};
pub use period::{Ago, DateError, DateRange, Period, PeriodArgs, PeriodError, When};
pub use permissions::{
    CreatePermissionProfile, ForecastPermissions, GetPermissionProfile, LibraryAccess,
    LibraryLevel, ListPermissionProfiles, ListProfileUsers, PermissionLevel, PermissionProfile,
    ProfileAccess, ProfileUser, UpdatePermissionProfile,
};
pub use privacy::{
    CustomerData, CustomerEngagement, CustomerRecord, CustomerRecordType, EmailReferences,
    EngagementType, EraseEmail, ErasePhone, ExternalObject, ExternalObjectType, ExternalSystem,
    FindEmail, FindPhone, FoundCall, FoundEmail, FoundMeeting, PhoneReferences,
};
pub use settings::{
    Brief, BriefStatus, KeywordTracker, ListBriefs, ListScorecards, ListTrackers, ListWorkspaces,
    QuestionOption, Scorecard, ScorecardQuestion, TrackerAffiliation, TrackerKeywords, TrackerTime,
    TrackerUnit, Workspace,
};
pub use stats::{
    ActivityByPeriod, ActivityCounters, AggregateActivity, AggregationPeriod, AnsweredScorecard,
    AnsweredScorecards, CountedPeriod, DailyActivity, DayActivity, InteractionStats,
    PeriodActivity, ReviewMethod, ScorecardAnswer, ScorecardVisibility, UserActivity,
    UserDailyActivity, UserInteraction, UserPeriodActivity,
};
pub use targets::{ListTargets, Target, UploadTargetAssignments};
pub use tasks::{
    ContactDetails, ContactEmail, ContactPhone, ContactSide, ContactType, ListTasks, OptOutChannel,
    Task, TaskAccount, TaskAction, TaskChange, TaskContact, TaskCrm, TaskDeal, TaskFlow,
    TaskFlowStep, TaskPriority, TaskStatus, TaskType, UpdateTask,
};
pub use users::{
    ConferencingProvider, GetUser, ListSettingsHistory, ListUsers, SearchUsers, SettingChange,
    SpokenLanguage, User, UserSetting, UserSettings,
};
