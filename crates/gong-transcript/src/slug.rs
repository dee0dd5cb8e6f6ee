//! Slugs: what of a title is safe in the name of a file.

use unicode_normalization::{
    UnicodeNormalization as _,
    char::{decompose_canonical, is_combining_mark},
};

/// The longest slug, in characters and in bytes: with an id and an ending it must fit everywhere.
const LONGEST: usize = 60;
const MOST_BYTES: usize = 100;

/// What of a title is safe in the name of a file: small letters, digits, and single hyphens between
/// them, at most 60 in all. Letters on which an accent stands are without it, and those of other
/// scripts stay. Nothing of a title that has none of these.
pub fn slug(title: &str) -> String {
    let title: String = title.nfkc().collect();
    let mut slug = String::new();
    for (n, it) in title.to_lowercase().nfc().map(without_accent).enumerate() {
        let is_mark = is_combining_mark(it) && !is_unseen(it);
        if is_mark && slug.ends_with(|it: char| it.is_ascii()) {
            continue;
        }
        let is_kept = is_mark && !slug.is_empty() || it.is_alphanumeric() && !is_unseen(it);
        let it = if is_kept { it } else { '-' };
        if it == '-' && (slug.is_empty() || slug.ends_with('-')) {
            continue;
        }
        // Titles may be long, and all but the first of them is left out.
        if n >= LONGEST * 10
            || slug.chars().count() == LONGEST
            || slug.len() + it.len_utf8() > MOST_BYTES
        {
            break;
        }
        slug.push(it);
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// A Latin letter without what stands on it. Marks of other scripts make other letters.
fn without_accent(letter: char) -> char {
    let mut first = None;
    decompose_canonical(letter, |it| first = first.or(Some(it)));
    first.filter(char::is_ascii_alphanumeric).unwrap_or(letter)
}

/// Whether nobody sees it, though it is a letter or a mark.
fn is_unseen(it: char) -> bool {
    matches!(it,
        '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}' | '\u{E0100}'..='\u{E01EF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_slug_has_the_words_of_the_title_and_nothing_else() {
        for (title, expected) in [
            ("Acme <> Kestrel: Pricing, 2nd call!", "acme-kestrel-pricing-2nd-call"),
            ("../../etc/passwd", "etc-passwd"),
            ("Rhône & Señor ＡＢＣ: \u{fb01}n", "rhone-senor-abc-fin"),
            ("Rho\u{302}ne", "rhone"),
            ("İstanbul", "istanbul"),
            ("価格 の話", "価格-の話"),
            ("Мой дом", "мой-дом"),
            ("हिन्दी में", "हिन्दी-में"),
            ("a\u{202e}b\u{200b}c\u{3164}d\u{feff}", "a-b-c-d"),
            ("\u{301}\u{fe0f}", ""),
        ] {
            assert_eq!(slug(title), expected, "{title:?}");
        }
        assert_eq!(slug(&"x ".repeat(300)).len(), 59);
        assert_eq!(slug(&"価".repeat(300)).len(), 99);
    }

    proptest! {
        #[test]
        fn whatever_the_title_is_a_slug_is_a_name(title in "\\PC*|.*") {
            let slug = slug(&title);
            prop_assert!(slug.len() <= MOST_BYTES && slug.chars().count() <= LONGEST, "{slug}");
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-'), "{slug}");
            let is_safe = |it: char| it == '-' || it.is_alphanumeric() || is_combining_mark(it);
            prop_assert!(slug.chars().all(is_safe), "{slug}");
            prop_assert_eq!(slug.nfc().collect::<String>(), slug);
        }
    }
}
