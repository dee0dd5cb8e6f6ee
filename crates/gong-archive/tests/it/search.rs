//! Search: words in, sentences out.

mod odd;

use gong_archive::{Archive, Error, Filters, Found, Search, Side};
use serde_json::json;

use crate::talk::{Talk, archive};

fn search(archive: &Archive, words: &str, filters: Filters) -> Result<Found, Error> {
    let words = words.to_owned();
    archive.search(&Search { words, filters, limit: 100, context: 0 })
}

/// What is found, with marks around what was looked for.
fn sentences(archive: &Archive, words: &str) -> Vec<String> {
    let found = search(archive, words, Filters::default()).unwrap();
    let marked = found.hits.iter().map(|hit| {
        let pieces = hit.pieces().into_iter();
        pieces.map(|(it, is_hit)| if is_hit { format!("[{it}]") } else { it.to_owned() }).collect()
    });
    let mut marked: Vec<String> = marked.collect();
    marked.sort();
    marked
}

fn refusal(archive: &Archive, words: &str) -> String {
    match search(archive, words, Filters::default()) {
        Err(Error::Words { problem, hint }) => format!("{problem}; {hint}"),
        other => panic!("{words:?} gave {other:?}"),
    }
}

fn monologues(lines: &[&str]) -> (tempfile::TempDir, Archive) {
    let lines: Vec<_> = lines.iter().map(|line| ("Ann", *line)).collect();
    archive(&[Talk::new(1, "2026-05-01T10:00:00Z", &lines)])
}

#[test]
fn words_are_joined_as_people_write_them() {
    let (_folder, archive) = monologues(&[
        "the list price is fixed",
        "a price list with a discount",
        "pricing and what discount there is, far from the word that stands at the very end, price",
        "nothing of the kind",
    ]);
    let finds = |words: &str, expected: &[&str]| {
        assert_eq!(sentences(&archive, words), expected, "{words}");
    };
    finds("fixed", &["the list price is [fixed]"]);
    finds("FIXED LiSt", &["the [list] price is [fixed]"]);
    finds("\"list price\"", &["the [list price] is fixed"]);
    finds("“list price”", &["the [list price] is fixed"]);
    finds("fixed OR kind", &["nothing of the [kind]", "the list price is [fixed]"]);
    finds("price list NOT discount", &["the [list] [price] is fixed"]);
    finds("price AND list AND NOT discount", &["the [list] [price] is fixed"]);
    finds("price NEAR/2 discount", &[]);
    finds("price NEAR/4 discount", &["a [price] list with a [discount]"]);
}

#[test]
fn what_joins_nothing_is_a_word_and_what_is_open_is_closed() {
    let (_folder, archive) = monologues(&["to be or not", "near and dear", "to be and not to be"]);
    let finds = |words: &str, expected: &[&str]| {
        assert_eq!(sentences(&archive, words), expected, "{words}");
    };
    finds("be OR", &["to [be] [or] not"]);
    finds("AND dear", &["near [and] [dear]"]);
    finds("NEAR", &["[near] and dear"]);
    finds("NEAR dear", &["[near] and [dear]"]);
    finds("(dear", &["near and [dear]"]);
    finds("dear)", &["near and [dear]"]);
    finds("\"and dear", &["near [and dear]"]);
    finds(":) dear (:", &["near and [dear]"]);
    finds("dear … AND …", &["near and [dear]"]);
    finds("dear OR (or NOT and)", &["near and [dear]", "to be [or] not"]);
    finds("or and not", &[]);
}

#[test]
fn what_cannot_be_meant_is_refused_with_a_way_out() {
    let (_folder, archive) = monologues(&["nothing"]);
    let refuses = |words: &str, expected: &str| {
        assert_eq!(refusal(&archive, words), expected, "{words}");
    };
    let no_word = "there is no letter and no digit in them; say at least one word";
    for words in ["", " ", "()", "\"\"", "*", "…", "!?", "\0", "( ( \" - \" ) )"] {
        refuses(words, no_word);
    }
    let only_not = "NOT takes away from what is found, and nothing is looked for; \
                    write what to find before it: pricing NOT discount";
    for words in ["NOT pricing", "(NOT pricing)", "pricing OR NOT discount", "… NOT pricing"] {
        refuses(words, only_not);
    }
    let near = "NEAR joins only words, phrases, and groups of them with OR; \
                write, for example, pricing NEAR (discount OR rebate)";
    refuses("a NEAR (b AND c)", near);
    let example = "write, for example, pricing NEAR/5 discount";
    for words in ["pricing NEAR/-1 discount", "pricing NEAR/ discount", "NEAR/x pricing"] {
        refuses(words, &format!("NEAR/ wants a number of words; {example}"));
    }
    for words in ["price NEAR/5", "NEAR/5 price", "price NEAR/5 OR discount", "NEAR/5"] {
        refuses(words, &format!("NEAR/ stands between two words; {example}"));
    }
    assert!(search(&archive, "a NEAR/99999999999 b", Filters::default()).is_ok());
    refuses(&"x ".repeat(257), "there are more than 256 of them; leave some out");
    let deep = "groups stand too deep in each other; leave some parentheses out";
    refuses(&format!("{}x", "(".repeat(10_000)), deep);
    let pairs = "NEAR joins too many words with each other; leave some out";
    refuses(&format!("{0} NEAR {0} NEAR {0}", "(a OR b OR c OR d OR e)"), pairs);
}

