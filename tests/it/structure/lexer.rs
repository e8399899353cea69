//! A lexer for Rust: good enough to distinguish code from comments and strings.

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// An identifier or a keyword; raw identifiers are without `r#`.
    Word(String),
    /// The content of a string literal, escapes as written.
    Text(String),
    /// `::`.
    PathSeparator,
    /// `=>`.
    FatArrow,
    /// A number, character or lifetime.
    Other(String),
    /// Any other single character.
    Mark(char),
}

impl Token {
    pub fn word(&self) -> Option<&str> {
        match self {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    pub fn is_word(&self, word: &str) -> bool {
        self.word() == Some(word)
    }

    pub fn is(&self, mark: char) -> bool {
        *self == Token::Mark(mark)
    }
}

/// A token, its line, counted from 1, and whether it belongs to an item under `#[cfg(test)]`.
#[derive(Clone, Debug)]
pub struct Spanned {
    pub token: Token,
    pub line: usize,
    pub in_test: bool,
}

/// The tokens of `text` without comments and white space.
pub fn tokens(text: &str) -> Vec<Spanned> {
    let mut lexer = Lexer {
        chars: text.chars().collect(),
        at: 0,
        line: 1,
        tokens: Vec::new(),
    };
    while lexer.at < lexer.chars.len() {
        lexer.step();
    }
    mark_tests(&mut lexer.tokens);
    lexer.tokens
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    line: usize,
    tokens: Vec<Spanned>,
}

impl Lexer {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn advance(&mut self) -> char {
        let c = self.peek(0);
        self.at += 1;
        if c == '\n' {
            self.line += 1;
        }
        c
    }

    fn push(&mut self, token: Token, line: usize) {
        self.tokens.push(Spanned {
            token,
            line,
            in_test: false,
        });
    }

    fn step(&mut self) {
        let line = self.line;
        let c = self.peek(0);
        if c == '/' && self.peek(1) == '/' {
            while self.at < self.chars.len() && self.peek(0) != '\n' {
                self.advance();
            }
        } else if c == '/' && self.peek(1) == '*' {
            self.block_comment();
        } else if c == '"' {
            let text = self.string();
            self.push(Token::Text(text), line);
        } else if c == '\'' {
            let other = self.char_or_lifetime();
            self.push(Token::Other(other), line);
        } else if c.is_alphabetic() || c == '_' {
            self.word_or_prefixed(line);
        } else if c.is_ascii_digit() {
            let number = self.number();
            self.push(Token::Other(number), line);
        } else if c == ':' && self.peek(1) == ':' {
            self.at += 2;
            self.push(Token::PathSeparator, line);
        } else if c == '=' && self.peek(1) == '>' {
            self.at += 2;
            self.push(Token::FatArrow, line);
        } else {
            self.advance();
            if !c.is_whitespace() {
                self.push(Token::Mark(c), line);
            }
        }
    }

    /// Block comments nest.
    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while self.at < self.chars.len() {
            if self.peek(0) == '/' && self.peek(1) == '*' {
                depth += 1;
                self.at += 2;
            } else if self.peek(0) == '*' && self.peek(1) == '/' {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    return;
                }
            } else {
                self.advance();
            }
        }
    }

    fn string(&mut self) -> String {
        self.advance();
        let mut text = String::new();
        while self.at < self.chars.len() {
            match self.advance() {
                '"' => break,
                '\\' => {
                    text.push('\\');
                    text.push(self.advance());
                }
                c => text.push(c),
            }
        }
        text
    }

    fn raw_string(&mut self) -> String {
        let mut hashes = 0;
        while self.peek(0) == '#' {
            hashes += 1;
            self.advance();
        }
        self.advance();
        let end: String = std::iter::once('"')
            .chain(std::iter::repeat_n('#', hashes))
            .collect();
        let mut text = String::new();
        while self.at < self.chars.len() && !text.ends_with(&end) {
            text.push(self.advance());
        }
        text.truncate(text.len() - end.len().min(text.len()));
        text
    }

