//! Functions that look into values and compare them (`funcs.go` in Go's `text/template`).

use std::cmp::Ordering;

use super::val::{Val, type_name};
use crate::api::go_dump;
use crate::object::Value;

/// `and` and `or` are evaluated where they are called.
pub fn and_or(args: &[Val], _: &[String]) -> Result<Val, String> {
    Ok(args.last().cloned().unwrap_or(Val::Invalid))
}

/// `not`.
pub fn not(args: &[Val], _: &[String]) -> Result<Val, String> {
    let is_true = args.first().is_some_and(|arg| arg.clone().unboxed().is_true());
    Ok(Val::Plain((!is_true).into()))
}

/// `call`: no value of an object is a function.
pub fn call(args: &[Val], names: &[String]) -> Result<Val, String> {
    match args.first().cloned().map(Val::unboxed) {
        None | Some(Val::Invalid) => Err("call of nil".to_owned()),
        Some(other) => Err(format!(
            "non-function {} of type {}",
            names.first().map(String::as_str).unwrap_or_default(),
            other.type_name()
        )),
    }
}

fn length(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) => Some(text.len()),
        Value::Array(items) => Some(items.len()),
        Value::Object(map) => Some(map.len()),
        _ => None,
    }
}

/// `len`.
pub fn len(args: &[Val], _: &[String]) -> Result<Val, String> {
    match args.first() {
        None | Some(Val::Invalid) => Err("reflect: call of reflect.Value.Type on zero Value".to_owned()),
        Some(Val::Boxed(Value::Null)) => Err("len of nil pointer".to_owned()),
        Some(arg) => match length(&arg.data()) {
            Some(count) => Ok(Val::Int(count.try_into().unwrap_or(i64::MAX))),
            None => Err(format!("len of type {}", arg.clone().unboxed().type_name())),
        },
    }
}

/// The position that an argument names (`indexArg`).
fn position(index: &Val, length: usize) -> Result<usize, String> {
    let number = match index.clone().unboxed() {
        Val::Invalid => return Err("cannot index slice/array with nil".to_owned()),
        Val::Int(number) | Val::Plain(Value::Int(number)) => number,
        other => {
            return Err(format!(
                "cannot index slice/array with type {}",
                other.type_name()
            ));
        }
    };
    let at = usize::try_from(number).ok().filter(|at| *at <= length);
    at.ok_or_else(|| format!("index out of range: {number}"))
}

/// `index`.
pub fn index(args: &[Val]) -> Result<Val, String> {
    let (item, indexes) = args.split_first().ok_or("index of untyped nil")?;
    let mut item = item.clone().unboxed();
    if matches!(item, Val::Invalid) {
        return Err("index of untyped nil".to_owned());
    }
    for index in indexes {
        let value = item.data();
        item = match &value {
            Value::Null => return Err("index of nil pointer".to_owned()),
            Value::Array(items) => {
                let found = items.get(position(index, items.len())?);
                let found = found.ok_or("reflect: slice index out of range")?;
                Val::Boxed(found.clone())
            }
            Value::String(text) => {
                let byte = text.as_bytes().get(position(index, text.len())?);
                Val::Int((*byte.ok_or("reflect: string index out of range")?).into())
            }
            Value::Object(map) => match index.clone().unboxed() {
                Val::Plain(Value::String(key)) => Val::Boxed(map.get(&key).cloned().unwrap_or_default()),
                Val::Invalid => return Err("value is nil; should be of type string".to_owned()),
                other => {
                    return Err(format!("value has type {}; should be string", other.type_name()));
                }
            },
            _ => {
                return Err(format!("can't index item of type {}", item.unboxed().type_name()));
            }
        };
    }
    Ok(item)
}