#[test]
fn words_are_found_as_they_are_typed() {
    let (_folder, archive) = monologues(&[
        "We don’t follow-up.",
        "They dont follow up",
        "Jose Müller said naïve, ÉTÉ and cafe\u{301}",
        "Smith's C++ costs $1,000.50 (R&D)",
        "pricing, prices, and price",
        "Straße",
    ]);
    let finds = |words: &str, expected: &[&str]| {
        assert_eq!(sentences(&archive, words), expected, "{words}");
    };
    finds("don't", &["We [don’t] follow-up."]);
    finds("follow-up", &["They dont [follow up]", "We don’t [follow-up]."]);
    finds("José", &["[Jose] Müller said naïve, ÉTÉ and cafe\u{301}"]);
    finds("muller NAIVE", &["Jose [Müller] said [naïve], ÉTÉ and cafe\u{301}"]);
    finds("ete café", &["Jose Müller said naïve, [ÉTÉ] and [cafe\u{301}]"]);
    finds("1,000.50", &["Smith's C++ costs $[1,000.50] (R&D)"]);
    finds("R&D", &["Smith's C++ costs $1,000.50 ([R&D])"]);
    finds("pric*", &["[pricing], [prices], and [price]"]);
    finds("\"prices and pri\"*", &["pricing, [prices, and price]"]);
    finds("pric", &[]);
    finds("text:price", &[]);
    finds("^price", &["pricing, prices, and [price]"]);
}

#[test]
fn every_language_of_gong_can_be_searched() {
    for (said, looked_for, found) in [
        ("価格は高いです。割引はありますか", "割引", "価格は高いです。[割引]はありますか"),
        ("価格は高いです", "格は高", "価[格は高]いです"),
        ("価格は高い", "高", "価格は[高]い"),
        ("我们的价格可以打折吗", "价格", "我们的[价格]可以打折吗"),
        ("我们的价格可以打折吗", "价格 打折", "我们的[价格]可以[打折]吗"),
        ("ราคาของเราลดได้ไหม", "ลดได้", "ราคาของเรา[ลดได้]ไหม"),
        ("가격은 비싸요", "가격", "[가격]은 비싸요"),
        ("OpenAIの価格表", "AIの価格", ""),
        ("OpenAIの価格表", "openaiの価格", "[OpenAIの価格]表"),
        ("ＡＢＣの１２", "abc 12", "[ＡＢＣ]の[１２]"),
        ("時々", "々", "時[々]"),
        ("हिन्दी में बात करते हैं", "हिन्दी", "[हिन्दी] में बात करते हैं"),
        ("हिन्दी में बात करते हैं", "हन्दी", ""),
        ("Скидка на цену", "СКИДКА", "[Скидка] на цену"),
        ("שלום לכולם", "שלום", "[שלום] לכולם"),
        ("السعر مرتفع", "السعر", "[السعر] مرتفع"),
        ("İstanbul'da fiyat", "istanbul'da", "[İstanbul'da] fiyat"),
        ("Größe und Preis", "GROSSE", "[Größe] und Preis"),
        ("Chị Nguyễn, anh Đặng", "dang nguyen", "Chị [Nguyễn], anh [Đặng]"),
        ("Chi\u{323} Nguye\u{302}\u{303}n!", "chị nguyễn", "[Chi\u{323}] [Nguye\u{302}\u{303}n]!"),
        ("giá cả hợp lý", "gia ca", "[giá] [cả] hợp lý"),
        ("Domnul Șerban", "serban", "Domnul [Șerban]"),
        ("Łódź i Mærsk", "lodz MAERSK", "[Łódź] i [Mærsk]"),
        ("Η τιμή", "τιμή", "Η [τιμή]"),
        ("Η Άλφα του Κώστα", "αλφα", "Η [Άλφα] του Κώστα"),
        ("κύριος Κώστας", "ΚΩΣΤΑΣ", "κύριος [Κώστας]"),
        ("Новая ёлка", "елка", "Новая [ёлка]"),
        ("Новая елка", "ЁЛКА", "Новая [елка]"),
        ("Дорога\u{301}я цена", "дорогая", "[Дорога\u{301}я] цена"),
        ("мой дом", "мои", ""),
        ("мой дом", "мои\u{306}", "[мой] дом"),
        ("мои\u{306} дом", "МОЙ", "[мои\u{306}] дом"),
        ("かき", "がき", ""),
        ("か\u{3099}き", "がき", "[か\u{3099}き]"),
        (
            "\u{1100}\u{1161}\u{1100}\u{1167}\u{11A8}은",
            "가격",
            "[\u{1100}\u{1161}\u{1100}\u{1167}\u{11A8}]은",
        ),
    ] {
        let (_folder, archive) = monologues(&[said]);
        let expected: Vec<&str> = Some(found).into_iter().filter(|it| !it.is_empty()).collect();
        assert_eq!(sentences(&archive, looked_for), expected, "{looked_for} in {said}");
    }
}

