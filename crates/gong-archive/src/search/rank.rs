//! Rank: which of the candidates say most of what is looked for, in the fewest other words.

use std::collections::HashMap;

use rusqlite::{Connection, Statement};

use super::language::{Query, Word};
use crate::{number, words};

/// How much the second time that a word is said counts less than the first, and how much a long
/// monologue is held against it: the usual constants of BM25.
const SATURATION: f64 = 1.2;
const LENGTH: f64 = 0.75;

/// What was counted in a monologue.
#[derive(Debug)]
struct Counts {
    id: i64,
    /// How many words it has.
    length: f64,
    /// How often each word that is looked for is said.
    said: Vec<f64>,
    /// The share of these words that its best sentence has.
    together: f64,
}

/// Puts the best first, and of equals the newest. How rare a word is, is judged by the candidates.
pub(super) fn rank(
    connection: &Connection,
    query: &Query,
    ids: &[i64],
) -> rusqlite::Result<Vec<i64>> {
    let places: HashMap<&str, usize> =
        query.words.iter().enumerate().map(|(place, word)| (&*word.text, place)).collect();
    let mut statement = connection.prepare_cached(
        "SELECT monologue, text FROM spoken WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
    )?;
    let counts = ids.iter().map(|id| count(&mut statement, query, &places, *id));
    let counts: Vec<Counts> = counts.collect::<rusqlite::Result<_>>()?;
    let n_all = whole(counts.len());
    let mean = counts.iter().map(|it| it.length).sum::<f64>() / n_all;
    let rarity: Vec<f64> = (0..query.words.len())
        .map(|place| {
            let n_with = whole(counts.iter().filter(|it| it.said[place] > 0.0).count());
            (1.0 + (n_all - n_with + 0.5) / (n_with + 0.5)).ln()
        })
        .collect();
    let score = |counts: &Counts| {
        let length = 1.0 - LENGTH + LENGTH * counts.length / mean.max(1.0);
        let words = counts.said.iter().zip(&rarity).map(|(said, rarity)| {
            rarity * said * (SATURATION + 1.0) / (said + SATURATION * length)
        });
        words.sum::<f64>() * counts.together
    };
    let mut scores: Vec<(f64, i64)> = counts.iter().map(|it| (score(it), it.id)).collect();
    scores.sort_by(|one, two| two.0.total_cmp(&one.0).then(two.1.cmp(&one.1)));
    Ok(scores.into_iter().map(|(_, id)| id).collect())
}

fn count(
    statement: &mut Statement<'_>,
    query: &Query,
    places: &HashMap<&str, usize>,
    id: i64,
) -> rusqlite::Result<Counts> {
    let last = number::sentences_of(number::of_sentence(id)).1;
    let mut rows = statement.query([id, last])?;
    let mut monologue = None;
    let mut said = vec![0.0; query.words.len()];
    let (mut length, mut together) = (0.0, 0.0_f64);
    while let Some(row) = rows.next()? {
        let of: i64 = row.get(0)?;
        if *monologue.get_or_insert(of) != of {
            break;
        }
        let mut here = vec![false; query.words.len()];
        words::each(row.get_ref(1)?.as_str()?, |word| {
            length += 1.0;
            let exact = places.get(word).copied();
            let begun = |wanted: &Word| wanted.is_prefix && word.starts_with(&wanted.text);
            if let Some(place) = exact.or_else(|| query.words.iter().position(begun)) {
                said[place] += 1.0;
                here[place] = true;
            }
        });
        let n_here = whole(here.iter().filter(|it| **it).count());
        together = together.max(n_here / whole(here.len()));
    }
    Ok(Counts { id, length, said, together })
}

/// Counts of this kind are whole in a float.
fn whole(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