/// `slice`.
pub fn slice(args: &[Val]) -> Result<Val, String> {
    let (item, indexes) = args.split_first().ok_or("slice of untyped nil")?;
    let item = item.clone().unboxed();
    if matches!(item, Val::Invalid) {
        return Err("slice of untyped nil".to_owned());
    }
    if indexes.len() > 3 {
        return Err(format!("too many slice indexes: {}", indexes.len()));
    }
    let value = item.data();
    let length = match &value {
        Value::String(_) if indexes.len() == 3 => {
            return Err("cannot 3-index slice a string".to_owned());
        }
        Value::String(text) => text.len(),
        Value::Array(items) => items.len(),
        _ => return Err(format!("can't slice item of type {}", item.type_name())),
    };
    let mut bounds = [0, length, length];
    for (i, index) in indexes.iter().enumerate() {
        bounds[i] = position(index, length)?;
        if i > 0 && bounds[i - 1] > bounds[i] {
            return Err(format!("invalid slice index: {} > {}", bounds[i - 1], bounds[i]));
        }
    }
    let range = bounds[0]..bounds[1].max(bounds[0]);
    Ok(match &value {
        Value::Array(items) => Val::Plain(items[range].to_vec().into()),
        Value::String(text) => {
            let bytes = &text.as_bytes()[range];
            Val::text(String::from_utf8_lossy(bytes).into_owned())
        }
        _ => Val::Invalid,
    })
}

const INCOMPATIBLE: &str = "incompatible types for comparison";
const INVALID: &str = "invalid type for comparison";

/// `eq`, `ne`, `lt`, `le`, `gt` and `ge`.
pub fn compare(name: &str, args: &[Val]) -> Result<Val, String> {
    let values: Vec<Value> = args.iter().map(Val::data).collect();
    let (first, others) = values.split_first().ok_or("missing argument for comparison")?;
    let holds = match name {
        "eq" => equals_any(first, others)?,
        "ne" => !equals_any(first, others)?,
        name => {
            let second = others.first().unwrap_or(&Value::Null);
            let order = order(first, second)?;
            match name {
                "lt" => order == Some(Ordering::Less),
                "le" => matches!(order, Some(Ordering::Less | Ordering::Equal)),
                // `gt` and `ge` negate the others.
                "gt" => !matches!(order, Some(Ordering::Less | Ordering::Equal)),
                _ => order != Some(Ordering::Less),
            }
        }
    };
    Ok(Val::Plain(holds.into()))
}

/// `eq`: whether the first value equals any of the others.
fn equals_any(first: &Value, others: &[Value]) -> Result<bool, String> {
    if others.is_empty() {
        return Err("missing argument for comparison".to_owned());
    }
    for other in others {
        let equal = match (first, other) {
            (Value::Null, other) => other.is_null(),
            (_, Value::Null) => false,
            (Value::Array(_) | Value::Object(_), Value::Array(_) | Value::Object(_)) => {
                let (a, b) = (type_name(first), type_name(other));
                return Err(match a == b {
                    true => format!("non-comparable type {}: {b}", go_dump(first)),
                    false => format!(
                        "non-comparable types {}: {a}, {b}: {}",
                        go_dump(first),
                        go_dump(other)
                    ),
                });
            }
            (first, other) if type_name(first) != type_name(other) => {
                return Err(INCOMPATIBLE.to_owned());
            }
            (first, other) => first == other,
        };
        if equal {
            return Ok(true);
        }
    }
    Ok(false)
}

fn order(left: &Value, right: &Value) -> Result<Option<Ordering>, String> {
    let is_basic = |value: &Value| !matches!(value, Value::Null | Value::Array(_) | Value::Object(_));
    if !is_basic(left) || !is_basic(right) {
        return Err(INVALID.to_owned());
    }
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Ok(Some(left.cmp(right))),
        (Value::Float(left), Value::Float(right)) => Ok(left.partial_cmp(right)),
        (Value::String(left), Value::String(right)) => Ok(Some(left.cmp(right))),
        (Value::Bool(_), Value::Bool(_)) => Err(INVALID.to_owned()),
        _ => Err(INCOMPATIBLE.to_owned()),
    }
}
