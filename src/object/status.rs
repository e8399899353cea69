//! Statuses: typed for pods and StatefulSets, which actors read and write on every sync; documents for other kinds.

use std::sync::Arc;

use super::kind::Kind;
use super::time::Time;
use super::value::{Map, Value};

/// `status` of an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ObjectStatus {
    /// No status, or an empty one.
    #[default]
    None,
    /// `v1` PodStatus.
    Pod(Arc<PodStatus>),
    /// `apps/v1` StatefulSetStatus.
    StatefulSet(Arc<StatefulSetStatus>),
    /// The status of any other kind.
    Document(Map),
}

/// `status.phase` of a pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each variant is the Kubernetes phase of that name")]
pub enum Phase {
    #[default]
    Pending,
    Running,
    Succeeded,
    Failed,
    Unknown,
}

impl Phase {
    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Pending => "Pending",
            Phase::Running => "Running",
            Phase::Succeeded => "Succeeded",
            Phase::Failed => "Failed",
            Phase::Unknown => "Unknown",
        }
    }

    /// Whether the pod has finished: Succeeded or Failed.
    pub fn terminal(self) -> bool {
        matches!(self, Phase::Succeeded | Phase::Failed)
    }
}

/// `v1` PodStatus, the simulated fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PodStatus {
    /// `phase`.
    pub phase: Phase,
    /// `reason`, such as `Evicted`.
    pub reason: Option<Arc<str>>,
    /// `message`.
    pub message: Option<Arc<str>>,
    /// `conditions`, in the kubelet's order.
    pub conditions: Vec<Condition>,
    /// `podIP`, set once the sandbox has a network.
    pub pod_ip: Option<Arc<str>>,
    /// `hostIP`.
    pub host_ip: Option<Arc<str>>,
    /// `nominatedNodeName`: the node that the scheduler makes room on for the pod.
    pub nominated_node: Option<Arc<str>>,
    /// `startTime`: when the kubelet accepted the pod.
    pub start_time: Option<Time>,
    /// `initContainerStatuses`, in the order of the spec.
    pub init_containers: Vec<ContainerStatus>,
    /// `containerStatuses`, in the order of the spec; empty until the kubelet reports.
    pub containers: Vec<ContainerStatus>,
}

/// An entry of `status.conditions`.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// `type`, such as `Ready`.
    pub kind: Arc<str>,
    /// `status`.
    pub status: ConditionStatus,
    /// `lastTransitionTime`.
    pub since: Time,
    /// `reason`.
    pub reason: Option<Arc<str>>,
    /// `message`.
    pub message: Option<Arc<str>>,
}

/// `v1` ConditionStatus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the Kubernetes value of that name")]
pub enum ConditionStatus {
    True,
    False,
    Unknown,
}

impl ConditionStatus {
    /// The value of that name; any other text is `Unknown`.
    pub fn parse(name: &str) -> ConditionStatus {
        match name {
            "True" => ConditionStatus::True,
            "False" => ConditionStatus::False,
            _ => ConditionStatus::Unknown,
        }
    }

    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            ConditionStatus::True => "True",
            ConditionStatus::False => "False",
            ConditionStatus::Unknown => "Unknown",
        }
    }
}

/// `v1` ContainerStatus.
#[derive(Clone, Debug, PartialEq)]
pub struct ContainerStatus {
    /// Container name.
    pub name: Arc<str>,
    /// Image as the spec names it.
    pub image: Arc<str>,
    /// `ready`: the readiness probe succeeds, or the container runs without one.
    pub ready: bool,
    /// `started`: the startup probe has succeeded, or the container runs without one.
    pub started: bool,
    /// `restartCount`.
    pub restarts: u32,
    /// `state`.
    pub state: ContainerState,
    /// `lastState`.
    pub last: Option<ContainerState>,
}

