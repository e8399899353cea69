//! What a person breaks: faults that stay until they are mended are objects in the store, so that they scrub like
//! everything else; the others are one request each.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::bootstrap::NODES;
use super::client::Client;
use super::drain;
use super::durations::SLOW_STORAGE_FACTOR;
use crate::api::{DeleteOptions, Reason, Status};
use crate::object::{Key, Kind, Map, Meta, Object, ObjectStatus, Value};
use crate::store::World;

/// One thing to break. Serialised it is part of a link: variants and fields keep their names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// The containers of a pod exit with 1, once.
    CrashOnce {
        /// The pod's name, in namespace `default`.
        pod: String,
    },
    /// The containers of a pod exit with 1 a second after each start.
    CrashLoop {
        /// The pod.
        pod: String,
    },
    /// The readiness probe of a pod says no.
    NotReady {
        /// The pod.
        pod: String,
    },
    /// The liveness probe of a pod says no.
    NotAlive {
        /// The pod.
        pod: String,
    },
    /// An application needs long until it is ready.
    SlowStart {
        /// The pod.
        pod: String,
    },
    /// The registry has no such image.
    ImageMissing {
        /// The image as the container names it.
        image: String,
    },
    /// The kubelet evicts a pod because the node runs out of memory.
    Evicted {
        /// The pod.
        pod: String,
    },
    /// A node falls silent.
    NodeLost {
        /// The node.
        node: String,
    },
    /// All nodes of a zone fall silent, and disks pinned to it can be reached from nowhere.
    ZoneLost {
        /// The zone.
        zone: String,
    },
    /// A node is emptied for maintenance.
    Drained {
        /// The node.
        node: String,
    },
    /// The storage system takes its time.
    StorageSlow,
    /// A storage class is gone.
    ClassMissing {
        /// The class.
        class: String,
    },
    /// A claim is deleted by mistake.
    ClaimDeleted {
        /// The claim.
        claim: String,
    },
    /// Clients keep answers of the resolver for as long as they may.
    DnsCached,
}

impl Fault {
    /// The object that stands for the fault while it lasts; none for what happens once.
    pub fn key(&self) -> Option<Key> {
        let name = match self {
            Fault::CrashOnce { pod } => format!("crash-once.{pod}"),
            Fault::CrashLoop { pod } => format!("crash-loop.{pod}"),
            Fault::NotReady { pod } => format!("not-ready.{pod}"),
            Fault::NotAlive { pod } => format!("not-alive.{pod}"),
            Fault::SlowStart { pod } => format!("slow-start.{pod}"),
            Fault::ImageMissing { image } => format!("image-missing.{image}"),
            Fault::Evicted { pod } => format!("evicted.{pod}"),
            Fault::NodeLost { node } => format!("node-lost.{node}"),
            Fault::ZoneLost { zone } => format!("zone-lost.{zone}"),
            Fault::StorageSlow => "storage-slow".to_owned(),
            Fault::ClassMissing { class } => format!("class-missing.{class}"),
            Fault::DnsCached => "dns-cached".to_owned(),
            Fault::Drained { .. } | Fault::ClaimDeleted { .. } => return None,
        };
        Some(Key::new(Kind::Fault, name))
    }

    /// The fault that this object stands for.
    pub fn from_key(key: &Key) -> Option<Fault> {
        if key.kind != Kind::Fault {
            return None;
        }
        let (word, rest) = key.name.split_once('.').unwrap_or((&key.name, ""));
        let name = rest.to_owned();
        Some(match word {
            "crash-once" => Fault::CrashOnce { pod: name },
            "crash-loop" => Fault::CrashLoop { pod: name },
            "not-ready" => Fault::NotReady { pod: name },
            "not-alive" => Fault::NotAlive { pod: name },
            "slow-start" => Fault::SlowStart { pod: name },
            "image-missing" => Fault::ImageMissing { image: name },
            "evicted" => Fault::Evicted { pod: name },
            "node-lost" => Fault::NodeLost { node: name },
            "zone-lost" => Fault::ZoneLost { zone: name },
            "storage-slow" => Fault::StorageSlow,
            "class-missing" => Fault::ClassMissing { class: name },
            "dns-cached" => Fault::DnsCached,
            _ => return None,
        })
    }

    /// Whether it lasts at the moment.
    pub fn lasts(&self, world: &World) -> bool {
        if let Fault::Drained { node } = self {
            let node = world.get(&Key::new(Kind::Node, node.as_str()));
            return node.is_some_and(|node| node.spec().get("unschedulable").is_some());
        }
        self.key().is_some_and(|key| world.get(&key).is_some())
    }

