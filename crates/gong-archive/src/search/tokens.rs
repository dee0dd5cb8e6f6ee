//! The pieces of a search as it is written: words, phrases, operators, parentheses.

/// How far apart words are that are near each other, unless a number is given.
const NEAR: u32 = 10;
/// Farther apart than any two words of one monologue that belong together.
const FARTHEST: u32 = 10_000;

/// A piece of what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Words { text: String, is_prefix: bool },
    Open,
    Close,
    And,
    Or,
    Not,
    Near(u32),
}

/// Takes what was written apart.
pub(super) fn tokens(written: &str) -> Vec<Token> {
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
                tokens.push(word(&rest[..end]));
            }
        }
        rest = &rest[end..];
    }
    operators(tokens)
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '\u{201C}' | '\u{201D}' | '\u{201E}')
}

fn word(text: &str) -> Token {
    match text {
        "AND" => Token::And,
        "OR" => Token::Or,
        "NOT" => Token::Not,
        "NEAR" => Token::Near(NEAR),
        _ => {
            let distance = text.strip_prefix("NEAR/").and_then(|it| it.parse::<u32>().ok());
            match distance {
                Some(distance) => Token::Near(distance.min(FARTHEST)),
                None => Token::Words {
                    text: text.to_owned(),
                    is_prefix: text.len() > 1 && text.ends_with('*'),
                },
            }
        }
    }
}

/// Takes an operator for a word that has nothing to join, as in `TO BE OR`.
fn operators(mut tokens: Vec<Token>) -> Vec<Token> {
    for at in 0..tokens.len() {
        let before = at.checked_sub(1).map(|at| &tokens[at]);
        let after = tokens.get(at + 1);
        let is_behind = matches!(before, Some(Token::Words { .. } | Token::Close));
        let is_before = matches!(after, Some(Token::Words { .. } | Token::Open));
        let joins = match tokens[at] {
            Token::Words { .. } | Token::Open | Token::Close => continue,
            Token::Not => is_before,
            Token::Near(_) => is_behind && is_before,
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
    tokens
}
