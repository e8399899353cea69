//! `successPolicy` of Jobs (`pkg/apis/batch/validation/validation.go`).

use crate::api::validation::access::FieldAccess;
use crate::api::validation::content;
use crate::api::validation::field::{BadValue, ErrorList, Path};
use crate::object::Value;

/// `validateSuccessPolicy`, for Indexed Jobs only.
pub fn validate(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let rules = spec.field("successPolicy").list("rules");
    if spec.text("completionMode") != "Indexed" {
        let list: Vec<String> = rules
            .iter()
            .map(|rule| {
                let (indexes, count) = (rule.field("succeededIndexes"), rule.field("succeededCount"));
                format!("{{\"SucceededIndexes\":{indexes},\"SucceededCount\":{count}}}")
            })
            .collect();
        let bad = BadValue::Json(format!("{{\"Rules\":[{}]}}", list.join(",")));
        return errors.invalid(at, bad, "requires indexed completion mode");
    }
    let at = at.child("rules");
    if rules.is_empty() {
        let detail = "at least one rules must be specified when the successPolicy is specified";
        errors.required(&at, detail);
    }
    if rules.len() > 20 {
        errors.too_many(&at, rules.len(), 20);
    }
    let completions = spec.int("completions");
    for (i, rule) in rules.iter().enumerate() {
        validate_rule(errors, rule, completions, &at.index(i));
    }
}

/// `validateSuccessPolicyRule`.
fn validate_rule(errors: &mut ErrorList, rule: &Value, completions: i64, at: &Path<'_>) {
    let (indexes, count) = (
        rule.maybe_text("succeededIndexes"),
        rule.maybe_int("succeededCount"),
    );
    if indexes.is_none() && count.is_none() {
        let detail = "at least one of succeededCount or succeededIndexes must be specified";
        errors.required(at, detail);
    }
    let mut total = 0;
    if let Some(indexes) = indexes {
        match count_indexes(indexes, completions) {
            Ok(number) => total = number,
            Err(why) => {
                let detail = format!("error parsing succeededIndexes: {why}");
                errors.invalid(&at.child("succeededIndexes"), indexes, detail);
            }
        }
    }
    let Some(count) = count else { return };
    let at = at.child("succeededCount");
    content::validate_non_negative(errors, &at, count);
    if count > completions {
        let detail =
            format!("must be less than or equal to {completions} (the number of specified completions)");
        errors.invalid(&at, count, detail);
    }
    if indexes.is_some() && count > total {
        let detail = format!(
            "must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)"
        );
        errors.invalid(&at, count, detail);
    }
}

/// `validateIndexesFormat`: ordered numbers and ranges, each below `completions`. Returns how many there are.
fn count_indexes(text: &str, completions: i64) -> Result<i64, String> {
    let (mut total, mut last) = (0, -1);
    if text.is_empty() {
        return Ok(0);
    }
    for part in text.split(',') {
        let bounds: Vec<&str> = part.split('-').collect();
        if bounds.len() > 2 {
            return Err(format!(
                "the fragment {part:?} violates the requirement that an index interval can have at most two parts separated by '-'"
            ));
        }
        let mut numbers = Vec::new();
        for bound in bounds {
            let number: i64 = bound
                .parse()
                .map_err(|_| format!("cannot convert string to integer for index: {bound:?}"))?;
            if number >= completions {
                return Err(format!("too large index: {bound:?}"));
            }
            numbers.push(number);
        }
        let (first, end) = (numbers[0], numbers[numbers.len() - 1]);
        if first <= last || numbers.len() == 2 && first >= end {
            let (one, other) = if first <= last {
                (last, first)
            } else {
                (first, end)
            };
            return Err(format!("non-increasing order, previous: {one}, current: {other}"));
        }
        total += end - first + 1;
        last = end;
    }
    Ok(total)
}
