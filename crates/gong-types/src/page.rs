//! What comes back: records that keep Gong's own text, and pages of them.

mod salvage;

use std::{fmt, marker::PhantomData};

use serde::{Deserialize, Serialize, Serializer, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::{error::DecodeError, number};

/// What a successful answer can be decoded as.
pub trait Answer: Sized {
    /// Reads the JSON text of an answer; `member` is where it holds what was asked for.
    fn decode(text: &str, member: Option<&str>) -> Result<Self, DecodeError>;
}

/// The JSON text of one object as Gong sent it, read as a `T` when asked.
///
/// Members that no model knows survive, ids of 20 digits are never floats, and one odd record does
/// not take its page down: it fails when it is read, not when its page is.
pub struct Record<T> {
    text: Box<RawValue>,
    model: PhantomData<fn() -> T>,
}

impl<T> Record<T> {
    /// Gong's own text.
    pub fn text(&self) -> &str {
        self.text.get()
    }

    /// The same record seen as another model.
    pub fn cast<U>(self) -> Record<U> {
        Record { text: self.text, model: PhantomData }
    }
}

impl<T: DeserializeOwned> Record<T> {
    /// The record as its model. Fails if a member that is there has another type than any known; the
    /// message names the member but quotes no value, which may be personal.
    pub fn read(&self) -> Result<T, DecodeError> {
        from_text(self.text()).or_else(|error| match mend(self.text()) {
            Some(mended) => from_text(&mended),
            None => Err(error),
        })
    }

    /// The record as far as it can be read, and what could not be: a member of an unexpected type
    /// counts as absent, and an item of a list without what it needs is left out. Fails if nothing
    /// is left, such as for a record without its id.
    pub fn salvage(&self) -> Result<(T, Vec<DecodeError>), DecodeError> {
        self.read().map(|read| (read, Vec::new())).or_else(|_| {
            let mended = mend(self.text());
            salvage::salvage(mended.as_deref().unwrap_or(self.text()))
        })
    }
}

impl<T> Clone for Record<T> {
    fn clone(&self) -> Self {
        Self { text: self.text.clone(), model: PhantomData }
    }
}

impl<T> fmt::Debug for Record<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Record").field(&self.text()).finish()
    }
}

impl<T> From<Box<RawValue>> for Record<T> {
    fn from(text: Box<RawValue>) -> Self {
        Self { text, model: PhantomData }
    }
}

impl<T> Serialize for Record<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

impl<T> Answer for Record<T> {
    fn decode(text: &str, member: Option<&str>) -> Result<Self, DecodeError> {
        match member {
            None => parse::<Box<RawValue>>(text).map(Self::from),
            Some(member) => {
                Members::of(text)?.take_answer(member).map(|value| value.to_owned().into())
            }
        }
    }
}

/// `None` is an empty body, for operations of which nobody knows whether they answer anything.
impl<T> Answer for Option<Record<T>> {
    fn decode(text: &str, member: Option<&str>) -> Result<Self, DecodeError> {
        if text.trim().is_empty() { Ok(None) } else { Record::decode(text, member).map(Some) }
    }
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// How many there are and how to get the next page. Operations that are not paged have none.
    pub records: Option<Records>,
    /// The items of this page.
    pub items: Vec<Record<T>>,
    /// The whole answer without its items, for members that stand beside them, such as the time zone
    /// of statistics.
    pub envelope: Record<Envelope>,
}

/// What stands beside the items of a page.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Envelope {
    /// Gong's name for this answer, which its support asks for.
    pub request_id: Option<String>,
    /// The time zone of the company, in the answers of some statistics (such as `US/Pacific`).
    pub time_zone: Option<String>,
}

impl<T> Page<T> {
    /// What stands beside the items, as another model than [`Envelope`].
    pub(crate) fn beside<M: DeserializeOwned>(&self) -> Result<M, DecodeError> {
        self.envelope.clone().cast().read()
    }
}

/// The answer to a request that has nothing to tell but that it was carried out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Acknowledgement {
    /// Gong's name for this answer.
    pub request_id: Option<String>,
}

/// The counters of a paged answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Records {
    /// How many items all pages hold together. A hint: it may change between pages.
    #[serde(deserialize_with = "number::hint")]
    pub total_records: Option<u64>,
    /// How many items this page holds.
    #[serde(deserialize_with = "number::hint")]
    pub current_page_size: Option<u64>,
    /// The number of this page, counted from 0.
    #[serde(deserialize_with = "number::hint")]
    pub current_page_number: Option<u64>,
    /// What fetches the next page; absent, null or empty on the last one.
    pub cursor: Option<String>,
}

