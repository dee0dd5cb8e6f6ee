//! Fills phrases in: who, which product, how much, and one of several ways to say it.

use super::bank::Banks;
use crate::company::{
    Company,
    people::{COMPANY, Role},
    plan::{Plan, Who},
    random::Random,
    trackers::COMPETITORS,
};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const NUMBERS: [&str; 8] = ["two", "three", "four", "five", "six", "seven", "eight", "nine"];
const TIMES: [&str; 6] =
    ["nine thirty", "ten o'clock", "eleven", "one thirty", "two o'clock", "half past three"];

/// The words of one call.
#[derive(Debug)]
pub(super) struct Words {
    /// The same for the whole call.
    call: Vec<(&'static str, String)>,
    /// Drawn anew for every exchange.
    exchange: Vec<(&'static str, String)>,
    areas: Pool,
    teams: Pool,
    metrics: Pool,
}

/// A word list that is used up before it is used again.
#[derive(Debug)]
struct Pool {
    words: Vec<&'static str>,
    order: Vec<usize>,
    next: usize,
}

impl Pool {
    fn new(words: Vec<&'static str>, random: &mut Random) -> Self {
        let order = random.order(words.len());
        Self { words, order, next: 0 }
    }

    fn draw(&mut self) -> &'static str {
        if self.words.is_empty() {
            return COMPANY;
        }
        let word = self.words[self.order[self.next % self.order.len()]];
        self.next += 1;
        word
    }
}

impl Words {
    pub(super) fn new(company: &Company, plan: &Plan, random: &mut Random) -> Self {
        let banks: &Banks = &company.banks;
        let language = plan.language;
        let list = |name: &str| banks.words(language, name);
        let mut pool = |name: &str| Pool::new(list(name), random);
        let (areas, teams, metrics) = (pool("areas"), pool("teams"), pool("metrics"));
        let (mut tools, mut systems, mut days) = (pool("tools"), pool("systems"), pool("days"));
        let seats = random.between(4, 60) * 5;
        let price = random.between(28, 74);
        let rivals = random.order(COMPETITORS.len());
        let managers = company.having(Role::SalesManager);
        let manager = company.users[*random.pick(managers)].first_name;
        let date = company.local_date(plan.started).saturating_add(
            jiff::Span::new()
                .try_days(i64::try_from(random.between(8, 45)).unwrap_or(8))
                .unwrap_or_default(),
        );
        let month = MONTHS[usize::try_from(date.month() - 1).unwrap_or(0)];
        let mut call = vec![
            ("product", COMPANY.to_owned()),
            ("seats", seats.to_string()),
            ("price", format!("${price}")),
            ("total", dollars(seats * price * 12)),
            ("discount", random.between(5, 22).to_string()),
            ("competitor", COMPETITORS[rivals[0]].to_owned()),
            ("rival", COMPETITORS[rivals[1]].to_owned()),
            ("tool", tools.draw().to_owned()),
            ("system", systems.draw().to_owned()),
            ("day", days.draw().to_owned()),
            ("date", format!("{month} {}", date.day())),
            ("month", month.to_owned()),
            ("time", (*random.pick(&TIMES)).to_owned()),
            ("manager", manager.to_owned()),
            ("ticket", format!("LF-{}", random.between(10_000, 99_999))),
        ];
        let somewhere = random.pick(&company.accounts);
        if plan.account.is_none() {
            call.push(("city", somewhere.city.to_owned()));
        }
        if let Some(account) = plan.account.map(|account| &company.accounts[account]) {
            let absent = (0..account.contacts.len())
                .find(|index| plan.seats.iter().all(|seat| seat.who != Who::Contact(*index)))
                .unwrap_or(0);
            call.push(("account", account.name.to_owned()));
            call.push(("city", account.city.to_owned()));
            call.push(("industry", account.industry.to_lowercase()));
            call.push(("employees", account.employees.to_string()));
            call.push(("colleague", account.contacts[absent].first_name.to_owned()));
        }
        Self { call, exchange: Vec::new(), areas, teams, metrics }
    }

    /// Sets a word of the whole call.
    pub(super) fn set(&mut self, word: &'static str, value: String) {
        self.call.retain(|(known, _)| *known != word);
        self.call.push((word, value));
    }

    /// Forgets the words of the exchange before.
    pub(super) fn start_exchange(&mut self) {
        self.exchange.clear();
    }

    /// A phrase with its words filled in and its choices made.
    pub(super) fn fill(&mut self, phrase: &str, random: &mut Random) -> String {
        let mut text = String::with_capacity(phrase.len() + 32);
        let mut rest = phrase;
        while let Some(open) = first_of(rest.find('{'), rest.find('[')) {
            text.push_str(&rest[..open]);
            let close = if rest[open..].starts_with('{') { '}' } else { ']' };
            let Some(length) = rest[open..].find(close) else { break };
            let inner = &rest[open + 1..open + length];
            if close == '}' {
                text.push_str(&self.word(inner, random));
            } else {
                let choices: Vec<&str> = inner.split('|').collect();
                let choice = *random.pick(&choices);
                let filled = self.fill(choice, random);
                text.push_str(&filled);
            }
            rest = &rest[open + length + 1..];
        }
        text.push_str(rest);
        text
    }

    fn word(&mut self, name: &str, random: &mut Random) -> String {
        let known = self.exchange.iter().chain(&self.call).find(|(known, _)| *known == name);
        if let Some((_, value)) = known {
            return value.clone();
        }
        let (name, value) = match name {
            "area" => ("area", self.areas.draw().to_owned()),
            "area2" => ("area2", self.areas.draw().to_owned()),
            "team" => ("team", self.teams.draw().to_owned()),
            "metric" => ("metric", self.metrics.draw().to_owned()),
            "n" => ("n", (*random.pick(&NUMBERS)).to_owned()),
            "n2" => ("n2", (*random.pick(&NUMBERS)).to_owned()),
            "m" => ("m", (random.between(3, 19) * 5).to_string()),
            "pct" => ("pct", random.between(6, 48).to_string()),
            "big" => ("big", (random.between(12, 98) * 100).to_string()),
            "year" => ("year", random.between(2012, 2023).to_string()),
            unknown => return format!("{{{unknown}}}"),
        };
        self.exchange.push((name, value.clone()));
        value
    }
}

fn first_of(one: Option<usize>, other: Option<usize>) -> Option<usize> {
    one.into_iter().chain(other).min()
}

fn dollars(amount: u64) -> String {
    if amount < 1_000 {
        format!("${amount}")
    } else {
        format!("${},{:03}", amount / 1_000, amount % 1_000)
    }
}
