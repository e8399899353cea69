//! Executes templates (`exec.go` in Go's `text/template`).

use super::functions::{self, Function, Signature};
use super::node::{Arg, Branch, Command, Control, Operand, Pipe, TemplateNode};
use super::val::Val;
use super::{MissingKey, NAME, Template};
use crate::api::{go_dump, go_quote};
use crate::object::Value;

/// Limit on nested templates; Go's is 100000.
const DEPTH_MAX: usize = 64;

/// Limit on the nodes that are executed: loops in loops multiply them.
const STEPS_MAX: usize = 1_000_000;

/// Executes a template.
pub fn execute(
    template: &Template,
    document: &Value,
    missing: MissingKey,
    out: &mut String,
) -> Result<(), String> {
    let dot = Val::Plain(document.clone());
    let mut state = State {
        template,
        name: NAME,
        missing,
        out,
        variables: vec![("$".to_owned(), dot.clone())],
        place: None,
        depth: 0,
        steps: 0,
    };
    state.walk(&dot, &template.root).map(drop)
}

struct State<'a> {
    template: &'a Template,
    /// The name of the template that is being executed.
    name: &'a str,
    missing: MissingKey,
    out: &'a mut String,
    variables: Vec<(String, Val)>,
    /// The node that is being executed: its position and its text.
    place: Option<(usize, String)>,
    depth: usize,
    steps: usize,
}

/// How a list of nodes ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

/// The arguments of a call, and the value that a pipeline passes on.
#[derive(Clone, Copy)]
struct Given<'n> {
    args: &'n [Arg],
    last: Option<&'n Val>,
}

impl Given<'_> {
    const NONE: Given<'static> = Given {
        args: &[],
        last: None,
    };

    fn any(self) -> bool {
        !self.args.is_empty() || self.last.is_some()
    }
}

impl<'a> State<'a> {
    fn at(&mut self, at: usize, node: &dyn std::fmt::Display) {
        self.place = Some((at, node.to_string()));
    }

    fn error(&self, why: &str) -> String {
        let Some((at, node)) = &self.place else {
            return format!("template: {}: {why}", self.name);
        };
        let before = &self.template.text[..*at];
        let line = 1 + before.matches('\n').count();
        let column = before.len() - before.rfind('\n').map_or(0, |end| end + 1);
        let name = go_quote(self.name);
        format!("template: {NAME}:{line}:{column}: executing {name} at <{node}>: {why}")
    }

    fn walk(&mut self, dot: &Val, list: &'a [TemplateNode]) -> Result<Flow, String> {
        for node in list {
            self.steps += 1;
            if self.steps > STEPS_MAX {
                return Err(self.error("this template takes too many steps for this page"));
            }
            match node {
                TemplateNode::Text(text) => self.out.push_str(text),
                TemplateNode::Action(pipe) => {
                    let value = self.pipeline(dot, pipe)?;
                    if pipe.variables.is_empty() {
                        self.print(&value);
                    }
                }
                TemplateNode::Branch(branch) => {
                    let marked = self.variables.len();
                    let flow = match branch.control {
                        Control::Range => self.range(dot, branch)?,
                        _ => self.if_or_with(dot, branch)?,
                    };
                    self.variables.truncate(marked);
                    if flow != Flow::Next {
                        return Ok(flow);
                    }
                }
                TemplateNode::Template(at, name, pipe) => {
                    self.call_template(dot, *at, name, pipe.as_ref())?
                }
                TemplateNode::Break => return Ok(Flow::Break),
                TemplateNode::Continue => return Ok(Flow::Continue),
            }
        }
        Ok(Flow::Next)
    }

    fn print(&mut self, value: &Val) {
        match value {
            Val::Invalid => self.out.push_str("<no value>"),
            value => self.out.push_str(&go_dump(&value.data())),
        }
    }

