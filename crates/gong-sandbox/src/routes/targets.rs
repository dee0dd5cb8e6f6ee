//! Targets: what people and teams should reach, and the table that says how much.

use std::collections::HashSet;

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::{
    ask::{Answered, Ask, Problem},
    upload::{Intake, Kept},
};

/// `GET /v2/targets`: what people and teams of a workspace should reach.
pub(super) fn list(ask: &Ask<'_>) -> Answered {
    let parameters = ask.parameters();
    let workspace = workspace(ask, parameters.need("workspaceId")?)?;
    let targets = TARGETS.iter().map(|target| target.to_json(ask, workspace));
    Ok(Map::from_iter([("targets".to_owned(), targets.collect())]))
}

/// `POST /v2/targets/{targetId}/assignments`: a table of what each should reach. Nothing shows it
/// again, so it is only checked.
pub(super) fn assign(ask: &Ask<'_>) -> Result<Box<dyn Intake>, Problem> {
    target(ask)?;
    ask.parameters().flag("validateOnly")?;
    Ok(Box::new(Kept::new(|ask, table| {
        check_table(ask, target(ask)?, table)?;
        Ok(Map::new())
    })))
}

/// The target that the path and the query name.
fn target(ask: &Ask<'_>) -> Result<&'static Target, Problem> {
    let parameters = ask.parameters();
    let workspace = workspace(ask, parameters.need("workspaceId")?)?;
    let id = ask.id.unwrap_or_default();
    let target = TARGETS.iter().find(|target| target.id(ask, workspace) == id);
    target
        .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, format!("Target ID {id} was not found")))
}

/// Checks the table of an upload to `POST /v2/targets/{targetId}/assignments`.
fn check_table(ask: &Ask<'_>, target: &Target, table: &[u8]) -> Result<usize, Problem> {
    let unreadable = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        Problem::bad_request(format!("line {line}: the file is not a table"))
    };
    let mut reader = csv::Reader::from_reader(table);
    let header = reader.headers().map_err(unreadable)?.clone();
    let wanted = if target.is_money() { &COLUMNS[..] } else { &COLUMNS[..4] };
    for column in wanted {
        if !header.iter().any(|name| name == *column) {
            return Err(Problem::bad_request(format!("The column '{column}' is missing")));
        }
    }
    if let Some(odd) = header.iter().find(|name| !COLUMNS.contains(name)) {
        return Err(Problem::bad_request(format!("The column '{odd}' is unknown")));
    }
    let mut seen = HashSet::new();
    let mut n_rows = 0;
    for row in reader.records() {
        let row = row.map_err(unreadable)?;
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |column: &str| {
            let place = header.iter().position(|name| name == column);
            place.and_then(|place| row.get(place)).unwrap_or_default().trim()
        };
        check_row(ask, target, &cell)
            .map_err(|problem| Problem::bad_request(format!("line {line}: {problem}")))?;
        let key = ["Team member identifier", "Is Team", "Period"]
            .map(|column| cell(column).to_lowercase());
        if !seen.insert(key) {
            let text = format!("line {line}: the same identifier, Is Team, and Period came before");
            return Err(Problem::bad_request(text));
        }
        n_rows += 1;
    }
    if n_rows == 0 {
        return Err(Problem::bad_request("The file has no rows"));
    }
    Ok(n_rows)
}

fn check_row<'a>(
    ask: &Ask<'_>,
    target: &Target,
    cell: &impl Fn(&str) -> &'a str,
) -> Result<(), String> {
    let identifier = cell("Team member identifier");
    let is_crm_id =
        identifier.len() == 18 && identifier.chars().all(|letter| letter.is_ascii_alphanumeric());
    if !is_crm_id && ask.user_at(identifier).is_none() {
        return Err(format!("'{identifier}' is no user's email address and no CRM id"));
    }
    if !["true", "false"].contains(&cell("Is Team").to_lowercase().as_str()) {
        return Err("Is Team must be true or false".to_owned());
    }
    if !is_period(cell("Period")) {
        return Err("Period must be such as April FY2022, Q2 FY2022, or FY2022".to_owned());
    }
    if cell("Value").parse::<f64>().is_err() {
        return Err("Value must be a number".to_owned());
    }
    let currency = cell("Currency");
    if target.is_money()
        && !(currency.len() == 3 && currency.chars().all(|c| c.is_ascii_uppercase()))
    {
        return Err("Currency must be such as USD".to_owned());
    }
    Ok(())
}

/// A month, a quarter, or nothing, and a fiscal year.
fn is_period(text: &str) -> bool {
    let (part, year) = text.rsplit_once(' ').unwrap_or(("", text));
    let is_year = year
        .strip_prefix("FY")
        .is_some_and(|year| year.len() == 4 && year.chars().all(|digit| digit.is_ascii_digit()));
    is_year && (part.is_empty() || QUARTERS.contains(&part) || MONTHS.contains(&part))
}

fn workspace<'a>(ask: &Ask<'_>, id: &'a str) -> Result<&'a str, Problem> {
    if ask.has_workspace(id) {
        return Ok(id);
    }
    Err(Problem::bad_request("workspaceId is not a workspace of this company"))
}

struct Target {
    name: &'static str,
    description: &'static str,
    kind: &'static str,
    unit: &'static str,
    hierarchy: &'static str,
}

impl Target {
    fn is_money(&self) -> bool {
        self.unit == "CURRENCY"
    }

    fn id(&self, ask: &Ask<'_>, workspace: &str) -> String {
        ask.id("target", &format!("{workspace}/{}", self.name))
    }

    fn to_json(&self, ask: &Ask<'_>, workspace: &str) -> Value {
        json!({
            "id": self.id(ask, workspace),
            "name": self.name,
            "description": self.description,
            "type": self.kind,
            "unit": self.unit,
            "hierarchyType": self.hierarchy,
            "createdDateTime": "2025-11-03T09:00:00Z",
        })
    }
}

const TARGETS: [Target; 3] = [
    Target {
        name: "Bookings",
        description: "New and expansion bookings",
        kind: "REVENUE",
        unit: "CURRENCY",
        hierarchy: "FORECAST",
    },
    Target {
        name: "Meetings held",
        description: "First meetings with new accounts",
        kind: "ACTIVITY",
        unit: "COUNT",
        hierarchy: "TEAM",
    },
    Target {
        name: "Win rate",
        description: "Share of deals that were won",
        kind: "RATE",
        unit: "PERCENT",
        hierarchy: "TEAM",
    },
];

const COLUMNS: [&str; 5] = ["Team member identifier", "Is Team", "Period", "Value", "Currency"];

const QUARTERS: [&str; 4] = ["Q1", "Q2", "Q3", "Q4"];

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
