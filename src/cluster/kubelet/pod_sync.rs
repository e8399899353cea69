//! One sync of a pod by its kubelet (`SyncPod` in `pkg/kubelet/kubelet.go`, `pod_workers.go`).

use std::sync::Arc;

use imbl::OrdMap;

use super::back_off::MountBackOff;
use super::container::{ContainerRecord, ContainerStage};
use super::images::Images;
use super::network::Addresses;
use super::pod_worker::{PodStage, PodWorker};
use super::references;
use crate::api::{DeleteOptions, Status};
use crate::cluster::faults::{Fault, FaultKind};
use crate::cluster::runtime::durations::SANDBOX_RETRY_MS;
use crate::cluster::runtime::{Client, EventType};
use crate::cluster::volumes::{is_attachable, is_attached, volume_of};
use crate::object::{Key, Kind, Object, Value, pod};
use crate::store::waiting::PodWaiting;

/// One sync of a pod.
pub struct PodSync<'a, 'c> {
    /// The kubelet's client.
    pub client: &'a mut Client<'c>,
    /// The pod at the start of the sync.
    pub pod: &'a Arc<Object>,
    /// The kubelet's record of the pod.
    pub worker: &'a mut PodWorker,
    /// The images of all nodes.
    pub images: &'a mut Images,
    /// The addresses of all nodes.
    pub addresses: &'a mut OrdMap<Arc<str>, Addresses>,
}

impl PodSync<'_, '_> {
    /// Advances the pod to the current time. Returns whether its object was deleted.
    ///
    /// # Errors
    /// The API server's refusal.
    pub fn sync(&mut self) -> Result<bool, Status> {
        loop {
            let now = self.client.now();
            let is_active = !matches!(
                self.worker.stage,
                PodStage::Terminating { .. } | PodStage::CleaningUp { .. } | PodStage::Finished
            );
            if is_active && self.pod.meta.terminating() {
                self.begin_termination();
            } else if is_active && self.consume_fault(FaultKind::Evicted)? {
                self.evict();
            }
            match self.worker.stage.clone() {
                PodStage::WaitForVolumes(_) => {
                    if !self.volumes_are_ready() {
                        return Ok(false);
                    }
                    let times = self.client.settings().profile.durations();
                    let mount = if pod::claims(self.pod).next().is_some() {
                        times.mount_ms
                    } else {
                        0
                    };
                    let until = now.plus(mount + times.sandbox_ms);
                    self.worker.stage = PodStage::CreatingSandbox { until };
                }
                PodStage::CreatingSandbox { until } if until <= now => {
                    self.worker.ip = self.allocate_ip();
                    self.worker.no_address = self.worker.ip.is_none();
                    self.worker.stage = match self.worker.no_address {
                        true => PodStage::CreatingSandbox {
                            until: now.plus(SANDBOX_RETRY_MS),
                        },
                        false => PodStage::Running,
                    };
                }
                PodStage::Running => {
                    if !self.sync_containers()? {
                        return Ok(false);
                    }
                }
                PodStage::Terminating { until, killed } if until <= now => self.finish_termination(killed),
                PodStage::CleaningUp { until } if until <= now => return self.delete_pod().map(|()| true),
                _ => return Ok(false),
            }
        }
    }

    /// Syncs the containers that may run. Returns whether anything changed.
    fn sync_containers(&mut self) -> Result<bool, Status> {
        let inits = self.worker.init_count;
        let mut changed = self.stop_sidecars();
        let mut i = 0;
        // A sidecar that passes its startup probe in this sync lets the next container start.
        while i < self.worker.may_run() {
            // Containers start one after the other; an init container starts when the one before it is done.
            let before = &self.worker.containers[if i < inits { 0 } else { inits }..i];
            let may_start = i < inits || before.iter().all(|record| !record.is_starting());
            if self.sync_container(i, may_start)? {
                changed = true;
            }
            i += 1;
        }
        Ok(changed)
    }

    /// Stops the sidecars of a pod whose other containers have ended for good (`computePodActions`: `KillPod`). Returns
    /// whether anything changed.
    fn stop_sidecars(&mut self) -> bool {
        let inits = self.worker.init_count;
        let ended = |record: &ContainerRecord| record.stage == ContainerStage::Finished;
        if !self.worker.containers.iter().skip(inits).all(ended) {
            return false;
        }
        let mut changed = false;
        for i in (0..inits).rev() {
            let record = &self.worker.containers[i];
            if record.stage == ContainerStage::Finished {
                continue;
            }
            if let ContainerStage::Running { since, .. } = record.stage {
                let name = record.name.clone();
                self.container_event(i, "Killing", format!("Stopping container {name}"));
                self.exit(i, 0, since);
            }
            self.set_stage(i, ContainerStage::Finished);
            changed = true;
        }
        changed
    }

