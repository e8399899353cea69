//! Faults: what a person can break.
//!
//! Most faults are objects in the store for as long as they last, so that they are part of the log like everything
//! else. The others are requests to the API server. [`table`] has one row for each fault.

mod inject;
mod table;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

pub use inject::{inject, mend};
pub use table::{FaultEffect, FaultKind, Target};

use super::nodes::{NODES, ZONE_LABEL, zone_of};
use super::runtime::durations::SLOW_STORAGE_FACTOR;
use crate::object::{DEFAULT_NAMESPACE, Key, Kind, node};
use crate::store::World;

/// A fault and the object that it affects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    kind: FaultKind,
    /// Empty unless the target is namespaced.
    namespace: Arc<str>,
    /// Empty if the fault affects the entire cluster.
    name: Arc<str>,
}

impl Fault {
    /// A fault of the target with that name, in namespace `default` if the target is namespaced.
    pub fn new(kind: FaultKind, name: impl Into<Arc<str>>) -> Fault {
        let target = kind.target();
        let namespace = if target.is_namespaced() {
            DEFAULT_NAMESPACE
        } else {
            ""
        };
        Fault {
            kind,
            namespace: namespace.into(),
            name: if target == Target::Cluster {
                "".into()
            } else {
                name.into()
            },
        }
    }

    /// A fault of an object, in the object's namespace.
    pub fn of_object(kind: FaultKind, object: &Key) -> Fault {
        let mut fault = Fault::new(kind, object.name.clone());
        if kind.target().is_namespaced() {
            fault.namespace = object.namespace.clone();
        }
        fault
    }

    /// What happens.
    pub fn kind(&self) -> FaultKind {
        self.kind
    }

    /// The name of the object, image or zone that is affected; empty for the entire cluster.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The object that is affected, if it is one.
    pub fn object(&self) -> Option<Key> {
        Some(Key {
            kind: self.kind.target().object_kind()?,
            namespace: self.namespace.clone(),
            name: self.name.clone(),
        })
    }

    /// Reads what [`Fault`]'s `Display` writes; `None` for an unknown word.
    pub fn parse(text: &str) -> Option<Fault> {
        let (word, name) = text.split_once('.').unwrap_or((text, ""));
        let kind = FaultKind::from_word(word)?;
        match name.split_once('/') {
            Some((namespace, name)) if kind.target().is_namespaced() => Some(Fault {
                kind,
                namespace: namespace.into(),
                name: name.into(),
            }),
            _ => Some(Fault::new(kind, name)),
        }
    }

    /// The object in the store that exists while the fault lasts; `None` if the fault is a request.
    pub fn key(&self) -> Option<Key> {
        match self.kind.effect() {
            FaultEffect::UntilMended | FaultEffect::Once => Some(Key::new(Kind::Fault, self.to_string())),
            FaultEffect::Request => None,
        }
    }

    /// The fault whose object has this key.
    pub fn from_key(key: &Key) -> Option<Fault> {
        if key.kind != Kind::Fault {
            return None;
        }
        Fault::parse(&key.name).filter(|fault| fault.kind.effect() != FaultEffect::Request)
    }

    /// Whether the fault is active.
    pub fn is_active(&self, world: &World) -> bool {
        if self.kind == FaultKind::Drained {
            let node = self.object().and_then(|key| world.get(&key));
            return node.is_some_and(|node| node::unschedulable(node));
        }
        self.key().is_some_and(|key| world.get(&key).is_some())
    }

    /// The label of the button that injects the fault: it ends with the name of its target.
    pub fn label(&self) -> String {
        format!("{} {}", self.kind.label(), self.name)
            .trim_end()
            .to_owned()
    }

    /// The label of the button that mends the fault.
    pub fn mend_label(&self) -> String {
        self.kind.mend_label().replace("{}", &self.name)
    }
}

