//! Parses templates (`parse.go` in Go's `text/template/parse`).

use super::functions;
use super::lex::{Item, Kind, lex};
use super::node::{Arg, Branch, Command, Control, Operand, Pipe, TemplateNode};
use super::number::{char_constant, number, unquote};
use super::{NAME, Template};
use crate::api::go_quote;

/// Limit on nested actions and parentheses.
const DEPTH_MAX: usize = 64;

/// Parses a template.
///
/// # Errors
/// The parser's error.
pub fn parse(text: &str) -> Result<Template, String> {
    let mut parser = Parser {
        items: lex(text),
        next: 0,
        read: 0,
        variables: vec!["$".to_owned()],
        ranges: 0,
        depth: 0,
        action_line: 0,
        defined: Vec::new(),
    };
    let root = parser.top().map_err(|why| {
        let line = parser.items.get(parser.read).map_or(1, |item| item.line);
        format!("template: {NAME}:{line}: {why}")
    })?;
    Ok(Template {
        text: text.to_owned(),
        root,
        defined: parser.defined,
    })
}

struct Parser {
    items: Vec<Item>,
    next: usize,
    /// The last word that was read.
    read: usize,
    variables: Vec<String>,
    /// The number of open ranges.
    ranges: usize,
    depth: usize,
    /// The line of the action that is being read; 0 outside of actions.
    action_line: usize,
    defined: Vec<(String, Vec<TemplateNode>)>,
}

/// What ends a list of nodes.
enum End {
    End,
    /// `{{else}}`; the keyword of `{{else if}}` and `{{else with}}` is left.
    Else,
}

impl End {
    fn text(&self) -> &'static str {
        match self {
            End::End => "{{end}}",
            End::Else => "{{else}}",
        }
    }
}

/// A node, or what ends the list.
type NodeOrEnd = Result<TemplateNode, End>;

impl Parser {
    fn take(&mut self) -> Item {
        let last = self.items.len() - 1;
        let at = self.next.min(last);
        self.read = self.read.max(at);
        self.next = at + 1;
        self.items[at].clone()
    }

    fn peek(&mut self) -> Item {
        let item = self.take();
        self.next -= 1;
        item
    }

    fn skip_space(&mut self) {
        while self.peek().kind == Kind::Space {
            self.take();
        }
    }

    fn take_word(&mut self) -> Item {
        self.skip_space();
        self.take()
    }

    fn peek_word(&mut self) -> Item {
        self.skip_space();
        self.peek()
    }

    fn expect(&mut self, kind: Kind, context: &str) -> Result<Item, String> {
        let item = self.take_word();
        match item.kind == kind {
            true => Ok(item),
            false => Err(self.unexpected(&item, context)),
        }
    }

    /// The whole template.
    fn top(&mut self) -> Result<Vec<TemplateNode>, String> {
        let mut list = Vec::new();
        while self.peek().kind != Kind::Eof {
            let start = self.next;
            if self.take().kind == Kind::LeftDelim && self.take_word().is("define") {
                self.definition()?;
                continue;
            }
            self.next = start;
            match self.text_or_action()? {
                Ok(node) => list.push(node),
                Err(end) => return Err(format!("unexpected {}", end.text())),
            }
        }
        Ok(list)
    }

    fn definition(&mut self) -> Result<(), String> {
        let context = "define clause";
        let name = self.take_word();
        let name = self.template_name(&name, context)?;
        self.expect(Kind::RightDelim, context)?;
        self.define(name, context)
    }

    /// The body of a `define` or a `block`.
    fn define(&mut self, name: String, context: &str) -> Result<(), String> {
        let outer = std::mem::replace(&mut self.variables, vec!["$".to_owned()]);
        let ranges = std::mem::take(&mut self.ranges);
        let (list, end) = self.list()?;
        if !matches!(end, End::End) {
            return Err(format!("unexpected {} in {context}", end.text()));
        }
        (self.variables, self.ranges) = (outer, ranges);
        let is_empty = |list: &[TemplateNode]| {
            list.iter()
                .all(|node| matches!(node, TemplateNode::Text(text) if text.trim().is_empty()))
        };
        match self.defined.iter_mut().find(|(have, _)| *have == name) {
            None => self.defined.push((name, list)),
            Some((_, old)) if is_empty(old) => *old = list,
            Some(_) if is_empty(&list) => {}
            Some(_) => {
                return Err(format!(
                    "template: multiple definition of template {}",
                    go_quote(&name)
                ));
            }
        }
        Ok(())
    }

    fn list(&mut self) -> Result<(Vec<TemplateNode>, End), String> {
        self.enter()?;
        let mut list = Vec::new();
        while self.peek_word().kind != Kind::Eof {
            match self.text_or_action()? {
                Ok(node) => list.push(node),
                Err(end) => {
                    self.depth -= 1;
                    return Ok((list, end));
                }
            }
        }
        Err("unexpected EOF".to_owned())
    }