impl Records {
    /// The cursor of the next page, if there is one.
    pub fn next(&self) -> Option<&str> {
        self.cursor.as_deref().filter(|cursor| !cursor.is_empty())
    }
}

/// An answer that says how to get the next page.
pub trait Paged {
    /// The counters of this page; operations that are not paged have none.
    fn records(&self) -> Option<&Records>;
}

impl<T> Paged for Page<T> {
    fn records(&self) -> Option<&Records> {
        self.records.as_ref()
    }
}

/// A whole answer of any operation, page or not, with nothing taken out of it.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The counters, if it is a page.
    pub records: Option<Records>,
    /// Gong's own text.
    pub text: Box<RawValue>,
}

impl Paged for Whole {
    fn records(&self) -> Option<&Records> {
        self.records.as_ref()
    }
}

impl Answer for Whole {
    fn decode(text: &str, _member: Option<&str>) -> Result<Self, DecodeError> {
        let text: Box<RawValue> = parse(text)?;
        let records =
            if text.get().starts_with('{') { records_of(&Members::of(text.get())?)? } else { None };
        Ok(Self { records, text })
    }
}

impl<T> Answer for Page<T> {
    fn decode(text: &str, member: Option<&str>) -> Result<Self, DecodeError> {
        let mut members = Members::of(text)?;
        let member = member.unwrap_or("items");
        let items = members.take_answer(member)?;
        let items: Option<Vec<Box<RawValue>>> =
            parse(items.get()).map_err(|error| error.within(member))?;
        let records = records_of(&members)?;
        let size = records.as_ref().and_then(|records| records.current_page_size);
        if items.is_none() && size.is_some_and(|size| size > 0) {
            return Err(DecodeError::kind(member, "it is null, but the page is not empty"));
        }
        let envelope = serde_json::value::to_raw_value(&members)
            .expect("members of a parsed object are serializable");
        Ok(Self {
            records,
            items: items.into_iter().flatten().map(Record::from).collect(),
            envelope: envelope.into(),
        })
    }
}

/// Members that hold the answer under another name in Gong's description than on the wire: the name
/// on the wire, and the one that is described.
const OTHER_NAMES: [(&str, &str); 1] = [("flowsFolders", "flows")];

/// The members of one JSON object as text; of a key that stands twice the last one counts.
#[derive(Serialize)]
#[serde(transparent)]
struct Members<'a>(std::collections::BTreeMap<String, &'a RawValue>);

impl<'a> Members<'a> {
    fn of(text: &'a str) -> Result<Self, DecodeError> {
        parse(text).map(Self)
    }

    fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.get(name).copied()
    }

    /// Takes out what was asked for.
    fn take_answer(&mut self, name: &str) -> Result<&'a RawValue, DecodeError> {
        let other = OTHER_NAMES.iter().find(|(known, _)| *known == name).map(|(_, other)| *other);
        let found = self.0.remove(name).or_else(|| self.0.remove(other?));
        found.ok_or_else(|| DecodeError::missing(name))
    }
}

