//! Label selectors (`apimachinery/pkg/labels/selector.go`, `apimachinery/pkg/apis/meta/v1/helpers.go`).

use super::value::{Map, Value};

/// The operator of a requirement (`apimachinery/pkg/selection`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the Kubernetes operator of that name")]
pub enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    Gt,
    Lt,
}

/// One requirement of a parsed selector (`labels.Requirement`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Label key.
    pub key: String,
    /// How the label is compared with the values.
    pub operator: Operator,
    /// Values; empty for `Exists` and `DoesNotExist`, one integer for `Gt` and `Lt`.
    pub values: Vec<String>,
}

/// `meta/v1` LabelSelector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LabelSelector<'a> {
    /// `matchLabels`.
    pub match_labels: Option<&'a Map>,
    match_expressions: &'a [Value],
}

/// `meta/v1` LabelSelectorRequirement or `v1` NodeSelectorRequirement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SelectorRequirement<'a> {
    /// `key`.
    pub key: &'a str,
    /// `operator`.
    pub operator: &'a str,
    /// `values`.
    pub values: &'a [Value],
}

impl Operator {
    /// The operator of that name in the API.
    pub fn parse(name: &str) -> Option<Operator> {
        match name {
            "In" => Some(Operator::In),
            "NotIn" => Some(Operator::NotIn),
            "Exists" => Some(Operator::Exists),
            "DoesNotExist" => Some(Operator::DoesNotExist),
            "Gt" => Some(Operator::Gt),
            "Lt" => Some(Operator::Lt),
            _ => None,
        }
    }

    /// Whether the value of a label, `None` if the label is missing, meets the requirement (`Requirement.Matches`).
    fn matches<'v>(self, label: Option<&str>, mut values: impl Iterator<Item = &'v str>) -> bool {
        let mut compare = |holds: fn(i64, i64) -> bool| {
            let (label, limit) = (label.and_then(|text| text.parse().ok()), values.next());
            let limit = limit.and_then(|text| text.parse().ok());
            label.zip(limit).is_some_and(|(label, limit)| holds(label, limit))
        };
        match self {
            Operator::Gt => compare(|label, limit| label > limit),
            Operator::Lt => compare(|label, limit| label < limit),
            Operator::Exists => label.is_some(),
            Operator::DoesNotExist => label.is_none(),
            Operator::In => label.is_some_and(|label| values.any(|value| value == label)),
            Operator::NotIn => !label.is_some_and(|label| values.any(|value| value == label)),
        }
    }
}

impl Requirement {
    /// Whether labels meet the requirement (`Requirement.Matches`).
    pub fn matches(&self, labels: &Map) -> bool {
        let label = labels.text(&self.key).map(AsRef::as_ref);
        self.operator
            .matches(label, self.values.iter().map(String::as_str))
    }
}

