//! The language of a search: words, phrases, and how they are joined, made into what the index takes.
//!
//! Every word is quoted, so nothing that people write means anything to the index but itself.

use std::fmt::Write as _;

use crate::error::{Error, Result};

use super::{
    scratch::Scratch,
    tokens::{Token, tokens},
};

/// More words than anybody searches for.
const MOST_WORDS: usize = 256;
/// How deep groups may stand in groups: the index has an end to its patience.
const DEEPEST: usize = 16;
/// The most pairs that one `NEAR` between groups may stand for.
const MOST_PAIRS: usize = 64;

/// What is looked for.
#[derive(Debug)]
pub(super) struct Query {
    /// As the index takes it.
    pub(super) expression: String,
    /// Each word or phrase that is wanted, joined by `OR`: not those behind a `NOT`.
    pub(super) phrases: String,
    /// Each word of them.
    pub(super) words: Vec<Word>,
    /// Whether the beginning of a word stands anywhere in it.
    pub(super) has_prefix: bool,
}

/// A word as the index has it, or the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) is_prefix: bool,
}

/// What the pieces mean.
#[derive(Debug, Clone)]
enum Node {
    /// Only punctuation, which nobody says.
    Nothing,
    Phrase(Phrase),
    Near(Vec<Phrase>, u32),
    All {
        of: Vec<Self>,
        none_of: Vec<Self>,
    },
    Any(Vec<Self>),
}

#[derive(Debug, Clone)]
struct Phrase {
    words: Vec<String>,
    is_prefix: bool,
}

/// Reads what was written.
pub(super) fn read(written: &str, scratch: &Scratch) -> Result<Query> {
    let tokens = tokens(written)?;
    let texts: Vec<&str> = tokens
        .iter()
        .filter_map(|token| match token {
            Token::Words { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let refused = |problem: &str, hint: &str| {
        Err(Error::Words { problem: problem.to_owned(), hint: hint.to_owned() })
    };
    if texts.len() > MOST_WORDS {
        return refused("there are more than 256 of them", "leave some out");
    }
    let words = scratch.words(&texts)?;
    let mut reader = Reader { tokens: &tokens, at: 0, words: words.into_iter(), depth: 0 };
    let mut pieces = vec![reader.any()?];
    // A parenthesis that closes nothing is punctuation.
    while reader.at < tokens.len() {
        reader.at += 1;
        pieces.push(reader.any()?);
    }
    let root = all(pieces, Vec::new())?;
    if matches!(root, Node::Nothing) {
        return refused("there is no letter and no digit in them", "say at least one word");
    }
    let mut expression = String::new();
    root.write(&mut expression);
    let mut wanted = Vec::new();
    root.wanted(&mut wanted);
    let mut words: Vec<Word> = Vec::new();
    let mut phrases: Vec<String> = Vec::new();
    for phrase in wanted {
        for word in phrase.each() {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        let phrase = phrase.text();
        if !phrases.contains(&phrase) {
            phrases.push(phrase);
        }
    }
    let has_prefix = tokens.iter().any(|it| matches!(it, Token::Words { is_prefix: true, .. }));
    Ok(Query { expression, phrases: phrases.join(" OR "), words, has_prefix })
}

impl Query {
    /// The words alone, joined by `OR`.
    pub(super) fn single_words(&self) -> String {
        let text = |word: &Word| {
            Phrase { words: vec![word.text.clone()], is_prefix: word.is_prefix }.text()
        };
        self.words.iter().map(text).collect::<Vec<_>>().join(" OR ")
    }
}

#[derive(Debug)]
struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    /// The words of each token that has some, in order.
    words: std::vec::IntoIter<Vec<String>>,
    depth: usize,
}

impl Reader<'_> {
    fn any(&mut self) -> Result<Node> {
        let mut of = vec![self.all()?];
        while self.tokens.get(self.at) == Some(&Token::Or) {
            self.at += 1;
            of.push(self.all()?);
        }
        Ok(any(of))
    }

    fn all(&mut self) -> Result<Node> {
        let mut of = Vec::new();
        let mut none_of = Vec::new();
        loop {
            match self.tokens.get(self.at) {
                None | Some(Token::Or | Token::Close) => break,
                Some(Token::And) => self.at += 1,
                Some(Token::Not) => {
                    self.at += 1;
                    none_of.push(self.near()?);
                }
                Some(_) => of.push(self.near()?),
            }
        }
        all(of, none_of)
    }

    fn near(&mut self) -> Result<Node> {
        let mut operands = vec![self.one()?];
        let mut within = 0;
        while let Some(Token::Near(distance, _)) = self.tokens.get(self.at) {
            within = within.max(*distance);
            self.at += 1;
            operands.push(self.one()?);
        }
        operands.retain(|it| !matches!(it, Node::Nothing));
        if operands.len() < 2 {
            return Ok(operands.pop().unwrap_or(Node::Nothing));
        }
        let mut pairs: Vec<Vec<Phrase>> = vec![Vec::new()];
        for operand in operands {
            let alternatives = operand.alternatives().ok_or_else(|| Error::Words {
                problem: "NEAR joins only words, phrases, and groups of them with OR".to_owned(),
                hint: "write, for example, pricing NEAR (discount OR rebate)".to_owned(),
            })?;
            let longer = |pair: &Vec<Phrase>| {
                let pair = pair.clone();
                alternatives.clone().into_iter().map(move |it| [&pair[..], &[it]].concat())
            };
            pairs = pairs.iter().flat_map(longer).collect();
            if pairs.len() > MOST_PAIRS {
                return Err(Error::Words {
                    problem: "NEAR joins too many words with each other".to_owned(),
                    hint: "leave some out".to_owned(),
                });
            }
        }
        Ok(any(pairs.into_iter().map(|pair| Node::Near(pair, within)).collect()))
    }

    fn one(&mut self) -> Result<Node> {
        let token = self.tokens.get(self.at);
        self.at += 1;
        match token {
            Some(Token::Words { is_prefix, .. }) => {
                let words = self.words.next().unwrap_or_default();
                if words.is_empty() {
                    return Ok(Node::Nothing);
                }
                Ok(Node::Phrase(Phrase { words, is_prefix: *is_prefix }))
            }
            Some(Token::Open) => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err(Error::Words {
                        problem: "groups stand too deep in each other".to_owned(),
                        hint: "leave some parentheses out".to_owned(),
                    });
                }
                let node = self.any()?;
                self.depth -= 1;
                // One that is never closed ends with the search.
                self.at += 1;
                Ok(node)
            }
            _ => Ok(Node::Nothing),
        }
    }
}

