//! `--jq`: a jq filter over each record, without the environment, files, or an early end.

use jaq_core::{
    Compiler, Ctx, Filter, Vars, data,
    load::{self, Arena, File, Loader},
    unwrap_valr,
};
use jaq_json::{Val, read};

use super::error::{Error, Result};

/// What reads the environment, ends the program, or writes beside the output.
const LEFT_OUT: [&str; 8] =
    ["env", "halt", "halt_error", "debug", "debug_empty", "stderr", "stderr_empty", "input"];

/// Deeper records are refused, as the filter would use up the stack.
pub(super) const DEEPEST: usize = 512;

/// What jq has and the libraries lack.
const ADDED: &str = include_str!("added.jq");

type Data = data::JustLut<Val>;

/// A filter that is ready to run.
pub(super) struct Jq {
    filter: Filter<Data>,
}

impl Jq {
    /// Reads a filter. Fails with the place of what is wrong.
    pub(super) fn new(code: &str) -> Result<Self> {
        let defs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
        let added = load::parse(ADDED, |parser| parser.defs()).expect("fixed text");
        let defs = defs.chain(added);
        let defs = defs.filter(|def| !LEFT_OUT.contains(&def.name));
        let funs = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
        let funs = funs.filter(|(name, ..)| !LEFT_OUT.contains(name));

        let arena = Arena::default();
        let modules = Loader::new(defs)
            .load(&arena, File { code, path: () })
            .map_err(|errors| wrong(code, &loading(errors)))?;
        load::import(&modules, |_| Err("files cannot be read".to_owned()))
            .map_err(|errors| wrong(code, &loading(errors)))?;
        let filter = Compiler::default()
            .with_funs(funs)
            .compile(modules)
            .map_err(|errors| wrong(code, &compiling(errors)))?;
        Ok(Self { filter })
    }

    /// Runs over one record; `each` gets the results, one by one: strings raw, all else as JSON on
    /// one line.
    pub(super) fn run(
        &self,
        record: &str,
        number: usize,
        mut each: impl FnMut(Output<'_>) -> Result<()>,
    ) -> Result<()> {
        let json = |reason: String| Error::Json { record: number, reason };
        if depth(record) > DEEPEST {
            return Err(json(format!("it is nested deeper than {DEEPEST} levels")));
        }
        let input =
            read::parse_single(record.as_bytes()).map_err(|error| json(error.to_string()))?;
        let ctx = Ctx::<Data>::new(&self.filter.lut, Vars::new([]));
        for value in self.filter.id.run((ctx, input)).map(unwrap_valr) {
            match value {
                Ok(Val::TStr(text) | Val::BStr(text)) => {
                    each(Output::Text(&String::from_utf8_lossy(&text)))?;
                }
                Ok(value) => each(Output::Json(&value.to_string()))?,
                Err(error) => {
                    return Err(Error::FilterRun {
                        record: number,
                        message: shorten(&error.to_string()),
                    });
                }
            }
        }
        Ok(())
    }
}

/// One result.
pub(super) enum Output<'a> {
    /// A string, without its quotes.
    Text(&'a str),
    /// Anything else.
    Json(&'a str),
}

/// What was wrong: where in the filter (the text it is at, which is empty at the end), and what.
type Wrong<'a> = (&'a str, String);

fn loading(errors: load::Errors<&str, ()>) -> Vec<Wrong<'_>> {
    let mut all = Vec::new();
    for (_, error) in errors {
        match error {
            load::Error::Io(errors) => all.extend(errors),
            load::Error::Lex(errors) => all.extend(
                errors
                    .into_iter()
                    .map(|(wanted, at)| (at, format!("expected {}", wanted.as_str()))),
            ),
            load::Error::Parse(errors) => all.extend(
                errors
                    .into_iter()
                    .map(|(wanted, at)| (at, format!("expected {}", wanted.as_str()))),
            ),
        }
    }
    all
}

fn compiling(errors: jaq_core::compile::Errors<&str, ()>) -> Vec<Wrong<'_>> {
    let errors = errors.into_iter().flat_map(|(_, errors)| errors);
    errors.map(|(name, kind)| (name, format!("there is no {} `{name}`", kind.as_str()))).collect()
}

