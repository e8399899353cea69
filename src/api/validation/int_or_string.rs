//! Values that are an integer or a percentage (`pkg/apis/apps/validation/validation.go`).

use super::content;
use super::field::{BadValue, ErrorList, Path};
use crate::object::Value;

/// `ValidatePositiveIntOrPercent`.
pub fn validate_positive_int_or_percent(errors: &mut ErrorList, value: &Value, at: &Path<'_>) {
    match value {
        Value::String(percent) => {
            for message in content::percent(percent) {
                errors.invalid(at, BadValue::json(value), message);
            }
        }
        value => content::validate_non_negative(errors, at, value.as_i64().unwrap_or_default()),
    }
}

/// `getIntOrPercentValue`.
pub fn int_or_percent_value(value: &Value) -> i64 {
    match value {
        Value::String(percent) => percent.trim_end_matches('%').parse().unwrap_or(0),
        value => value.as_i64().unwrap_or_default(),
    }
}

/// `IsNotMoreThan100Percent`.
pub fn validate_not_more_than_100_percent(errors: &mut ErrorList, value: &Value, at: &Path<'_>) {
    let percent = value
        .as_str()
        .filter(|percent| content::percent(percent).is_empty());
    if percent.is_some() && int_or_percent_value(value) > 100 {
        errors.invalid(at, BadValue::json(value), "must not be greater than 100%");
    }
}