    fn char_or_lifetime(&mut self) -> String {
        let is_char = self.peek(1) == '\\' || self.peek(2) == '\'';
        self.advance();
        let mut text = String::from('\'');
        if is_char {
            if self.peek(0) == '\\' {
                text.push(self.advance());
            }
            text.push(self.advance());
            while self.at < self.chars.len() && self.peek(0) != '\'' {
                text.push(self.advance());
            }
            self.advance();
        } else {
            while self.peek(0).is_alphanumeric() || self.peek(0) == '_' {
                text.push(self.advance());
            }
        }
        text
    }

    fn word_or_prefixed(&mut self, line: usize) {
        let mut word = String::new();
        while self.peek(0).is_alphanumeric() || self.peek(0) == '_' {
            word.push(self.advance());
        }
        let raw = matches!(word.as_str(), "r" | "br" | "cr");
        if raw && (self.peek(0) == '"' || (self.peek(0) == '#' && matches!(self.peek(1), '"' | '#'))) {
            let text = self.raw_string();
            self.push(Token::Text(text), line);
        } else if matches!(word.as_str(), "b" | "c") && self.peek(0) == '"' {
            let text = self.string();
            self.push(Token::Text(text), line);
        } else if word == "b" && self.peek(0) == '\'' {
            let other = self.char_or_lifetime();
            self.push(Token::Other(other), line);
        } else if word == "r" && self.peek(0) == '#' {
            self.advance();
        } else {
            self.push(Token::Word(word), line);
        }
    }

    fn number(&mut self) -> String {
        let mut number = String::new();
        // A number after a point is the index of a tuple's field: `pair.0.1` has no fraction.
        let is_index = self.tokens.last().is_some_and(|last| last.token.is('.'));
        while self.peek(0).is_alphanumeric()
            || self.peek(0) == '_'
            || (self.peek(0) == '.' && self.peek(1).is_ascii_digit() && !number.contains('.') && !is_index)
        {
            number.push(self.advance());
        }
        number
    }
}

/// Marks the items under `#[cfg(test)]`.
fn mark_tests(tokens: &mut [Spanned]) {
    let mut at = 0;
    while at < tokens.len() {
        if !starts_with(&tokens[at..], &["#", "[", "cfg", "(", "test", ")", "]"]) {
            at += 1;
            continue;
        }
        let end = item_end(tokens, at);
        for spanned in &mut tokens[at..end] {
            spanned.in_test = true;
        }
        at = end;
    }
}

pub fn starts_with(tokens: &[Spanned], pattern: &[&str]) -> bool {
    tokens.len() >= pattern.len()
        && tokens
            .iter()
            .zip(pattern)
            .all(|(spanned, want)| match &spanned.token {
                Token::Word(word) => word == want,
                Token::Mark(mark) => want.len() == mark.len_utf8() && want.starts_with(*mark),
                Token::PathSeparator => *want == "::",
                Token::FatArrow => *want == "=>",
                _ => false,
            })
}

/// The index after the item that begins at `at`: after its first `;` outside of brackets or its first block.
fn item_end(tokens: &[Spanned], at: usize) -> usize {
    let mut index = at;
    while index < tokens.len() {
        match tokens[index].token {
            Token::Mark(';') => return index + 1,
            Token::Mark('{') => return closing(tokens, index) + 1,
            Token::Mark('(' | '[') => index = closing(tokens, index),
            _ => {}
        }
        index += 1;
    }
    tokens.len()
}

/// The index of the bracket that closes the one at `open`; the last index if none does.
pub fn closing(tokens: &[Spanned], open: usize) -> usize {
    let mut depth = 0_usize;
    for (index, spanned) in tokens.iter().enumerate().skip(open) {
        match spanned.token {
            Token::Mark('(' | '[' | '{') => depth += 1,
            Token::Mark(')' | ']' | '}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return index;
                }
            }
            _ => {}
        }
    }
    tokens.len().saturating_sub(1)
}