    /// The pod that it is about.
    pub fn pod(&self) -> Option<Key> {
        match self {
            Fault::CrashOnce { pod }
            | Fault::CrashLoop { pod }
            | Fault::NotReady { pod }
            | Fault::NotAlive { pod }
            | Fault::SlowStart { pod }
            | Fault::Evicted { pod } => Some(Key::new(Kind::Pod, pod.as_str())),
            _ => None,
        }
    }
}

/// Whether the kubelet of this node cannot be heard, by a fault of its own or of its zone.
pub fn node_silent(world: &World, node: &str) -> bool {
    if world
        .get(&Key::new(Kind::Fault, format!("node-lost.{node}")))
        .is_some()
    {
        return true;
    }
    zone_of(world, node).is_some_and(|zone| {
        world
            .get(&Key::new(Kind::Fault, format!("zone-lost.{zone}")))
            .is_some()
    })
}

/// The zone of a node, or of a machine whose node was deleted.
fn zone_of(world: &World, node: &str) -> Option<Arc<str>> {
    let label = world
        .get(&Key::new(Kind::Node, node))
        .and_then(|node| node.meta.label("topology.kubernetes.io/zone"));
    let machine = || NODES.iter().find(|(name, _)| *name == node);
    label.cloned().or_else(|| Some(machine()?.1.into()))
}

/// The nodes whose kubelets this fault silences.
pub fn silenced(world: &World, fault: &Fault) -> Vec<Key> {
    match fault {
        Fault::NodeLost { node } => vec![Key::new(Kind::Node, node.as_str())],
        Fault::ZoneLost { zone } => {
            let there = world.list(Kind::Node).filter(|node| {
                let of = node.meta.label("topology.kubernetes.io/zone");
                of.is_some_and(|of| **of == **zone)
            });
            let machines = NODES.iter().filter(|(_, of)| of == zone);
            let names = machines.map(|(name, _)| Key::new(Kind::Node, *name));
            let keys: BTreeSet<Key> = there.map(|node| node.key()).chain(names).collect();
            keys.into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Breaks something.
///
/// # Errors
/// The API server's refusal, such as NotFound for a pod that does not exist.
pub fn inject(client: &mut Client, fault: &Fault) -> Result<(), Status> {
    match fault {
        Fault::CrashOnce { pod } | Fault::Evicted { pod } if !stands(client, pod) => Err(no_such_pod(pod)),
        Fault::Drained { node } => drain::drain(client, node),
        Fault::ClaimDeleted { claim } => {
            let key = Key::new(Kind::PersistentVolumeClaim, claim.as_str());
            client.delete(&key, DeleteOptions::default()).map(drop)
        }
        Fault::ClassMissing { class } => {
            let key = Key::new(Kind::StorageClass, class.as_str());
            let kept = client.get(&key).cloned();
            client.delete(&key, DeleteOptions::default())?;
            let kept = kept.map_or(Value::Null, |class| class.document());
            remember(client, fault, kept)
        }
        _ => remember(client, fault, Value::Null),
    }
}

fn stands(client: &Client, pod: &str) -> bool {
    client.get(&Key::new(Kind::Pod, pod)).is_some()
}

fn no_such_pod(name: &str) -> Status {
    Status {
        reason: Reason::NotFound,
        message: format!("pods \"{name}\" not found"),
        kind: Some(Kind::Pod),
        name: name.to_owned(),
        causes: Vec::new(),
    }
}

/// Mends it again; nothing happens if it does not last.
///
/// # Errors
/// The API server's refusal.
pub fn mend(client: &mut Client, fault: &Fault) -> Result<(), Status> {
    if let Fault::Drained { node } = fault {
        return drain::uncordon(client, node);
    }
    let Some(key) = fault.key() else { return Ok(()) };
    let Some(standing) = client.get(&key).cloned() else {
        return Ok(());
    };
    client.delete(&key, DeleteOptions::default())?;
    if let (Fault::ClassMissing { .. }, Some(Value::Object(class))) =
        (fault, standing.body.fields().get("kept"))
    {
        let mut class = Object::read(Kind::StorageClass, class);
        class.meta.uid = "".into();
        class.meta.resource_version = 0;
        client.create(class)?;
    }
    Ok(())
}

fn remember(client: &mut Client, fault: &Fault, kept: Value) -> Result<(), Status> {
    let Some(key) = fault.key().filter(|key| client.get(key).is_none()) else {
        return Ok(());
    };
    let meta = Meta {
        name: key.name,
        ..Meta::default()
    };
    let mut fields = Map::new();
    if !kept.is_null() {
        fields.insert("kept", kept);
    }
    client
        .create(Object::new(Kind::Fault, meta, fields, ObjectStatus::None))
        .map(drop)
}

/// How long a storage operation takes that needs `ms` when nothing is wrong.
pub fn storage_ms(world: &World, ms: u64) -> u64 {
    if Fault::StorageSlow.lasts(world) {
        ms.saturating_mul(SLOW_STORAGE_FACTOR)
    } else {
        ms
    }
}
