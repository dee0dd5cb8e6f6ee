//! Ids: decimal texts of 17 to 20 digits made from small numbers, and back, without a table.

use super::random::mix;

/// What an id names; the same number gives unrelated ids for different kinds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Call,
    User,
    Workspace,
    Party,
    Speaker,
    Tracker,
    Comment,
    Calendar,
    Record,
}

/// Ranges of values with the same number of digits, and which of every 20 numbers fall in each.
const CLASSES: [Class; 4] = [
    Class { low: 10_000_000_000_000_000, width: 90_000_000_000_000_000, first: 0, share: 1 },
    Class { low: 100_000_000_000_000_000, width: 900_000_000_000_000_000, first: 1, share: 2 },
    Class { low: 10_000_000_000_000_000_000, width: 8_446_744_073_709_551_616, first: 3, share: 4 },
    Class { low: 1_000_000_000_000_000_000, width: 9_000_000_000_000_000_000, first: 7, share: 13 },
];
const CYCLE: u64 = 20;

struct Class {
    low: u64,
    width: u64,
    first: u64,
    share: u64,
}

/// A keyed one-to-one mapping between numbers and ids.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ids {
    key: u64,
}

impl Ids {
    /// The mapping for one kind of thing in the company with this seed.
    pub(super) fn new(seed: u64, kind: Kind) -> Self {
        let tag = match kind {
            Kind::Call => 1,
            Kind::User => 2,
            Kind::Workspace => 3,
            Kind::Party => 4,
            Kind::Speaker => 5,
            Kind::Tracker => 6,
            Kind::Comment => 7,
            Kind::Calendar => 8,
            Kind::Record => 9,
        };
        Self { key: mix(mix(seed).wrapping_add(tag)) }
    }

    /// The id of a number, which is less than 2^56.
    pub(super) fn value(self, number: u64) -> u64 {
        let (round, position) = (number / CYCLE, number % CYCLE);
        let class = CLASSES
            .iter()
            .find(|class| (class.first..class.first + class.share).contains(&position))
            .unwrap_or(&CLASSES[3]);
        let mut value = round * class.share + (position - class.first);
        loop {
            value = class.shuffle(self.key, value, Direction::Forth);
            if value < class.width {
                return class.low + value;
            }
        }
    }

    /// The id of a number as Gong sends it.
    pub(super) fn text(self, number: u64) -> String {
        self.value(number).to_string()
    }

    /// The number that has this id.
    pub(super) fn number(self, id: &str) -> Option<u64> {
        let value: u64 = id.parse().ok()?;
        if value.to_string() != id {
            return None;
        }
        let class =
            CLASSES.iter().find(|class| value >= class.low && value - class.low < class.width)?;
        let mut index = value - class.low;
        loop {
            index = class.shuffle(self.key, index, Direction::Back);
            if index < class.width {
                break;
            }
        }
        let (round, within) = (index / class.share, index % class.share);
        round.checked_mul(CYCLE)?.checked_add(class.first + within)
    }
}

#[derive(Clone, Copy)]
enum Direction {
    Forth,
    Back,
}

impl Class {
    /// How many bits each half of the network has, so that it covers the width.
    fn half(&self) -> u32 {
        (64 - (self.width - 1).leading_zeros()).div_ceil(2)
    }

    /// A Feistel network of six rounds over twice `half` bits.
    fn shuffle(&self, key: u64, value: u64, direction: Direction) -> u64 {
        let key = mix(key ^ self.low);
        let half = self.half();
        let mask = (1 << half) - 1;
        let (mut left, mut right) = (value >> half, value & mask);
        for step in 0..6 {
            match direction {
                Direction::Forth => {
                    let round = mix(key.wrapping_add(mix(right.wrapping_add(step << 48)))) & mask;
                    (left, right) = (right, left ^ round);
                }
                Direction::Back => {
                    let round = 5 - step;
                    let round = mix(key.wrapping_add(mix(left.wrapping_add(round << 48)))) & mask;
                    (left, right) = (right ^ round, left);
                }
            }
        }
        (left << half) | right
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_number_comes_back_from_its_id() {
        let ids = Ids::new(7, Kind::Call);
        let far = (0..2_000).map(|step| 999_999 - step * 311);
        for number in (0..10_000).chain(far) {
            assert_eq!(ids.number(&ids.text(number)), Some(number), "{number}");
        }
    }

    #[test]
    fn has_17_to_20_digits_and_no_repeats() {
        let ids = Ids::new(7, Kind::Call);
        let texts: BTreeSet<String> = (0..5_000).map(|number| ids.text(number)).collect();
        assert_eq!(texts.len(), 5_000);
        let lengths: BTreeSet<usize> = texts.iter().map(String::len).collect();
        assert_eq!(lengths, BTreeSet::from([17, 18, 19, 20]));
        assert!(texts.iter().any(|id| id.parse::<u64>().unwrap() > 1 << 63));
    }

    #[test]
    fn refuses_what_it_did_not_write() {
        let ids = Ids::new(7, Kind::Call);
        for id in ["", "0", "-1", "12", "99999999999999999999", "+1997401712976367955", "x"] {
            assert_eq!(ids.number(id), None, "{id}");
        }
        let id = ids.text(3);
        assert_eq!(ids.number(&format!("0{id}")), None);
        assert_ne!(Ids::new(8, Kind::Call).text(3), id);
        assert_ne!(Ids::new(7, Kind::User).text(3), id);
    }
}
