//! Tests of the plan: tables of what is known and what is then listed.

use super::*;

const NOW: &str = "2026-06-15T12:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A window that was listed whole.
fn window(starts: &str, ends: &str, listed: &str) -> Window {
    Window {
        listing: 7,
        listed: Some(at(listed)),
        total: Some(300),
        is_settled: true,
        ..Window::fresh(at(starts), at(ends))
    }
}

/// What is listed: from, to, and how.
fn listed(plan: &Plan) -> Vec<String> {
    let show = |it: &Planned| {
        let how = if it.is_look { "look" } else { "whole" };
        let from = it.window.listed_to.unwrap_or(it.window.starts);
        format!("{how} {from:.0} {:.0}", it.ends)
    };
    plan.listings.iter().map(show).collect()
}

fn known(windows: Vec<Window>) -> Known {
    Known { windows, missing: Vec::new(), rolled: Some(at(NOW)) }
}

#[test]
fn a_first_sync_lists_few_long_windows_the_newest_first() {
    let plan = plan(&Known::default(), Some(at("2025-06-01T00:00:00.5Z")), at(NOW));
    assert_eq!(
        listed(&plan),
        [
            "whole 2026-06-01T00:00:00Z 2026-06-15T11:55:00Z",
            "whole 2026-03-01T18:00:00Z 2026-06-01T00:00:00Z",
            "whole 2025-11-30T12:00:00Z 2026-03-01T18:00:00Z",
            "whole 2025-08-31T06:00:00Z 2025-11-30T12:00:00Z",
            "whole 2025-06-01T00:00:00Z 2025-08-31T06:00:00Z",
        ]
    );
    assert_eq!(plan.fresh.len(), 5);
    assert!(plan.begins_round);
}

#[test]
fn windows_leave_no_gap_and_do_not_overlap() {
    let now = at(NOW);
    for days in (0..2000).step_by(7) {
        let since = minus(now, DAY * days + HOUR);
        let plan = plan(&Known::default(), Some(since), now);
        let windows = &plan.fresh;
        assert_eq!((windows[0].starts, windows.last().unwrap().ends), (since, horizon(now)));
        assert!(windows.is_sorted_by(|one, other| one.ends == other.starts), "{windows:?}");
        assert!(windows.iter().all(|it| it.starts < it.ends) && windows.len() <= 5);
    }
}

#[test]
fn a_sync_soon_after_looks_at_the_last_day_alone() {
    let windows = vec![
        window("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-06-15T11:00:00Z"),
        window("2026-06-01T00:00:00Z", "2026-06-14T00:00:00Z", "2026-06-15T11:00:00Z"),
        window("2026-06-14T00:00:00Z", "2026-06-15T00:00:00Z", "2026-06-15T11:00:00Z"),
        window("2026-06-15T00:00:00Z", "2026-06-15T10:55:00Z", "2026-06-15T11:00:00Z"),
    ];
    let plan = plan(&known(windows), None, at(NOW));
    assert_eq!(
        listed(&plan),
        [
            "look 2026-06-15T00:00:00Z 2026-06-15T11:55:00Z",
            "look 2026-06-14T00:00:00Z 2026-06-15T00:00:00Z",
        ]
    );
    assert_eq!(plan.listings[0].window.ends, at("2026-06-15T10:55:00Z"));
}

#[test]
fn fourteen_days_are_listed_daily_and_older_ones_are_not() {
    let windows = vec![
        window("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-06-14T11:00:00Z"),
        window("2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z", "2026-06-14T11:00:00Z"),
        window("2026-06-02T00:00:00Z", "2026-06-15T00:00:00Z", "2026-06-14T17:00:00Z"),
    ];
    let plan = plan(&known(windows), None, at(NOW));
    assert_eq!(
        listed(&plan),
        [
            "look 2026-06-02T00:00:00Z 2026-06-15T11:55:00Z",
            "whole 2026-06-01T00:00:00Z 2026-06-02T00:00:00Z",
        ]
    );
}