    fn if_or_with(&mut self, dot: &Val, branch: &'a Branch) -> Result<Flow, String> {
        let value = self.pipeline(dot, &branch.pipe)?;
        if !value.is_true() {
            return self.walk(dot, &branch.otherwise);
        }
        let dot = if branch.control == Control::With {
            &value
        } else {
            dot
        };
        self.walk(dot, &branch.list)
    }

    fn range(&mut self, dot: &Val, branch: &'a Branch) -> Result<Flow, String> {
        let value = self.pipeline(dot, &branch.pipe)?;
        let pairs: Vec<(Val, Val)> = match &value {
            Val::Plain(Value::Array(items)) => {
                let items = (0..).zip(items.iter());
                items
                    .map(|(i, item)| (Val::Int(i), Val::Boxed(item.clone())))
                    .collect()
            }
            Val::Plain(Value::Object(map)) => {
                let entries = map.iter();
                entries
                    .map(|(key, item)| (Val::text(key.clone()), Val::Boxed(item.clone())))
                    .collect()
            }
            Val::Invalid => Vec::new(),
            Val::Int(_) | Val::Plain(Value::Int(_)) if branch.pipe.variables.len() > 1 => {
                let why = format!(
                    "can't use {} to iterate over more than one variable",
                    go_dump(&value.data())
                );
                return Err(self.error(&why));
            }
            Val::Int(count) | Val::Plain(Value::Int(count)) => {
                let of_type = |i| match &value {
                    Val::Int(_) => Val::Int(i),
                    _ => Val::Plain(Value::Int(i)),
                };
                let steps_max = i64::try_from(STEPS_MAX).unwrap_or(i64::MAX);
                (0..(*count).min(steps_max))
                    .map(|i| (Val::Invalid, of_type(i)))
                    .collect()
            }
            other => {
                let why = format!("range can't iterate over {}", go_dump(&other.data()));
                return Err(self.error(&why));
            }
        };
        if pairs.is_empty() {
            return self.walk(dot, &branch.otherwise);
        }
        let marked = self.variables.len();
        let count = branch.pipe.variables.len();
        for (key, item) in pairs {
            // The last variable is the element; the one before it is the key.
            let mut values = [item.clone(), key].into_iter();
            for variable in self.variables[marked - count..].iter_mut().rev() {
                variable.1 = values.next().unwrap_or(Val::Invalid);
            }
            let flow = self.walk(&item, &branch.list)?;
            self.variables.truncate(marked);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::Next)
    }

    fn call_template(
        &mut self,
        dot: &Val,
        at: usize,
        name: &'a str,
        pipe: Option<&'a Pipe>,
    ) -> Result<(), String> {
        let quoted = go_quote(name);
        let node = match pipe {
            Some(pipe) => format!("{{{{template {quoted} {pipe}}}}}"),
            None => format!("{{{{template {quoted}}}}}"),
        };
        self.at(at, &node);
        let template = self.template;
        let defined = template.defined.iter().find(|(have, _)| have == name);
        let root = match defined {
            Some((_, list)) => list,
            None if name == NAME => &template.root,
            None => return Err(self.error(&format!("template {quoted} not defined"))),
        };
        if self.depth == DEPTH_MAX {
            return Err(self.error("exceeded maximum template depth (100000)"));
        }
        let dot = match pipe {
            Some(pipe) => self.pipeline(dot, pipe)?,
            None => Val::Invalid,
        };
        let variables = std::mem::replace(&mut self.variables, vec![("$".to_owned(), dot.clone())]);
        let outer = std::mem::replace(&mut self.name, name);
        self.depth += 1;
        self.walk(&dot, root)?;
        self.depth -= 1;
        (self.variables, self.name) = (variables, outer);
        Ok(())
    }

    /// The value of a pipeline; its variables are set.
    fn pipeline(&mut self, dot: &Val, pipe: &Pipe) -> Result<Val, String> {
        let mut last: Option<Val> = None;
        for command in &pipe.commands {
            last = Some(self.command(dot, command, last.as_ref())?.unboxed());
        }
        let value = last.unwrap_or(Val::Invalid);
        for name in &pipe.variables {
            if !pipe.assigns {
                self.variables.push((name.clone(), value.clone()));
                continue;
            }
            match self.variables.iter_mut().rev().find(|(have, _)| have == name) {
                Some(variable) => variable.1 = value.clone(),
                None => return Err(self.error(&format!("undefined variable: {name}"))),
            }
        }
        Ok(value)
    }

