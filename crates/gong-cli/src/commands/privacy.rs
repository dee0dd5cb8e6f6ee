//! `gong privacy`: what Gong holds on a person, and erasing it for good.

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_types::{
    Acknowledgement, CallId, CustomerData, CustomerRecordType, EmailReferences, Endpoint,
    EngagementType, EraseEmail, ErasePhone, FindEmail, FindPhone, FoundCall, FoundEmail,
    FoundMeeting, PhoneReferences, Record,
};
use serde::de::DeserializeOwned;

use crate::{
    context::{Context, lists::counted},
    output::{Cell, Look, View},
};

/// Data privacy.
#[derive(Debug, Subcommand)]
pub(crate) enum Privacy {
    FindEmail(Email),
    FindPhone(Phone),
    /// Erase, for good, everything that names an e-mail address
    ///
    /// Deletes every call in which the person took part, every mail to and from them, and what is
    /// known of them from the CRM. It cannot be undone, runs for hours, and Gong does not tell how
    /// far it is; it may also refuse very many of them without saying so. Delete the person in the
    /// CRM and the mail first, or Gong will import them again.
    ///
    /// What would go is shown first, and the address is wanted again: at a terminal it is asked for,
    /// elsewhere --confirm must say it. --yes is not enough. The request is never sent twice.
    #[command(after_help = "Examples:\n  \
        gong privacy erase-email sam.buyer@customer.example --dry-run\n  \
        gong privacy erase-email sam.buyer@customer.example --confirm sam.buyer@customer.example")]
    EraseEmail(EraseArgs<Email>),
    /// Erase, for good, everything that names a phone number
    ///
    /// Deletes every call in which people with the number took part, every mail to and from them, and
    /// what is known of them from the CRM. It cannot be undone, runs for hours, and Gong does not
    /// tell how far it is; it may also refuse very many of them without saying so. Delete the people
    /// in the CRM and the mail first, or Gong will import them again.
    ///
    /// What would go is shown first, and the number is wanted again: at a terminal it is asked for,
    /// elsewhere --confirm must say it. --yes is not enough. The request is never sent twice.
    #[command(after_help = "Examples:\n  \
        gong privacy erase-phone +14155550123 --dry-run\n  \
        gong privacy erase-phone +14155550123 --confirm +14155550123")]
    ErasePhone(EraseArgs<Phone>),
}

/// Find everything that names an e-mail address: calls, mails, meetings, data of the CRM
///
/// An address that Gong does not know gives empty lists. Addresses of users of the company are
/// refused.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong privacy find-email sam.buyer@customer.example\n  \
    gong privacy find-email sam.buyer@customer.example --jq '.calls[].id'")]
pub(crate) struct Email {
    /// The address
    #[arg(value_name = "ADDRESS", value_parser = address)]
    whom: String,
}

/// Find everything that names a phone number: calls, mails, meetings, data of the CRM
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong privacy find-phone +14155550123\n  \
    gong privacy find-phone '+1 (415) 555-0123' --jq .matchingPhoneNumbers")]
pub(crate) struct Phone {
    /// The number, with + and the code of its country
    #[arg(value_name = "NUMBER", value_parser = number)]
    whom: String,
}

/// Whom to erase.
#[derive(Debug, Args)]
pub(crate) struct EraseArgs<T: Args> {
    #[command(flatten)]
    whom: T,

    /// The same again, to confirm that it is to be erased
    #[arg(long, value_name = "AGAIN")]
    confirm: Option<String>,
}

fn address(given: &str) -> Result<String, String> {
    let given = given.trim();
    match given.split_once('@') {
        Some((name, host)) if !name.is_empty() && host.contains('.') && !given.contains(' ') => {
            Ok(given.to_owned())
        }
        _ => Err("an address looks like sam@customer.example".to_owned()),
    }
}

