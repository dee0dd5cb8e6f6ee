//! Looking at a CSV file of targets before it is sent: its columns, and what no row may lack.

use std::{collections::HashMap, fmt::Write as _, fs::File, io::Read, path::Path};

use anyhow::{Context as _, Result};

use crate::exit::Failure;

/// The columns that must be there, as Gong writes them.
const COLUMNS: [&str; 4] = ["Team member identifier", "Is Team", "Period", "Value"];
/// The one for targets of money.
const CURRENCY: &str = "Currency";

/// So many problems are told; of the others only the number.
const MOST_PROBLEMS: usize = 20;

/// Fails if Gong would certainly refuse the file.
pub(super) fn check(file: &Path) -> Result<()> {
    let unreadable = || format!("could not read {}", file.display());
    let problems = problems_in(File::open(file).with_context(unreadable)?);
    if problems.is_empty() {
        return Ok(());
    }
    let mut message = format!("nothing was sent: {} is no table of targets", file.display());
    for problem in problems.iter().take(MOST_PROBLEMS) {
        // Writing to a string cannot fail.
        let _ = write!(message, "\n{problem}");
    }
    if problems.len() > MOST_PROBLEMS {
        let _ = write!(message, "\nand {} more", problems.len() - MOST_PROBLEMS);
    }
    let hint =
        "the first line is: Team member identifier,Is Team,Period,Value, and perhaps ,Currency";
    Err(Failure::usage(message, hint).into())
}

fn problems_in(text: impl Read) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(text);
    let head = match reader.headers() {
        Ok(head) => head.clone(),
        Err(error) => return vec![said(&error)],
    };
    let is_known = |name: &str| name == CURRENCY || COLUMNS.contains(&name);
    let mut problems: Vec<_> = COLUMNS
        .iter()
        .filter(|column| !head.iter().any(|name| name == **column))
        .map(|column| format!("the column {column} is missing"))
        .collect();
    problems.extend(
        head.iter()
            .filter(|name| !is_known(name))
            .map(|name| format!("no column is called {name:?}")),
    );
    if !problems.is_empty() {
        return problems;
    }
    let mut seen = HashMap::new();
    let mut n_rows = 0;
    for row in reader.records() {
        n_rows += 1;
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                problems.push(said(&error));
                continue;
            }
        };
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |column: &str| {
            let place = head.iter().position(|name| name == column);
            place.and_then(|place| row.get(place)).unwrap_or_default().trim()
        };
        if let Some(empty) = COLUMNS.iter().find(|column| cell(column).is_empty()) {
            problems.push(format!("line {line}: {empty} is empty"));
        }
        let key = COLUMNS.map(cell);
        let key = key[..3].iter().map(|it| it.to_lowercase()).collect::<Vec<_>>();
        if let Some(before) = seen.insert(key, line) {
            problems.push(format!(
                "line {line}: line {before} has the same identifier, Is Team and Period"
            ));
        }
    }
    if n_rows == 0 {
        problems.push("it has no rows".to_owned());
    }
    problems
}

fn said(error: &csv::Error) -> String {
    let line = error.position().map_or(1, csv::Position::line);
    format!("line {line}: not as many cells as there are columns, or not in UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "Team member identifier,Is Team,Period,Value";

    fn problems(text: &str) -> Vec<String> {
        problems_in(text.as_bytes())
    }

    #[test]
    fn a_good_table_has_no_problems() {
        let rows = "a@b.example,false,April FY2026,5\nT-1,true,April FY2026,\"1,000\"\n";
        assert_eq!(problems(&format!("{HEAD}\n{rows}")), [""; 0]);
        assert_eq!(problems(&format!("Currency,{HEAD}\nUSD,a@b.example,no,FY2026,5")), [""; 0]);
    }

    #[test]
    fn columns_are_those_of_gong() {
        let found = problems("team member identifier,Is Team,Period,Value\n");
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[1].contains("team member"), "{found:?}");
        assert!(problems(&format!("\u{FEFF}{HEAD}\n"))[0].contains("it has no rows"));
        assert!(problems("").len() >= 4);
    }

    #[test]
    fn rows_are_whole_and_each_there_once() {
        let found = problems(&format!("{HEAD}\na,no,FY2026,5\nA,no,FY2026,6\nb,,FY2026,1\nc,no\n"));
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("line 3: line 2 has the same"), "{found:?}");
        assert_eq!(found[1], "line 4: Is Team is empty");
        assert!(found[2].starts_with("line 5: "), "{found:?}");
    }
}
