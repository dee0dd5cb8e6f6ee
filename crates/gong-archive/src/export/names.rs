//! Names of files: safe whatever an id or a title says, and never two that differ in case alone.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
};

use gong_transcript::slug;
use sha2::{Digest as _, Sha256};

/// The longest value in the name of a folder, as it is written there.
const LONGEST_VALUE: usize = 180;
/// What Hive, and all who read its folders, take for no value.
const NO_VALUE: &str = "__HIVE_DEFAULT_PARTITION__";

/// The name of the file of a call, without its ending: the id, and what of the title is safe.
pub(super) fn of_call(id: &str, title: Option<&str>) -> String {
    let is_id = (1..=20).contains(&id.len()) && id.bytes().all(|it| it.is_ascii_digit());
    let id = if is_id { Cow::Borrowed(id) } else { Cow::Owned(hashed(id)) };
    let slug = slug(title.unwrap_or_default());
    let hyphen = if slug.is_empty() { "" } else { "-" };
    format!("{id}{hyphen}{slug}")
}

/// The folder of each value of a partition. Values that differ in case alone get names that differ
/// in more.
pub(super) fn folders<'a>(
    key: &str,
    values: impl IntoIterator<Item = &'a str>,
) -> BTreeMap<&'a str, String> {
    let values: Vec<&str> = values.into_iter().collect();
    let mut alike: HashMap<String, u32> = HashMap::new();
    for value in &values {
        *alike.entry(value.to_lowercase()).or_default() += 1;
    }
    let name = |value: &str| {
        let is_alone = alike[&value.to_lowercase()] < 2;
        format!("{key}={}", encoded(value, |it| is_alone && it.is_ascii_uppercase()))
    };
    values.iter().map(|&value| (value, name(value))).collect()
}

/// A value as Hive writes it into the name of a folder: what is not plain as `%` and two digits.
fn encoded(value: &str, is_plain: impl Fn(u8) -> bool) -> String {
    if value.is_empty() {
        return NO_VALUE.to_owned();
    }
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        let is_common = byte.is_ascii_lowercase() || byte.is_ascii_digit();
        // A dot at the end is lost on some systems.
        if is_common || is_plain(byte) || matches!(byte, b'-' | b'_') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    if encoded.len() > LONGEST_VALUE { hashed(value) } else { encoded }
}

/// Stands for what cannot be in a name.
fn hashed(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash[..16].iter().fold("x".to_owned(), |mut hashed, byte| {
        let _ = write!(hashed, "{byte:02x}");
        hashed
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_has_the_id_and_the_words_of_the_title() {
        let name = of_call("77", Some("Acme <> Kestrel: Pricing, 2nd call!"));
        assert_eq!(name, "77-acme-kestrel-pricing-2nd-call");
        assert_eq!(of_call("77", None), "77");
        assert_eq!(of_call("77", Some("Rhône 価格")), "77-rhone-価格");
        assert_eq!(of_call("77", Some(&"x".repeat(300))).len(), 2 + 1 + 60);
        assert_eq!(of_call("../../77", None).len(), 33);
    }

    #[test]
    fn folders_have_the_value_as_hive_writes_it() {
        let names = folders("account", ["0011", "001Ab", "a/../b", "", "..", "é"]);
        assert_eq!(names["0011"], "account=0011");
        assert_eq!(names["001Ab"], "account=001Ab");
        assert_eq!(names["a/../b"], "account=a%2F%2E%2E%2Fb");
        assert_eq!(names[""], "account=__HIVE_DEFAULT_PARTITION__");
        assert_eq!(names[".."], "account=%2E%2E");
        assert_eq!(names["é"], "account=%C3%A9");
        assert_eq!(folders("account", [&*"É".repeat(100)]).into_values().next().unwrap().len(), 41);
    }

    #[test]
    fn no_two_folders_differ_in_case_alone() {
        let names = folders("account", ["001aB", "001Ab", "001ab", "x"]);
        let names: Vec<&str> = names.values().map(String::as_str).collect();
        assert_eq!(names, ["account=001%41b", "account=001a%42", "account=001ab", "account=x"]);
    }

    proptest! {
        #[test]
        fn no_name_leaves_its_folder(id in "\\PC*|[0-9]{1,25}", title in "\\PC*") {
            let name = of_call(&id, Some(&title));
            prop_assert!(name.len() <= 134 && !name.starts_with('-'), "{name}");
            let is_unsafe = |it: char| it.is_ascii() && !it.is_ascii_alphanumeric() && it != '-';
            prop_assert!(!name.chars().any(|it| it.is_control() || is_unsafe(it)), "{name}");
        }

        #[test]
        fn no_two_values_share_a_folder(values in prop::collection::btree_set("[aAbBéÉ./%=]{0,4}", 0..40)) {
            let names = folders("account", values.iter().map(String::as_str));
            let distinct: std::collections::HashSet<_> =
                names.values().map(|it| it.to_lowercase()).collect();
            prop_assert_eq!(distinct.len(), values.len());
        }
    }
}