fn number(given: &str) -> Result<String, String> {
    let given = given.trim();
    let n_digits = given.chars().filter(char::is_ascii_digit).count();
    let is_plain = given.chars().skip(1).all(|it| it.is_ascii_digit() || " -().".contains(it));
    if given.starts_with('+') && is_plain && (5..=20).contains(&n_digits) {
        Ok(given.to_owned())
    } else {
        Err("write it with + and the code of its country, such as +14155550123".to_owned())
    }
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Privacy) -> Result<()> {
    match args {
        Privacy::FindEmail(Email { whom }) => {
            find(ctx, &FindEmail { email_address: whom.clone() }, &whom).await
        }
        Privacy::FindPhone(Phone { whom }) => {
            find(ctx, &FindPhone { phone_number: whom.clone() }, &whom).await
        }
        Privacy::EraseEmail(EraseArgs { whom: Email { whom }, confirm }) => {
            let find = FindEmail { email_address: whom.clone() };
            let erasure = EraseEmail { email_address: whom.clone() };
            erase(ctx, &find, &erasure, &whom, confirm.as_deref()).await
        }
        Privacy::ErasePhone(EraseArgs { whom: Phone { whom }, confirm }) => {
            let find = FindPhone { phone_number: whom.clone() };
            let erasure = ErasePhone { phone_number: whom.clone() };
            erase(ctx, &find, &erasure, &whom, confirm.as_deref()).await
        }
    }
}

/// Shows what there is, and how much that is.
async fn find<F, T>(ctx: &mut Context, find: &F, whom: &str) -> Result<()>
where
    F: Endpoint<Response = Record<T>>,
    T: References + View + DeserializeOwned,
{
    let Some(found) = ctx.read(find).await? else { return Ok(()) };
    ctx.output.one(&found)?;
    ctx.ui.note(&found.read()?.found().counted(whom));
    Ok(())
}

/// Shows what would go, wants to hear it again, and erases it.
async fn erase<F, T, E>(
    ctx: &mut Context,
    find: &F,
    erasure: &E,
    whom: &str,
    again: Option<&str>,
) -> Result<()>
where
    F: Endpoint<Response = Record<T>>,
    T: References + DeserializeOwned,
    E: Endpoint<Response = Record<Acknowledgement>>,
{
    if ctx.is_dry_run(&[find.request(), erasure.request()])? {
        return Ok(());
    }
    if again.is_some() {
        // Who confirms something else is told before anything is asked of Gong.
        ctx.confirm_erasing(whom, again)?;
    }
    let Some(found) = ctx.read(find).await? else { return Ok(()) };
    let references = found.read()?;
    let found = references.found();
    ctx.ui.needs(&found.counted(whom));
    let ids = found.calls.iter().filter_map(|call| call.id.as_ref());
    let ids: Vec<_> = ids.map(CallId::as_str).collect();
    if !ids.is_empty() {
        ctx.detail(&format!("calls that would go: {}", ids.join(", ")));
    }
    if again.is_none() {
        ctx.confirm_erasing(whom, None)?;
    }
    let Some(answer) = ctx.write_unasked(erasure, None).await? else { return Ok(()) };
    ctx.output.one(&answer)?;
    ctx.ui.status(&format!(
        "Gong is erasing everything of {whom}: this takes hours, cannot be undone, and Gong does not \
         tell when it is done"
    ));
    ctx.ui.hint("delete the person in the CRM and the mail too, or Gong will import them again");
    Ok(())
}

/// What was found of a person, by an address or by a number.
#[derive(Clone, Copy)]
struct Found<'a> {
    emails: &'a [FoundEmail],
    calls: &'a [FoundCall],
    meetings: &'a [FoundMeeting],
    customer_data: &'a [CustomerData],
    /// `None` where Gong does not tell.
    n_engagements: Option<usize>,
}

/// Something that Gong found of a person.
trait References {
    fn found(&self) -> Found<'_>;
}

