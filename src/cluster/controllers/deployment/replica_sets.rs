//! The ReplicaSets of a Deployment (`pkg/controller/deployment/util/deployment_util.go`, `sync.go`).

use std::sync::Arc;

use super::{DesiredState, bare_template, record_scaling};
use crate::api::DeleteOptions;
use crate::cluster::controllers::controller_ref::{ClaimResult, claim};
use crate::cluster::runtime::{Client, Failure};
use crate::object::status::ObjectStatus;
use crate::object::typed::DeploymentSpec;
use crate::object::{Key, Kind, Map, Meta, Object, OwnerRef, Value};
use crate::store::rng::NAME_LETTERS;

/// Label with the hash of the pod template, on ReplicaSets and pods (`DefaultDeploymentUniqueLabelKey`).
pub const HASH: &str = "pod-template-hash";
/// Annotation of a ReplicaSet with the count of its Deployment (`DesiredReplicasAnnotation`).
pub const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
/// Annotation of a ReplicaSet with the count and the surge of its Deployment (`MaxReplicasAnnotation`).
pub const MAX: &str = "deployment.kubernetes.io/max-replicas";
/// Annotation with the number of a rollout, on Deployments and ReplicaSets (`RevisionAnnotation`).
pub const REVISION: &str = "deployment.kubernetes.io/revision";

/// The ReplicaSets of a Deployment.
pub struct ReplicaSets {
    /// The one with the current template (`FindNewReplicaSet`).
    pub new: Option<Arc<Object>>,
    /// The others, oldest first.
    pub old: Vec<Arc<Object>>,
}

/// `spec.replicas`.
pub fn replicas(set: &Object) -> i64 {
    set.spec().get("replicas").and_then(Value::as_i64).unwrap_or(0)
}

/// A count in the status of a ReplicaSet.
pub fn count(set: &Object, field: &str) -> i64 {
    let status = set.status.fields();
    status.and_then(|status| status.get(field)?.as_i64()).unwrap_or(0)
}

/// The number in an annotation.
pub fn annotated(object: &Object, annotation: &str) -> Option<i64> {
    object.meta.annotation(annotation)?.parse().ok()
}

impl ReplicaSets {
    /// The ReplicaSets of a Deployment after adoption and release (`getReplicaSetsForDeployment`).
    pub fn claim(client: &mut Client, deployment: &Arc<Object>) -> Result<ReplicaSets, Failure> {
        let Some(spec) = DeploymentSpec::read(deployment) else {
            return Ok(ReplicaSets {
                new: None,
                old: Vec::new(),
            });
        };
        let candidates: Vec<Arc<Object>> = client
            .world()
            .list(Kind::ReplicaSet)
            .filter(|set| set.meta.namespace == deployment.meta.namespace)
            .cloned()
            .collect();
        let mut claimed = Vec::new();
        for set in candidates {
            let matches = spec.selector.selects(&set.meta.labels);
            if claim(client, deployment, &set, matches)? == ClaimResult::Ours {
                claimed.push(set);
            }
        }
        claimed.sort_by(|a, b| (a.meta.created, &a.meta.name).cmp(&(b.meta.created, &b.meta.name)));
        let template = bare_template(deployment);
        let index = claimed.iter().position(|set| bare_template(set) == template);
        let new = index.map(|index| claimed.remove(index));
        Ok(ReplicaSets { new, old: claimed })
    }