/// `v1` ContainerState.
#[derive(Clone, Debug, PartialEq)]
pub enum ContainerState {
    /// `waiting`.
    Waiting {
        /// `reason`, such as `ContainerCreating` or `CrashLoopBackOff`.
        reason: Arc<str>,
        /// `message`.
        message: Option<Arc<str>>,
    },
    /// `running`.
    Running {
        /// `startedAt`.
        started: Time,
    },
    /// `terminated`.
    Terminated {
        /// `exitCode`.
        exit_code: i32,
        /// `reason`: `Error`, `Completed`, `OOMKilled`.
        reason: Arc<str>,
        /// `startedAt`.
        started: Time,
        /// `finishedAt`.
        finished: Time,
    },
}

/// `apps/v1` StatefulSetStatus.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StatefulSetStatus {
    /// The generation that the counts describe.
    pub observed_generation: i64,
    /// Existing pods.
    pub replicas: i32,
    /// Pods that are Running and Ready.
    pub ready_replicas: i32,
    /// Pods that have been ready for at least `minReadySeconds`.
    pub available_replicas: i32,
    /// Pods of the current revision.
    pub current_replicas: i32,
    /// Pods of the update revision.
    pub updated_replicas: i32,
    /// Name of the ControllerRevision of pods that the rollout has not updated yet.
    pub current_revision: Arc<str>,
    /// Name of the ControllerRevision of the current template.
    pub update_revision: Arc<str>,
    /// How often the hash of a revision collided.
    pub collision_count: i32,
}

impl ObjectStatus {
    /// The status of a pod.
    pub fn pod(&self) -> Option<&PodStatus> {
        if let ObjectStatus::Pod(status) = self {
            Some(status)
        } else {
            None
        }
    }

    /// The status of a StatefulSet.
    pub fn stateful_set(&self) -> Option<&StatefulSetStatus> {
        if let ObjectStatus::StatefulSet(status) = self {
            Some(status)
        } else {
            None
        }
    }

    /// The fields of a status that is kept as a document.
    pub fn fields(&self) -> Option<&Map> {
        if let ObjectStatus::Document(map) = self {
            Some(map)
        } else {
            None
        }
    }

    /// `status` as the API server encodes it; `None` without a status.
    pub fn document(&self) -> Option<Value> {
        match self {
            ObjectStatus::None => None,
            ObjectStatus::Pod(status) => Some(status.document().into()),
            ObjectStatus::StatefulSet(status) => Some(status.document().into()),
            ObjectStatus::Document(map) => Some(map.clone().into()),
        }
    }

    /// Reads the `status` of a document.
    pub fn read(kind: Kind, document: Option<&Map>) -> ObjectStatus {
        let Some(map) = document else {
            return ObjectStatus::None;
        };
        match kind {
            Kind::Pod => ObjectStatus::Pod(Arc::new(PodStatus::read(map))),
            Kind::StatefulSet => ObjectStatus::StatefulSet(Arc::new(StatefulSetStatus::read(map))),
            _ if map.is_empty() => ObjectStatus::None,
            _ => ObjectStatus::Document(map.clone()),
        }
    }
}

impl PodStatus {
    /// The condition of that type.
    pub fn condition(&self, kind: &str) -> Option<&Condition> {
        self.conditions
            .iter()
            .find(|condition| condition.kind.as_ref() == kind)
    }

    /// Since when the Ready condition is True; `None` if it is not (`podutil.IsPodReady`).
    pub fn ready_since(&self) -> Option<Time> {
        self.condition("Ready")
            .filter(|condition| condition.status == ConditionStatus::True)
            .map(|condition| condition.since)
    }

    /// Replaces a condition or appends it; `since` is kept if the status does not change.
    pub fn set_condition(&mut self, new: Condition) {
        match self
            .conditions
            .iter_mut()
            .find(|condition| condition.kind == new.kind)
        {
            Some(old) if old.status == new.status => {
                *old = Condition {
                    since: old.since,
                    ..new
                }
            }
            Some(old) => *old = new,
            None => self.conditions.push(new),
        }
    }