impl<'a> LabelSelector<'a> {
    /// Reads a selector from its field; a missing one has no requirements.
    pub fn read(value: Option<&'a Value>) -> LabelSelector<'a> {
        let expressions = value.and_then(|value| value.get("matchExpressions")?.as_array());
        LabelSelector {
            match_labels: value.and_then(|value| value.get("matchLabels")?.as_object()),
            match_expressions: expressions.unwrap_or_default(),
        }
    }

    /// `matchExpressions`.
    pub fn match_expressions(&self) -> impl Iterator<Item = SelectorRequirement<'a>> + use<'a> {
        self.match_expressions.iter().map(SelectorRequirement::read)
    }

    /// Whether there are no requirements (`Selector.Empty`).
    pub fn is_empty(&self) -> bool {
        self.match_labels.is_none_or(Map::is_empty) && self.match_expressions.is_empty()
    }

    /// Whether every operator exists and has the values that it needs (`LabelSelectorAsSelector` returns no error).
    pub fn is_valid(&self) -> bool {
        self.match_expressions()
            .all(|expression| match expression.operator {
                "In" | "NotIn" => !expression.values.is_empty(),
                "Exists" | "DoesNotExist" => expression.values.is_empty(),
                _ => false,
            })
    }

    /// Whether labels meet all requirements (`Selector.Matches`); an empty selector matches everything.
    pub fn matches(&self, labels: &Map) -> bool {
        self.match_labels.is_none_or(|set| set_matches(set, labels))
            && self
                .match_expressions()
                .all(|expression| expression.matches(labels))
    }

    /// Whether a controller with this selector may own an object with these labels: as [`LabelSelector::matches`],
    /// but an empty selector matches nothing.
    pub fn selects(&self, labels: &Map) -> bool {
        !self.is_empty() && self.matches(labels)
    }
}

impl<'a> SelectorRequirement<'a> {
    /// Reads a requirement; missing fields are empty.
    pub fn read(requirement: &'a Value) -> SelectorRequirement<'a> {
        let text = |field: &str| requirement.get(field).and_then(Value::as_str);
        let values = requirement.get("values").and_then(Value::as_array);
        SelectorRequirement {
            key: text("key").unwrap_or_default(),
            operator: text("operator").unwrap_or_default(),
            values: values.unwrap_or_default(),
        }
    }

    /// Whether labels meet the requirement; an unknown operator is met by nothing.
    pub fn matches(&self, labels: &Map) -> bool {
        let label = labels.text(self.key).map(AsRef::as_ref);
        let values = self.values.iter().filter_map(Value::as_str);
        Operator::parse(self.operator).is_some_and(|operator| operator.matches(label, values))
    }
}

/// Whether labels contain every entry of a set (`labels.SelectorFromSet`).
pub fn set_matches(set: &Map, labels: &Map) -> bool {
    set.iter().all(|(key, value)| labels.get(key) == Some(value))
}

/// Whether `spec.selector` of a Service selects pods with these labels; a missing or empty selector selects nothing.
pub fn service_selects(selector: Option<&Value>, labels: &Map) -> bool {
    selector
        .and_then(Value::as_object)
        .is_some_and(|set| !set.is_empty() && set_matches(set, labels))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn labels() -> Map {
        Map::from_iter([("app", "web"), ("tier", "3")])
    }

    #[track_caller]
    fn check(selector: serde_json::Value, expected: bool) {
        let selector = Value::from(selector);
        assert_eq!(
            LabelSelector::read(Some(&selector)).matches(&labels()),
            expected,
            "{selector}"
        );
    }

    #[track_caller]
    fn check_expression(operator: &str, key: &str, values: &[&str], expected: bool) {
        let expression = json!({"key": key, "operator": operator, "values": values});
        check(json!({ "matchExpressions": [expression] }), expected);
    }

    #[test]
    fn all_match_labels_must_match() {
        check(json!({"matchLabels": {"app": "web"}}), true);
        check(json!({"matchLabels": {"app": "web", "tier": "b"}}), false);
    }

    #[test]
    fn match_expressions_compare_one_label() {
        check_expression("In", "app", &["db", "web"], true);
        check_expression("NotIn", "app", &["db"], true);
        check_expression("NotIn", "none", &["db"], true);
        check_expression("Exists", "tier", &[], true);
        check_expression("DoesNotExist", "tier", &[], false);
        check_expression("Gt", "tier", &["2"], true);
        check_expression("Lt", "tier", &["3"], false);
        check_expression("Gt", "app", &["2"], false);
        check_expression("Lt", "tier", &["x"], false);
        check_expression("Lt", "none", &["3"], false);
        check_expression("Is", "app", &["web"], false);
    }

    #[test]
    fn an_empty_selector_matches_everything_and_selects_nothing() {
        check(json!({}), true);
        assert!(!LabelSelector::read(None).selects(&labels()));
        assert!(!service_selects(Some(&Value::object()), &labels()));
        let selector = Value::from(json!({"app": "web"}));
        assert!(service_selects(Some(&selector), &labels()));
    }
}