    fn text_or_action(&mut self) -> Result<NodeOrEnd, String> {
        let item = self.take_word();
        match item.kind {
            Kind::Text => Ok(Ok(TemplateNode::Text(item.text))),
            Kind::LeftDelim => {
                self.action_line = item.line;
                let action = self.action();
                if action.is_ok() {
                    self.action_line = 0;
                }
                action
            }
            _ => Err(self.unexpected(&item, "input")),
        }
    }

    fn action(&mut self) -> Result<NodeOrEnd, String> {
        let start = self.next;
        let item = self.take_word();
        let keyword = match item.kind {
            Kind::Keyword => item.text.as_str(),
            _ => "",
        };
        Ok(Ok(match keyword {
            "if" => self.control(Control::If)?,
            "range" => self.control(Control::Range)?,
            "with" => self.control(Control::With)?,
            "template" => self.template()?,
            "block" => self.block()?,
            "break" | "continue" => {
                let end = self.take_word();
                if end.kind != Kind::RightDelim {
                    return Err(self.unexpected(&end, &format!("{{{{{keyword}}}}}")));
                }
                if self.ranges == 0 {
                    return Err(format!("{{{{{keyword}}}}} outside {{{{range}}}}"));
                }
                if keyword == "break" {
                    TemplateNode::Break
                } else {
                    TemplateNode::Continue
                }
            }
            "end" => {
                self.expect(Kind::RightDelim, "end")?;
                return Ok(Err(End::End));
            }
            "else" => {
                let next = self.peek_word();
                if !next.is("if") && !next.is("with") {
                    self.expect(Kind::RightDelim, "else")?;
                }
                return Ok(Err(End::Else));
            }
            _ => {
                self.next = start;
                TemplateNode::Action(self.pipeline("command", Kind::RightDelim)?)
            }
        }))
    }

    fn control(&mut self, control: Control) -> Result<TemplateNode, String> {
        let variables = self.variables.len();
        let pipe = self.pipeline(control.name(), Kind::RightDelim)?;
        self.ranges += usize::from(control == Control::Range);
        let (list, end) = self.list()?;
        self.ranges -= usize::from(control == Control::Range);
        let mut otherwise = Vec::new();
        if matches!(end, End::Else) {
            let next = self.peek_word();
            // `{{else if}}` stands for `{{else}}{{if}}` with one `{{end}}` for both.
            if control != Control::Range && next.is(control.name()) {
                self.take();
                self.enter()?;
                otherwise.push(self.control(control)?);
                self.depth -= 1;
            } else {
                let (list, end) = self.list()?;
                if !matches!(end, End::End) {
                    return Err(format!("expected end; found {}", end.text()));
                }
                otherwise = list;
            }
        }
        self.variables.truncate(variables);
        Ok(TemplateNode::Branch(Box::new(Branch {
            control,
            pipe,
            list,
            otherwise,
        })))
    }

    fn block(&mut self) -> Result<TemplateNode, String> {
        let context = "block clause";
        let item = self.take_word();
        let name = self.template_name(&item, context)?;
        let pipe = self.pipeline(context, Kind::RightDelim)?;
        self.define(name.clone(), context)?;
        Ok(TemplateNode::Template(item.at, name, Some(pipe)))
    }

    fn template(&mut self) -> Result<TemplateNode, String> {
        let context = "template clause";
        let item = self.take_word();
        let name = self.template_name(&item, context)?;
        let pipe = match self.peek_word().kind {
            Kind::RightDelim => {
                self.take();
                None
            }
            _ => Some(self.pipeline(context, Kind::RightDelim)?),
        };
        Ok(TemplateNode::Template(item.at, name, pipe))
    }

    /// A pipeline with the word that ends it.
    fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipe, String> {
        let mut pipe = Pipe::default();
        self.declarations(&mut pipe, context)?;
        loop {
            let start = self.next;
            let item = self.take_word();
            match item.kind {
                kind if kind == end => break,
                Kind::Bool
                | Kind::CharConstant
                | Kind::Field
                | Kind::Identifier
                | Kind::Number
                | Kind::RawString
                | Kind::String
                | Kind::Variable
                | Kind::LeftParen => {}
                Kind::Keyword if item.is(".") || item.is("nil") => {}
                _ => return Err(self.unexpected(&item, context)),
            }
            self.next = start;
            pipe.commands.push(self.command()?);
        }
        if pipe.commands.is_empty() {
            return Err(format!("missing value for {context}"));
        }
        let constant = |command: &&Command| {
            let first = command.args.first().map(|arg| &arg.operand);
            matches!(first, Some(Operand::Constant(..) | Operand::Dot | Operand::Nil))
        };
        match pipe
            .commands
            .iter()
            .skip(1)
            .position(|command| constant(&command))
        {
            Some(i) => Err(format!("non executable command in pipeline stage {}", i + 2)),
            None => Ok(pipe),
        }
    }

