//! Somebody who took part in a new call, as a person writes them on the command line.

use std::{convert::Infallible, str::FromStr};

use serde_json::{Value, json};

/// `Name <address>`, an e-mail address, a phone number, or a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PartyArg {
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
}

impl PartyArg {
    /// The party as Gong wants it.
    pub(super) fn to_json(&self) -> Value {
        json!({ "name": self.name, "emailAddress": self.email, "phoneNumber": self.phone })
    }
}

impl FromStr for PartyArg {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let text = text.trim();
        let parts = text.strip_suffix('>').and_then(|text| text.split_once('<'));
        let (name, address) = match parts {
            Some((name, address)) => (name.trim().trim_matches('"'), address.trim()),
            None if text.contains('@') || text.starts_with('+') => ("", text),
            None => (text, ""),
        };
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let (email, phone) =
            if address.contains('@') { (some(address), None) } else { (None, some(address)) };
        Ok(Self { name: some(name), email, phone })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_party_has_what_was_written() {
        for (text, name, email, phone) in [
            ("Sam Buyer <sam@customer.example>", "Sam Buyer", "sam@customer.example", ""),
            ("\"Buyer, Sam\" <sam@customer.example>", "Buyer, Sam", "sam@customer.example", ""),
            (" sam@customer.example ", "", "sam@customer.example", ""),
            ("+1 555 0100", "", "", "+1 555 0100"),
            ("Sam <+15550100>", "Sam", "", "+15550100"),
            ("Sam", "Sam", "", ""),
        ] {
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let party = PartyArg { name: some(name), email: some(email), phone: some(phone) };
            assert_eq!(text.parse(), Ok(party), "{text}");
        }
    }
}