#[test]
fn what_is_under_way_goes_on_and_what_is_unsettled_is_listed_again() {
    let mut under_way = Window::fresh(at("2026-01-01T00:00:00Z"), at("2026-02-01T00:00:00Z"));
    under_way.listed_to = Some(at("2026-01-17T09:30:00Z"));
    let mut unsettled =
        window("2026-02-01T00:00:00Z", "2026-06-15T00:00:00Z", "2026-06-15T11:59:00Z");
    unsettled.is_settled = false;
    let plan = plan(&known(vec![under_way, unsettled]), None, at(NOW));
    assert_eq!(
        listed(&plan),
        [
            "whole 2026-02-01T00:00:00Z 2026-06-15T11:55:00Z",
            "whole 2026-01-17T09:30:00Z 2026-02-01T00:00:00Z",
        ]
    );
}

#[test]
fn what_is_under_way_ends_where_it_was_to_end_and_later_calls_are_listed_apart() {
    let mut under_way = Window::fresh(at("2026-06-01T00:00:00Z"), at("2026-06-15T10:55:00Z"));
    under_way.listed_to = Some(at("2026-06-09T09:30:00Z"));
    let newest = Window::fresh(at("2026-06-15T10:55:00Z"), at("2026-06-15T11:55:00Z"));
    let plan = plan(&known(vec![under_way.clone()]), None, at(NOW));
    assert_eq!(
        listed(&plan),
        [
            "whole 2026-06-15T10:55:00Z 2026-06-15T11:55:00Z",
            "whole 2026-06-09T09:30:00Z 2026-06-15T10:55:00Z",
        ]
    );
    assert_eq!(plan.fresh, [newest]);
    // Nothing is to be listed apart when no time has passed.
    under_way.ends = horizon(at(NOW));
    let plan = super::plan(&known(vec![under_way]), None, at(NOW));
    assert_eq!(listed(&plan), ["whole 2026-06-09T09:30:00Z 2026-06-15T11:55:00Z"]);
    assert_eq!(plan.fresh, []);
}

#[test]
fn an_earlier_beginning_is_put_in_front_and_a_later_one_changes_nothing() {
    let windows =
        vec![window("2026-06-14T00:00:00Z", "2026-06-15T11:00:00Z", "2026-06-15T11:05:00Z")];
    let earlier = plan(&known(windows.clone()), Some(at("2026-05-01T00:00:00Z")), at(NOW));
    assert_eq!(earlier.fresh.len(), 1);
    assert_eq!(listed(&earlier)[1], "whole 2026-05-01T00:00:00Z 2026-06-14T00:00:00Z");
    let later = plan(&known(windows.clone()), Some(at("2026-06-15T00:00:00Z")), at(NOW));
    assert_eq!(later, plan(&known(windows), None, at(NOW)));
}

#[test]
fn a_clock_that_was_put_back_shortens_nothing() {
    let windows =
        vec![window("2026-06-14T00:00:00Z", "2026-06-15T20:00:00Z", "2026-06-15T20:05:00Z")];
    let plan = plan(&known(windows), None, at(NOW));
    assert_eq!(listed(&plan), ["look 2026-06-14T00:00:00Z 2026-06-15T20:00:00Z"]);
}

#[test]
fn a_missing_call_has_its_window_listed_again_a_day_later() {
    let windows = vec![
        window("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", "2026-06-14T11:00:00Z"),
        window("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z", "2026-06-14T11:00:00Z"),
        window("2026-05-01T00:00:00Z", "2026-06-15T11:00:00Z", "2026-06-15T11:55:00Z"),
    ];
    let mut known = known(windows);
    for (since, expected) in [("2026-06-14T11:00:00Z", 2), ("2026-06-14T12:30:00Z", 1)] {
        known.missing = vec![Missing { started: at("2026-03-09T08:00:00Z"), since: at(since) }];
        assert_eq!(plan(&known, None, at(NOW)).listings.len(), expected, "{since}");
    }
    // The second listing has been: there is nothing more to see.
    known.missing[0].since = at("2026-06-13T11:00:00Z");
    assert_eq!(plan(&known, None, at(NOW)).listings.len(), 1);
    assert!(is_confirmed(known.missing[0], at("2026-06-14T11:00:00Z")));
    assert!(!is_confirmed(known.missing[0], at("2026-06-14T10:59:59Z")));
}

