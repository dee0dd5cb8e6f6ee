//! Needles: what tells a person or an account in any text, however it is written.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Target;
use crate::{
    error::{Error, Result},
    tombstones::{self, EMAIL, FEWEST_DIGITS, PHONE, addresses},
};

/// A shorter id of a CRM may stand elsewhere by chance. Those of Salesforce have 15 characters or 18.
const FEWEST_OF_ID: usize = 15;
/// What is escaped in the query of a page's address.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is looked for in texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Needle {
    /// An address, in small letters.
    Email(String),
    /// The digits of a number, with those of the country.
    Phone(String),
    /// An id in the CRM.
    Account(String),
}

impl Needle {
    /// What is looked for, if it is not calls that are known by their ids or their time.
    pub(super) fn of(target: &Target) -> Result<Option<Self>> {
        Ok(Some(match target {
            Target::Calls(_) | Target::Before(_) => return Ok(None),
            Target::Email(address) => {
                let address = tombstones::normal(EMAIL, address);
                let parts = address.split_once('@');
                let is_one = parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
                if !is_one || address.contains(char::is_whitespace) {
                    return Err(Error::Vague);
                }
                Self::Email(address)
            }
            Target::Phone(number) => {
                let digits = tombstones::normal(PHONE, number);
                if digits.len() < FEWEST_DIGITS {
                    return Err(Error::Vague);
                }
                Self::Phone(digits)
            }
            Target::Account(id) if id.trim().is_empty() => return Err(Error::Vague),
            Target::Account(id) => Self::Account(id.trim().to_owned()),
        }))
    }

    /// Whether a text of JSON holds it.
    pub(super) fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Email(address) => holds_address(&tombstones::unescaped(text), address),
            Self::Phone(_) => tombstones::strings(text).any(|it| self.is_said(&it)),
            Self::Account(id) => {
                (text.contains('\\') || text.contains(id))
                    && tombstones::accounts(text).contains(id)
            }
        }
    }

    /// Whether what was said or written holds it.
    pub(super) fn is_said(&self, text: &str) -> bool {
        match self {
            Self::Email(address) => holds_address(text, address),
            Self::Phone(digits) => holds_number(text, digits),
            Self::Account(_) => false,
        }
    }

    /// Whether an address or a number of a party is it.
    pub(super) fn is_value(&self, value: &str) -> bool {
        match self {
            Self::Email(address) => tombstones::normal(EMAIL, value) == *address,
            Self::Phone(digits) => tombstones::normal(PHONE, value) == *digits,
            Self::Account(_) => false,
        }
    }

    /// The bytes that no file may have.
    pub(super) fn bytes(&self) -> Vec<String> {
        match self {
            Self::Email(address) => {
                let in_query = utf8_percent_encode(address, IN_QUERY).to_string().to_lowercase();
                vec![address.clone(), address.replace('@', "%40"), in_query]
            }
            Self::Account(id) if id.len() < FEWEST_OF_ID => Vec::new(),
            Self::Account(id) => vec![id.clone()],
            // Other numbers may hold these digits: those of an id, or of a moment.
            Self::Phone(digits) => vec![format!("+{digits}"), format!("\"{digits}\"")],
        }
    }
}

/// Whether the address is in the text, and not only as a part of a longer one.
fn holds_address(text: &str, address: &str) -> bool {
    // Most texts have none, and to make letters small takes time.
    if !text.contains('@') && !text.contains("%40") {
        return false;
    }
    addresses::ways(text).any(|text| {
        // Not before, as escapes stand for capitals, too.
        let text = text.to_lowercase();
        text.match_indices(address)
            .any(|(at, _)| addresses::stands_alone(&text, at..at + address.len()))
    })
}

/// Whether groups of digits that stand together in the text make up the number.
fn holds_number(text: &str, number: &str) -> bool {
    tombstones::numbers(text).any(|it| it.strip_prefix("00").unwrap_or(&it) == number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_however_it_is_written_and_no_other() {
        let needle = Needle::Email("jane@acme.example".to_owned());
        for text in [
            "jane@acme.example",
            r#"{"emailAddress":"Jane@ACME.example"}"#,
            "write to jane@acme.example.",
            r"one\njane@acme.example\nthree",
            r"jane\u0040acme.example",
            "mailto:jane@acme.example?subject=x",
            "ask jane@acme.example- or",
            "https://meet.example/1?email=Jane%40acme.example&x=1",
            "https://meet.example/1?to=bob%40acme.example%2Cjane%40acme.example",
            "https://meet.example/1?go=%3Fto%3Djane%40acme.example",
            r"\ud83d\udce7jane@acme.example",
            "https://meet.example/1?to=%4Aane%40acme.example",
            "https://meet.example/1?details=Ask+jane%40acme.example",
            "\u{30E1}\u{30FC}\u{30EB}\u{306F}jane@acme.example\u{3067}\u{3059}",
        ] {
            assert!(needle.is_in(text), "{text}");
        }
        for text in [
            "mary.jane@acme.example",
            "jane@acme.example.br",
            "jane@acme.example-co.br",
            "jane@acme.examples",
            "jane",
        ] {
            assert!(!needle.is_in(text), "{text}");
        }
    }

    #[test]
    fn an_address_with_odd_characters_is_found_as_any_other() {
        for (address, text) in [
            ("r&d@acme.example", r#"{"emailAddress":"R&D@acme.example"}"#),
            ("o'brien@acme.example", "it is 'o'brien@acme.example'"),
            ("a=b@acme.example", "a=b@acme.example"),
            ("jane@acme_corp.example", "jane@acme_corp.example, or so"),
            ("jane+gong@acme.example", "https://meet.example/1?to=jane%2Bgong%40acme.example"),
        ] {
            let needle = Needle::Email(address.to_owned());
            assert!(needle.is_in(text), "{text}");
            assert!(needle.bytes().iter().any(|it| text.to_lowercase().contains(it)), "{text}");
        }
    }

    #[test]
    fn a_number_is_found_however_it_is_written_and_no_other() {
        let needle = Needle::Phone("442079460000".to_owned());
        for text in
            ["+442079460000", "call me at +44 20 7946-0000, or 5 times", "it is 3 + 44 207 9460000"]
        {
            assert!(needle.is_said(text), "{text}");
        }
        for text in ["1442079460000", "4420794600001", "44 20 7946", "7744207946000099"] {
            assert!(!needle.is_said(text), "{text}");
        }
        for text in [
            r#""phoneNumber":"0044 (20) 7946.0000","x":1"#,
            r#"["\u002b442079460000"]"#,
            r#"["\ud83d\udcf1442079460000"]"#,
        ] {
            assert!(needle.is_in(text), "{text}");
        }
        assert!(!needle.is_in(r#"{"start":442079460000,"end":442079460001}"#));
    }

    #[test]
    fn what_tells_nobody_is_refused() {
        for target in [
            Target::Email("jane".to_owned()),
            Target::Email("@acme.example".to_owned()),
            Target::Email(String::new()),
            Target::Phone("12345".to_owned()),
            Target::Account(" ".to_owned()),
        ] {
            assert!(matches!(Needle::of(&target), Err(Error::Vague)), "{target:?}");
        }
    }
}
