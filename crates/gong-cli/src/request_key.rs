//! Request keys: names that Gong knows a repeat of a request by, made up where nobody gave one.

use anyhow::{Context as _, Result};

/// A name that no other request has: 128 random bits as 32 digits.
pub(crate) fn new() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).context("the system has no random numbers")?;
    Ok(bytes.map(|byte| format!("{byte:02x}")).concat())
}

/// Reads a name that somebody chose: letters, digits, `-` and `_`.
pub(crate) fn parse(text: &str) -> Result<String, String> {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "-_".contains(it);
    if !text.is_empty() && text.chars().all(is_plain) {
        Ok(text.to_owned())
    } else {
        Err("it may have letters, digits, - and _".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_new_each_time_and_one_that_gong_takes() {
        let (one, other) = (new().unwrap(), new().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), 32);
        assert_eq!(parse(&one).unwrap(), one);
    }

    #[test]
    fn what_gong_does_not_take_is_no_key() {
        for text in ["", "a b", "é", "a/b", "a.b"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert_eq!(parse("load-2026_06").unwrap(), "load-2026_06");
    }
}
