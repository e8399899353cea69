//! The ReplicaSets of a Deployment (`pkg/controller/deployment/util/deployment_util.go`, `sync.go`).

use std::sync::Arc;

use super::{Wanted, bare_template, say_scaled};
use crate::api::DeleteOptions;
use crate::cluster::client::{Client, Failure};
use crate::cluster::controller_ref::{Claim, claim};
use crate::object::status::ObjectStatus;
use crate::object::typed::DeploymentSpec;
use crate::object::{Key, Kind, Map, Meta, Object, OwnerRef, Value};
use crate::store::rng::NAME_LETTERS;

/// The label that tells the pods of one template from those of another.
pub const HASH: &str = "pod-template-hash";
/// On a ReplicaSet: how many replicas its Deployment wants.
pub const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
/// On a ReplicaSet: how many pods its Deployment may have at most.
pub const MAX: &str = "deployment.kubernetes.io/max-replicas";
/// The number of a rollout, on Deployment and ReplicaSet.
pub const REVISION: &str = "deployment.kubernetes.io/revision";

/// A Deployment's ReplicaSets: that of its template, and the others by age.
pub struct Sets {
    /// The one of the template.
    pub new: Option<Arc<Object>>,
    /// The others, the oldest first.
    pub old: Vec<Arc<Object>>,
}

/// `spec.replicas`.
pub fn replicas(set: &Object) -> i64 {
    set.spec().get("replicas").and_then(Value::as_i64).unwrap_or(0)
}

/// A count of its status.
pub fn count(set: &Object, field: &str) -> i64 {
    let status = set.status.fields();
    status.and_then(|status| status.get(field)?.as_i64()).unwrap_or(0)
}

/// A number in an annotation.
pub fn annotated(object: &Object, annotation: &str) -> Option<i64> {
    object.meta.annotation(annotation)?.parse().ok()
}

impl Sets {
    /// Finds them, adopting and releasing on the way.
    pub fn find(client: &mut Client, deployment: &Arc<Object>) -> Result<Sets, Failure> {
        let Some(spec) = DeploymentSpec::read(deployment) else {
            return Ok(Sets {
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
        let mut ours = Vec::new();
        for set in candidates {
            let matches = spec.selector.selects(&set.meta.labels);
            if claim(client, deployment, &set, matches)? == Claim::Ours {
                ours.push(set);
            }
        }
        ours.sort_by(|a, b| (a.meta.created, &a.meta.name).cmp(&(b.meta.created, &b.meta.name)));
        let template = bare_template(deployment);
        let place = ours.iter().position(|set| bare_template(set) == template);
        let new = place.map(|place| ours.remove(place));
        Ok(Sets { new, old: ours })
    }

    /// All of them, the oldest first, the new one last.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.old.iter().chain(&self.new)
    }

    /// Pods that all of them ask for.
    pub fn total(&self) -> i64 {
        self.all().map(|set| replicas(set)).sum()
    }

    /// Whether the Deployment's count changed since its ReplicaSets were last told (`isScalingEvent`).
    pub fn is_scaling(&self, wanted: &Wanted) -> bool {
        self.all()
            .filter(|set| replicas(set) > 0)
            .any(|set| annotated(set, DESIRED).is_some_and(|desired| desired != wanted.replicas))
    }

    /// Makes the ReplicaSet of the template, or gives it the newest revision (`getNewReplicaSet`).
    pub fn ensure_new(
        &mut self,
        client: &mut Client,
        deployment: &Arc<Object>,
        wanted: &Wanted,
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
                let set = self.make(client, deployment, wanted, size, newest + 1)?;
                if let Some(set) = &set
                    && size > 0
                {
                    say_scaled(client, deployment, "up", &set.meta.name, 0, size);
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

    fn make(
        &self,
        client: &mut Client,
        deployment: &Arc<Object>,
        wanted: &Wanted,
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
        annotations.insert(DESIRED, wanted.replicas.to_string());
        annotations.insert(MAX, (wanted.replicas + wanted.surge).to_string());
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
        if wanted.min_ready_seconds > 0 {
            *spec.slot(&["minReadySeconds"]) = wanted.min_ready_seconds.into();
        }
        *spec.slot(&["replicas"]) = size.into();
        *spec.slot(&["selector"]) = selector;
        *spec.slot(&["template"]) = template;
        let fields = Map::from_iter([("spec", spec)]);
        Ok(client.create(Object::new(Kind::ReplicaSet, meta, fields, ObjectStatus::None))?)
    }
}

/// A short name for a template. Upstream hashes a dump of Go structs, which nothing outside Go can reproduce; this is
/// FNV-1a of the canonical JSON in the same letters.
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

/// Deletes empty old ReplicaSets beyond the history limit, the lowest revision first, once the rollout is over
/// (`cleanupDeployment`).
pub fn clean_up(
    client: &mut Client,
    wanted: &Wanted,
    sets: &Sets,
    deployment: &Object,
) -> Result<(), Failure> {
    if !super::progress::is_complete(wanted, sets, deployment) {
        return Ok(());
    }
    let mut empty: Vec<(i64, Key)> = sets
        .old
        .iter()
        .filter(|set| replicas(set) == 0 && count(set, "replicas") == 0 && !set.meta.terminating())
        .map(|set| (annotated(set, REVISION).unwrap_or(0), set.key()))
        .collect();
    empty.sort();
    let excess = sets.old.len().saturating_sub(wanted.history);
    for (_, key) in empty.into_iter().take(excess) {
        client.delete(&key, DeleteOptions::default())?;
    }
    Ok(())
}