    /// `$x :=`, `$x =` or, in a range, `$i, $x :=`.
    fn declarations(&mut self, pipe: &mut Pipe, context: &str) -> Result<(), String> {
        while self.peek_word().kind == Kind::Variable {
            let start = self.next;
            let variable = self.take().text;
            let item = self.peek_word();
            let separates = item.kind == Kind::Char && item.text == ",";
            if !separates && !matches!(item.kind, Kind::Assign | Kind::Declare) {
                self.next = start;
                return Ok(());
            }
            self.take();
            pipe.assigns = item.kind == Kind::Assign;
            pipe.variables.push(variable.clone());
            self.variables.push(variable);
            if !separates {
                return Ok(());
            }
            if context != "range" || pipe.variables.len() > 1 {
                return Err(format!("too many declarations in {context}"));
            }
            let next = self.peek_word().kind;
            if !matches!(next, Kind::Variable | Kind::RightDelim | Kind::RightParen) {
                return Err("range can only initialize variables".to_owned());
            }
        }
        Ok(())
    }

    fn command(&mut self) -> Result<Command, String> {
        let at = self.peek_word().at;
        let mut args = Vec::new();
        loop {
            self.skip_space();
            args.extend(self.operand()?);
            let item = self.take();
            match item.kind {
                Kind::Space => continue,
                Kind::RightDelim | Kind::RightParen => self.next -= 1,
                Kind::Pipe => {}
                _ => return Err(self.unexpected(&item, "operand")),
            }
            break;
        }
        match args.is_empty() {
            true => Err("empty command".to_owned()),
            false => Ok(Command { at, args }),
        }
    }

    /// A term, possibly followed by fields.
    fn operand(&mut self) -> Result<Option<Arg>, String> {
        let Some(arg) = self.term()? else { return Ok(None) };
        let first = self.peek();
        if first.kind != Kind::Field {
            return Ok(Some(arg));
        }
        let mut names = Vec::new();
        while self.peek().kind == Kind::Field {
            names.push(self.take().text[1..].to_owned());
        }
        let operand = match arg.operand {
            Operand::Field(mut all) => {
                all.extend(names);
                Operand::Field(all)
            }
            Operand::Variable(mut all) => {
                all.extend(names);
                Operand::Variable(all)
            }
            Operand::Constant(..) | Operand::Nil | Operand::Dot => {
                let term = go_quote(&arg.to_string());
                return Err(format!("unexpected . after term {term}"));
            }
            Operand::Identifier(_) | Operand::Chain(..) | Operand::Pipe(_) => {
                Operand::Chain(Box::new(arg), names)
            }
        };
        Ok(Some(Arg {
            at: first.at,
            operand,
        }))
    }

    fn term(&mut self) -> Result<Option<Arg>, String> {
        let item = self.take_word();
        let (at, text) = (item.at, item.text.as_str());
        let operand = match item.kind {
            Kind::Identifier if functions::find(text).is_none() => {
                return Err(format!("function {} not defined", go_quote(text)));
            }
            Kind::Identifier => Operand::Identifier(item.text),
            Kind::Keyword if text == "." => Operand::Dot,
            Kind::Keyword if text == "nil" => Operand::Nil,
            Kind::Variable if !self.variables.contains(&item.text) => {
                return Err(format!("undefined variable {}", go_quote(text)));
            }
            Kind::Variable => Operand::Variable(vec![item.text]),
            Kind::Field => Operand::Field(vec![text[1..].to_owned()]),
            Kind::Bool => Operand::Constant((text == "true").into(), item.text),
            Kind::CharConstant => Operand::Constant(char_constant(text)?, item.text),
            Kind::Number => Operand::Constant(number(text)?, item.text),
            Kind::String | Kind::RawString => Operand::Constant(unquote(text)?.into(), item.text),
            Kind::LeftParen => {
                self.enter()?;
                let pipe = self.pipeline("parenthesized pipeline", Kind::RightParen)?;
                self.depth -= 1;
                Operand::Pipe(pipe)
            }
            _ => {
                self.next -= 1;
                return Ok(None);
            }
        };
        Ok(Some(Arg { at, operand }))
    }

    fn template_name(&self, item: &Item, context: &str) -> Result<String, String> {
        match item.kind {
            Kind::String | Kind::RawString => unquote(&item.text),
            _ => Err(self.unexpected(item, context)),
        }
    }

    fn unexpected(&self, item: &Item, context: &str) -> String {
        if item.kind != Kind::Error {
            return format!("unexpected {item} in {context}");
        }
        // An error of the lexer tells where its action began, if that is another line.
        let line = self.action_line;
        match line == 0 || line == item.line {
            true => item.text.clone(),
            false if item.text.ends_with(" action") => format!("{item} started at {NAME}:{line}"),
            false => format!("{item} in action started at {NAME}:{line}"),
        }
    }

    fn enter(&mut self) -> Result<(), String> {
        self.depth += 1;
        match self.depth > DEPTH_MAX {
            true => Err("too deeply nested".to_owned()),
            false => Ok(()),
        }
    }
}
