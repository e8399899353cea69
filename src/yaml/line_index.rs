//! Converts byte offsets to lines and columns and back.

/// A line and a column as an editor counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 0.
    pub line: usize,
    /// Column, from 0, in characters or UTF-16 units.
    pub column: usize,
}

/// The line starts of a text. Lines end with `\n`; a `\r` before it belongs to the line.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    /// Indexes the lines of a text.
    pub fn new(text: &str) -> LineIndex {
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        LineIndex { starts }
    }

    /// The line of a byte offset, from 0; the last line for an offset past the end.
    pub fn line(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|start| *start <= offset)
            .saturating_sub(1)
    }

    /// The number of lines, at least 1; after a final line break there is an empty line.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The offset of a line's first byte; a line past the end is taken as the last.
    pub fn start(&self, line: usize) -> usize {
        self.starts.get(line).or(self.starts.last()).copied().unwrap_or(0)
    }

    /// Line and column, in characters, of a byte offset in the indexed text.
    pub fn chars(&self, text: &str, offset: usize) -> Position {
        self.position(text, offset, |_| 1)
    }

    /// Line and column, in UTF-16 units as browsers count, of a byte offset.
    pub fn utf16(&self, text: &str, offset: usize) -> Position {
        self.position(text, offset, char::len_utf16)
    }

    /// Byte offset of a line and a column in characters; a column past the line's end is taken as its end.
    pub fn offset_of_chars(&self, text: &str, position: Position) -> usize {
        self.offset(text, position, |_| 1)
    }

    /// Byte offset of a line and a column in UTF-16 units; within a surrogate pair, the character's start.
    pub fn offset_of_utf16(&self, text: &str, position: Position) -> usize {
        self.offset(text, position, char::len_utf16)
    }

    fn position(&self, text: &str, offset: usize, unit: fn(char) -> usize) -> Position {
        let line = self.line(offset);
        let start = self.start(line);
        let before = text
            .get(start..)
            .unwrap_or("")
            .char_indices()
            .take_while(|(at, _)| start + at < offset);
        Position {
            line,
            column: before.map(|(_, ch)| unit(ch)).sum(),
        }
    }

    fn offset(&self, text: &str, position: Position, unit: fn(char) -> usize) -> usize {
        let start = self.start(position.line);
        let mut left = position.column;
        let mut offset = start;
        for ch in text.get(start..).unwrap_or("").chars() {
            if ch == '\n' || left < unit(ch) {
                break;
            }
            left -= unit(ch);
            offset += ch.len_utf8();
        }
        offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, offset: usize, line: usize, chars: usize, utf16: usize) {
        let index = LineIndex::new(text);
        let in_chars = Position { line, column: chars };
        let in_utf16 = Position { line, column: utf16 };
        assert_eq!(index.chars(text, offset), in_chars);
        assert_eq!(index.utf16(text, offset), in_utf16);
        assert_eq!(index.offset_of_chars(text, in_chars), offset);
        assert_eq!(index.offset_of_utf16(text, in_utf16), offset);
    }

    #[test]
    fn offsets_and_positions_agree() {
        check("", 0, 0, 0, 0);
        check("ab\ncd", 2, 0, 2, 2);
        check("ab\ncd", 3, 1, 0, 0);
        check("ab\ncd", 5, 1, 2, 2);
        check("ab\n", 3, 1, 0, 0);
        check("a: é🦀x", 5, 0, 4, 4);
        check("a: é🦀x", 9, 0, 5, 6);
        check("a\r\nb", 3, 1, 0, 0);
    }

    #[test]
    fn positions_outside_the_text_are_clamped() {
        let index = LineIndex::new("ab\ncd");
        assert_eq!(
            index.offset_of_chars("ab\ncd", Position { line: 0, column: 9 }),
            2
        );
        assert_eq!(
            index.offset_of_chars("ab\ncd", Position { line: 7, column: 1 }),
            4
        );
        assert_eq!(index.chars("ab\ncd", 99), Position { line: 1, column: 2 });
        assert_eq!(index.offset_of_utf16("🦀", Position { line: 0, column: 1 }), 0);
    }
}