/// The fault's name in links and in the store, such as `crash-loop.web-0`: the word, then the target. A namespace other
/// than `default` precedes the name: `crash-loop.db/web-0`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.word())?;
        if self.name.is_empty() {
            return Ok(());
        }
        if self.kind.target().is_namespaced() && *self.namespace != *DEFAULT_NAMESPACE {
            return write!(f, ".{}/{}", self.namespace, self.name);
        }
        write!(f, ".{}", self.name)
    }
}

/// Whether a fault of this node or of its zone keeps its kubelet from reaching the API server.
pub fn node_unreachable(world: &World, node: &str) -> bool {
    Fault::new(FaultKind::NodeLost, node).is_active(world)
        || zone_of(world, node).is_some_and(|zone| Fault::new(FaultKind::ZoneLost, zone).is_active(world))
}

/// The nodes that a fault with this key makes unreachable.
pub fn affected_nodes(world: &World, fault: &Key) -> Vec<Key> {
    let Some(fault) = Fault::from_key(fault) else {
        return Vec::new();
    };
    match fault.kind {
        FaultKind::NodeLost => fault.object().into_iter().collect(),
        FaultKind::ZoneLost => {
            let labelled = world.list(Kind::Node).filter(|node| {
                let zone = node.meta.label(ZONE_LABEL);
                zone.is_some_and(|zone| *zone == fault.name)
            });
            let machines = NODES.iter().filter(|(_, zone)| **zone == *fault.name);
            let machines = machines.map(|(name, _)| Key::new(Kind::Node, *name));
            let keys: BTreeSet<Key> = labelled.map(|node| node.key()).chain(machines).collect();
            keys.into_iter().collect()
        }
        FaultKind::CrashOnce
        | FaultKind::CrashLoop
        | FaultKind::NotReady
        | FaultKind::NotAlive
        | FaultKind::SlowStart
        | FaultKind::ImageMissing
        | FaultKind::Evicted
        | FaultKind::Drained
        | FaultKind::StorageSlow
        | FaultKind::ClassMissing
        | FaultKind::ClaimDeleted
        | FaultKind::DnsCached => Vec::new(),
    }
}

/// The duration of a storage operation that takes `ms` milliseconds without faults.
pub fn storage_ms(world: &World, ms: u64) -> u64 {
    if Fault::new(FaultKind::StorageSlow, "").is_active(world) {
        ms.saturating_mul(SLOW_STORAGE_FACTOR)
    } else {
        ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(fault: &Fault, expected: &str) {
        assert_eq!(fault.to_string(), expected);
        assert_eq!(Fault::parse(expected).as_ref(), Some(fault));
    }

    #[test]
    fn words_are_unique_and_every_fault_has_one_name() {
        for kind in FaultKind::ALL {
            let fault = Fault::new(kind, "x");
            check(&fault, &fault.to_string());
            let key = fault.key();
            assert_eq!(key.is_none(), kind.effect() == FaultEffect::Request);
            assert_eq!(
                key.and_then(|key| Fault::from_key(&key)),
                fault.key().map(|_| fault)
            );
        }
    }

    #[test]
    fn only_namespaces_other_than_default_are_named() {
        let mut pod = Key::new(Kind::Pod, "web-0");
        check(&Fault::of_object(FaultKind::CrashLoop, &pod), "crash-loop.web-0");
        pod.namespace = "db".into();
        let fault = Fault::of_object(FaultKind::CrashLoop, &pod);
        check(&fault, "crash-loop.db/web-0");
        assert_eq!(fault.object(), Some(pod));
        assert_eq!(
            Fault::parse("crash-loop.default/web-0"),
            Some(Fault::new(FaultKind::CrashLoop, "web-0"))
        );
    }

    #[test]
    fn a_slash_is_part_of_an_image_and_names_no_namespace() {
        let image = "registry.example/app:1.0";
        check(
            &Fault::new(FaultKind::ImageMissing, image),
            "image-missing.registry.example/app:1.0",
        );
        check(&Fault::new(FaultKind::StorageSlow, "ignored"), "storage-slow");
        assert_eq!(Fault::parse("no-such-fault.web-0"), None);
    }
}