    fn document(&self) -> Map {
        let mut map = Map::new();
        map.insert("phase", self.phase.name());
        for (key, text) in [
            ("reason", &self.reason),
            ("message", &self.message),
            ("podIP", &self.pod_ip),
            ("hostIP", &self.host_ip),
            ("nominatedNodeName", &self.nominated_node),
        ] {
            if let Some(text) = text {
                map.insert(key, text.clone());
            }
        }
        for (key, address) in [("podIPs", &self.pod_ip), ("hostIPs", &self.host_ip)] {
            if let Some(address) = address {
                map.insert(key, vec![Map::from_iter([("ip", address.clone())]).into()]);
            }
        }
        if let Some(at) = self.start_time {
            map.insert("startTime", at.to_string());
        }
        if !self.conditions.is_empty() {
            map.insert(
                "conditions",
                self.conditions
                    .iter()
                    .map(Condition::document)
                    .collect::<Vec<_>>(),
            );
        }
        for (key, list) in [
            ("initContainerStatuses", &self.init_containers),
            ("containerStatuses", &self.containers),
        ] {
            if !list.is_empty() {
                map.insert(
                    key,
                    list.iter().map(ContainerStatus::document).collect::<Vec<_>>(),
                );
            }
        }
        map
    }

    fn read(map: &Map) -> PodStatus {
        let list = |key: &str| map.get(key).and_then(Value::as_array).unwrap_or_default();
        let containers = |key: &str| list(key).iter().filter_map(ContainerStatus::read).collect();
        PodStatus {
            phase: match map.text("phase").map(AsRef::as_ref) {
                Some("Running") => Phase::Running,
                Some("Succeeded") => Phase::Succeeded,
                Some("Failed") => Phase::Failed,
                Some("Unknown") => Phase::Unknown,
                _ => Phase::Pending,
            },
            reason: map.text("reason").cloned(),
            message: map.text("message").cloned(),
            conditions: list("conditions").iter().filter_map(Condition::read).collect(),
            pod_ip: map.text("podIP").cloned(),
            host_ip: map.text("hostIP").cloned(),
            nominated_node: map.text("nominatedNodeName").cloned(),
            start_time: time(map, "startTime"),
            init_containers: containers("initContainerStatuses"),
            containers: containers("containerStatuses"),
        }
    }
}

fn time(map: &Map, key: &str) -> Option<Time> {
    Time::parse(map.text(key)?)
}

/// The condition of that type in a status that is kept as a document.
pub fn find_condition<'a>(status: &'a Map, kind: &str) -> Option<&'a Value> {
    let conditions = status.get("conditions")?.as_array()?;
    conditions
        .iter()
        .find(|condition| condition.get("type").and_then(Value::as_str) == Some(kind))
}

impl Condition {
    /// A condition without a reason.
    pub fn new(kind: &str, status: ConditionStatus, since: Time) -> Condition {
        Condition {
            kind: kind.into(),
            status,
            since,
            reason: None,
            message: None,
        }
    }

    fn document(&self) -> Value {
        let mut map = Map::new();
        map.insert("type", self.kind.clone());
        map.insert("status", self.status.name());
        map.insert("lastProbeTime", Value::Null);
        map.insert("lastTransitionTime", self.since.to_string());
        for (key, text) in [("reason", &self.reason), ("message", &self.message)] {
            if let Some(text) = text {
                map.insert(key, text.clone());
            }
        }
        map.into()
    }

    fn read(document: &Value) -> Option<Condition> {
        let map = document.as_object()?;
        Some(Condition {
            kind: map.text("type")?.clone(),
            status: map
                .text("status")
                .map_or(ConditionStatus::Unknown, |status| ConditionStatus::parse(status)),
            since: time(map, "lastTransitionTime").unwrap_or_default(),
            reason: map.text("reason").cloned(),
            message: map.text("message").cloned(),
        })
    }
}

impl ContainerStatus {
    fn document(&self) -> Value {
        let mut map = Map::new();
        map.insert("name", self.name.clone());
        map.insert("image", self.image.clone());
        map.insert("imageID", "");
        map.insert("ready", self.ready);
        map.insert("started", self.started);
        map.insert("restartCount", i64::from(self.restarts));
        map.insert("state", self.state.document());
        map.insert(
            "lastState",
            self.last
                .as_ref()
                .map_or_else(Value::object, ContainerState::document),
        );
        map.into()
    }

