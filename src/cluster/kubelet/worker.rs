//! One pod on its node: volumes, sandbox, containers, end (`pkg/kubelet/kubelet.go` `SyncPod`, `pod_workers.go`).

use std::sync::Arc;

use imbl::OrdMap;

use super::container::{Run, Step};
use super::images::Images;
use super::network::Addresses;
use super::references;
use crate::api::{DeleteOptions, Status};
use crate::cluster::client::{Client, EventType};
use crate::cluster::fault::Fault;
use crate::cluster::volumes::{is_attachable, is_attached, volume_of};
use crate::object::{Key, Kind, Object, Time, Uid, Value, pod};
use crate::store::waiting::PodWaiting;

/// A kubelet's knowledge of one pod.
#[derive(Clone, Debug)]
pub struct Worker {
    /// The pod's UID: another pod of the same name has another worker.
    pub uid: Uid,
    /// The node.
    pub node: Arc<str>,
    /// When the kubelet took the pod.
    pub accepted: Time,
    /// How far it is.
    pub stage: Stage,
    /// Its address, from the sandbox on.
    pub ip: Option<Arc<str>>,
    /// Init containers, then containers, each in the order of the spec.
    pub runs: Vec<Run>,
    /// How many of them are init containers.
    pub inits: usize,
    /// Whether and why the kubelet itself ended the pod.
    pub evicted: Option<Arc<str>>,
}

/// How far a pod is.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// Waits for attachments and for what its volumes are made from.
    Volumes(Option<PodWaiting>),
    /// Mounts volumes and makes the sandbox.
    Sandbox {
        /// When it is up.
        until: Time,
    },
    /// Containers are started and watched.
    Running,
    /// Containers are being stopped.
    Stopping {
        /// When all have stopped.
        until: Time,
        /// Whether they have to be killed.
        killed: bool,
    },
    /// All has stopped; volumes are unmounted, then the object may go.
    CleaningUp {
        /// When that is done.
        until: Time,
    },
    /// The pod is over; its object stays until somebody deletes it.
    Over,
}

/// One look of a kubelet at a pod.
pub struct Turn<'a, 'c> {
    /// The cluster.
    pub client: &'a mut Client<'c>,
    /// The pod as it was when the look began.
    pub pod: &'a Arc<Object>,
    /// What the kubelet knows of it.
    pub worker: &'a mut Worker,
    /// The images of all nodes.
    pub images: &'a mut Images,
    /// The addresses of all nodes.
    pub addresses: &'a mut OrdMap<Arc<str>, Addresses>,
}

impl Worker {
    /// A pod that the kubelet sees for the first time.
    pub fn new(object: &Object, node: &Arc<str>, client: &Client) -> Worker {
        let inits = pod::init_containers(object);
        let waiting = if inits.is_empty() {
            "ContainerCreating"
        } else {
            "PodInitializing"
        };
        let runs = inits
            .iter()
            .chain(pod::containers(object))
            .map(|spec| Run::new(spec, waiting))
            .collect();
        let stage = if pod::phase(object).terminal() {
            Stage::Over
        } else {
            Stage::Volumes(None)
        };
        Worker {
            uid: object.meta.uid.clone(),
            node: node.clone(),
            accepted: client.now(),
            stage,
            ip: None,
            runs,
            inits: inits.len(),
            evicted: None,
        }
    }

    /// When something happens next by itself.
    pub fn next_at(&self, now: Time) -> Option<Time> {
        match &self.stage {
            Stage::Sandbox { until } | Stage::Stopping { until, .. } | Stage::CleaningUp { until } => {
                Some(*until)
            }
            Stage::Running => self
                .runs
                .iter()
                .filter_map(Run::next_at)
                .filter(|at| *at > now)
                .min(),
            Stage::Volumes(_) | Stage::Over => None,
        }
    }

    /// The reason to show.
    pub fn waiting(&self) -> Option<PodWaiting> {
        match &self.stage {
            Stage::Volumes(waiting) => waiting.clone(),
            Stage::Sandbox { until } => Some(PodWaiting::CreatingSandbox { until: *until }),
            Stage::Stopping { until, killed } => Some(PodWaiting::Stopping {
                until: *until,
                killed: *killed,
            }),
            Stage::Running => self
                .runs
                .iter()
                .enumerate()
                .find_map(|(i, run)| run.waiting(i < self.inits)),
            Stage::CleaningUp { .. } | Stage::Over => None,
        }
    }

    /// Whether all init containers are done; sidecars count as done once they have started.
    pub fn initialized(&self) -> bool {
        self.runs.iter().take(self.inits).all(Run::init_done)
    }
}