    /// All ReplicaSets, oldest first, the new one last.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.old.iter().chain(&self.new)
    }

    /// Sum of the counts of all ReplicaSets.
    pub fn total(&self) -> i64 {
        self.all().map(|set| replicas(set)).sum()
    }

    /// Whether the count of the Deployment changed since its ReplicaSets were last scaled (`isScalingEvent`).
    pub fn is_scaling(&self, desired: &DesiredState) -> bool {
        self.all()
            .filter(|set| replicas(set) > 0)
            .any(|set| annotated(set, DESIRED).is_some_and(|annotated| annotated != desired.replicas))
    }

    /// Creates the ReplicaSet of the template, or sets the newest revision on the existing one (`getNewReplicaSet`).
    pub fn ensure_new(
        &mut self,
        client: &mut Client,
        deployment: &Arc<Object>,
        desired: &DesiredState,
        size: i64,
    ) -> Result<(), Failure> {
        let newest = self
            .old
            .iter()
            .filter_map(|set| annotated(set, REVISION))
            .max()
            .unwrap_or(0);
        let revision = match &self.new {
            Some(set) => {
                let own = annotated(set, REVISION).unwrap_or(0);
                if own > newest {
                    own
                } else {
                    let mut bumped = Object::clone(set);
                    bumped.meta.annotations.insert(REVISION, (newest + 1).to_string());
                    self.new = client.update(bumped)?;
                    newest + 1
                }
            }
            None => {
                let set = self.create(client, deployment, desired, size, newest + 1)?;
                if let Some(set) = &set
                    && size > 0
                {
                    record_scaling(client, deployment, "up", &set.meta.name, 0, size);
                }
                self.new = set;
                newest + 1
            }
        };
        if annotated(deployment, REVISION) != Some(revision) {
            let current = client.get(&deployment.key()).cloned();
            let mut numbered = Object::clone(current.as_ref().unwrap_or(deployment));
            numbered.meta.annotations.insert(REVISION, revision.to_string());
            client.update(numbered)?;
        }
        Ok(())
    }

    fn create(
        &self,
        client: &mut Client,
        deployment: &Arc<Object>,
        desired: &DesiredState,
        size: i64,
        revision: i64,
    ) -> Result<Option<Arc<Object>>, Failure> {
        let mut template = bare_template(deployment);
        let hash = hash(&template);
        *template.slot(&["metadata", "labels", HASH]) = hash.as_str().into();
        let labels = template.at(&["metadata", "labels"]).and_then(Value::as_object);
        let labels = labels.cloned().unwrap_or_default();
        let mut selector = deployment.spec().get("selector").cloned().unwrap_or_default();
        *selector.slot(&["matchLabels", HASH]) = hash.as_str().into();
        let mut annotations = deployment.meta.annotations.clone();
        annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
        annotations.insert(REVISION, revision.to_string());
        annotations.insert(DESIRED, desired.replicas.to_string());
        annotations.insert(MAX, (desired.replicas + desired.max_surge).to_string());
        let owner = OwnerRef::controller(Kind::Deployment, &deployment.meta.name, &deployment.meta.uid);
        let meta = Meta {
            name: format!("{}-{hash}", deployment.meta.name).into(),
            namespace: deployment.meta.namespace.clone(),
            labels,
            annotations,
            owners: Arc::from([owner]),
            ..Meta::default()
        };
        let mut spec = Value::object();
        if desired.min_ready_seconds > 0 {
            *spec.slot(&["minReadySeconds"]) = desired.min_ready_seconds.into();
        }
        *spec.slot(&["replicas"]) = size.into();
        *spec.slot(&["selector"]) = selector;
        *spec.slot(&["template"]) = template;
        let fields = Map::from_iter([("spec", spec)]);
        Ok(client.create(Object::new(Kind::ReplicaSet, meta, fields, ObjectStatus::None))?)
    }
}

/// The hash of a template (`ComputeHash`). Upstream hashes a dump of Go structs, which cannot be reproduced outside Go;
/// this is FNV-1a of the canonical JSON, encoded in the same letters.
fn hash(template: &Value) -> String {
    let sum = template.to_string().bytes().fold(0x811c_9dc5_u32, |sum, byte| {
        (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let digits = sum.to_string();
    let letters = digits
        .bytes()
        .map(|digit| NAME_LETTERS[usize::from(digit) % NAME_LETTERS.len()]);
    letters.map(char::from).collect()
}

/// Deletes empty old ReplicaSets beyond the history limit, lowest revision first (`cleanupDeployment`).
pub fn clean_up(client: &mut Client, desired: &DesiredState, sets: &ReplicaSets) -> Result<(), Failure> {
    let mut empty: Vec<(i64, Key)> = sets
        .old
        .iter()
        .filter(|set| replicas(set) == 0 && count(set, "replicas") == 0 && !set.meta.terminating())
        .map(|set| (annotated(set, REVISION).unwrap_or(0), set.key()))
        .collect();
    empty.sort();
    let excess = sets.old.len().saturating_sub(desired.history_limit);
    for (_, key) in empty.into_iter().take(excess) {
        client.delete(&key, DeleteOptions::default())?;
    }
    Ok(())
}