/// The message with the filter and a mark under what is wrong with it.
fn wrong(code: &str, errors: &[Wrong<'_>]) -> Error {
    let Some((at, what)) = errors.first() else {
        return Error::Filter("it has no meaning".to_owned());
    };
    let place = load::span(code, at).start.min(code.len());
    let before = code.get(..place).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = code[line_start..].lines().next().unwrap_or_default();
    let column = before[line_start..].chars().count();
    let number = before.matches('\n').count() + 1;
    let place = if code.trim_end().contains('\n') {
        format!("line {number}, column {}", column + 1)
    } else {
        format!("column {}", column + 1)
    };
    Error::Filter(format!("{what} at {place}\n  {line}\n  {}^", " ".repeat(column)))
}

/// Errors of the filter quote whole values.
fn shorten(message: &str) -> String {
    const LONGEST: usize = 200;
    match message.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message.to_owned(),
    }
}

pub(super) fn depth(text: &str) -> usize {
    let mut depth: usize = 0;
    let mut deepest = 0;
    let mut is_string = false;
    let mut is_escaped = false;
    for byte in text.bytes() {
        if is_string {
            is_string = is_escaped || byte != b'"';
            is_escaped = !is_escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => is_string = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(filter: &str, record: &str) -> Result<Vec<String>> {
        let mut results = Vec::new();
        Jq::new(filter)?.run(record, 1, |result| {
            let (Output::Text(text) | Output::Json(text)) = result;
            results.push(text.to_owned());
            Ok(())
        })?;
        Ok(results)
    }

    #[test]
    fn results_read_as_those_of_jq() {
        let record = r#"{"id":"1","n":18446744073709551617,"f":1.50,"a":[1,"x",null,{"b":true}]}"#;
        for (filter, expected) in [
            (".", vec![record]),
            (".id", vec!["1"]),
            (".n", vec!["18446744073709551617"]),
            (".n|tostring", vec!["18446744073709551617"]),
            ("{n}", vec![r#"{"n":18446744073709551617}"#]),
            (".f", vec!["1.50"]),
            (".a[]", vec!["1", "x", "null", r#"{"b":true}"#]),
            ("empty", vec![]),
            ("select(.id == \"2\")", vec![]),
            (".a | length, (.[1] | test(\"X\"; \"i\"))", vec!["4", "true"]),
            (r#"[.id, .f, null, true, "a\"b"] | @csv"#, vec![r#""1",1.50,,true,"a""b""#]),
            (r#"["", []] | .[1] |= length | @csv"#, vec![r#""",0"#]),
            (r#"[.n, "a\tb\n\\", null] | @tsv"#, vec!["18446744073709551617\ta\\tb\\n\\\\\t"]),
            ("\"2026-01-01T00:00:00Z\" | fromdate | todate", vec!["2026-01-01T00:00:00Z"]),
            ("def f: . + \"!\"; .id | f", vec!["1!"]),
        ] {
            assert_eq!(run(filter, record).unwrap(), expected, "{filter}");
        }
    }

    #[test]
    fn neither_environment_nor_files_nor_an_early_end() {
        for filter in [
            "env",
            "$ENV",
            "$ENV.HOME",
            "input",
            "inputs",
            "halt",
            "halt(0)",
            "halt_error",
            "debug",
            "stderr",
            "input_filename",
            "get_search_list",
            "include \"a\"; .",
            "import \"a\" as a; .",
            "import \"a\" as $a; $a",
        ] {
            assert!(run(filter, "{}").is_err_and(|error| error.is_usage()), "{filter}");
        }
    }

    #[test]
    fn a_broken_filter_is_shown_with_its_place() {
        let filters = ["", ".[", ".a | nope", "map(.a", "\"a", ". |\n  $x", "1 +", ".a ö"];
        let said = filters.map(|filter| run(filter, "{}").unwrap_err().to_string());
        insta::assert_snapshot!(said.join("\n"));
    }

    #[test]
    fn a_filter_that_fails_names_the_record_and_quotes_little_of_it() {
        let record = format!(r#"{{"a":"{}"}}"#, "x".repeat(10_000));
        let error = run(".a.b", &record).unwrap_err();
        assert!(error.is_usage() && !error.is_of_one_record());
        let said = error.to_string();
        assert!(said.contains("record 1") && said.len() < 400, "{said}");
    }

    #[test]
    fn a_record_that_is_too_deep_is_refused() {
        let record = "[".repeat(100_000) + &"]".repeat(100_000);
        assert!(matches!(run(".", &record), Err(Error::Json { .. })));
        assert_eq!(depth(r#"{"a":"[[[[\"[["}"#), 1);
    }
}
