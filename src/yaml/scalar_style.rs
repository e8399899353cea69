//! In which styles a scalar can be emitted: plain, quoted or as a block (go-yaml's `yaml_emitter_analyze_scalar`).

use super::resolve::{Scalar, resolve};

/// Whether the plain text resolves to a string; go-yaml also quotes YAML 1.1's sexagesimals for other readers.
pub(super) fn is_plain_text(text: &str) -> bool {
    resolve(text) == Scalar::String && !is_sexagesimal(text)
}

/// Numbers such as `190:20:30.15`, which go-yaml itself resolves to strings.
fn is_sexagesimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut groups = unsigned.split(':');
    let first = groups.next().unwrap_or("");
    let leading = first.starts_with(|ch: char| ch.is_ascii_digit())
        && first.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let rest: Vec<&str> = groups.collect();
    let Some((last, middle)) = rest.split_last() else {
        return false;
    };
    let is_minutes = |group: &str| match group.as_bytes() {
        [ones] => ones.is_ascii_digit(),
        [tens, ones] => (b'0'..=b'5').contains(tens) && ones.is_ascii_digit(),
        _ => false,
    };
    let (seconds, fraction) = last.split_once('.').unwrap_or((last, ""));
    leading
        && middle.iter().all(|group| is_minutes(group))
        && is_minutes(seconds)
        && fraction.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}

/// The styles that a text allows (`yaml_emitter_analyze_scalar`).
pub(super) struct ScalarAnalysis {
    pub multiline: bool,
    pub flow_plain: bool,
    pub block_plain: bool,
    pub single_quoted: bool,
    pub block: bool,
}

impl ScalarAnalysis {
    /// Analyzes a text.
    pub fn new(text: &str) -> ScalarAnalysis {
        let marks_document = text.starts_with("---") || text.starts_with("...");
        let (mut flow_indicators, mut block_indicators) = (marks_document, marks_document);
        let (mut multiline, mut special, mut break_space, mut space_break) = (false, false, false, false);
        let mut before = None;
        let mut chars = text.chars().peekable();
        while let Some(ch) = chars.next() {
            let ends_word = chars.peek().is_none_or(|next| is_blank_or_break(*next));
            let begins_word = before.is_none_or(is_blank_or_break);
            let (flow, block) = indicator(ch, before.is_none(), begins_word, ends_word);
            flow_indicators |= flow;
            block_indicators |= block;
            special |= !is_printable(ch);
            multiline |= ch == '\n';
            break_space |= ch == ' ' && before == Some('\n');
            space_break |= ch == '\n' && before == Some(' ');
            before = Some(ch);
        }
        let bounded_by = |test: fn(char) -> bool| text.starts_with(test) || text.ends_with(test);
        let is_bare = !bounded_by(|ch| ch == ' ' || ch == '\n') && !break_space && !space_break && !special;
        ScalarAnalysis {
            multiline,
            flow_plain: is_bare && !multiline && !flow_indicators && !text.is_empty(),
            block_plain: is_bare && !multiline && !block_indicators,
            single_quoted: !break_space && !space_break && !special,
            block: !text.ends_with(' ') && !space_break && !special && !text.is_empty(),
        }
    }
}

/// Whether a character is an indicator in flow and in block context.
fn indicator(ch: char, is_first: bool, begins_word: bool, ends_word: bool) -> (bool, bool) {
    match ch {
        '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`'
            if is_first =>
        {
            (true, true)
        }
        '?' if is_first => (true, ends_word),
        '-' if is_first => (ends_word, ends_word),
        ':' => (true, ends_word),
        ',' | '?' | '[' | ']' | '{' | '}' => (true, false),
        '#' => (begins_word, begins_word),
        _ => (false, false),
    }
}

fn is_blank_or_break(ch: char) -> bool {
    matches!(ch, ' ' | '\t' | '\n')
}

/// Whether a character is emitted unescaped. go-yaml v2 escapes everything above U+FFFF, such as emoji. It does not
/// escape Unicode's line breaks and then cannot read them back; here they are escaped.
pub(super) fn is_printable(ch: char) -> bool {
    matches!(ch, '\n' | ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
        && ch != '\u{feff}'
}

/// The escape sequence of a character in double quotes.
pub(super) fn escape(ch: char) -> String {
    let short = match ch {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        other => {
            return match other as u32 {
                code @ ..=0xff => format!("\\x{code:02X}"),
                code @ ..=0xffff => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            };
        }
    };
    format!("\\{short}")
}