impl References for EmailReferences {
    fn found(&self) -> Found<'_> {
        Found {
            emails: self.emails.as_deref().unwrap_or_default(),
            calls: self.calls.as_deref().unwrap_or_default(),
            meetings: self.meetings.as_deref().unwrap_or_default(),
            customer_data: self.customer_data.as_deref().unwrap_or_default(),
            n_engagements: Some(self.customer_engagement.as_ref().map_or(0, Vec::len)),
        }
    }
}

impl References for PhoneReferences {
    fn found(&self) -> Found<'_> {
        Found {
            emails: self.emails.as_deref().unwrap_or_default(),
            calls: self.calls.as_deref().unwrap_or_default(),
            meetings: self.meetings.as_deref().unwrap_or_default(),
            customer_data: self.customer_data.as_deref().unwrap_or_default(),
            n_engagements: None,
        }
    }
}

impl Found<'_> {
    /// How much it is, in words.
    fn counted(self, whom: &str) -> String {
        let records = self.customer_data.iter();
        let n_records: usize = records.map(|it| it.objects.as_ref().map_or(0, Vec::len)).sum();
        let counts = [
            (Some(self.calls.len()), "calls"),
            (Some(self.emails.len()), "mails"),
            (Some(self.meetings.len()), "meetings"),
            (Some(n_records), "CRM records"),
            (self.n_engagements, "engagement events"),
        ];
        let counts = counts.into_iter().filter_map(|(count, nouns)| {
            Some(counted(u64::try_from(count?).unwrap_or(u64::MAX), nouns))
        });
        format!("of {whom} Gong has {}", counts.collect::<Vec<_>>().join(", "))
    }
}

impl View for EmailReferences {
    const COLUMNS: &'static [&'static str] = COLUMNS;

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![Cell::empty(); Self::COLUMNS.len()]
    }

    fn rows(&self, look: &Look) -> Vec<Vec<Cell>> {
        let mut rows = rows(self.found(), look);
        for event in self.customer_engagement.iter().flatten() {
            rows.push(vec![
                Cell::text("engagement"),
                Cell::maybe(event.source_event_id.as_deref()),
                Cell::maybe(event.event_type.as_ref().map(EngagementType::as_str)),
                look.time(event.timestamp),
            ]);
        }
        rows
    }
}

impl View for PhoneReferences {
    const COLUMNS: &'static [&'static str] = COLUMNS;

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![Cell::empty(); Self::COLUMNS.len()]
    }

    fn rows(&self, look: &Look) -> Vec<Vec<Cell>> {
        let mut rows = rows(self.found(), look);
        for address in self.email_addresses.iter().flatten() {
            rows.push(vec![
                Cell::text("address"),
                Cell::text(address),
                Cell::empty(),
                Cell::empty(),
            ]);
        }
        rows
    }
}

const COLUMNS: &[&str] = &["WHAT", "ID", "DETAIL", "TIME"];

/// A row for each thing that was found.
fn rows(found: Found<'_>, look: &Look) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    let mut add = |what: &str, id: Option<&str>, detail: Option<&str>, time| {
        rows.push(vec![Cell::text(what), Cell::maybe(id), Cell::maybe(detail), look.time(time)]);
    };
    for call in found.calls {
        add("call", call.id.as_ref().map(CallId::as_str), call.status.as_deref(), None);
    }
    for mail in found.emails {
        add("mail", mail.id.as_deref(), mail.from.as_deref(), mail.sent_time);
    }
    for meeting in found.meetings {
        add("meeting", meeting.id.as_deref(), None, None);
    }
    for record in found.customer_data.iter().flat_map(|it| it.objects.iter().flatten()) {
        let kind = record.object_type.as_ref().map(CustomerRecordType::as_str);
        add("CRM record", record.external_id.as_deref(), kind, None);
    }
    rows
}

impl View for Acknowledgement {
    const COLUMNS: &'static [&'static str] = &["REQUEST ID"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![Cell::maybe(self.request_id.as_deref())]
    }
}
