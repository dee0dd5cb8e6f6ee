//! The pieces of a search as it is written: words, phrases, operators, parentheses.

use crate::error::{Error, Result};

/// How far apart words are that are near each other, unless a number is given.
const NEAR: u32 = 10;
/// Farther apart than any two words of one monologue that belong together.
const FARTHEST: u32 = 10_000;

/// A piece of what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Words {
        text: String,
        is_prefix: bool,
    },
    Open,
    Close,
    And,
    Or,
    Not,
    /// Within so many words, and whether somebody wrote how many.
    Near(u32, bool),
}

/// Takes what was written apart.
pub(super) fn tokens(written: &str) -> Result<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = written;
    while let Some(first) = rest.chars().next() {
        let end;
        match first {
            '(' => {
                tokens.push(Token::Open);
                end = 1;
            }
            ')' => {
                tokens.push(Token::Close);
                end = 1;
            }
            '"' | '\u{201C}' | '\u{201D}' | '\u{201E}' => {
                let inner = &rest[first.len_utf8()..];
                let close = inner.find(is_quote);
                let text = &inner[..close.unwrap_or(inner.len())];
                let after = close.map_or("", |at| &inner[at..]);
                let after = after.chars().next().map_or(after, |it| &after[it.len_utf8()..]);
                let is_prefix = after.starts_with('*');
                tokens.push(Token::Words { text: text.to_owned(), is_prefix });
                end = rest.len() - after.len() + usize::from(is_prefix);
            }
            _ if first.is_whitespace() => end = first.len_utf8(),
            _ => {
                let is_end = |it: char| it.is_whitespace() || is_quote(it) || "()".contains(it);
                end = rest.find(is_end).unwrap_or(rest.len());
                tokens.push(word(&rest[..end])?);
            }
        }
        rest = &rest[end..];
    }
    operators(tokens)
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '\u{201C}' | '\u{201D}' | '\u{201E}')
}

fn word(text: &str) -> Result<Token> {
    Ok(match text {
        "AND" => Token::And,
        "OR" => Token::Or,
        "NOT" => Token::Not,
        "NEAR" => Token::Near(NEAR, false),
        _ => match text.strip_prefix("NEAR/") {
            Some(distance) => Token::Near(within(distance)?, true),
            None => Token::Words {
                text: text.to_owned(),
                is_prefix: text.len() > 1 && text.ends_with('*'),
            },
        },
    })
}

fn within(distance: &str) -> Result<u32> {
    if distance.is_empty() || distance.contains(|it: char| !it.is_ascii_digit()) {
        return Err(no_near("NEAR/ wants a number of words"));
    }
    // What has too many digits is far enough.
    Ok(distance.parse().unwrap_or(FARTHEST).min(FARTHEST))
}

fn no_near(problem: &str) -> Error {
    let hint = "write, for example, pricing NEAR/5 discount".to_owned();
    Error::Words { problem: problem.to_owned(), hint }
}

/// Takes an operator for a word that has nothing to join, as in `TO BE OR`.
fn operators(mut tokens: Vec<Token>) -> Result<Vec<Token>> {
    for at in 0..tokens.len() {
        let before = at.checked_sub(1).map(|at| &tokens[at]);
        let after = tokens.get(at + 1);
        let is_behind = matches!(before, Some(Token::Words { .. } | Token::Close));
        let is_before = matches!(after, Some(Token::Words { .. } | Token::Open));
        let joins = match tokens[at] {
            Token::Words { .. } | Token::Open | Token::Close => continue,
            Token::Not => is_before,
            Token::Near(_, is_counted) if is_counted && !(is_behind && is_before) => {
                return Err(no_near("NEAR/ stands between two words"));
            }
            Token::Near(..) => is_behind && is_before,
            Token::And | Token::Or => is_behind && (is_before || after == Some(&Token::Not)),
        };
        if !joins {
            let text = match tokens[at] {
                Token::And => "and",
                Token::Or => "or",
                Token::Not => "not",
                _ => "near",
            };
            tokens[at] = Token::Words { text: text.to_owned(), is_prefix: false };
        }
    }
    Ok(tokens)
}