    fn read(document: &Value) -> Option<ContainerStatus> {
        let map = document.as_object()?;
        let flag = |key: &str| map.get(key).and_then(Value::as_bool).unwrap_or(false);
        Some(ContainerStatus {
            name: map.text("name")?.clone(),
            image: map.text("image").cloned().unwrap_or_default(),
            ready: flag("ready"),
            started: flag("started"),
            restarts: map
                .get("restartCount")
                .and_then(Value::as_i64)
                .and_then(|n| n.try_into().ok())
                .unwrap_or(0),
            state: ContainerState::read(map.get("state")?)?,
            last: map.get("lastState").and_then(ContainerState::read),
        })
    }
}

impl ContainerState {
    fn document(&self) -> Value {
        let (key, map) = match self {
            ContainerState::Waiting { reason, message } => {
                let mut map = Map::from_iter([("reason", reason.clone())]);
                if let Some(message) = message {
                    map.insert("message", message.clone());
                }
                ("waiting", map)
            }
            ContainerState::Running { started } => {
                ("running", Map::from_iter([("startedAt", started.to_string())]))
            }
            ContainerState::Terminated {
                exit_code,
                reason,
                started,
                finished,
            } => {
                let mut map = Map::from_iter([
                    ("startedAt", started.to_string()),
                    ("finishedAt", finished.to_string()),
                    ("reason", reason.to_string()),
                ]);
                map.insert("exitCode", *exit_code);
                ("terminated", map)
            }
        };
        Map::from_iter([(key, map)]).into()
    }

    fn read(document: &Value) -> Option<ContainerState> {
        let (kind, state) = document.as_object()?.iter().next()?;
        let map = state.as_object()?;
        match kind.as_ref() {
            "waiting" => Some(ContainerState::Waiting {
                reason: map.text("reason").cloned().unwrap_or_default(),
                message: map.text("message").cloned(),
            }),
            "running" => Some(ContainerState::Running {
                started: time(map, "startedAt")?,
            }),
            "terminated" => Some(ContainerState::Terminated {
                exit_code: map.get("exitCode").and_then(Value::as_i64)?.try_into().ok()?,
                reason: map.text("reason").cloned().unwrap_or_default(),
                started: time(map, "startedAt").unwrap_or_default(),
                finished: time(map, "finishedAt").unwrap_or_default(),
            }),
            _ => None,
        }
    }
}

impl StatefulSetStatus {
    fn document(&self) -> Map {
        let mut map = Map::new();
        map.insert("replicas", self.replicas);
        // Without omitempty in Go: encoded even if it is 0.
        map.insert("availableReplicas", self.available_replicas);
        let optional = [
            ("observedGeneration", self.observed_generation),
            ("readyReplicas", self.ready_replicas.into()),
            ("currentReplicas", self.current_replicas.into()),
            ("updatedReplicas", self.updated_replicas.into()),
        ];
        for (key, count) in optional {
            if count != 0 {
                map.insert(key, count);
            }
        }
        for (key, revision) in [
            ("currentRevision", &self.current_revision),
            ("updateRevision", &self.update_revision),
        ] {
            if !revision.is_empty() {
                map.insert(key, revision.clone());
            }
        }
        if !self.update_revision.is_empty() {
            map.insert("collisionCount", self.collision_count);
        }
        map
    }

    fn read(map: &Map) -> StatefulSetStatus {
        let number = |key: &str| map.get(key).and_then(Value::as_i64).unwrap_or(0);
        let count = |key: &str| i32::try_from(number(key)).unwrap_or(0);
        StatefulSetStatus {
            observed_generation: number("observedGeneration"),
            replicas: count("replicas"),
            ready_replicas: count("readyReplicas"),
            available_replicas: count("availableReplicas"),
            current_replicas: count("currentReplicas"),
            updated_replicas: count("updatedReplicas"),
            current_revision: map.text("currentRevision").cloned().unwrap_or_default(),
            update_revision: map.text("updateRevision").cloned().unwrap_or_default(),
            collision_count: count("collisionCount"),
        }
    }
}
