//! Tests of the book: what any readings of the limits, crashes and clocks do to it.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

const NOW: Millis = 1_800_000_000_000;
const GONG: Limits = Limits { per_second: 3, per_day: 10_000 };

/// The permits whose holders live.
#[derive(Default)]
struct Living(HashSet<usize>);

impl Locks for Living {
    fn try_lock(&mut self, permit: usize) -> bool {
        self.0.insert(permit)
    }

    fn unlock(&mut self, permit: usize) {
        self.0.remove(&permit);
    }
}

fn go(book: &mut Book, now: Millis, living: &mut Living) -> usize {
    match book.ask(now, GONG, living) {
        Verdict::Go(Some(permit)) => permit,
        other => panic!("{other:?}"),
    }
}

/// Gives a permit back as its holder does: first in the book, and the lock when it is free.
fn give_back(book: &mut Book, permit: usize, now: Millis, held: Held, living: &mut Living) {
    book.release(permit, now, held);
    living.unlock(permit);
}

#[test]
fn three_may_be_in_flight_and_no_fourth() {
    let (mut book, mut living) = (Book::default(), Living::default());
    let permits: HashSet<_> = (0..3).map(|_| go(&mut book, NOW, &mut living)).collect();
    assert_eq!(permits.len(), 3);
    for later in [0, 1000, 100_000] {
        let verdict = book.ask(NOW + later, GONG, &mut living);
        assert_eq!(verdict, Verdict::Wait(IN_FLIGHT, Reason::Pace));
    }
}

#[test]
fn a_permit_is_free_a_second_after_the_answer_and_not_earlier() {
    for (held, wait) in [(Held::Answered, 1001), (Held::Unknown, 6001), (Held::Unsent, 0)] {
        let (mut book, mut living) = (Book::default(), Living::default());
        let permit = go(&mut book, NOW, &mut living);
        go(&mut book, NOW, &mut living);
        go(&mut book, NOW, &mut living);
        give_back(&mut book, permit, NOW + 50, held, &mut living);
        if wait > 0 {
            let verdict = book.ask(NOW + 50 + wait - 1, GONG, &mut living);
            assert_eq!(verdict, Verdict::Wait(Duration::from_millis(1), Reason::Pace));
        }
        assert_eq!(go(&mut book, NOW + 50 + wait, &mut living), permit, "{held:?}");
    }
}

#[test]
fn a_permit_whose_holder_vanished_is_free_two_seconds_after_that_is_noticed() {
    let (mut book, mut living) = (Book::default(), Living::default());
    let permit = go(&mut book, NOW, &mut living);
    go(&mut book, NOW, &mut living);
    go(&mut book, NOW, &mut living);
    living.unlock(permit);
    let noticed = NOW + 60_000;
    assert!(matches!(book.ask(noticed, GONG, &mut living), Verdict::Wait(..)));
    assert!(matches!(book.ask(noticed + 2000, GONG, &mut living), Verdict::Wait(..)));
    assert_eq!(go(&mut book, noticed + 2001, &mut living), permit);
}

#[test]
fn requests_count_for_a_day_and_until_the_hour_is_over() {
    let limits = Limits { per_second: 0, per_day: 2 };
    let (mut book, mut living) = (Book::default(), Living::default());
    let first = hour_of(NOW) * HOUR + 10 * 60_000;
    assert_eq!(book.ask(first, limits, &mut living), Verdict::Go(None));
    assert_eq!(book.ask(first + 2 * HOUR, limits, &mut living), Verdict::Go(None));
    let end = (hour_of(NOW) + 1) * HOUR + COUNTED;
    for now in [first + 3 * HOUR, first + 24 * HOUR, end - 1] {
        let Verdict::Wait(wait, Reason::DayLimit) = book.ask(now, limits, &mut living) else {
            panic!("one too many at {now}");
        };
        assert_eq!(wait, between(now, end));
    }
    assert_eq!(book.ask(end, limits, &mut living), Verdict::Go(None));
    assert_eq!(book.used(), 2);
}

#[test]
fn who_used_more_than_is_allowed_waits_until_enough_of_it_is_over() {
    let hour = hour_of(NOW);
    let hours = vec![(hour - 1, 9), (hour - 23, 1), (hour - 5, 0)];
    let mut book = Book { written: NOW, hours, ..Book::default() };
    assert_eq!(book.next_release(), Some(end_of(hour - 23)));
    for (n, end) in [(10.5, hour - 23), (9.1, hour - 23), (9.0, hour - 1), (0.1, hour - 1)] {
        assert_eq!(book.below(n), Some(end_of(end)), "{n}");
    }
    assert_eq!(book.below(0.0), None);
    let limits = Limits { per_second: 0, per_day: 5 };
    let Verdict::Wait(wait, Reason::DayLimit) = book.ask(NOW, limits, &mut Living::default())
    else {
        panic!("sent over the limit");
    };
    assert_eq!(wait, between(NOW, end_of(hour - 1)));
}

#[test]
fn a_request_that_was_not_sent_is_not_counted() {
    let (mut book, mut living) = (Book::default(), Living::default());
    go(&mut book, NOW, &mut living);
    go(&mut book, NOW, &mut living);
    book.uncount(NOW);
    assert_eq!(book.used(), 1);
    book.uncount(NOW - 5 * HOUR);
    assert_eq!(book.used(), 1);
}

