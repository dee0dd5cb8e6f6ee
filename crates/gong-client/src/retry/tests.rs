//! Tests of the retry decision: tables, and properties of any sequence of failures.

use gong_types::Effect;
use http::{HeaderMap, HeaderValue, header};
use proptest::prelude::*;

use super::*;

const MAX_WAIT: Duration = Duration::from_mins(1);

const READS: Policy = Policy::Resend(RETRIES);
const POLICIES: [Policy; 4] = [READS, Policy::Resend(WRITE_RETRIES), Policy::Look, Policy::Stop];

fn retry(policy: Policy) -> Retry {
    Retry::new(policy, MAX_WAIT)
}

fn next(retry: &mut Retry, outcome: Outcome) -> Action {
    retry.next(outcome, &mut Tokens::full(), &mut Jitter::new(Some(1)))
}

fn status(code: u16) -> Outcome {
    Outcome::Status(StatusCode::from_u16(code).unwrap(), None)
}

fn refused(wait: u64) -> Outcome {
    Outcome::Status(StatusCode::TOO_MANY_REQUESTS, Some(Duration::from_secs(wait)))
}

fn lost(kind: TransportErrorKind) -> Outcome {
    let nothing_was_sent = kind == TransportErrorKind::Connect;
    Outcome::Lost { kind, nothing_was_sent }
}

/// All that may have reached Gong and may have done something there.
const AMBIGUOUS: [Outcome; 9] = [
    Outcome::Status(StatusCode::INTERNAL_SERVER_ERROR, None),
    Outcome::Status(StatusCode::BAD_GATEWAY, None),
    Outcome::Status(StatusCode::SERVICE_UNAVAILABLE, Some(Duration::from_secs(2))),
    Outcome::Status(StatusCode::GATEWAY_TIMEOUT, None),
    Outcome::Status(StatusCode::REQUEST_TIMEOUT, None),
    Outcome::Lost { kind: TransportErrorKind::Timeout, nothing_was_sent: false },
    Outcome::Lost { kind: TransportErrorKind::Reset, nothing_was_sent: false },
    Outcome::Lost { kind: TransportErrorKind::Body, nothing_was_sent: false },
    Outcome::CutShort,
];

#[test]
fn what_follows_a_lost_answer_is_a_matter_of_policy() {
    for outcome in AMBIGUOUS {
        for policy in POLICIES {
            let mut retry = retry(policy);
            let action = next(&mut retry, outcome);
            let is_right = match policy {
                Policy::Resend(_) => matches!(action, Action::Again(_) | Action::Pause(_)),
                Policy::Look => matches!(action, Action::Look(_) | Action::PauseAndLook(_)),
                Policy::Stop => action == Action::Stop,
            };
            assert!(is_right && retry.is_unknown(), "{policy:?} {outcome:?}: {action:?}");
        }
    }
}

#[test]
fn a_write_that_may_be_repeated_is_sent_three_times() {
    for outcome in AMBIGUOUS {
        let mut retry = retry(Policy::Resend(WRITE_RETRIES));
        assert_ne!(next(&mut retry, outcome), Action::Stop);
        assert_ne!(next(&mut retry, outcome), Action::Stop);
        assert_eq!(next(&mut retry, outcome), Action::Stop, "{outcome:?}");
    }
}

#[test]
fn a_look_that_shows_nothing_allows_one_more_try_and_a_last_look() {
    let mut retry = retry(Policy::Look);
    assert!(matches!(next(&mut retry, status(500)), Action::Look(_)));
    assert!(retry.may_resend_after_look());
    assert!(matches!(next(&mut retry, Outcome::CutShort), Action::Look(_)));
    assert!(!retry.may_resend_after_look());
}

#[test]
fn a_policy_needs_what_it_goes_by() {
    let request = |resend| Request::new(http::Method::PUT, "/v9/x", Effect::Writes).resend(resend);
    let shows = |_: &Request, _: &str| None;
    for (request, policy) in [
        (request(Resend::Freely), READS),
        (request(Resend::SameState), Policy::Resend(2)),
        (request(Resend::WithKey), Policy::Stop),
        (request(Resend::Never).key("k"), Policy::Resend(2)),
        (request(Resend::AfterLook), Policy::Stop),
        (request(Resend::Never).look(Request::get("/v9/x"), shows), Policy::Look),
        (request(Resend::Never), Policy::Stop),
    ] {
        assert_eq!(Policy::of(&request), policy, "{request:?}");
    }
}