    /// Whether all volumes can be mounted (`WaitForAttachAndMount`); otherwise records the reason to wait.
    fn volumes_are_ready(&mut self) -> bool {
        let world = self.client.world();
        let unusable = pod::claims(self.pod).find_map(|key| {
            let Some(claim) = world.get(&key) else {
                return Some(PodWaiting::FailedMount {
                    object: key,
                    data_key: None,
                });
            };
            let Some(volume) = volume_of(claim) else {
                return Some(PodWaiting::ClaimNotBound { claim: key });
            };
            let attachable = world.get(&volume).is_none_or(|volume| is_attachable(volume));
            (attachable && !is_attached(world, &volume.name, &self.worker.node))
                .then_some(PodWaiting::VolumeNotAttached { volume })
        });
        if unusable.is_some() {
            self.worker.stage = PodStage::WaitForVolumes(unusable);
            return false;
        }
        let now = self.client.now();
        if self.worker.mounts.is_some_and(|mounts| now < mounts.until) {
            return false;
        }
        let Some(missing) = references::missing_mount(world, self.pod) else {
            self.worker.mounts = None;
            return true;
        };
        self.worker.mounts = Some(MountBackOff::after(self.worker.mounts, now));
        self.warning("FailedMount", missing.message);
        self.worker.stage = PodStage::WaitForVolumes(Some(PodWaiting::FailedMount {
            object: missing.object,
            data_key: missing.data_key,
        }));
        false
    }

    fn allocate_ip(&mut self) -> Option<Arc<str>> {
        let node = Key::new(Kind::Node, self.worker.node.clone());
        let node = self.client.get(&node)?.clone();
        let addresses = self
            .addresses
            .entry(node.meta.name.clone())
            .or_insert_with(|| Addresses::read(&node));
        let address = addresses.allocate();
        if address.is_none() {
            let message = addresses.exhausted(&self.worker.uid);
            self.warning("FailedCreatePodSandBox", message);
        }
        address
    }

    /// Deletes the object of a terminated pod (`canBeDeleted`, `syncTerminatedPod`).
    fn delete_pod(&mut self) -> Result<(), Status> {
        let options = DeleteOptions {
            grace_seconds: Some(0),
            uid: Some(self.worker.uid.clone()),
            ..DeleteOptions::default()
        };
        self.client.delete(&self.pod.key(), options).map(drop)
    }

    /// Whether a fault of the pod is active.
    pub fn has_fault(&self, kind: FaultKind) -> bool {
        Fault::of_object(kind, &self.pod.key()).is_active(self.client.world())
    }

    /// Whether a fault of the pod that takes effect once is active; deletes its object.
    pub fn consume_fault(&mut self, kind: FaultKind) -> Result<bool, Status> {
        let fault = Fault::of_object(kind, &self.pod.key()).key();
        let Some(key) = fault.filter(|key| self.client.get(key).is_some()) else {
            return Ok(false);
        };
        self.client.delete(&key, DeleteOptions::default())?;
        Ok(true)
    }

    /// Records an event of type Warning about the pod.
    pub fn warning(&mut self, reason: &'static str, message: String) {
        self.client.event(self.pod, EventType::Warning, reason, message);
    }

    /// Records an event of type Normal about the i-th container (`GenerateContainerRef`).
    pub fn container_event(&mut self, i: usize, reason: &'static str, message: String) {
        let path = self.container_path(i);
        self.client
            .event_about_part(self.pod, &path, EventType::Normal, reason, message);
    }

    /// Records an event of type Warning about the i-th container.
    pub fn container_warning(&mut self, i: usize, reason: &'static str, message: String) {
        let path = self.container_path(i);
        self.client
            .event_about_part(self.pod, &path, EventType::Warning, reason, message);
    }

    /// `spec.containers{web}` (`fieldPath` in `pkg/kubelet/container/ref.go`).
    fn container_path(&self, i: usize) -> String {
        let field = match i < self.worker.init_count {
            true => "initContainers",
            false => "containers",
        };
        let name = self.worker.containers.get(i).map_or("", |record| &record.name);
        format!("spec.{field}{{{name}}}")
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

    /// `name_namespace(uid)` (`format.Pod`).
    pub fn full_name(&self) -> String {
        let meta = &self.pod.meta;
        format!("{}_{}({})", meta.name, meta.namespace, meta.uid)
    }

    /// Sets the stage of the i-th container.
    pub fn set_stage(&mut self, i: usize, stage: ContainerStage) {
        if let Some(record) = self.worker.containers.get_mut(i) {
            record.stage = stage;
        }
    }
}