/// Absent is fine; malformed must not look like the last page.
fn records_of(members: &Members<'_>) -> Result<Option<Records>, DecodeError> {
    let Some(records) = members.get("records") else { return Ok(None) };
    match records.get().as_bytes().first() {
        // Serde would read an array as a struct, too.
        Some(b'{') => parse(records.get()).map_err(|error| error.within("records")),
        Some(b'n') => Ok(None),
        _ => Err(DecodeError::kind("records", "it is not an object")),
    }
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, DecodeError> {
    serde_json::from_str(text).map_err(|error| DecodeError::json(&error))
}

fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, DecodeError> {
    if !text.starts_with('{') {
        return Err(DecodeError::kind("", "it is not an object"));
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| DecodeError::at(&error.path().to_string(), error.inner()))
}

/// Replaces escaped halves of surrogate pairs, which are no characters, by U+FFFD; `None` if there
/// are none. Gong passes on what people paste into titles and chats.
fn mend(text: &str) -> Option<String> {
    let mut mended = String::with_capacity(text.len());
    let mut changed = false;
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        mended.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match code_unit(rest) {
            Some(0xD800..=0xDBFF)
                if matches!(rest.get(6..).and_then(code_unit), Some(0xDC00..=0xDFFF)) =>
            {
                12
            }
            Some(0xD800..=0xDFFF) => {
                mended.push('\u{FFFD}');
                changed = true;
                rest = &rest[6..];
                continue;
            }
            Some(_) => 6,
            // A backslash and the one character it escapes.
            None => rest.char_indices().nth(2).map_or(rest.len(), |(index, _)| index),
        };
        mended.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    mended.push_str(rest);
    changed.then_some(mended)
}

/// The code unit of a `\uXXXX` that `text` begins with.
fn code_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Named {
        name: String,
    }

    fn page(text: &str) -> Result<Page<Named>, DecodeError> {
        Page::decode(text, Some("people"))
    }

    #[test]
    fn keeps_fields_that_we_do_not_know() {
        let page = page(r#"{"people":[{"name":"a","new":18446744073709551617.10}]}"#).unwrap();
        assert_eq!(page.items[0].text(), r#"{"name":"a","new":18446744073709551617.10}"#);
    }

    #[test]
    fn one_odd_record_does_not_take_its_page_down() {
        let page = page(r#"{"people":[{"name":"a"},{"name":7},null,{"name":"b"}]}"#).unwrap();
        let read: Vec<_> = page.items.iter().map(|item| item.read().map(|it| it.name)).collect();
        assert!(read[0].is_ok() && read[1].is_err() && read[2].is_err() && read[3].is_ok());
    }

    #[test]
    fn an_error_names_the_member_and_quotes_no_value() {
        let page = page(r#"{"people":[{"name":{"secret":"jane@victim.example"}}]}"#).unwrap();
        let message = page.items[0].read().unwrap_err().to_string();
        assert!(message.contains("name") && !message.contains("jane"), "{message}");
    }

    #[test]
    fn malformed_records_are_not_the_last_page() {
        assert!(page(r#"{"people":[],"records":{"cursor":7}}"#).is_err());
        assert!(page(r#"{"people":[],"records":[]}"#).is_err());
        assert!(page(r#"{"people":[]}"#).unwrap().records.is_none());
    }

    #[test]
    fn no_list_is_an_empty_one_unless_the_counters_say_otherwise() {
        assert!(page(r#"{"people":null}"#).unwrap().items.is_empty());
        assert!(
            page(r#"{"people":null,"records":{"currentPageSize":0}}"#).unwrap().items.is_empty()
        );
        assert!(page(r#"{"people":null,"records":{"currentPageSize":1}}"#).is_err());
    }

    #[test]
    fn a_counter_that_is_no_number_does_not_take_its_page_down() {
        let page = page(r#"{"people":[],"records":{"totalRecords":"many","cursor":"c"}}"#).unwrap();
        let records = page.records.unwrap();
        assert_eq!((records.total_records, records.next()), (None, Some("c")));
    }

    #[test]
    fn an_answer_without_its_list_is_an_error() {
        assert!(page(r#"{"persons":[]}"#).is_err());
        assert!(page(r#"{"people":{}}"#).is_err());
        assert!(page("[]").is_err());
    }

    #[test]
    fn an_empty_body_may_be_an_answer_but_half_a_body_is_none() {
        type Perhaps = Option<Record<Acknowledgement>>;
        assert!(Perhaps::decode(" \n", None).unwrap().is_none());
        assert!(Perhaps::decode("{\"requestId\":", None).is_err());
        let record = Perhaps::decode(r#"{"requestId":"x"}"#, None).unwrap().unwrap();
        assert_eq!(record.read().unwrap().request_id.as_deref(), Some("x"));
    }

    #[test]
    fn null_and_empty_cursors_end_the_list() {
        for cursor in ["null", "\"\""] {
            let page =
                page(&format!(r#"{{"people":[],"records":{{"cursor":{cursor}}}}}"#)).unwrap();
            assert_eq!(page.records.unwrap().next(), None);
        }
    }

    #[test]
    fn half_a_surrogate_pair_is_replaced_when_read() {
        let page = page(r#"{"people":[{"name":"a\ud83d b\\ud83d \ud83d\ude00 \udc00"}]}"#).unwrap();
        assert_eq!(page.items[0].read().unwrap().name, "a\u{FFFD} b\\ud83d 😀 \u{FFFD}");
    }

    #[test]
    fn every_proper_prefix_of_a_page_is_refused() {
        let text = r#"{"requestId":"x","records":{"totalRecords":1},"people":[{"name":"é"}]}"#;
        for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
            assert!(page(&text[..end]).is_err(), "accepted {}", &text[..end]);
        }
    }

    proptest! {
        #[test]
        fn mending_never_panics_and_leaves_sound_text_alone(text in ".*", raw in "[\\\\udD8cC0f\"a]{0,40}") {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(mend(&json), None);
            let _ = mend(&raw);
        }
    }
}