#[test]
fn a_hit_is_the_best_sentence_with_who_said_it_and_what_was_said_around_it() {
    let lines = [
        ("Ann", "Hello Bob.|How are you?"),
        ("Bob", "Let us talk of price.|I want a discount on the price.|Really.|A discount."),
        ("Ann", "No."),
    ];
    let (_folder, archive) = archive(&[Talk::new(7, "2026-05-01T12:00:00+02:00", &lines)]);
    let words = "price discount".to_owned();
    let search = Search { words, filters: Filters::default(), limit: 10, context: 2 };
    let found = archive.search(&search).unwrap();
    assert_eq!(
        json!(found),
        json!({
            "hits": [{
                "callId": "7",
                "title": "Call 7",
                "started": "2026-05-01T10:00:00.000Z",
                "speakerName": "Bob Baker",
                "affiliation": "External",
                "to": ["Ann Archer"],
                "start": 40_000,
                "end": 44_500,
                "sentence": "I want a discount on the price.",
                "marks": [{ "start": 9, "end": 17 }, { "start": 25, "end": 30 }],
                "before": [
                    { "speakerName": "Ann Archer", "start": 20_000, "sentence": "How are you?" },
                    { "speakerName": "Bob Baker", "start": 30_000, "sentence": "Let us talk of price." },
                ],
                "after": [
                    { "speakerName": "Bob Baker", "start": 50_000, "sentence": "Really." },
                    { "speakerName": "Bob Baker", "start": 60_000, "sentence": "A discount." },
                ],
                "url": "https://us-1.app.gong.io/call?id=7&highlights=%5B%7B%22type%22%3A%22SHARE%22%2C%22from%22%3A40%2C%22to%22%3A45%7D%5D",
            }],
            "nMatches": 1,
            "isComplete": true,
            "coverage": {
                "from": null, "to": null, "nUnsettled": 0, "nCalls": 1, "nTranscriptsExpected": 0,
            },
        })
    );
}

#[test]
fn spans_that_are_not_whole_are_told() {
    let (folder, archive) = monologues(&["Hello."]);
    let connection = rusqlite::Connection::open(folder.path().join("archive.db")).unwrap();
    for (month, listed, is_settled) in [(4, true, true), (5, true, false), (6, false, false)] {
        let window = "INSERT INTO windows (starts, ends, listing, listed, is_settled)
                      VALUES (printf('2026-%02d', ?1), printf('2026-%02d', ?1 + 1), ?1, ?2, ?3)";
        let listed = listed.then_some("2026-07");
        connection.execute(window, rusqlite::params![month, listed, is_settled]).unwrap();
    }
    let coverage = archive.coverage().unwrap();
    assert_eq!(coverage.from.as_deref().zip(coverage.to.as_deref()), Some(("2026-04", "2026-06")));
    assert_eq!(coverage.n_unsettled, 1);
}

#[test]
fn a_phrase_over_two_sentences_is_found_and_shown_by_its_words() {
    let (_folder, archive) = monologues(&["This is the list.|Price is all."]);
    assert_eq!(sentences(&archive, "\"list price\""), ["This is the [list]."]);
}

#[test]
fn the_sentence_with_most_different_words_is_shown_whatever_its_letters() {
    let (_folder, archive) = monologues(&["İİİİİİ price price|price discount|PRİCE Price"]);
    assert_eq!(sentences(&archive, "price OR discount"), ["[price] [discount]"]);
}

