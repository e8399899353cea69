//! The functions of templates (`funcs.go` in Go's `text/template`), and kubectl's own two (`exists`, `base64decode`).

use super::operators::{and_or, call, compare, index, len, not, slice};
use super::printf::{sprint, sprintf};
use super::val::Val;
use crate::api::go_dump;
use crate::object::Value;

/// How many arguments a function takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    Exactly(usize),
    AtLeast(usize),
    /// Evaluates its arguments up to the first that is true or false.
    ShortCircuit(bool),
}

/// A function.
pub struct Function {
    pub name: &'static str,
    pub signature: Signature,
    /// Receives the values of the arguments, and the arguments as they were written.
    pub run: fn(&[Val], &[String]) -> Result<Val, String>,
}

impl Function {
    /// Whether an argument has the type `string`.
    pub fn takes_text(&self, i: usize) -> bool {
        i == 0 && matches!(self.name, "printf" | "base64decode")
    }
}

const fn function(
    name: &'static str,
    signature: Signature,
    run: fn(&[Val], &[String]) -> Result<Val, String>,
) -> Function {
    Function { name, signature, run }
}

const FUNCTIONS: [Function; 21] = [
    function("and", Signature::ShortCircuit(false), and_or),
    function("or", Signature::ShortCircuit(true), and_or),
    function("not", Signature::Exactly(1), not),
    function("len", Signature::Exactly(1), len),
    function("index", Signature::AtLeast(1), |args, _| index(args)),
    function("slice", Signature::AtLeast(1), |args, _| slice(args)),
    function("call", Signature::AtLeast(1), call),
    function("print", Signature::AtLeast(0), |args, _| {
        Ok(Val::text(sprint(args)))
    }),
    function("println", Signature::AtLeast(0), println),
    function("printf", Signature::AtLeast(1), |args, _| {
        Ok(Val::text(sprintf(args)))
    }),
    function("html", Signature::AtLeast(0), |args, _| Ok(escape(args, html))),
    function("js", Signature::AtLeast(0), |args, _| Ok(escape(args, js))),
    function("urlquery", Signature::AtLeast(0), |args, _| {
        Ok(escape(args, url_query))
    }),
    function("eq", Signature::AtLeast(1), |args, _| compare("eq", args)),
    function("ne", Signature::Exactly(2), |args, _| compare("ne", args)),
    function("lt", Signature::Exactly(2), |args, _| compare("lt", args)),
    function("le", Signature::Exactly(2), |args, _| compare("le", args)),
    function("gt", Signature::Exactly(2), |args, _| compare("gt", args)),
    function("ge", Signature::Exactly(2), |args, _| compare("ge", args)),
    function("exists", Signature::AtLeast(1), |args, _| Ok(exists(args))),
    function("base64decode", Signature::Exactly(1), |args, _| {
        base64_decode(args)
    }),
];

/// The function of a name.
pub fn find(name: &str) -> Option<&'static Function> {
    const ALL: &[Function] = &FUNCTIONS;
    ALL.iter().find(|function| function.name == name)
}

fn println(args: &[Val], _: &[String]) -> Result<Val, String> {
    let texts: Vec<String> = args.iter().map(|arg| go_dump(&arg.data())).collect();
    Ok(Val::text(format!("{}\n", texts.join(" "))))
}

/// The text of all arguments with every character escaped (`evalArgs`).
fn escape(args: &[Val], escape: fn(char, &mut String)) -> Val {
    let text = match args {
        [Val::Invalid | Val::Boxed(Value::Null)] => "<no value>".to_owned(),
        args => sprint(args),
    };
    let mut out = String::new();
    text.chars().for_each(|c| escape(c, &mut out));
    Val::text(out)
}

/// `HTMLEscape`.
fn html(c: char, out: &mut String) {
    match c {
        '\0' => out.push('\u{fffd}'),
        '"' => out.push_str("&#34;"),
        '\'' => out.push_str("&#39;"),
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        c => out.push(c),
    }
}

/// `JSEscape`.
fn js(c: char, out: &mut String) {
    match c {
        '\\' | '\'' | '"' => out.extend(['\\', c]),
        '<' | '>' | '&' | '=' | '\0'..' ' => out.push_str(&format!("\\u{:04X}", u32::from(c))),
        c => out.push(c),
    }
}

/// `url.QueryEscape`.
fn url_query(c: char, out: &mut String) {
    match c {
        ' ' => out.push('+'),
        c if c.is_ascii_alphanumeric() || "-_.~".contains(c) => out.push(c),
        c => {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
}

/// Whether an element exists (`exists` in `cli-runtime/pkg/printers/template.go`).
fn exists(args: &[Val]) -> Val {
    let found = match index(args) {
        Ok(value) => !matches!(value, Val::Invalid | Val::Boxed(Value::Null)),
        Err(_) => false,
    };
    Val::Plain(found.into())
}

/// `base64.StdEncoding.DecodeString`.
fn base64_decode(args: &[Val]) -> Result<Val, String> {
    let value = args.first().map(Val::data).unwrap_or_default();
    let text = value.as_str().unwrap_or_default();
    let fail = |at: usize| format!("base64 decode failed: illegal base64 data at input byte {at}");
    let digits: Vec<(usize, u8)> = text
        .bytes()
        .enumerate()
        .filter(|(_, byte)| !matches!(byte, b'\r' | b'\n'))
        .collect();
    let mut bytes = Vec::new();
    let mut chunks = digits.chunks(4).peekable();
    while let Some(chunk) = chunks.next() {
        let padding = chunk.iter().rev().take_while(|(_, byte)| *byte == b'=').count();
        let mut group = 0u32;
        for (at, byte) in &chunk[..chunk.len() - padding] {
            group = group << 6 | sextet(*byte).ok_or_else(|| fail(*at))?;
        }
        let end = chunk.last().map_or(0, |(at, _)| at + 1);
        if chunk.len() < 4 {
            return Err(fail(end - chunk.len()));
        }
        if padding > 2 || padding > 0 && chunks.peek().is_some() {
            return Err(fail(end - padding.min(2)));
        }
        group <<= 6 * padding;
        bytes.extend_from_slice(&group.to_be_bytes()[1..4 - padding]);
    }
    Ok(Val::text(String::from_utf8_lossy(&bytes).into_owned()))
}

fn sextet(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}
