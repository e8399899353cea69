//! From a line to words, as a shell would split it.

/// Splits a line. Quotes hold a word together as in a shell; so does what stands in braces or brackets from a word's
/// beginning (or after its `=`), quotes and spaces included: nobody has to quote a patch or a JSONPath here.
///
/// # Errors
/// What a shell says of a quote without its end.
pub fn split(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let (word, after) = word(rest)?;
        words.push(word);
        rest = after.trim_start();
    }
    Ok(words)
}

/// A line without the `kubectl` in front that a person may have typed.
pub fn bare(line: &str) -> &str {
    let line = line.trim();
    let rest = ["kubectl", "k"].iter().find_map(|name| line.strip_prefix(name));
    match rest {
        Some(rest) if rest.is_empty() || rest.starts_with(char::is_whitespace) => rest.trim_start(),
        _ => line,
    }
}

/// A word as it has to be written in a line to be read as this one word.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The first word, and what follows it.
fn word(text: &str) -> Result<(String, &str), String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match c {
            c if c.is_whitespace() => break,
            '\'' | '"' => rest = in_quotes(rest, c, &mut out)?,
            '{' | '[' if out.is_empty() || out.ends_with('=') => match bracketed(rest) {
                Some(length) => {
                    out.push_str(&rest[..length]);
                    rest = &rest[length..];
                }
                None => rest = push(&mut out, rest, c),
            },
            '\\' => {
                rest = &rest[1..];
                if let Some(c) = rest.chars().next() {
                    rest = push(&mut out, rest, c);
                }
            }
            c => rest = push(&mut out, rest, c),
        }
    }
    Ok((out, rest))
}

fn push<'a>(out: &mut String, rest: &'a str, c: char) -> &'a str {
    out.push(c);
    &rest[c.len_utf8()..]
}

/// The text between two quotes; within double ones a backslash guards what a shell would read.
fn in_quotes<'a>(text: &'a str, quote: char, out: &mut String) -> Result<&'a str, String> {
    let mut rest = &text[1..];
    while let Some(c) = rest.chars().next() {
        if c == quote {
            return Ok(&rest[1..]);
        }
        let guarded = rest[c.len_utf8()..].chars().next();
        match guarded.filter(|next| quote == '"' && c == '\\' && matches!(next, '"' | '\\' | '$' | '`')) {
            Some(next) => {
                out.push(next);
                rest = &rest[1 + next.len_utf8()..];
            }
            None => rest = push(out, rest, c),
        }
    }
    Err(format!("unexpected EOF while looking for matching `{quote}'"))
}

/// How long the text is from its opening bracket to where the word ends: at the first space outside of all brackets.
/// None if the brackets do not close.
fn bracketed(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut quote = None;
    let mut escaped = false;
    for (i, c) in text.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match (quote, c) {
            (Some(_), '\\') => escaped = true,
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if depth > 0 => quote = Some(c),
            (None, '{' | '[') => depth += 1,
            (None, '}' | ']') => depth = depth.checked_sub(1)?,
            (None, c) if c.is_whitespace() && depth == 0 => return Some(i),
            (None, _) => {}
        }
    }
    (depth == 0 && quote.is_none()).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::{bare, quoted, split};

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        assert_eq!(
            split(line).as_deref(),
            Ok(expected
                .iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>()
                .as_slice())
        );
    }

    #[test]
    fn words_end_at_spaces() {
        check("", &[]);
        check("  get   pods ", &["get", "pods"]);
        check("label pod web-0 a=b c-", &["label", "pod", "web-0", "a=b", "c-"]);
    }

    #[test]
    fn a_quoted_word_is_read_as_it_was() {
        for word in ["web", "", "a b", "it's", "{\"a\": '\\n'}", "--all", "ä\n"] {
            check(&format!("x {} y", quoted(word)), &["x", word, "y"]);
        }
    }

    #[test]
    fn the_name_of_the_program_may_stand_in_front() {
        assert_eq!(bare(" kubectl  get pods "), "get pods");
        assert_eq!(bare("k get"), "get");
        assert_eq!(bare("kubectl"), "");
        assert_eq!(bare("kubectlx get"), "kubectlx get");
    }

    #[test]
    fn quotes_hold_a_word_together() {
        check("a 'b c' \"d e\"", &["a", "b c", "d e"]);
        check("-l='app in (a, b)'", &["-l=app in (a, b)"]);
        check(r#"-p "{\"spec\": 1}""#, &["-p", r#"{"spec": 1}"#]);
        check(r#"-o jsonpath='{"\n"}'"#, &["-o", r#"jsonpath={"\n"}"#]);
        check("''", &[""]);
        check(r"a\ b", &["a b"]);
        assert!(split("get 'pods").is_err());
    }

    #[test]
    fn what_stands_in_braces_stands_as_written() {
        check(
            r#"-p {"spec": {"replicas": 1}}"#,
            &["-p", r#"{"spec": {"replicas": 1}}"#],
        );
        check(r#"-p [{"op":"remove"}] x"#, &["-p", r#"[{"op":"remove"}]"#, "x"]);
        check(
            r#"-o jsonpath={range .items[*]}{.metadata.name}{"\n"}{end} -A"#,
            &[
                "-o",
                r#"jsonpath={range .items[*]}{.metadata.name}{"\n"}{end}"#,
                "-A",
            ],
        );
        check("{ a", &["{", "a"]);
        check("] a", &["]", "a"]);
    }
}