#[test]
fn old_windows_have_their_turn_once_in_thirty_days_and_never_all_at_once() {
    let months = ["2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05"];
    let start = |month: &str| at(&format!("{month}-01T00:00:00Z"));
    let mut now = at(NOW);
    let mut known = Known { rolled: Some(now), ..Known::default() };
    for pair in months.windows(2) {
        let mut window = Window::fresh(start(pair[0]), start(pair[1]));
        (window.listed, window.is_settled) = (Some(now), true);
        known.windows.push(window);
    }
    let mut turns = vec![0; known.windows.len()];
    for _ in 0..30 * 24 {
        now = plus(now, HOUR);
        // The last one reaches up to now, and is not old.
        known.windows.last_mut().unwrap().listed = Some(now);
        let plan = plan(&known, None, now);
        let rolled: Vec<_> = plan.listings.iter().filter(|it| it.rolled.is_some()).collect();
        assert!(rolled.len() <= 1, "{rolled:?}");
        for planned in rolled {
            let place = known.windows.iter().position(|it| *it == planned.window).unwrap();
            turns[place] += 1;
            known.windows[place].listed = Some(now);
            known.rolled = planned.rolled;
        }
    }
    assert_eq!(turns, [1, 1, 1, 1, 0]);
}

#[test]
fn what_was_listed_more_than_a_month_ago_is_due_out_of_turn() {
    // A listing that a sync of then began, and the last sync finished.
    for (listed, n_due) in [("2026-05-12T12:00:00Z", 2), ("2026-05-20T12:00:00Z", 1)] {
        let windows = vec![
            window("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", listed),
            window("2026-02-01T00:00:00Z", "2026-06-15T11:00:00Z", "2026-06-15T11:55:00Z"),
        ];
        assert_eq!(plan(&known(windows), None, at(NOW)).listings.len(), n_due, "{listed}");
    }
}

#[test]
fn after_a_long_pause_the_whole_round_is_due() {
    let now = at(NOW);
    let mut known = known(vec![
        window("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"),
        window("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"),
        window("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-02T00:00:00Z"),
    ]);
    known.rolled = Some(at("2026-03-01T00:00:00Z"));
    let plan = plan(&known, None, now);
    assert_eq!(plan.listings.len(), 3);
    let rolled: Vec<_> = plan.listings.iter().filter_map(|it| it.rolled).collect();
    assert_eq!(rolled, [minus(now, ROUND), minus(now, ROUND / 2)]);
}

#[test]
fn a_round_that_stops_leaves_the_others_their_turn() {
    let now = at(NOW);
    let mut known = known(vec![
        window("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-02T00:00:00Z"),
        window("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"),
        window("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", "2026-04-03T00:00:00Z"),
        window("2026-04-01T00:00:00Z", "2026-06-15T11:00:00Z", "2026-06-15T11:05:00Z"),
    ]);
    known.rolled = Some(minus(now, ROUND * 2 / 3 + HOUR));
    let turns = |known: &Known| -> Vec<_> {
        let plan = plan(known, None, now);
        let round = plan.listings.iter().filter(|it| it.rolled.is_some());
        round.map(|it| (it.window.starts, it.rolled.unwrap())).collect()
    };
    // The one that was listed longest ago comes first, and the last one is not due yet.
    let due = turns(&known);
    assert_eq!(
        due.iter().map(|it| it.0).collect::<Vec<_>>(),
        [known.windows[1].starts, known.windows[0].starts]
    );
    known.windows[1].listed = Some(now);
    known.rolled = Some(due[0].1);
    assert_eq!(turns(&known), due[1..]);
}

