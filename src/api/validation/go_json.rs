//! Errors of Go's `encoding/json` for a text that must be an object (`scanner.go`).

/// Why a text is not a JSON object.
pub fn object_error(bytes: &[u8]) -> Option<String> {
    let mut scanner = Scanner { bytes, at: 0 };
    let result = scanner.document();
    let Err(error) = result else {
        let first = bytes.iter().find(|b| !b.is_ascii_whitespace());
        let what = match first {
            Some(b'{' | b'n') | None => return None,
            Some(b'[') => "array",
            Some(b'"') => "string",
            Some(b't' | b'f') => "bool",
            Some(_) => "number",
        };
        return Some(format!(
            "json: cannot unmarshal {what} into Go value of type map[string]interface {{}}"
        ));
    };
    Some(error)
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

type Scanned = Result<(), String>;

impl Scanner<'_> {
    fn document(&mut self) -> Scanned {
        self.value()?;
        match self.peek_after_space() {
            None => Ok(()),
            Some(_) => self.unexpected("after top-level value"),
        }
    }

    fn peek_after_space(&mut self) -> Option<u8> {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    /// The error for the next character.
    fn unexpected(&self, context: &str) -> Scanned {
        let Some(&byte) = self.bytes.get(self.at) else {
            return Err("unexpected end of JSON input".to_owned());
        };
        let quoted = match byte {
            b'\'' => r"'\''".to_owned(),
            b'"' => "'\"'".to_owned(),
            byte => {
                let text = crate::api::go_quote(&char::from(byte).to_string());
                format!("'{}'", text.trim_matches('"'))
            }
        };
        Err(format!("invalid character {quoted} {context}"))
    }

    fn value(&mut self) -> Scanned {
        match self.peek_after_space() {
            Some(b'{') => self.object(),
            Some(b'[') => self.array(),
            Some(b'"') => self.string(),
            Some(b't') => self.literal("true"),
            Some(b'f') => self.literal("false"),
            Some(b'n') => self.literal("null"),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.unexpected("looking for beginning of value"),
        }
    }

    fn object(&mut self) -> Scanned {
        self.at += 1;
        if self.peek_after_space() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            match self.peek_after_space() {
                Some(b'"') => self.string()?,
                _ => return self.unexpected("looking for beginning of object key string"),
            }
            match self.peek_after_space() {
                Some(b':') => self.at += 1,
                _ => return self.unexpected("after object key"),
            }
            self.value()?;
            match self.peek_after_space() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return self.unexpected("after object key:value pair"),
            }
        }
    }

    fn array(&mut self) -> Scanned {
        self.at += 1;
        if self.peek_after_space() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.value()?;
            match self.peek_after_space() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return self.unexpected("after array element"),
            }
        }
    }

    fn string(&mut self) -> Scanned {
        self.at += 1;
        loop {
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.at += 1;
                    self.escape()?;
                }
                Some(b) if *b >= 0x20 => self.at += 1,
                _ => return self.unexpected("in string literal"),
            }
        }
    }

    fn escape(&mut self) -> Scanned {
        match self.bytes.get(self.at) {
            Some(b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    match self.bytes.get(self.at) {
                        Some(b) if b.is_ascii_hexdigit() => self.at += 1,
                        _ => return self.unexpected("in \\u hexadecimal character escape"),
                    }
                }
            }
            _ => return self.unexpected("in string escape code"),
        }
        Ok(())
    }

    fn literal(&mut self, word: &str) -> Scanned {
        for expected in word.bytes() {
            if self.bytes.get(self.at) != Some(&expected) {
                let expected = char::from(expected);
                return self.unexpected(&format!("in literal {word} (expecting '{expected}')"));
            }
            self.at += 1;
        }
        Ok(())
    }

    fn digits(&mut self, context: &str) -> Scanned {
        if !self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            return self.unexpected(context);
        }
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Scanned {
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        match self.bytes.get(self.at) {
            Some(b'0') => self.at += 1,
            _ => self.digits("in numeric literal")?,
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.bytes.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.bytes.get(self.at), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits("in exponent of numeric literal")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_those_of_go() {
        for (text, error) in [
            ("{\"auths\": {}}", None),
            ("", Some("unexpected end of JSON input")),
            ("{", Some("unexpected end of JSON input")),
            (
                "not json",
                Some("invalid character 'o' in literal null (expecting 'u')"),
            ),
            (
                "abc",
                Some("invalid character 'a' looking for beginning of value"),
            ),
            (
                "{a: 1}",
                Some("invalid character 'a' looking for beginning of object key string"),
            ),
            (
                "{\"a\": 1,}",
                Some("invalid character '}' looking for beginning of object key string"),
            ),
            ("{} x", Some("invalid character 'x' after top-level value")),
            (
                "[]",
                Some("json: cannot unmarshal array into Go value of type map[string]interface {}"),
            ),
        ] {
            assert_eq!(object_error(text.as_bytes()).as_deref(), error, "{text}");
        }
    }
}
