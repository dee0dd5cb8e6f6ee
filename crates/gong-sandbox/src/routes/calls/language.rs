//! The languages that a call can be said to be in, and what they are called once it is listed.

/// The three letters that a listed call has for the code of an added one; nothing for a code that
/// is not supported.
pub(super) fn spoken(code: &str) -> Option<&'static str> {
    let (language, region) = code.split_once('-')?;
    let (_, letters, regions) = LANGUAGES.iter().find(|(known, ..)| *known == language)?;
    regions.split(' ').any(|known| known == region).then_some(letters)
}

/// Languages, the letters of each, and its regions.
#[rustfmt::skip]
const LANGUAGES: [(&str, &str, &str); 73] = [
    ("af", "afr", "ZA"),
    ("am", "amh", "ET"),
    ("ar", "ara", "AE BH DZ EG IL IQ JO KW LB MA MR OM PS QA SA TN YE"),
    ("az", "aze", "AZ"),
    ("bg", "bul", "BG"),
    ("bn", "ben", "BD IN"),
    ("bs", "bos", "BA"),
    ("ca", "cat", "ES"),
    ("cs", "cze", "CZ"),
    ("da", "dan", "DK"),
    ("de", "deu", "AT CH DE"),
    ("el", "gre", "GR"),
    ("en", "eng", "AB AU CA GB IE IN NZ PH SG US WL ZA"),
    ("es", "spa", "AR BO CL CO CR DO EC ES GT HN MX NI PA PE PR PY SV US UY"),
    ("et", "est", "EE"),
    ("eu", "baq", "ES"),
    ("fa", "per", "IR"),
    ("fi", "fin", "FI"),
    ("fil", "fil", "PH"),
    ("fr", "fra", "BE CA CH FR"),
    ("gl", "glg", "ES"),
    ("gu", "guj", "IN"),
    ("he", "heb", "IL"),
    ("hi", "hin", "IN"),
    ("hr", "hrv", "HR"),
    ("hu", "hun", "HU"),
    ("hy", "arm", "AM"),
    ("id", "ind", "ID"),
    ("is", "ice", "IS"),
    ("it", "ita", "CH IT"),
    ("ja", "jpn", "JP"),
    ("jv", "jav", "ID"),
    ("ka", "geo", "GE"),
    ("kk", "kaz", "KZ"),
    ("km", "khm", "KH"),
    ("kn", "kan", "IN"),
    ("ko", "kor", "KR"),
    ("lo", "lao", "LA"),
    ("lt", "lit", "LT"),
    ("lv", "lav", "LV"),
    ("mk", "mac", "MK"),
    ("ml", "mal", "IN"),
    ("mn", "mon", "MN"),
    ("mr", "mar", "IN"),
    ("ms", "may", "MY"),
    ("my", "bur", "MM"),
    ("ne", "nep", "NP"),
    ("nl", "dut", "BE NL"),
    ("no", "nor", "NO"),
    ("pa", "pan", "Guru-IN"),
    ("pl", "pol", "PL"),
    ("pt", "por", "BR PT"),
    ("ro", "rum", "RO"),
    ("ru", "rus", "RU"),
    ("si", "sin", "LK"),
    ("sk", "slo", "SK"),
    ("sl", "slv", "SI"),
    ("sq", "alb", "AL"),
    ("sr", "srp", "RS"),
    ("su", "sun", "ID"),
    ("sv", "swe", "SE"),
    ("sw", "swa", "KE TZ"),
    ("ta", "tam", "IN LK MY SG"),
    ("te", "tel", "IN"),
    ("th", "tha", "TH"),
    ("tr", "tur", "TR"),
    ("uk", "ukr", "UA"),
    ("ur", "urd", "IN PK"),
    ("uz", "uzb", "UZ"),
    ("vi", "vie", "VN"),
    ("yue", "yue", "Hant-HK"),
    ("zh", "chi", "CN TW"),
    ("zu", "zul", "ZA"),
];

#[cfg(test)]
mod tests {
    use super::{LANGUAGES, spoken};

    #[test]
    fn only_the_listed_pairs_are_supported() {
        for (code, letters) in
            [("en-US", Some("eng")), ("yue-Hant-HK", Some("yue")), ("pa-Guru-IN", Some("pan"))]
        {
            assert_eq!(spoken(code), letters, "{code}");
        }
        for code in ["", "en", "en-us", "EN-US", "en-DE", "xx-XX", "yue", "zh-HK"] {
            assert_eq!(spoken(code), None, "{code}");
        }
        let n_codes: usize = LANGUAGES.iter().map(|row| row.2.split(' ').count()).sum();
        assert_eq!(n_codes, 133);
    }
}
