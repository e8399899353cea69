//! Objects as `kubectl get -o yaml` prints them.

use super::value::Value;
use crate::yaml::{Print, Shape};

impl Print for Value {
    fn shape(&self) -> Shape<'_, Value> {
        match self {
            Value::Null => Shape::Null,
            Value::Bool(yes) => Shape::Bool(*yes),
            Value::Int(number) => Shape::Int(*number),
            Value::Float(number) => Shape::Float(*number),
            Value::String(text) => Shape::Text(text),
            Value::Array(items) => Shape::List(items.iter().collect()),
            Value::Object(map) => {
                Shape::Object(map.iter().map(|(key, value)| (key.as_ref(), value)).collect())
            }
        }
    }
}