    fn command(&mut self, dot: &Val, command: &Command, last: Option<&Val>) -> Result<Val, String> {
        let Some((first, args)) = command.args.split_first() else {
            return Ok(Val::Invalid);
        };
        let given = Given { args, last };
        match &first.operand {
            Operand::Identifier(name) => {
                self.at(first.at, first);
                self.call(dot, name, given, (command.at, command))
            }
            Operand::Nil => {
                self.at(first.at, first);
                self.refuse_arguments(first, given)?;
                Err(self.error("nil is not a command"))
            }
            _ => self.operand(dot, first, given),
        }
    }

    fn refuse_arguments(&self, first: &Arg, given: Given) -> Result<(), String> {
        match given.any() {
            true => Err(self.error(&format!("can't give argument to non-function {first}"))),
            false => Ok(()),
        }
    }

    /// The value of an operand that is no function.
    fn operand(&mut self, dot: &Val, arg: &Arg, given: Given) -> Result<Val, String> {
        // A pipeline in parentheses has no place of its own.
        if !matches!(arg.operand, Operand::Pipe(_)) {
            self.at(arg.at, arg);
        }
        match &arg.operand {
            Operand::Field(names) => self.fields(dot.clone(), names, given),
            Operand::Variable(names) => {
                let (name, names) = names.split_first().ok_or("a variable has a name")?;
                let found = self.variables.iter().rev().find(|(have, _)| have == name);
                let value = match found {
                    Some((_, value)) => value.clone(),
                    None => return Err(self.error(&format!("undefined variable: {name}"))),
                };
                if names.is_empty() {
                    self.refuse_arguments(arg, given)?;
                }
                self.fields(value, names, given)
            }
            Operand::Chain(of, names) => {
                if of.operand == Operand::Nil {
                    return Err(self.error(&format!("indirection through explicit nil in {arg}")));
                }
                let of = self.argument(dot, of)?;
                self.fields(of, names, given)
            }
            Operand::Constant(value, _) => {
                self.refuse_arguments(arg, given)?;
                Ok(Val::constant(value))
            }
            Operand::Dot => {
                self.refuse_arguments(arg, given)?;
                Ok(dot.clone())
            }
            Operand::Pipe(pipe) => {
                self.refuse_arguments(arg, given)?;
                self.pipeline(dot, pipe)
            }
            Operand::Identifier(name) => self.call(dot, name, given, (arg.at, arg)),
            Operand::Nil => Ok(Val::Boxed(Value::Null)),
        }
    }

    /// The value of an argument (`evalArg`).
    fn argument(&mut self, dot: &Val, arg: &Arg) -> Result<Val, String> {
        self.at(arg.at, arg);
        self.operand(dot, arg, Given::NONE)
    }

    fn fields(&mut self, receiver: Val, names: &[String], given: Given) -> Result<Val, String> {
        let mut value = receiver;
        for (i, name) in names.iter().enumerate() {
            let has_arguments = given.any() && i + 1 == names.len();
            value = self.field(&value, name, has_arguments)?;
        }
        Ok(value)
    }

    /// A field of a value (`evalField`).
    fn field(&self, receiver: &Val, name: &str, has_arguments: bool) -> Result<Val, String> {
        let fails = self.missing == MissingKey::Error;
        let why = match receiver {
            Val::Invalid if fails => format!("nil data; no entry for key {}", go_quote(name)),
            Val::Invalid => return Ok(Val::Invalid),
            Val::Boxed(Value::Null) => format!("nil pointer evaluating interface {{}}.{name}"),
            Val::Boxed(Value::Object(_)) | Val::Plain(Value::Object(_)) if has_arguments => {
                format!("{name} is not a method but has arguments")
            }
            Val::Boxed(Value::Object(map)) | Val::Plain(Value::Object(map)) => match map.get(name) {
                Some(value) => return Ok(Val::Boxed(value.clone())),
                None if fails => format!("map has no entry for key {}", go_quote(name)),
                None => return Ok(Val::Invalid),
            },
            other => format!("can't evaluate field {name} in type {}", other.type_name()),
        };
        Err(self.error(&why))
    }

