//! What a call is, decided cheaply from its number: when, who, why, and what is odd about it.

use jiff::{SignedDuration, Timestamp};

use super::{
    Company,
    accounts::CONTACTS,
    hazard::{self, Hazard},
    language::Language,
    people::Role,
    random::{Purpose, Random},
};
use crate::data::MAX_SCHEDULE_SKEW_MINUTES;

/// Why people met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scenario {
    Discovery,
    Demo,
    Pricing,
    Negotiation,
    Renewal,
    Support,
    Internal,
    Interview,
    CheckIn,
    Workshop,
    Voicemail,
}

impl Scenario {
    pub(super) const ALL: [Self; 11] = [
        Self::Discovery,
        Self::Demo,
        Self::Pricing,
        Self::Negotiation,
        Self::Renewal,
        Self::Support,
        Self::Internal,
        Self::Interview,
        Self::CheckIn,
        Self::Workshop,
        Self::Voicemail,
    ];
    const WEIGHTS: [u64; 11] = [15, 15, 9, 6, 9, 10, 13, 4, 6, 4, 14];

    /// The name of its special exchanges in the phrase banks.
    pub(super) fn key(self, channel: Channel) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Demo => "demo",
            Self::Pricing => "pricing",
            Self::Negotiation => "negotiation",
            Self::Renewal => "renewal",
            Self::Support => "support",
            Self::Internal => "internal",
            Self::Interview => "interview",
            Self::CheckIn => "checkin",
            Self::Workshop => "workshop",
            Self::Voicemail if channel == Channel::Inbound => "inbound",
            Self::Voicemail => "voicemail",
        }
    }

    /// Shortest and longest duration, in seconds.
    fn lengths(self, language: Language) -> (u64, u64) {
        match self {
            Self::CheckIn if language != Language::English => (210, 450),
            Self::Voicemail if language != Language::English => (18, 40),
            Self::Discovery => (1_380, 2_640),
            Self::Demo => (1_680, 3_480),
            Self::Pricing => (1_080, 2_400),
            Self::Negotiation => (1_140, 2_520),
            Self::Renewal => (2_160, 3_720),
            Self::Support => (360, 1_140),
            Self::Internal => (600, 1_380),
            Self::Interview => (720, 1_500),
            Self::CheckIn => (360, 900),
            Self::Workshop => (5_100, 7_260),
            Self::Voicemail => (28, 124),
        }
    }
}

/// Who sits on a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// A user of the company, by index.
    User(usize),
    /// A person of the account, by index.
    Contact(usize),
    /// Somebody who applies for a job, by index of a name.
    Candidate(usize),
    /// A telephone number that nobody knows.
    DialIn,
}

/// A place at the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seat {
    pub(super) who: Who,
    pub(super) is_invited: bool,
    pub(super) is_present: bool,
}

/// How a call reached its people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    /// A web conference with pictures.
    Video,
    /// A web conference with sound alone.
    Audio,
    /// The other side rang, or left the message.
    Inbound,
    Outbound,
}

impl Channel {
    /// Whether it is a web conference, not a telephone call.
    pub(super) fn is_conference(self) -> bool {
        matches!(self, Self::Video | Self::Audio)
    }
}

/// The decisions about one call.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) number: u64,
    pub(super) scenario: Scenario,
    pub(super) hazard: Option<Hazard>,
    pub(super) started: Timestamp,
    pub(super) scheduled: Option<Timestamp>,
    /// In seconds.
    pub(super) duration: u64,
    pub(super) ready_at: Timestamp,
    pub(super) transcribed_at: Timestamp,
    /// Index of a user.
    pub(super) host: usize,
    /// Index of an account; `None` when only colleagues or strangers talk.
    pub(super) account: Option<usize>,
    /// The host sits first.
    pub(super) seats: Vec<Seat>,
    pub(super) language: Language,
    pub(super) language_code: &'static str,
    pub(super) channel: Channel,
    pub(super) is_private: bool,
    /// Index of a workspace.
    pub(super) workspace: usize,
}

/// Minutes after `now` at which the last calls become readable, oldest first.
const TAIL_READY_MINUTES: [i64; 8] = [-80, -70, -58, -40, -28, -6, 4, 12];
/// Seconds after `now` at which their transcripts do.
const TAIL_TRANSCRIBED_SECONDS: [i64; 8] = [-3_600, -3_000, -2_400, -1_200, 1_500, 45, 840, 1_200];

