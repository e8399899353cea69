//! Typed views of PodDisruptionBudgets (`policy/v1`).

use std::collections::BTreeMap;

use super::selector::LabelSelector;
use super::typed::IntOrString;
use super::{Map, Object, Time, Value};

/// `policy/v1` PodDisruptionBudgetSpec.
#[derive(Clone, Debug, PartialEq)]
pub struct DisruptionBudgetSpec<'a> {
    /// `minAvailable`.
    pub min_available: Option<IntOrString<'a>>,
    /// `maxUnavailable`.
    pub max_unavailable: Option<IntOrString<'a>>,
    /// `unhealthyPodEvictionPolicy`.
    pub unhealthy_pod_eviction_policy: UnhealthyPodEvictionPolicy,
    /// `selector`; without one no pod is selected, an empty one selects all.
    selector: Option<LabelSelector<'a>>,
}

/// Which pods that are not healthy can be evicted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnhealthyPodEvictionPolicy {
    /// Those of an application that is not disrupted.
    #[default]
    IfHealthyBudget,
    /// All.
    AlwaysAllow,
}

/// `policy/v1` PodDisruptionBudgetStatus.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DisruptionBudgetStatus {
    /// `observedGeneration`.
    pub observed_generation: i64,
    /// `disruptedPods`: evicted pods that the controller has not seen going yet, with the times of their eviction.
    pub disrupted_pods: BTreeMap<String, Time>,
    /// `disruptionsAllowed`.
    pub disruptions_allowed: i64,
    /// `currentHealthy`.
    pub current_healthy: i64,
    /// `desiredHealthy`.
    pub desired_healthy: i64,
    /// `expectedPods`.
    pub expected_pods: i64,
    /// `conditions`.
    pub conditions: Vec<Value>,
}

/// The only condition.
const DISRUPTION_ALLOWED: &str = "DisruptionAllowed";

impl<'a> DisruptionBudgetSpec<'a> {
    /// The spec of a PodDisruptionBudget.
    pub fn read(budget: &'a Object) -> DisruptionBudgetSpec<'a> {
        let spec = budget.spec();
        let policy = spec.get("unhealthyPodEvictionPolicy").and_then(Value::as_str);
        DisruptionBudgetSpec {
            min_available: IntOrString::read(Some(spec), "minAvailable"),
            max_unavailable: IntOrString::read(Some(spec), "maxUnavailable"),
            unhealthy_pod_eviction_policy: match policy {
                Some("AlwaysAllow") => UnhealthyPodEvictionPolicy::AlwaysAllow,
                _ => UnhealthyPodEvictionPolicy::IfHealthyBudget,
            },
            selector: spec
                .get("selector")
                .filter(|selector| !selector.is_null())
                .map(|selector| LabelSelector::read(Some(selector))),
        }
    }

    /// Whether it selects a pod with these labels.
    pub fn selects(&self, labels: &Map) -> bool {
        self.selector.is_some_and(|selector| selector.matches(labels))
    }
}

impl DisruptionBudgetStatus {
    /// The status of a PodDisruptionBudget.
    pub fn read(budget: &Object) -> DisruptionBudgetStatus {
        let Some(status) = budget.status.fields() else {
            return DisruptionBudgetStatus::default();
        };
        let number = |field: &str| status.get(field).and_then(Value::as_i64).unwrap_or(0);
        let disrupted = status.get("disruptedPods").and_then(Value::as_object);
        let conditions = status.get("conditions").and_then(Value::as_array);
        DisruptionBudgetStatus {
            observed_generation: number("observedGeneration"),
            disrupted_pods: disrupted
                .into_iter()
                .flat_map(Map::iter)
                .filter_map(|(name, time)| Some((name.to_string(), Time::parse(time.as_str()?)?)))
                .collect(),
            disruptions_allowed: number("disruptionsAllowed"),
            current_healthy: number("currentHealthy"),
            desired_healthy: number("desiredHealthy"),
            expected_pods: number("expectedPods"),
            conditions: conditions.unwrap_or_default().to_vec(),
        }
    }

    /// The status as it is stored.
    pub fn document(&self) -> Map {
        let mut map = Map::new();
        if !self.conditions.is_empty() {
            map.insert("conditions", self.conditions.clone());
        }
        map.insert("currentHealthy", self.current_healthy);
        map.insert("desiredHealthy", self.desired_healthy);
        if !self.disrupted_pods.is_empty() {
            let pods = self.disrupted_pods.iter();
            map.insert(
                "disruptedPods",
                Map::from_iter(pods.map(|(name, time)| (name.as_str(), time.to_string()))),
            );
        }
        map.insert("disruptionsAllowed", self.disruptions_allowed);
        map.insert("expectedPods", self.expected_pods);
        if self.observed_generation != 0 {
            map.insert("observedGeneration", self.observed_generation);
        }
        map
    }

    /// The condition's status and reason by the number of allowed disruptions.
    fn condition(&self) -> (&'static str, &'static str) {
        match self.disruptions_allowed > 0 {
            true => ("True", "SufficientPods"),
            false => ("False", "InsufficientPods"),
        }
    }

    /// Sets the condition by the number of allowed disruptions (`UpdateDisruptionAllowedCondition` in
    /// `component-helpers/apps/poddisruptionbudget/helpers.go`).
    pub fn update_condition(&mut self, now: Time) {
        let (status, reason) = self.condition();
        self.set_condition(status, reason, "", now);
    }

    /// `SetStatusCondition` (`apimachinery/pkg/api/meta/conditions.go`).
    pub fn set_condition(&mut self, status: &str, reason: &str, message: &str, now: Time) {
        let text =
            |condition: &Value, field: &str| condition.get(field).and_then(Value::as_str).map(str::to_owned);
        let position = self
            .conditions
            .iter()
            .position(|condition| text(condition, "type").as_deref() == Some(DISRUPTION_ALLOWED));
        let old = position.map(|position| self.conditions.remove(position));
        let since = old
            .filter(|old| text(old, "status").as_deref() == Some(status))
            .and_then(|old| text(&old, "lastTransitionTime"));
        let mut condition = Map::new();
        condition.insert("lastTransitionTime", since.unwrap_or_else(|| now.to_string()));
        condition.insert("message", message);
        condition.insert("observedGeneration", self.observed_generation);
        condition.insert("reason", reason);
        condition.insert("status", status);
        condition.insert("type", DISRUPTION_ALLOWED);
        let position = position.unwrap_or(self.conditions.len());
        self.conditions.insert(position, condition.into());
    }

    /// `ConditionsAreUpToDate`.
    pub fn has_current_condition(&self) -> bool {
        let (status, reason) = self.condition();
        let is = |condition: &Value, field: &str, text: &str| {
            condition.get(field).and_then(Value::as_str) == Some(text)
        };
        self.conditions.iter().any(|condition| {
            is(condition, "type", DISRUPTION_ALLOWED)
                && is(condition, "status", status)
                && is(condition, "reason", reason)
        })
    }
}
