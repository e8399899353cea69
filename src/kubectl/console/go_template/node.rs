//! The syntax tree of a template (`node.go` in Go's `text/template/parse`).

use std::fmt;

use crate::object::Value;

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum TemplateNode {
    /// Text that is copied.
    Text(String),
    /// `{{pipeline}}`.
    Action(Pipe),
    /// `{{if}}`, `{{with}}` or `{{range}}`.
    Branch(Box<Branch>),
    /// `{{template "name" pipeline}}`, with the position of the name.
    Template(usize, String, Option<Pipe>),
    /// `{{break}}`.
    Break,
    /// `{{continue}}`.
    Continue,
}

/// Which control structure a branch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    If,
    Range,
    With,
}

impl Control {
    /// Its keyword.
    pub fn name(self) -> &'static str {
        match self {
            Control::If => "if",
            Control::Range => "range",
            Control::With => "with",
        }
    }
}

/// A control structure.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    pub control: Control,
    pub pipe: Pipe,
    pub list: Vec<TemplateNode>,
    pub otherwise: Vec<TemplateNode>,
}

/// A pipeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pipe {
    /// Whether it assigns to variables instead of declaring them.
    pub assigns: bool,
    pub variables: Vec<String>,
    pub commands: Vec<Command>,
}

/// A command with its arguments; the first one is the function or the only value.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    pub at: usize,
    pub args: Vec<Arg>,
}

/// An operand with its position.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    pub at: usize,
    pub operand: Operand,
}

/// An operand.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A constant, as it was written.
    Constant(Value, String),
    Dot,
    Nil,
    /// `.a.b`.
    Field(Vec<String>),
    /// `$x.a.b`.
    Variable(Vec<String>),
    Identifier(String),
    /// Fields of another operand.
    Chain(Box<Arg>, Vec<String>),
    Pipe(Pipe),
}

fn fields(f: &mut fmt::Formatter, names: &[String]) -> fmt::Result {
    names.iter().try_for_each(|name| write!(f, ".{name}"))
}

impl fmt::Display for Arg {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match &self.operand {
            Operand::Constant(_, text) => f.write_str(text),
            Operand::Dot => f.write_str("."),
            Operand::Nil => f.write_str("nil"),
            Operand::Field(names) => fields(f, names),
            Operand::Variable(names) => f.write_str(&names.join(".")),
            Operand::Identifier(name) => f.write_str(name),
            Operand::Chain(of, names) => {
                write!(f, "{of}")?;
                fields(f, names)
            }
            Operand::Pipe(pipe) => write!(f, "({pipe})"),
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (i, arg) in self.args.iter().enumerate() {
            let space = if i > 0 { " " } else { "" };
            write!(f, "{space}{arg}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if !self.variables.is_empty() {
            let sign = if self.assigns { "=" } else { ":=" };
            write!(f, "{} {sign} ", self.variables.join(", "))?;
        }
        for (i, command) in self.commands.iter().enumerate() {
            let pipe = if i > 0 { " | " } else { "" };
            write!(f, "{pipe}{command}")?;
        }
        Ok(())
    }
}