#[test]
fn a_pause_holds_everyone_and_the_longest_counts() {
    let (mut book, mut living) = (Book::default(), Living::default());
    book.pause(NOW, Duration::from_mins(1));
    book.pause(NOW, Duration::from_secs(5));
    for limits in [GONG, Limits::NONE] {
        let Verdict::Wait(wait, Reason::RetryAfter) = book.ask(NOW + 10_000, limits, &mut living)
        else {
            panic!("sent in a pause");
        };
        assert!(wait >= Duration::from_secs(50), "{wait:?}");
    }
    go(&mut book, NOW + 60_001, &mut living);
    assert_eq!(book.paused_until(), None);
}

#[test]
fn a_pause_of_any_length_is_kept() {
    let (mut book, mut living) = (Book::default(), Living::default());
    book.pause(NOW, Duration::from_secs(u64::MAX));
    let far = NOW + 1000 * 365 * 24 * HOUR;
    assert!(matches!(book.ask(far, GONG, &mut living), Verdict::Wait(_, Reason::RetryAfter)));
}

#[test]
fn a_clock_that_is_put_back_keeps_what_was_used_and_does_not_wait_for_years() {
    let (mut book, mut living) = (Book::default(), Living::default());
    let limits = Limits { per_second: 3, per_day: 3 };
    let permits: Vec<_> = (0..3).map(|_| go(&mut book, NOW, &mut living)).collect();
    for permit in permits {
        give_back(&mut book, permit, NOW, Held::Answered, &mut living);
    }
    book.pause(NOW, Duration::from_secs(30));
    let back = NOW - 10 * 365 * 24 * HOUR;
    let Verdict::Wait(wait, Reason::RetryAfter) = book.ask(back, limits, &mut living) else {
        panic!("the pause is lost");
    };
    assert!(wait >= Duration::from_secs(30) && wait < Duration::from_secs(31), "{wait:?}");
    let Verdict::Wait(wait, Reason::DayLimit) = book.ask(back + 31_000, limits, &mut living) else {
        panic!("the count is lost");
    };
    assert!(wait < Duration::from_hours(26), "{wait:?}");
    go(&mut book, back + 31_000, &mut living);
}

#[test]
fn on_the_safe_side_the_permits_and_a_share_of_the_day_are_used() {
    let mut book = Book::safe_side(NOW, GONG);
    let mut living = Living::default();
    assert_eq!(book.used(), 417);
    assert!(matches!(book.ask(NOW, GONG, &mut living), Verdict::Wait(_, Reason::Pace)));
    go(&mut book, NOW + 2001, &mut living);
}

/// One thing that happens to a company's requests.
#[derive(Debug, Clone, Copy)]
enum Happens {
    Ask,
    Answer(usize),
    TimeOut(usize),
    Crash(usize),
    Pass(Millis),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => Just(Happens::Ask),
        3 => (0..3_usize).prop_map(Happens::Answer),
        1 => (0..3_usize).prop_map(Happens::TimeOut),
        1 => (0..3_usize).prop_map(Happens::Crash),
        3 => (0..1500_i64).prop_map(Happens::Pass),
    ]
}

proptest! {
    /// What was sent at some moment has arrived by the moment of its answer, and within 5 s of being
    /// given up, and within 2 s of a crash: for any such moments no four arrive in one second.
    #[test]
    fn no_four_arrive_within_a_second(
        story in prop::collection::vec(happens(), 0..200),
        delays in prop::collection::vec(0.0..=1.0_f64, 200),
    ) {
        let (mut book, mut living) = (Book::default(), Living::default());
        let mut now = NOW;
        let mut in_flight = [None; 3];
        // The earliest and the latest moment at which each request arrives.
        let mut spans = Vec::new();
        for it in story {
            match it {
                Happens::Ask => {
                    if let Verdict::Go(Some(permit)) = book.ask(now, GONG, &mut living) {
                        in_flight[permit] = Some(now);
                    }
                }
                Happens::Answer(permit) => {
                    if let Some(sent) = in_flight[permit].take() {
                        spans.push((sent, now));
                        give_back(&mut book, permit, now, Held::Answered, &mut living);
                    }
                }
                Happens::TimeOut(permit) => {
                    if let Some(sent) = in_flight[permit].take() {
                        spans.push((sent, now + 5000));
                        give_back(&mut book, permit, now, Held::Unknown, &mut living);
                    }
                }
                Happens::Crash(permit) => {
                    if let Some(sent) = in_flight[permit].take() {
                        spans.push((sent, now + 1000));
                        living.unlock(permit);
                    }
                }
                Happens::Pass(more) => now += more,
            }
        }
        let arrival = |(span, part): (&(Millis, Millis), &f64)| {
            let length = u32::try_from(span.1 - span.0).unwrap();
            Duration::from_millis(u64::try_from(span.0).unwrap())
                + Duration::from_millis(u64::from(length)).mul_f64(*part)
        };
        let mut arrivals: Vec<_> = spans.iter().zip(&delays).map(arrival).collect();
        arrivals.sort();
        for four in arrivals.windows(4) {
            prop_assert!(four[0] + Duration::from_secs(1) <= four[3], "{four:?}");
        }
    }

    #[test]
    fn any_book_and_any_clock_are_survived(
        written in any::<Millis>(),
        hours in prop::collection::vec((any::<i64>(), any::<u64>()), 0..5),
        paused_until in any::<Option<Millis>>(),
        permits in prop::collection::vec(any::<Option<Millis>>(), 0..5),
        now in 0..253_402_207_200_000_i64,
    ) {
        let mut book = Book { written, hours, paused_until, permits };
        let _ = book.ask(now, GONG, &mut Living::default());
        book.release(1, now, Held::Unknown);
        book.pause(now, Duration::MAX);
        let _ = (book.used(), book.next_release(), book.below(1.5));
    }
}
