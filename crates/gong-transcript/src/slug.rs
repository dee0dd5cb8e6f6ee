//! Slugs: what of a title is safe in the name of a file.

/// The longest slug.
const LONGEST: usize = 60;

/// What of a title is safe in the name of a file: small letters, digits, and single hyphens between
/// them, at most 60 in all. Nothing of a title that has none of these.
pub fn slug(title: &str) -> String {
    let mut slug = String::new();
    for it in title.chars() {
        if slug.len() == LONGEST {
            break;
        }
        match it.to_ascii_lowercase() {
            it if it.is_ascii_alphanumeric() => slug.push(it),
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_has_the_words_of_the_title_and_nothing_else() {
        assert_eq!(slug("Acme <> Kestrel: Pricing, 2nd call!"), "acme-kestrel-pricing-2nd-call");
        assert_eq!(slug("../../etc/passwd"), "etc-passwd");
        assert_eq!(slug("価格"), "");
        assert_eq!(slug(&"x ".repeat(300)).len(), 59);
    }
}
