//! Starts, restarts and stops containers (`pkg/kubelet/kuberuntime/kuberuntime_manager.go`,
//! `kuberuntime_container.go`).

use std::sync::Arc;

use super::back_off::BackOff;
use super::container::ContainerStage;
use super::pod_sync::PodSync;
use super::probe::{Health, Probes};
use super::{references, security_context};
use crate::api::Status;
use crate::cluster::faults::FaultKind;
use crate::cluster::runtime::durations::{CRASH_AFTER_MS, NOTICE_EXIT_MS, SLOW_START_MS};
use crate::object::status::ContainerState;
use crate::object::{Time, Value};
use crate::store::waiting::PodWaiting;

impl PodSync<'_, '_> {
    /// Syncs the i-th container. Returns whether anything changed.
    pub fn sync_container(&mut self, i: usize, may_start: bool) -> Result<bool, Status> {
        let now = self.client.now();
        self.update_image(i);
        let Some(record) = self.worker.containers.get(i) else {
            return Ok(false);
        };
        match record.stage.clone() {
            ContainerStage::Waiting if may_start => self.ensure_image_exists(i),
            ContainerStage::Pulling { until, since } if until <= now => self.finish_pull(i, since),
            ContainerStage::PullFailed { until } if until <= now => self.back_off_pull(i),
            ContainerStage::PullBackOff { until } if until <= now => self.ensure_image_exists(i),
            ContainerStage::Starting { until } if until <= now => self.mark_running(i),
            ContainerStage::Running { since, health } => return self.sync_running(i, since, health),
            ContainerStage::Exited { until } | ContainerStage::CrashBackOff { until } if until <= now => {
                self.restart_or_back_off(i)
            }
            ContainerStage::ConfigError(_) => return Ok(self.start_container(i)),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Creates and starts the container (`startContainer`). Returns whether anything changed.
    pub(super) fn start_container(&mut self, i: usize) -> bool {
        if let Some((waiting, message)) = self.config_error(i) {
            let stage = ContainerStage::ConfigError(waiting);
            if self.worker.containers[i].stage == stage {
                return false;
            }
            self.container_warning(i, "Failed", format!("Error: {message}"));
            self.set_waiting_state(i, "CreateContainerConfigError", Some(message));
            self.set_stage(i, stage);
            return true;
        }
        self.container_event(i, "Created", "Container created".to_owned());
        let took = self.client.settings().profile.durations().start_ms;
        // Without probes a slow application would be ready immediately: in this case the start itself is slow.
        let slow = self.has_fault(FaultKind::SlowStart) && !Probes::read(self.spec(i)).detect_slow_start();
        let until = self
            .client
            .now()
            .plus(took + if slow { SLOW_START_MS } else { 0 });
        self.set_stage(i, ContainerStage::Starting { until });
        true
    }

    /// Why the container cannot be configured, with the kubelet's message (`generateContainerConfig`).
    fn config_error(&self, i: usize) -> Option<(PodWaiting, String)> {
        let container = self.worker.containers.get(i)?.name.clone();
        if let Some(missing) = references::missing_environment(self.client.world(), self.pod, self.spec(i)) {
            let waiting = PodWaiting::CreateContainerConfigError {
                container,
                object: missing.object,
                data_key: missing.data_key,
            };
            return Some((waiting, missing.message));
        }
        let message = security_context::non_root_error(self.pod, self.spec(i))?;
        let pod = self.full_name();
        let message = format!("{message} (pod: \"{pod}\", container: {container})");
        Some((PodWaiting::RunAsNonRoot { container }, message))
    }

    /// The container has started.
    fn mark_running(&mut self, i: usize) {
        let since = self.client.now();
        self.container_event(i, "Started", "Container started".to_owned());
        let probes = Probes::read(self.spec(i));
        let slow = self.has_fault(FaultKind::SlowStart) && probes.detect_slow_start();
        let record = &mut self.worker.containers[i];
        if let ContainerState::Terminated { .. } = record.state {
            record.last_state = Some(record.state.clone());
        }
        record.restarts = record
            .restarts
            .saturating_add(u32::from(record.last_state.is_some()));
        record.state = ContainerState::Running { started: since };
        record.stage = ContainerStage::Running {
            since,
            health: Health::at_start(probes, since, slow),
        };
    }

    /// Syncs a running container: faults and probes may end it. Returns whether anything changed.
    fn sync_running(&mut self, i: usize, since: Time, mut health: Health) -> Result<bool, Status> {
        let now = self.client.now();
        if i < self.worker.init_count && !self.worker.containers[i].sidecar {
            let until = since.plus(self.client.settings().profile.durations().init_ms);
            health.next = Some(until);
            if now >= until {
                self.exit(i, 0, since);
                return Ok(true);
            }
            self.set_stage(i, ContainerStage::Running { since, health });
            return Ok(false);
        }
        if i >= self.worker.init_count && self.consume_fault(FaultKind::CrashOnce)? {
            for j in self.worker.init_count..self.worker.containers.len() {
                if let ContainerStage::Running { since, .. } = self.worker.containers[j].stage {
                    self.exit(j, 1, since);
                }
            }
            return Ok(true);
        }
        let crash_at = self
            .has_fault(FaultKind::CrashLoop)
            .then(|| since.plus(CRASH_AFTER_MS));
        if crash_at.is_some_and(|at| at <= now) {
            self.exit(i, 1, since);
            return Ok(true);
        }
        if self.probe(i, since, &mut health) {
            self.exit(i, 137, since);
            return Ok(true);
        }
        health.next = [health.next, crash_at].into_iter().flatten().min();
        self.set_stage(i, ContainerStage::Running { since, health });
        Ok(false)
    }

    /// Applies a changed image, the only mutable field of a container: a running container is restarted
    /// (`computePodActions`), a pull starts again.
    fn update_image(&mut self, i: usize) {
        let image: Arc<str> = match (
            self.spec(i).get("image").and_then(Value::as_str),
            self.worker.containers.get(i),
        ) {
            (Some(image), Some(record)) if *image != *record.image => image.into(),
            _ => return,
        };
        let now = self.client.now();
        let record = &mut self.worker.containers[i];
        record.image = image;
        match record.stage {
            ContainerStage::Running { since, .. } => {
                let name = record.name.clone();
                self.container_event(
                    i,
                    "Killing",
                    format!("Container {name} definition changed, will be restarted"),
                );
                self.exit(i, 0, since);
            }
            ContainerStage::Pulling { .. }
            | ContainerStage::PullFailed { .. }
            | ContainerStage::PullBackOff { .. }
            | ContainerStage::ImageUnavailable(_) => {
                record.pulls = BackOff::default();
                record.stage = ContainerStage::Waiting;
            }
            // The key of the back-off has the hash of the container (`getBackOffKey`): it starts at once.
            ContainerStage::Exited { .. } | ContainerStage::CrashBackOff { .. } => {
                record.crashes = BackOff::default();
                record.stage = ContainerStage::Exited { until: now };
            }
            _ => {}
        }
    }

    /// The process of the container exits.
    pub fn exit(&mut self, i: usize, exit_code: i32, since: Time) {
        let now = self.client.now();
        let is_init = i < self.worker.init_count && !self.worker.containers[i].sidecar;
        let policy = self.pod.spec().get("restartPolicy").and_then(Value::as_str);
        let restarts = match policy {
            _ if self.worker.containers[i].sidecar => true,
            _ if is_init && exit_code == 0 => false,
            Some("Never") => false,
            Some("OnFailure") => exit_code != 0,
            _ => true,
        };
        let record = &mut self.worker.containers[i];
        record.state = ContainerState::Terminated {
            exit_code,
            reason: if exit_code == 0 { "Completed" } else { "Error" }.into(),
            started: since,
            finished: now,
        };
        record.stage = if restarts {
            ContainerStage::Exited {
                until: now.plus(NOTICE_EXIT_MS),
            }
        } else {
            ContainerStage::Finished
        };
    }

    /// Restarts a container, or delays the restart (`doBackOff`: `CrashLoopBackOff`).
    fn restart_or_back_off(&mut self, i: usize) {
        let now = self.client.now();
        let record = &self.worker.containers[i];
        let finished = match (&record.state, &record.last_state) {
            (ContainerState::Terminated { finished, .. }, _) => *finished,
            (_, Some(ContainerState::Terminated { finished, .. })) => *finished,
            _ => now,
        };
        let Some(until) = record.crashes.until(finished, now) else {
            let record = &mut self.worker.containers[i];
            record.crashes.increase(finished, now);
            self.ensure_image_exists(i);
            return;
        };
        let (name, ms) = (record.name.clone(), record.crashes.ms);
        let pod = self.full_name();
        self.container_warning(
            i,
            "BackOff",
            format!("Back-off restarting failed container {name} in pod {pod}"),
        );
        let message = format!(
            "back-off {} restarting failed container={name} pod={pod}",
            go_duration(ms)
        );
        let record = &mut self.worker.containers[i];
        record.last_state = Some(record.state.clone());
        self.set_waiting_state(i, "CrashLoopBackOff", Some(message));
        self.set_stage(i, ContainerStage::CrashBackOff { until });
    }

    /// Sets the state `Waiting` in the status of the container.
    pub(super) fn set_waiting_state(&mut self, i: usize, reason: &str, message: Option<String>) {
        if let Some(record) = self.worker.containers.get_mut(i) {
            record.state = ContainerState::Waiting {
                reason: reason.into(),
                message: message.map(Into::into),
            };
        }
    }
}

/// A back-off as Go prints a duration: `10s`, `1m20s`, `5m0s`.
fn go_duration(ms: u64) -> String {
    match (ms / 60_000, ms / 1000 % 60) {
        (0, seconds) => format!("{seconds}s"),
        (minutes, seconds) => format!("{minutes}m{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_offs_are_printed_as_go_durations() {
        assert_eq!(go_duration(10_000), "10s");
        assert_eq!(go_duration(160_000), "2m40s");
        assert_eq!(go_duration(300_000), "5m0s");
    }
}