fn any(mut of: Vec<Node>) -> Node {
    of.retain(|it| !matches!(it, Node::Nothing));
    if of.len() < 2 { of.pop().unwrap_or(Node::Nothing) } else { Node::Any(of) }
}

fn all(mut of: Vec<Node>, mut none_of: Vec<Node>) -> Result<Node> {
    of.retain(|it| !matches!(it, Node::Nothing));
    none_of.retain(|it| !matches!(it, Node::Nothing));
    if of.is_empty() && !none_of.is_empty() {
        return Err(Error::Words {
            problem: "NOT takes away from what is found, and nothing is looked for".to_owned(),
            hint: "write what to find before it: pricing NOT discount".to_owned(),
        });
    }
    if of.len() < 2 && none_of.is_empty() {
        return Ok(of.pop().unwrap_or(Node::Nothing));
    }
    Ok(Node::All { of, none_of })
}

impl Node {
    /// The phrases of which one is meant, if that is all that is meant.
    fn alternatives(self) -> Option<Vec<Phrase>> {
        match self {
            Self::Phrase(phrase) => Some(vec![phrase]),
            Self::Any(of) => {
                let of: Option<Vec<Vec<Phrase>>> = of.into_iter().map(Self::alternatives).collect();
                Some(of?.concat())
            }
            _ => None,
        }
    }

    fn write(&self, out: &mut String) {
        let join = |of: &[Self], with: &str, out: &mut String| {
            for (place, node) in of.iter().enumerate() {
                if place > 0 {
                    out.push_str(with);
                }
                let is_group = matches!(node, Self::All { .. } | Self::Any(_));
                out.push_str(if is_group { "(" } else { "" });
                node.write(out);
                out.push_str(if is_group { ")" } else { "" });
            }
        };
        match self {
            Self::Nothing => {}
            Self::Phrase(phrase) => out.push_str(&phrase.text()),
            Self::Near(of, within) => {
                let of: Vec<String> = of.iter().map(Phrase::text).collect();
                // Writing to a text cannot fail.
                let _ = write!(out, "NEAR({}, {within})", of.join(" "));
            }
            Self::All { of, none_of } if none_of.is_empty() => join(of, " AND ", out),
            Self::All { of, none_of } => {
                out.push('(');
                join(of, " AND ", out);
                out.push_str(") NOT (");
                join(none_of, " OR ", out);
                out.push(')');
            }
            Self::Any(of) => join(of, " OR ", out),
        }
    }

    fn wanted(&self, wanted: &mut Vec<Phrase>) {
        match self {
            Self::Nothing => {}
            Self::Phrase(phrase) => wanted.push(phrase.clone()),
            Self::Near(of, _) => wanted.extend_from_slice(of),
            Self::All { of, .. } | Self::Any(of) => of.iter().for_each(|it| it.wanted(wanted)),
        }
    }
}

impl Phrase {
    fn each(&self) -> impl Iterator<Item = Word> {
        let last = self.words.len() - 1;
        self.words.iter().enumerate().map(move |(place, word)| Word {
            text: word.clone(),
            is_prefix: self.is_prefix && place == last,
        })
    }

    /// As the index takes it. No word has a quote in it.
    fn text(&self) -> String {
        format!("\"{}\"{}", self.words.join(" "), if self.is_prefix { " *" } else { "" })
    }
}
