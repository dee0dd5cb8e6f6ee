//! Pages: which shell examples stand in a page of Markdown, and which in the help of a command.

use std::collections::BTreeSet;

/// A command that a reader may copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Example {
    /// The page and the line, for a message.
    pub(super) place: String,
    /// The block it stands in: those of one block run in one folder, one after the other.
    pub(super) block: usize,
    /// The command, on one line.
    pub(super) command: String,
    /// What the page says that it prints, a line each; `…` stands for anything.
    pub(super) printed: Vec<String>,
}

/// The examples of a page, or what is wrong with how one is marked.
///
/// A block of commands is fenced as `sh`; one of commands and what they print as `console`, with `$ `
/// before each command.
pub(super) fn of_page(name: &str, text: &str) -> Result<Vec<Example>, String> {
    let mut examples: Vec<Example> = Vec::new();
    for (number, block) in blocks(text).enumerate() {
        let mut goes_on = false;
        for (line, text) in (block.first_line..).zip(&block.lines) {
            let place = format!("{name}:{line}");
            let said = match (block.language, text.trim()) {
                ("sh", text) if text.is_empty() || text.starts_with('#') => continue,
                ("sh", text) => text,
                ("console", text) if goes_on => text,
                ("console", text) => match (text.strip_prefix("$ "), examples.last_mut()) {
                    (Some(command), _) => command,
                    (None, Some(last)) if last.block == number => {
                        last.printed.push(text.to_owned());
                        continue;
                    }
                    (None, _) => return Err(place + ": printed before any command"),
                },
                (_, text) if text.trim_start_matches("$ ").starts_with("gong ") => {
                    return Err(place + ": a command of gong outside a block of sh or console");
                }
                _ => continue,
            };
            let (part, continues) =
                said.strip_suffix('\\').map_or((said, false), |part| (part.trim_end(), true));
            match examples.last_mut() {
                Some(begun) if goes_on => begun.command = format!("{} {part}", begun.command),
                _ => examples.push(Example {
                    place,
                    block: number,
                    command: part.to_owned(),
                    printed: Vec::new(),
                }),
            }
            goes_on = continues;
        }
    }
    Ok(examples)
}

/// Whether `printed` has this line of a page.
pub(super) fn is_in(printed: &str, line: &str) -> bool {
    let mut rest = printed;
    line.split('…').all(|part| match rest.split_once(part) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}

/// The commands of `gong` that the prose names, without options and arguments.
pub(super) fn named(text: &str) -> BTreeSet<String> {
    let mut is_block = false;
    let mut named = BTreeSet::new();
    for line in text.lines() {
        is_block ^= line.trim_start().starts_with("```");
        let code = line.split('`').skip(1).step_by(2).filter(|_| !is_block);
        for words in code.filter_map(|code| code.strip_prefix("gong ")) {
            let is_command = |word: &&str| word.starts_with(|it: char| it.is_ascii_lowercase());
            named.insert(words.split(' ').take_while(is_command).collect::<Vec<_>>().join(" "));
        }
    }
    named
}

/// The examples under `Examples:` in the reference of all commands.
pub(super) fn of_help(reference: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut command = "";
    let mut is_list = false;
    for (block, line) in reference.lines().enumerate() {
        match line {
            "Examples:" => is_list = true,
            "" | "```" => is_list = false,
            example if is_list => {
                let begun = examples.last_mut();
                let begun = begun.filter(|it: &&mut Example| it.command.ends_with('\\'));
                if let Some(begun) = begun {
                    begun.command.pop();
                    begun.command.push_str(example.trim());
                    continue;
                }
                examples.push(Example {
                    place: format!("{command} --help"),
                    block,
                    command: example.trim().to_owned(),
                    printed: Vec::new(),
                });
            }
            heading if heading.starts_with('#') => command = heading.trim_start_matches(['#', ' ']),
            _ => {}
        }
    }
    examples
}

/// What stands between two fences.
struct Block<'a> {
    language: &'a str,
    first_line: usize,
    lines: Vec<&'a str>,
}

fn blocks(text: &str) -> impl Iterator<Item = Block<'_>> {
    let mut lines = text.lines().enumerate();
    std::iter::from_fn(move || {
        let (fence, opening) = lines.find(|(_, line)| line.trim_start().starts_with("```"))?;
        let inside = lines.by_ref().map(|(_, line)| line);
        let lines = inside.take_while(|line| !line.trim_start().starts_with("```")).collect();
        let language = opening.trim_start().trim_start_matches('`');
        Some(Block { language, first_line: fence + 2, lines })
    })
}

#[test]
fn commands_are_found_in_blocks_of_both_kinds() {
    let page = "# Page\n\n```sh\n# Why\ngong a \\\n  --b\n\ngong c | gong d\n```\n\n- in a list:\n\n  \
                ```console\n  $ gong e\n  one\n  …\n  ```\n\n```json\n{}\n```\n";
    let found = of_page("a.md", page).unwrap();
    let shown = |it: &Example| format!("{} {} {} {:?}", it.place, it.block, it.command, it.printed);
    let found: Vec<_> = found.iter().map(shown).collect();
    assert_eq!(
        found,
        [
            "a.md:5 0 gong a --b []",
            "a.md:8 0 gong c | gong d []",
            "a.md:14 1 gong e [\"one\", \"…\"]",
        ]
    );
}

#[test]
fn dots_stand_for_anything_in_a_line_that_is_printed() {
    assert!(is_in("a\nshowing 2 of 166 calls\n", "showing 2 of … calls") && is_in("", "…"));
    assert!(!is_in("showing 2 of 166 users\n", "showing 2 of … calls"));
}

#[test]
fn a_command_that_no_test_would_see_is_an_error() {
    for fence in ["", "text", "bash", "sh,ignore", "sh no_run"] {
        let page = format!("```{fence}\ngong calls list\n```\n");
        assert!(of_page("a.md", &page).unwrap_err().starts_with("a.md:2: "), "{fence}");
    }
}

#[test]
fn commands_are_named_in_prose() {
    let page = "Say `gong calls list --last 7d`, `gong api GET /v2/calls`, or\n`gong -v`.\n\n```text\na `gong b`\n```\n";
    assert_eq!(named(page).into_iter().collect::<Vec<_>>(), ["", "api", "calls list"]);
}

#[test]
fn help_has_its_examples_at_the_end() {
    let reference = "# Commands\n\n### gong a b\n\n```text\nUsage: gong a b\n\nExamples:\n  gong a b 1\n  \
                     gong a b 2\n```\n\n### gong c\n\n```text\nUsage\n\n  gong c\n```\n";
    let found = of_help(reference);
    let found: Vec<_> = found.iter().map(|it| format!("{}: {}", it.place, it.command)).collect();
    assert_eq!(found, ["gong a b --help: gong a b 1", "gong a b --help: gong a b 2"]);
}
