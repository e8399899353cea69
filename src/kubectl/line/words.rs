//! Splits a command line into words, and quotes words.

/// Splits a line into words as a POSIX shell does. A word that starts with a brace or bracket, or has one after its
/// `=`, extends to the matching one, so that patches and JSONPath templates need no quotes.
///
/// # Errors
/// The shell's message for an unterminated quote.
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

/// The line without a leading `kubectl` or `k`.
pub fn strip_kubectl(line: &str) -> &str {
    let line = line.trim();
    let rest = ["kubectl", "k"].iter().find_map(|name| line.strip_prefix(name));
    match rest {
        Some(rest) if rest.is_empty() || rest.starts_with(char::is_whitespace) => rest.trim_start(),
        _ => line,
    }
}

/// Quotes a word so that [`split`] returns it unchanged; words that need no quotes stay as they are.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The first word, and the text after it.
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

/// Appends the first character of `rest`, and returns the text after it.
fn push<'a>(out: &mut String, rest: &'a str, c: char) -> &'a str {
    out.push(c);
    &rest[c.len_utf8()..]
}

/// Appends the text up to the closing quote. In double quotes a backslash escapes what the shell would interpret.
fn in_quotes<'a>(text: &'a str, quote: char, out: &mut String) -> Result<&'a str, String> {
    let mut rest = &text[1..];
    while let Some(c) = rest.chars().next() {
        if c == quote {
            return Ok(&rest[1..]);
        }
        let escaped = rest[c.len_utf8()..].chars().next();
        match escaped.filter(|next| quote == '"' && c == '\\' && matches!(next, '"' | '\\' | '$' | '`')) {
            Some(next) => {
                out.push(next);
                rest = &rest[1 + next.len_utf8()..];
            }
            None => rest = push(out, rest, c),
        }
    }
    Err(format!("unexpected EOF while looking for matching `{quote}'"))
}

/// The length of a word that starts with a bracket: up to the first space outside of all brackets. None if the brackets
/// are not balanced.
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
    use super::{quoted, split, strip_kubectl};

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
    fn quoted_words_round_trip() {
        for word in ["web", "", "a b", "it's", "{\"a\": '\\n'}", "--all", "ä\n"] {
            check(&format!("x {} y", quoted(word)), &["x", word, "y"]);
        }
    }

    #[test]
    fn the_program_name_is_stripped() {
        assert_eq!(strip_kubectl(" kubectl  get pods "), "get pods");
        assert_eq!(strip_kubectl("k get"), "get");
        assert_eq!(strip_kubectl("kubectl"), "");
        assert_eq!(strip_kubectl("kubectlx get"), "kubectlx get");
    }

    #[test]
    fn quotes_group_words() {
        check("a 'b c' \"d e\"", &["a", "b c", "d e"]);
        check("-l='app in (a, b)'", &["-l=app in (a, b)"]);
        check(r#"-p "{\"spec\": 1}""#, &["-p", r#"{"spec": 1}"#]);
        check(r#"-o jsonpath='{"\n"}'"#, &["-o", r#"jsonpath={"\n"}"#]);
        check("''", &[""]);
        check(r"a\ b", &["a b"]);
        assert!(split("get 'pods").is_err());
    }

    #[test]
    fn text_in_brackets_needs_no_quotes() {
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