impl Plan {
    /// Whether there will ever be a transcript.
    pub(super) fn has_transcript(&self) -> bool {
        self.hazard != Some(Hazard::NoTranscript) && self.language_code != "zxx"
    }
}

impl Company {
    /// Decides what the call with this number is.
    pub(super) fn plan(&self, number: u64) -> Plan {
        let mut random = Random::new(self.seed, Purpose::Plan, number);
        let tail = self.calendar.tail(number);
        let hazard = if tail.is_some() { None } else { hazard::of(self.seed, number) };
        let scenario = scenario(&mut random, hazard, tail);
        let account = random.index(self.accounts.len());
        let account =
            (!matches!(scenario, Scenario::Internal | Scenario::Interview)).then_some(account);
        let language = account.map_or(Language::English, |account| self.accounts[account].language);
        let scenario = match (scenario, language) {
            (scenario, Language::English) => scenario,
            (Scenario::Voicemail, _) => Scenario::Voicemail,
            _ => Scenario::CheckIn,
        };
        let started = self.calendar.start(number);
        let (shortest, longest) = scenario.lengths(language);
        let is_brief = scenario == Scenario::Voicemail && random.chance(70);
        let mut duration =
            random.between(shortest, if is_brief { longest / 2 } else { longest }.max(shortest));
        if tail.is_some() {
            let age = self.calendar.now().duration_since(started).as_secs();
            duration = duration.min(u64::try_from(age / 2).unwrap_or(60));
        }
        let is_conference = match scenario {
            Scenario::Voicemail => false,
            Scenario::Support => random.chance(55),
            Scenario::CheckIn => random.chance(70),
            _ => random.chance(96),
        };
        let host = self.host(scenario, account, &mut random);
        let channel = match (is_conference, random.below(100)) {
            (true, 0..88) => Channel::Video,
            (true, _) => Channel::Audio,
            (false, 0..25) => Channel::Inbound,
            (false, _) => Channel::Outbound,
        };
        let seats = self.seats(scenario, host, hazard, &mut random);
        let language_code = match (scenario, random.below(8)) {
            (Scenario::Voicemail, 0) => "zxx",
            (Scenario::Voicemail, 1) => "und",
            _ => language.code(),
        };
        let (ready_at, transcribed_at) = self.ready(started, duration, tail, &mut random);
        Plan {
            number,
            scenario,
            hazard,
            started,
            scheduled: scheduled(started, is_conference, &mut random),
            duration,
            ready_at,
            transcribed_at,
            host,
            account,
            seats,
            language,
            language_code,
            channel,
            is_private: hazard == Some(Hazard::Private)
                || (scenario == Scenario::Interview && random.chance(30)),
            workspace: match scenario {
                Scenario::Renewal | Scenario::Support | Scenario::Workshop => 1,
                Scenario::Interview => 2,
                _ => 0,
            },
        }
    }

    fn host(&self, scenario: Scenario, account: Option<usize>, random: &mut Random) -> usize {
        let account = account.map(|account| &self.accounts[account]);
        match (scenario, account) {
            (Scenario::Support, _) => *random.pick(self.having(Role::Support)),
            (Scenario::Voicemail, _) => *random.pick(self.having(Role::Prospector)),
            (Scenario::Interview, _) => *random.pick(self.having(Role::Recruiter)),
            (Scenario::Renewal | Scenario::Workshop, Some(account)) => account.success,
            (Scenario::CheckIn, Some(account)) if account.is_customer() => account.success,
            (_, Some(account)) => account.seller,
            _ => match random.below(4) {
                0 => *random.pick(self.having(Role::SuccessManager)),
                1 => *random.pick(self.having(Role::Product)),
                _ => *random.pick(self.having(Role::SalesManager)),
            },
        }
    }

