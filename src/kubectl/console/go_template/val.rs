//! Values of templates (Go's `reflect.Value`).

use crate::object::Value;

/// A value with its static type.
#[derive(Clone, Debug)]
pub enum Val {
    /// No value (`reflect.Value{}`).
    Invalid,
    /// An element of a map or a list: its static type is `interface {}`.
    Boxed(Value),
    /// A value of its own type, which is never null.
    Plain(Value),
    /// An integer that the template made, of type `int`; those of objects are `int64`.
    Int(i64),
}

impl Val {
    /// A text.
    pub fn text(text: impl Into<std::sync::Arc<str>>) -> Val {
        Val::Plain(Value::String(text.into()))
    }

    /// The value of a constant.
    pub fn constant(value: &Value) -> Val {
        match value {
            Value::Int(number) => Val::Int(*number),
            value => Val::Plain(value.clone()),
        }
    }

    /// The value in an interface (`indirectInterface`).
    pub fn unboxed(self) -> Val {
        match self {
            Val::Boxed(Value::Null) => Val::Invalid,
            Val::Boxed(value) => Val::Plain(value),
            other => other,
        }
    }

    /// The data; null if there is none.
    pub fn data(&self) -> Value {
        match self {
            Val::Invalid => Value::Null,
            Val::Boxed(value) | Val::Plain(value) => value.clone(),
            Val::Int(number) => Value::Int(*number),
        }
    }

    /// The name of its static type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Val::Invalid => "<nil>",
            Val::Boxed(_) => "interface {}",
            Val::Int(_) => "int",
            Val::Plain(value) => type_name(value),
        }
    }

    /// Whether a value counts as true (`isTrue`).
    pub fn is_true(&self) -> bool {
        match self {
            Val::Invalid => false,
            Val::Int(number) => *number != 0,
            Val::Boxed(value) | Val::Plain(value) => match value {
                Value::Null => false,
                Value::Bool(yes) => *yes,
                Value::Int(number) => *number != 0,
                Value::Float(number) => *number != 0.0,
                Value::String(text) => !text.is_empty(),
                Value::Array(items) => !items.is_empty(),
                Value::Object(map) => !map.is_empty(),
            },
        }
    }
}

/// The Go type of decoded JSON.
pub fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int64",
        Value::Float(_) => "float64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}