#[test]
fn the_best_comes_first_and_of_equals_the_newest() {
    let talk = |id, started, line| Talk::new(id, started, &[("Ann", line)]);
    let (_folder, archive) = archive(&[
        talk(1, "2026-05-01T10:00:00Z", "price and discount and a great many other words besides"),
        talk(2, "2026-05-02T10:00:00Z", "price discount"),
        talk(3, "2026-05-03T10:00:00Z", "price|and much later|discount"),
        talk(4, "2026-05-04T10:00:00Z", "price discount"),
    ]);
    let found = search(&archive, "price discount", Filters::default()).unwrap();
    let ids: Vec<&str> = found.hits.iter().map(|hit| hit.call_id.as_str()).collect();
    assert_eq!(ids, ["4", "2", "1", "3"]);

    let search =
        Search { words: "price".to_owned(), limit: 2, context: 0, filters: Filters::default() };
    let found = archive.search(&search).unwrap();
    assert_eq!((found.hits.len(), found.n_matches, found.is_complete), (2, 4, true));
}

#[test]
fn of_very_many_matches_the_newest_are_compared() {
    let lines: Vec<(&str, String)> = (0..700)
        .map(|it| (if it % 2 == 0 { "Ann" } else { "Bob" }, format!("price {it}")))
        .collect();
    let talk = Talk { lines, ..Talk::new(1, "2026-05-01T10:00:00Z", &[]) };
    let (_folder, archive) = archive(&[talk]);
    let found = search(&archive, "price", Filters::default()).unwrap();
    assert_eq!((found.n_matches, found.is_complete), (500, false));
    assert!(found.hits.iter().all(|hit| hit.sentence != "price 7"), "the oldest are left out");
    let internal = Filters { side: Some(Side::Internal), ..Filters::default() };
    let found = search(&archive, "price", internal).unwrap();
    assert_eq!((found.n_matches, found.is_complete), (350, true));
    // Whoever asks for more gets more.
    for (limit, n_hits, is_complete) in [(600, 600, false), (700, 700, true), (999, 700, true)] {
        let words = "price".to_owned();
        let search = Search { words, limit, context: 0, filters: Filters::default() };
        let found = archive.search(&search).unwrap();
        let seen = (found.hits.len(), found.n_matches, found.is_complete);
        assert_eq!(seen, (n_hits, n_hits, is_complete), "{limit}");
    }
}

#[test]
fn a_call_without_a_start_is_not_found_by_its_date() {
    let mut timeless = Talk::new(2, "2026-05-01T10:00:00Z", &[("Ann", "the list price")]);
    timeless.details = json!({ "metaData": { "started": null } });
    let (_folder, archive) =
        archive(&[Talk::new(1, "2026-05-01T10:00:00Z", &[("Ann", "the list price")]), timeless]);
    let moment = |text: &str| Some(text.parse().unwrap());
    for (from, to, n_found) in [
        (None, None, 2),
        (None, moment("2026-06-01T00:00:00Z"), 1),
        (moment("1970-01-01T00:00:00Z"), None, 1),
        (moment("2020-01-01T00:00:00Z"), moment("2026-06-01T00:00:00Z"), 1),
    ] {
        let filters = Filters { from, to, ..Filters::default() };
        let ids = filters.calls(&archive).unwrap();
        assert_eq!(ids.len(), n_found, "{from:?} {to:?}");
        let found = search(&archive, "price", filters).unwrap();
        assert_eq!(found.n_matches, n_found, "{from:?} {to:?}");
    }
}