impl Turn<'_, '_> {
    /// Goes on as far as time allows; says whether the pod's object is gone.
    ///
    /// # Errors
    /// The API server's refusal.
    pub fn run(&mut self) -> Result<bool, Status> {
        loop {
            let now = self.client.now();
            let alive = !matches!(
                self.worker.stage,
                Stage::Stopping { .. } | Stage::CleaningUp { .. } | Stage::Over
            );
            if alive && self.pod.meta.terminating() {
                self.begin_to_stop();
            } else if alive && self.take_fault(|pod| Fault::Evicted { pod })? {
                self.evict();
            }
            match self.worker.stage.clone() {
                Stage::Volumes(_) => {
                    if !self.volumes_are_there() {
                        return Ok(false);
                    }
                    let times = self.client.settings().profile.durations();
                    let mount = if pod::claims(self.pod).next().is_some() {
                        times.mount_ms
                    } else {
                        0
                    };
                    let until = now.plus(mount + times.sandbox_ms);
                    self.worker.stage = Stage::Sandbox { until };
                }
                Stage::Sandbox { until } if until <= now => {
                    self.worker.ip = self.take_address();
                    self.worker.stage = Stage::Running;
                }
                Stage::Running => {
                    if !self.step_containers()? {
                        return Ok(false);
                    }
                }
                Stage::Stopping { until, killed } if until <= now => self.end_stopped(killed),
                Stage::CleaningUp { until } if until <= now => return self.remove().map(|()| true),
                _ => return Ok(false),
            }
        }
    }

    /// Steps each container whose turn it is; says whether anything happened.
    fn step_containers(&mut self) -> Result<bool, Status> {
        let inits = self.worker.inits;
        let current_init = self
            .worker
            .runs
            .iter()
            .take(inits)
            .position(|run| !run.init_done());
        let end = current_init.map_or(self.worker.runs.len(), |init| init + 1);
        let mut busy = false;
        for i in 0..end {
            // Containers start one after the other; an init container waits for the one before it to be done.
            let before = &self.worker.runs[if i < inits { 0 } else { inits }..i];
            let may_start = i < inits || before.iter().all(|run| !run.is_starting());
            if self.step(i, may_start)? {
                busy = true;
            }
        }
        Ok(busy)
    }

    fn volumes_are_there(&mut self) -> bool {
        let world = self.client.world();
        let unattached = pod::claims(self.pod).find_map(|key| {
            let claim = world.get(&key)?;
            let volume = volume_of(claim)?;
            let attachable = world.get(&volume).is_none_or(|volume| is_attachable(volume));
            (attachable && !is_attached(world, &volume.name, &self.worker.node)).then_some(volume)
        });
        if let Some(volume) = unattached {
            self.worker.stage = Stage::Volumes(Some(PodWaiting::VolumeNotAttached { volume }));
            return false;
        }
        let Some((volume, object)) = references::missing_mount(world, self.pod) else {
            return true;
        };
        let word = if object.kind == Kind::ConfigMap {
            "configmap"
        } else {
            "secret"
        };
        let message = format!(
            "MountVolume.SetUp failed for volume \"{volume}\" : {word} \"{}\" not found",
            object.name
        );
        self.warn("FailedMount", message);
        self.worker.stage = Stage::Volumes(Some(PodWaiting::FailedMount { object }));
        false
    }

    fn take_address(&mut self) -> Option<Arc<str>> {
        let node = Key::new(Kind::Node, self.worker.node.clone());
        let node = self.client.get(&node)?.clone();
        self.addresses
            .entry(node.meta.name.clone())
            .or_insert_with(|| Addresses::of(&node))
            .take()
    }

    /// Lets the API server forget the pod: all has stopped (`canBeDeleted`, `syncTerminatedPod`).
    fn remove(&mut self) -> Result<(), Status> {
        let options = DeleteOptions {
            grace_seconds: Some(0),
            uid: Some(self.worker.uid.clone()),
            ..DeleteOptions::default()
        };
        self.client.delete(&self.pod.key(), options).map(drop)
    }

    /// Whether a fault of the pod lasts.
    pub fn has_fault(&self, fault: fn(String) -> Fault) -> bool {
        fault(self.pod.meta.name.to_string()).lasts(self.client.world())
    }

    /// Whether a fault of the pod stands that happens once; it is used up.
    pub fn take_fault(&mut self, fault: fn(String) -> Fault) -> Result<bool, Status> {
        if !self.has_fault(fault) {
            return Ok(false);
        }
        if let Some(key) = fault(self.pod.meta.name.to_string()).key() {
            self.client.delete(&key, DeleteOptions::default())?;
        }
        Ok(true)
    }

    /// Records a normal event about the pod.
    pub fn say(&mut self, reason: &'static str, message: String) {
        self.client.event(self.pod, EventType::Normal, reason, message);
    }

    /// Records a warning about the pod.
    pub fn warn(&mut self, reason: &'static str, message: String) {
        self.client.event(self.pod, EventType::Warning, reason, message);
    }

    /// The spec of the i-th container, init containers first.
    pub fn spec(&self, i: usize) -> &Value {
        const NULL: &Value = &Value::Null;
        let inits = pod::init_containers(self.pod);
        inits
            .get(i)
            .or_else(|| pod::containers(self.pod).get(i.checked_sub(inits.len())?))
            .unwrap_or(NULL)
    }

    /// `name_namespace(uid)`, as the kubelet names pods in messages.
    pub fn full_name(&self) -> String {
        let meta = &self.pod.meta;
        format!("{}_{}({})", meta.name, meta.namespace, meta.uid)
    }

    /// Sets what the i-th container does.
    pub fn set(&mut self, i: usize, step: Step) {
        if let Some(run) = self.worker.runs.get_mut(i) {
            run.step = step;
        }
    }
}