#[test]
fn a_window_is_cut_into_months_and_the_last_days() {
    let now = at(NOW);
    let whole = window("2026-04-20T06:00:00Z", "2026-06-03T07:00:00Z", NOW);
    let counts: Counts = [
        (at("2026-04-20T00:00:00Z"), 100),
        (at("2026-05-30T00:00:00Z"), 150),
        (at("2026-06-01T00:00:00Z"), 30),
        (at("2026-06-03T00:00:00Z"), 20),
    ]
    .into();
    let show = |it: &Window| format!("{:.0} {:.0} {:?}", it.starts, it.ends, it.total);
    let pieces = split(&whole, Some(&counts), now);
    assert_eq!(
        pieces.iter().map(show).collect::<Vec<_>>(),
        [
            "2026-04-20T06:00:00Z 2026-05-01T00:00:00Z Some(100)",
            "2026-05-01T00:00:00Z 2026-06-01T00:00:00Z Some(150)",
            "2026-06-01T00:00:00Z 2026-06-02T00:00:00Z Some(30)",
            "2026-06-02T00:00:00Z 2026-06-03T00:00:00Z Some(0)",
            "2026-06-03T00:00:00Z 2026-06-03T07:00:00Z Some(20)",
        ]
    );
    // A record that nobody could read is of no known day.
    let counts: Counts = [(at("2026-04-20T00:00:00Z"), 299)].into();
    assert!(split(&whole, Some(&counts), now).iter().all(|it| it.total.is_none()));
    // Two months later the days are joined, and the month that was cut is whole.
    let later = at("2026-08-15T12:00:00Z");
    assert_eq!(
        merge(pieces, later).iter().map(show).collect::<Vec<_>>(),
        [
            "2026-04-20T06:00:00Z 2026-05-01T00:00:00Z Some(100)",
            "2026-05-01T00:00:00Z 2026-06-01T00:00:00Z Some(150)",
            "2026-06-01T00:00:00Z 2026-06-03T07:00:00Z Some(50)",
        ]
    );
}

#[test]
fn what_is_not_sound_is_not_joined() {
    let now = at(NOW);
    let one = window("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", NOW);
    let mut other = window("2026-01-02T00:00:00Z", "2026-02-01T00:00:00Z", "2026-06-01T00:00:00Z");
    let [joined] = &merge(vec![one.clone(), other.clone()], now)[..] else { panic!() };
    assert_eq!(joined.listed, Some(at("2026-06-01T00:00:00Z")));
    assert_eq!(joined.total, Some(600));
    other.is_settled = false;
    assert_eq!(merge(vec![one.clone(), other.clone()], now).len(), 2);
}

#[test]
fn a_transcript_is_asked_for_with_growing_pauses_until_the_call_is_thirty_days_old() {
    let started = at("2026-06-01T10:00:00Z");
    let due = at("2026-06-01T11:00:00Z");
    let mut awaited = Awaited { started: Some(started), due, asked: 1, is_present: false };
    let mut pauses = Vec::new();
    while let Some(next) = next_ask(awaited, awaited.due) {
        pauses.push(next.duration_since(awaited.due).as_mins());
        (awaited.due, awaited.asked) = (next, awaited.asked + 1);
    }
    assert_eq!(pauses[..6], [15, 60, 240, 720, 1440, 1440]);
    assert_eq!(pauses.len(), 34);
    assert!(awaited.due.duration_since(started) >= DAY * 30);
    // Nobody knows how old it is, or an older version of it is there.
    for (started, is_present) in [(None, false), (Some(started), true)] {
        let awaited = Awaited { started, is_present, ..awaited };
        let next = |asked| next_ask(Awaited { asked, ..awaited }, awaited.due);
        assert_eq!((next(39).is_some(), next(40)), (true, None), "{started:?}");
    }
}

#[test]
fn no_transcript_is_given_up_that_was_asked_for_once_alone() {
    let started = Some(at("2026-01-01T10:00:00Z"));
    let now = at(NOW);
    // An old call that was new to the archive.
    let new = Awaited { started, due: now, asked: 1, is_present: false };
    assert_eq!(next_ask(new, now), Some(plus(now, DAY)));
    assert_eq!(next_ask(Awaited { asked: 2, due: plus(now, DAY), ..new }, plus(now, DAY)), None);
    // One that was last asked for when it was young, before a long pause without a sync.
    let paused = Awaited { due: at("2026-01-11T10:00:00Z"), asked: 9, ..new };
    assert_eq!(next_ask(paused, now), Some(plus(now, DAY)));
}

#[test]
fn more_than_a_twentieth_is_too_many_unless_they_are_few() {
    for (missing, of, expected) in
        [(5, 5, false), (6, 120, false), (6, 119, true), (50, 1000, false), (51, 1000, true)]
    {
        assert_eq!(is_mass(missing, of), expected, "{missing} of {of}");
    }
}