#[test]
fn anything_is_sent_again_when_gong_certainly_did_not_act() {
    for policy in POLICIES {
        let mut retry = retry(policy);
        for _ in 0..RETRIES {
            let action = next(&mut retry, lost(TransportErrorKind::Connect));
            assert!(matches!(action, Action::Again(_)), "{policy:?}");
        }
        assert_eq!(next(&mut retry, lost(TransportErrorKind::Connect)), Action::Stop);
        assert!(matches!(next(&mut retry, refused(1)), Action::Pause(_)), "{policy:?}");
        assert!(!retry.is_unknown(), "{policy:?}");
    }
}

#[test]
fn refusals_that_time_does_not_heal_are_final() {
    for code in [301, 304, 400, 401, 402, 403, 404, 405, 409, 415, 422] {
        assert_eq!(next(&mut retry(READS), status(code)), Action::Stop, "{code}");
    }
    let unprepared = lost(TransportErrorKind::Request);
    for outcome in [unprepared, Outcome::TooLarge, Outcome::Undecodable] {
        assert_eq!(next(&mut retry(READS), outcome), Action::Stop, "{outcome:?}");
    }
}

#[test]
fn a_read_is_sent_four_times_and_a_login_page_twice() {
    for (outcome, retries) in [(status(500), 3), (Outcome::CutShort, 3), (Outcome::NotGong, 1)] {
        let mut retry = retry(READS);
        let n_again =
            (0..10).take_while(|_| matches!(next(&mut retry, outcome), Action::Again(_))).count();
        assert_eq!(n_again, retries, "{outcome:?}");
    }
}

#[test]
fn the_named_wait_is_never_cut_and_a_little_is_added() {
    for seconds in [0, 1, 2, 59, 60] {
        let Action::Pause(wait) = next(&mut retry(Policy::Stop), refused(seconds)) else {
            panic!("{seconds} s are not waited for");
        };
        let named = Duration::from_secs(seconds);
        assert!(wait >= named && wait <= named + SPREAD, "{seconds}: {wait:?}");
    }
    for seconds in [62, 3600, u64::MAX] {
        let Action::Exhausted(wait) = next(&mut retry(READS), refused(seconds)) else {
            panic!("{seconds} s are waited for");
        };
        assert!(wait >= Duration::from_secs(seconds), "{seconds}: {wait:?}");
    }
}

#[test]
fn a_503_says_when_to_come_back_as_a_429_does() {
    let answer = |seconds| {
        Outcome::Status(StatusCode::SERVICE_UNAVAILABLE, Some(Duration::from_secs(seconds)))
    };
    assert!(matches!(next(&mut retry(READS), answer(7)), Action::Pause(_)));
    assert!(matches!(next(&mut retry(READS), answer(u64::MAX)), Action::Exhausted(_)));
    assert_eq!(next(&mut retry(Policy::Stop), answer(u64::MAX)), Action::Stop);
    let Action::PauseAndLook(wait) = next(&mut retry(Policy::Look), answer(7)) else {
        panic!("7 s are not waited for before the look");
    };
    let named = Duration::from_secs(7);
    assert!(wait >= named && wait <= named + SPREAD, "{wait:?}");
    assert!(matches!(next(&mut retry(Policy::Look), answer(3600)), Action::Exhausted(_)));
}

