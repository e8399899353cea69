//! Wraps descriptions into lines.

/// Wraps a text as `WrapString` of `github.com/mitchellh/go-wordwrap` does: line breaks and runs of spaces are kept, and
/// a line is broken in place of the spaces before a word that does not fit.
pub fn wrap(width: usize, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut word, mut spaces) = (String::new(), String::new());
    let (mut column, mut word_length, mut spaces_length) = (0, 0, 0);
    for c in text.chars() {
        if c == '\n' {
            // Spaces at the end of a line are dropped if they do not fit.
            if !word.is_empty() || column + spaces_length <= width {
                out.push_str(&spaces);
            }
            out.push_str(&word);
            out.push('\n');
            word.clear();
            spaces.clear();
            (column, word_length, spaces_length) = (0, 0, 0);
        } else if c.is_whitespace() && c != '\u{a0}' {
            if spaces.is_empty() || !word.is_empty() {
                column += spaces_length + word_length;
                out.push_str(&spaces);
                out.push_str(&word);
                word.clear();
                spaces.clear();
                (word_length, spaces_length) = (0, 0);
            }
            spaces.push(c);
            spaces_length += 1;
        } else {
            word.push(c);
            word_length += 1;
            if column + word_length + spaces_length > width && word_length < width {
                out.push('\n');
                spaces.clear();
                (column, spaces_length) = (0, 0);
            }
        }
    }
    if !word.is_empty() || column + spaces_length <= width {
        out.push_str(&spaces);
    }
    out.push_str(&word);
    out
}

/// Indents every line, empty ones too (`indent` in `kubectl/pkg/explain/v2/funcs.go`).
pub fn indent(margin: usize, text: &str) -> String {
    let spaces = " ".repeat(margin);
    format!("{spaces}{}", text.replace('\n', &format!("\n{spaces}")))
}

/// The lines of a description as the older format wraps them (`wrapString` and `Write` in
/// `kubectl/pkg/explain/formatter.go`): lines are joined unless they begin a list, a block of code or a section.
pub fn lines(text: &str, margin: usize, width: usize) -> String {
    let width = width - margin;
    let mut wrapped = Wrapped::default();
    for part in text.split('\n') {
        if part.starts_with("    ") {
            wrapped.flush();
            wrapped.lines.push(part.to_owned());
            continue;
        }
        let trimmed = part.trim();
        if !wrapped.lines.is_empty() && trimmed.is_empty() {
            wrapped.flush();
            wrapped.lines.push(String::new());
            continue;
        }
        if wrapped.after_colon || trimmed.is_empty() || is_list_item(trimmed) {
            wrapped.flush();
        }
        for word in part.split_whitespace() {
            wrapped.after_colon = word.ends_with(':');
            wrapped.add(word, width);
        }
    }
    wrapped.flush();
    let spaces = " ".repeat(margin);
    let written = wrapped.lines.iter().map(|line| match line.is_empty() {
        true => "\n".to_owned(),
        false => format!("{spaces}{line}\n"),
    });
    written.collect()
}

/// Lines that are wrapped, and the one that is not complete.
#[derive(Default)]
struct Wrapped {
    lines: Vec<String>,
    line: String,
    /// Whether the last word of the line ends with a colon.
    after_colon: bool,
}

impl Wrapped {
    fn flush(&mut self) {
        if !self.line.is_empty() {
            self.after_colon = false;
            self.lines.push(std::mem::take(&mut self.line));
        }
    }

    fn add(&mut self, word: &str, width: usize) {
        if !self.line.is_empty() && self.line.len() + 1 + word.len() > width {
            self.flush();
        }
        if !self.line.is_empty() {
            self.line.push(' ');
        }
        self.line.push_str(word);
    }
}

/// Whether a line looks like an item of a list.
fn is_list_item(line: &str) -> bool {
    let (mark, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let number = mark.strip_suffix('.').unwrap_or(mark);
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (matches!(mark, "-" | "*") || is_number) && (!rest.is_empty() || line.len() > mark.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_before_words() {
        assert_eq!(wrap(8, "one two three"), "one two\nthree");
        assert_eq!(wrap(8, "one  two  three"), "one  two\nthree");
        assert_eq!(wrap(5, "a\n\n b longer-than-5 c"), "a\n\n b\nlonger-than-5\nc");
        assert_eq!(wrap(3, "abcdef"), "abcdef");
        assert_eq!(indent(2, "a\n\nb"), "  a\n  \n  b");
    }

    #[test]
    fn older_lines_are_joined() {
        assert_eq!(lines("one\ntwo:\nthree", 2, 20), "  one two:\n  three\n");
        assert_eq!(lines("list\n - a\n - b", 0, 20), "list\n- a\n- b\n");
        assert_eq!(lines("code\n    x  y\nend", 1, 20), " code\n     x  y\n end\n");
        assert_eq!(lines("a b c", 0, 3), "a b\nc\n");
    }
}