#[test]
fn filters_tell_calls_and_speakers() {
    let mut talks: Vec<Talk> = (1..=6)
        .map(|id| {
            let started = ["01", "02", "03", "04", "05", "06"][usize::try_from(id).unwrap() - 1];
            let started = format!("2026-05-{started}T10:00:30Z").leak();
            Talk::new(id, started, &[("Ann", "price of ours"), ("Bob", "price of theirs")])
        })
        .collect();
    talks[1].details = json!({ "parties": null });
    talks[2].details = json!({ "metaData": { "title": "Précis 100 %", "language": "ger" } });
    talks[3].details = json!({
        "metaData": { "primaryUserId": "72" },
        "parties": [
            { "id": "1", "speakerId": "1", "userId": "72", "name": "Cid Müller",
              "emailAddress": "cid@us.example", "phoneNumber": "+1-555-0623", "affiliation": "Internal" },
            { "id": "2", "speakerId": "2", "name": "Dee Nguyễn", "affiliation": "Unknown" },
        ],
    });
    talks[4].details = json!({
        "context": [{ "system": "Salesforce", "objects": [
            { "objectType": "Account", "objectId": "0015", "fields": [{ "name": "Name", "value": "Acme (EU)" }] },
        ] }],
    });
    talks[5].details = json!({
        "content": { "trackers": [
            { "id": "9", "name": "Competitors", "count": 1, "type": "KEYWORD",
              "occurrences": [], "phrases": [] },
            { "id": "8", "name": "Weather", "count": 0, "type": "KEYWORD",
              "occurrences": [], "phrases": [] },
        ] },
    });
    let (_folder, archive) = archive(&talks);
    let none = Filters::default;
    let text = |it: &str| Some(it.to_owned());
    let moment = |it: &str| Some(it.parse().unwrap());
    for (name, filters, expected) in [
        ("nothing", none(), "1a 1b 2a 2b 3a 3b 4a 4b 5a 5b 6a 6b"),
        ("speaker", Filters { speaker: text("ann"), ..none() }, "1a 3a 5a 6a"),
        ("speaker by address", Filters { speaker: text("bob@THEM"), ..none() }, "1b 3b 5b 6b"),
        ("internal", Filters { side: Some(Side::Internal), ..none() }, "1a 3a 4a 5a 6a"),
        ("external", Filters { side: Some(Side::External), ..none() }, "1b 3b 5b 6b"),
        (
            "external and a name",
            Filters { side: Some(Side::External), speaker: text("ann"), ..none() },
            "",
        ),
        ("participant", Filters { participant: text("muller"), ..none() }, "4a 4b"),
        ("participant by phone", Filters { participant: text("+1-555-0623"), ..none() }, "4a 4b"),
        ("without dashes", Filters { participant: text("+15550623"), ..none() }, "4a 4b"),
        ("with spaces", Filters { participant: text("001 (555) 0623"), ..none() }, "4a 4b"),
        ("a part of it", Filters { participant: text("5550623"), ..none() }, ""),
        ("not only digits", Filters { participant: text("+1 555 0623 cid"), ..none() }, ""),
        (
            "participant by domain",
            Filters { participant: text("@us.example"), ..none() },
            "1a 1b 3a 3b 4a 4b 5a 5b 6a 6b",
        ),
        ("host", Filters { host: text("cid"), ..none() }, "4a 4b"),
        ("host by id", Filters { host: text("72"), ..none() }, "4a 4b"),
        ("title", Filters { title: text("precis 100 %"), ..none() }, "3a 3b"),
        ("participant far off", Filters { participant: text("NGUYEN"), ..none() }, "4a 4b"),
        ("title, not a pattern", Filters { title: text("%"), ..none() }, "3a 3b"),
        ("language", Filters { language: text("GER"), ..none() }, "3a 3b"),
        ("account", Filters { account: text("acme (eu"), ..none() }, "5a 5b"),
        ("account by id", Filters { account: text("0015"), ..none() }, "5a 5b"),
        ("tracker", Filters { tracker: text("competitor"), ..none() }, "6a 6b"),
        ("tracker that found nothing", Filters { tracker: text("weather"), ..none() }, ""),
        ("from", Filters { from: moment("2026-05-05T10:00:30Z"), ..none() }, "5a 5b 6a 6b"),
        ("just after", Filters { from: moment("2026-05-05T10:00:31Z"), ..none() }, "6a 6b"),
        ("to", Filters { to: moment("2026-05-02T10:00:31Z"), ..none() }, "1a 1b 2a 2b"),
        ("just before", Filters { to: moment("2026-05-02T10:00:30Z"), ..none() }, "1a 1b"),
        (
            "between, by a name",
            Filters {
                from: moment("2026-05-02T00:00:00Z"),
                to: moment("2026-05-04T00:00:00Z"),
                speaker: text("bob"),
                ..none()
            },
            "3b",
        ),
    ] {
        let found = search(&archive, "price", filters.clone()).unwrap();
        let mut hits: Vec<String> = found
            .hits
            .iter()
            .map(|hit| {
                format!("{}{}", hit.call_id, if hit.sentence.ends_with("ours") { "a" } else { "b" })
            })
            .collect();
        hits.sort();
        assert_eq!(hits.join(" "), expected, "{name}");
        // A call is meant if somebody who is meant speaks in it.
        let mut calls: Vec<&str> = expected.split_whitespace().map(|it| &it[..1]).collect();
        calls.dedup();
        assert_eq!(filters.calls(&archive).unwrap(), calls, "{name}");
    }
}