#[test]
fn refusals_without_a_time_wait_longer_each_time_and_end() {
    let mut longest = Duration::ZERO;
    let mut n_pauses = 0;
    let mut retry = retry(READS);
    let (mut tokens, mut jitter) = (Tokens::full(), Jitter::new(Some(3)));
    loop {
        match retry.next(status(429), &mut tokens, &mut jitter) {
            Action::Pause(wait) => {
                let cap = Duration::from_secs(1 << n_pauses.min(6)).min(Duration::from_mins(1));
                assert!(wait <= cap, "pause {n_pauses}: {wait:?}");
                longest = longest.max(wait);
                n_pauses += 1;
            }
            Action::Exhausted(_) => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(n_pauses, REFUSALS);
    assert!(longest > Duration::from_secs(8), "{longest:?}");
    assert_eq!(tokens, Tokens::full(), "a refusal is no failure");
}

#[test]
fn in_a_steady_outage_ten_retries_are_all_there_are() {
    for (outcome, expected) in [(status(500), 10), (lost(TransportErrorKind::Timeout), 5)] {
        let mut tokens = Tokens::full();
        let mut jitter = Jitter::new(Some(1));
        let mut n_retries = 0;
        for _ in 0..1000 {
            let mut retry = retry(READS);
            while retry.next(outcome, &mut tokens, &mut jitter) != Action::Stop {
                n_retries += 1;
            }
        }
        assert_eq!(n_retries, expected, "{outcome:?}");
    }
}

#[test]
fn tokens_are_earned_one_at_a_time_up_to_the_most() {
    let mut tokens = Tokens::full();
    while tokens.spend(Tokens::TRANSIENT) {}
    for _ in 0..4 {
        tokens.earn();
        assert!(!tokens.clone().spend(Tokens::TRANSIENT));
    }
    tokens.earn();
    assert!(tokens.spend(Tokens::TRANSIENT));
    (0..1000).for_each(|_| tokens.earn());
    assert_eq!(tokens, Tokens::full());
}

fn headers(values: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::DATE, HeaderValue::from_static("Mon, 02 Nov 2026 08:05:09 GMT"));
    for value in values {
        headers.append(header::RETRY_AFTER, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    headers
}

#[test]
fn retry_after_is_read_or_is_as_if_it_were_not_there() {
    let table: &[(&[&str], Option<u64>)] = &[
        (&["0"], Some(0)),
        (&["1"], Some(1)),
        (&["007"], Some(7)),
        (&[" 60 "], Some(60)),
        (&["3600"], Some(3600)),
        (&["18446744073709551615"], Some(u64::MAX)),
        (&["18446744073709551616"], Some(u64::MAX)),
        (&["99999999999999999999999"], Some(u64::MAX)),
        (&["Mon, 02 Nov 2026 08:05:39 GMT"], Some(30)),
        (&["Monday, 02-Nov-26 08:05:39 GMT"], Some(30)),
        (&["Mon Nov  2 08:05:39 2026"], Some(30)),
        (&["Mon, 02 Nov 2026 08:05:09 GMT"], Some(0)),
        (&["Mon, 02 Nov 2020 08:05:09 GMT"], Some(0)),
        (&["Tue, 03 Nov 2026 08:05:09 GMT"], Some(86_400)),
        (&["3", "5", "4"], Some(5)),
        (&["3", "Mon, 02 Nov 2026 08:05:39 GMT"], Some(30)),
        (&["soon", "4"], Some(4)),
        (&["-1", "1.5"], None),
        (&[], None),
        (&[""], None),
        (&[" "], None),
        (&["-1"], None),
        (&["+1"], None),
        (&["1.5"], None),
        (&["1,5"], None),
        (&["1e3"], None),
        (&["0x10"], None),
        (&["1 s"], None),
        (&["1s"], None),
        (&["٣"], None),
        (&["\u{ff}"], None),
        (&["soon"], None),
        (&["null"], None),
        (&["2026-11-02T08:05:39Z"], None),
        (&["Mon, 32 Nov 2026 08:05:39 GMT"], None),
        (&["Mon, 02 Nov 2026 08:05:39"], None),
        (&["02 Nov 2026 08:05:39 GMT"], None),
    ];
    for (values, expected) in table {
        let found = retry_after(&headers(values), std::time::UNIX_EPOCH);
        assert_eq!(found, expected.map(Duration::from_secs), "{values:?}");
    }
}

#[test]
fn without_a_date_of_the_answer_our_clock_is_the_best_there_is() {
    let now = httpdate::parse_http_date("Mon, 02 Nov 2026 08:05:00 GMT").unwrap();
    let mut headers = headers(&["Mon, 02 Nov 2026 08:05:39 GMT"]);
    headers.remove(header::DATE);
    assert_eq!(retry_after(&headers, now), Some(Duration::from_secs(39)));
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let codes = prop::sample::select(vec![400_u16, 401, 404, 408, 409, 429, 500, 502, 503, 504]);
    let waits = prop::option::of(any::<u64>().prop_map(Duration::from_secs));
    let kinds = prop::sample::select(vec![
        TransportErrorKind::Connect,
        TransportErrorKind::Timeout,
        TransportErrorKind::Reset,
        TransportErrorKind::Body,
    ]);
    prop_oneof![
        (codes, waits).prop_map(|(code, wait)| {
            Outcome::Status(StatusCode::from_u16(code).unwrap(), wait)
        }),
        kinds.prop_map(lost),
        Just(Outcome::CutShort),
        Just(Outcome::NotGong),
    ]
}

proptest! {
    #[test]
    fn a_date_counts_from_the_answer_whatever_our_clock_says(
        sent in 0_i64..4_000_000_000,
        wait in 0_i64..10_000_000,
        skew in -315_360_000_i64..315_360_000,
        form in 0..3_usize,
    ) {
        // The form with two digits of the year is read in the years 1970 to 2069.
        prop_assume!(form != 1 || sent + wait < 3_124_224_000);
        let moment = |seconds| jiff::Timestamp::from_second(seconds).unwrap();
        let pattern = [
            "%a, %d %b %Y %H:%M:%S GMT",
            "%A, %d-%b-%y %H:%M:%S GMT",
            "%a %b %e %H:%M:%S %Y",
        ][form];
        let date = moment(sent + wait).strftime(pattern).to_string();
        let mut headers = headers(&[&date]);
        let sent_at = httpdate::fmt_http_date(moment(sent).into());
        headers.insert(header::DATE, HeaderValue::from_str(&sent_at).unwrap());
        let ours = moment(sent + skew);
        let expected = Duration::from_secs(u64::try_from(wait).unwrap());
        prop_assert_eq!(retry_after(&headers, ours.into()), Some(expected), "{}", date);
    }

    #[test]
    fn any_header_is_read_without_a_panic(value in prop::collection::vec(any::<u8>(), 0..40)) {
        if let Ok(value) = HeaderValue::from_bytes(&value) {
            let mut headers = HeaderMap::new();
            headers.append(header::RETRY_AFTER, value.clone());
            headers.insert(header::DATE, value);
            let _ = retry_after(&headers, std::time::UNIX_EPOCH);
        }
    }

    #[test]
    fn any_sequence_of_failures_ends_and_no_unkeyed_write_is_repeated(
        outcomes in prop::collection::vec(outcome(), 1..60),
        policy in prop::sample::select(POLICIES.to_vec()),
        seed in any::<u64>(),
    ) {
        let mut retry = retry(policy);
        let (mut tokens, mut jitter) = (Tokens::full(), Jitter::new(Some(seed)));
        let (mut n_again, mut n_pauses) = (0, 0);
        for outcome in outcomes {
            let did_not_act = matches!(
                outcome,
                Outcome::Status(StatusCode::TOO_MANY_REQUESTS, _)
                    | Outcome::Lost { nothing_was_sent: true, .. }
            );
            let action = retry.next(outcome, &mut tokens, &mut jitter);
            let is_once = matches!(policy, Policy::Look | Policy::Stop);
            let is_held = matches!(
                action,
                Action::Stop | Action::Look(_) | Action::PauseAndLook(_) | Action::Exhausted(_)
            );
            prop_assert!(!is_once || did_not_act || is_held, "{:?}", action);
            match action {
                Action::Again(wait) => {
                    n_again += 1;
                    prop_assert!(wait <= LONGEST_BACKOFF);
                }
                Action::Pause(wait) => {
                    n_pauses += 1;
                    prop_assert!(wait <= MAX_WAIT + SPREAD);
                }
                Action::Look(wait) | Action::PauseAndLook(wait) => {
                    prop_assert!(wait <= MAX_WAIT + SPREAD);
                    if !retry.may_resend_after_look() {
                        break;
                    }
                    n_again += 1;
                }
                Action::Stop | Action::Exhausted(_) => break,
            }
        }
        prop_assert!(n_again <= RETRIES + 1 && n_pauses <= REFUSALS + RETRIES);
    }
}
