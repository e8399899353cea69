//! Objects as `kubectl get -o yaml` prints them.

use super::value::Value;
use crate::yaml::{PrintYaml, YamlValue};

impl PrintYaml for Value {
    fn yaml_value(&self) -> YamlValue<'_, Value> {
        match self {
            Value::Null => YamlValue::Null,
            Value::Bool(yes) => YamlValue::Bool(*yes),
            Value::Int(number) => YamlValue::Int(*number),
            Value::Float(number) => YamlValue::Float(*number),
            Value::String(text) => YamlValue::Text(text),
            Value::Array(items) => YamlValue::List(items.iter().collect()),
            Value::Object(map) => {
                YamlValue::Object(map.iter().map(|(key, value)| (key.as_ref(), value)).collect())
            }
        }
    }
}