    /// Calls a function (`evalCall`); `node` is what an error of the function is about.
    fn call(
        &mut self,
        dot: &Val,
        name: &str,
        given: Given,
        node: (usize, &dyn std::fmt::Display),
    ) -> Result<Val, String> {
        let Some(function) = functions::find(name) else {
            return Err(self.error(&format!("{} is not a defined function", go_quote(name))));
        };
        self.check_count(function, given)?;
        if let Signature::ShortCircuit(decisive) = function.signature {
            return self.short_circuit(dot, given, decisive);
        }
        let mut values = Vec::new();
        for (i, arg) in given.args.iter().enumerate() {
            if function.takes_text(i) {
                values.push(self.text_argument(dot, arg)?);
            } else {
                values.push(self.argument(dot, arg)?);
            }
        }
        if let Some(last) = given.last {
            values.push(match function.takes_text(values.len()) {
                true => self.as_text(last.clone())?,
                false => last.clone(),
            });
        }
        let names: Vec<String> = given.args.iter().map(ToString::to_string).collect();
        (function.run)(&values, &names).map_err(|why| {
            self.at(node.0, node.1);
            self.error(&format!("error calling {name}: {why}"))
        })
    }

    fn check_count(&self, function: &Function, given: Given) -> Result<(), String> {
        let count = given.args.len() + usize::from(given.last.is_some());
        let name = function.name;
        let why = match function.signature {
            Signature::Exactly(want) if count != want => {
                format!("wrong number of args for {name}: want {want} got {count}")
            }
            Signature::AtLeast(want) if count < want => format!(
                "wrong number of args for {name}: want at least {want} got {}",
                given.args.len()
            ),
            Signature::ShortCircuit(_) if count < 1 => {
                format!("wrong number of args for {name}: want at least 1 got 0")
            }
            _ => return Ok(()),
        };
        Err(self.error(&why))
    }

    /// `and` and `or`: the first argument that decides, or the last one.
    fn short_circuit(&mut self, dot: &Val, given: Given, decisive: bool) -> Result<Val, String> {
        let mut value = Val::Invalid;
        for arg in given.args {
            value = self.argument(dot, arg)?;
            if value.clone().unboxed().is_true() == decisive {
                return Ok(value);
            }
        }
        Ok(given.last.cloned().unwrap_or(value))
    }

    /// An argument of type `string` (`evalArg`, `evalString`).
    fn text_argument(&mut self, dot: &Val, arg: &Arg) -> Result<Val, String> {
        match &arg.operand {
            Operand::Constant(Value::String(_), _) => self.argument(dot, arg),
            Operand::Constant(..) => {
                self.at(arg.at, arg);
                Err(self.error(&format!("expected string; found {arg}")))
            }
            Operand::Nil => {
                self.at(arg.at, arg);
                Err(self.error("cannot assign nil to string"))
            }
            _ => {
                let value = self.argument(dot, arg)?;
                self.as_text(value)
            }
        }
    }

    /// `validateType` for the type `string`.
    fn as_text(&self, value: Val) -> Result<Val, String> {
        match value {
            Val::Invalid => Err(self.error("invalid value; expected string")),
            Val::Boxed(Value::String(text)) | Val::Plain(Value::String(text)) => Ok(Val::text(text)),
            other => {
                // The type of what is in an interface, unless it is nil.
                let name = match other.clone().unboxed() {
                    Val::Invalid => other.type_name(),
                    inner => inner.type_name(),
                };
                Err(self.error(&format!("wrong type for value; expected string; got {name}")))
            }
        }
    }
}