    fn seats(
        &self,
        scenario: Scenario,
        host: usize,
        hazard: Option<Hazard>,
        random: &mut Random,
    ) -> Vec<Seat> {
        let is_invited = scenario != Scenario::Voicemail;
        let mut seats = vec![Seat { who: Who::User(host), is_invited, is_present: true }];
        let mut colleagues = Vec::new();
        match scenario {
            Scenario::Demo | Scenario::Workshop => {
                colleagues.push(*random.pick(self.having(Role::Engineer)));
            }
            Scenario::Discovery | Scenario::Negotiation | Scenario::Renewal
                if random.chance(35) =>
            {
                colleagues.push(*random.pick(self.having(Role::SalesManager)));
            }
            Scenario::Support if random.chance(30) => {
                colleagues.push(*random.pick(self.having(Role::Success)));
            }
            Scenario::Interview if random.chance(50) => {
                colleagues.push(*random.pick(self.having(Role::SuccessManager)));
            }
            Scenario::Internal => {
                let kind = *random.pick(&[Role::Seller, Role::Success, Role::Engineer]);
                let team = self.having(kind);
                let first = random.index(team.len());
                let count = 2 + random.index(3);
                colleagues.extend((0..count).map(|step| team[(first + step) % team.len()]));
            }
            _ => {}
        }
        colleagues.retain(|colleague| *colleague != host);
        seats.extend(colleagues.into_iter().map(|colleague| Seat {
            who: Who::User(colleague),
            is_invited: true,
            is_present: true,
        }));
        let guests = match scenario {
            Scenario::Internal | Scenario::Interview => 0,
            Scenario::Voicemail => 1,
            Scenario::Workshop => 3 + random.index(3),
            Scenario::Support | Scenario::CheckIn => 1 + random.index(2),
            _ => 1 + random.index(4),
        };
        let mut contacts = random.order(CONTACTS);
        contacts.truncate(guests);
        seats.extend(contacts.into_iter().enumerate().map(|(index, contact)| Seat {
            who: Who::Contact(contact),
            is_invited: is_invited && !(index > 0 && random.chance(12)),
            is_present: index == 0 || !random.chance(18),
        }));
        if scenario == Scenario::Interview {
            let name = random.index(1_000);
            seats.push(Seat { who: Who::Candidate(name), is_invited: true, is_present: true });
        }
        if hazard == Some(Hazard::UnknownAffiliation) {
            seats.push(Seat { who: Who::DialIn, is_invited: false, is_present: true });
        }
        // Somebody who neither was invited nor came is not on the list.
        for seat in &mut seats {
            seat.is_invited |= !seat.is_present;
        }
        seats
    }

    fn ready(
        &self,
        started: Timestamp,
        duration: u64,
        tail: Option<u64>,
        random: &mut Random,
    ) -> (Timestamp, Timestamp) {
        let now = self.calendar.now();
        if let Some(index) = tail.and_then(|index| usize::try_from(index).ok()) {
            return (
                now + SignedDuration::from_mins(TAIL_READY_MINUTES[index]),
                now + SignedDuration::from_secs(TAIL_TRANSCRIBED_SECONDS[index]),
            );
        }
        let processing = duration + random.between(240, 2_400);
        let writing = random.between(180, 2_400);
        let ready_at = started + seconds(processing);
        (ready_at, ready_at + seconds(writing))
    }
}

fn seconds(count: u64) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(count).unwrap_or(0))
}

fn scenario(random: &mut Random, hazard: Option<Hazard>, tail: Option<u64>) -> Scenario {
    let drawn = Scenario::ALL[random.weighted(&Scenario::WEIGHTS)];
    let is_short = tail.is_some_and(|index| index >= 6);
    match (drawn, hazard) {
        (Scenario::Voicemail, Some(hazard)) if hazard.needs_talk() => Scenario::CheckIn,
        (Scenario::Internal, Some(Hazard::UnknownAffiliation)) => Scenario::Discovery,
        _ if tail == Some(7) => Scenario::Voicemail,
        _ if is_short => Scenario::CheckIn,
        (Scenario::Workshop | Scenario::Renewal, _) if tail.is_some() => Scenario::Pricing,
        (drawn, _) => drawn,
    }
}

/// The quarter of an hour that a meeting was planned for; now and then much earlier or later.
fn scheduled(started: Timestamp, is_conference: bool, random: &mut Random) -> Option<Timestamp> {
    if !is_conference {
        return random.chance(50).then_some(started);
    }
    let quarter = (started.as_second() + 120).div_euclid(900) * 900;
    let late = match random.below(60) {
        0 => 1_800,
        1 => -1_800,
        _ => 0,
    };
    let scheduled = Timestamp::from_second(quarter + late).unwrap_or(started);
    let limit = SignedDuration::from_mins(MAX_SCHEDULE_SKEW_MINUTES);
    Some(scheduled.clamp(started - limit, started + limit))
}
