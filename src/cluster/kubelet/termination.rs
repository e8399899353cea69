//! Terminates pods: preStop hooks, SIGTERM, SIGKILL (`killContainer` in `kuberuntime_container.go`), and eviction
//! (`pkg/kubelet/eviction`).

use super::container::ContainerStage;
use super::pod_sync::PodSync;
use super::pod_worker::PodStage;
use crate::cluster::runtime::durations::{MIN_GRACE_MS, PRE_STOP_MS};
use crate::object::status::ContainerState;
use crate::object::{Value, pod};

impl PodSync<'_, '_> {
    /// Stops all containers, each within the grace period.
    pub fn begin_termination(&mut self) {
        let now = self.client.now();
        let deadline = self.pod.meta.deletion.map_or(now, |deletion| deletion.at);
        let grace = deadline.since(now);
        let stop = self.client.settings().profile.durations().stop_ms;
        let inits = self.worker.init_count;
        let mut until = now;
        let mut killed = false;
        // Hooks run at once; then sidecars wait until the other containers and the sidecars after them have stopped
        // (`terminationOrdering`).
        let order = (inits..self.worker.containers.len()).chain((0..inits).rev());
        for i in order {
            if !matches!(self.worker.containers[i].stage, ContainerStage::Running { .. }) {
                continue;
            }
            let name = self.worker.containers[i].name.clone();
            self.container_event(i, "Killing", format!("Stopping container {name}"));
            let hook = pre_stop_ms(self.spec(i)).min(grace);
            let turn = if i < inits { until.since(now) } else { 0 };
            let waited = hook.max(turn).min(grace);
            let left = grace.saturating_sub(waited).max(MIN_GRACE_MS);
            killed |= stop > left;
            until = until.max(now.plus(waited + stop.min(left)));
        }
        self.worker.stage = PodStage::Terminating { until, killed };
    }

    /// All containers have stopped.
    pub fn finish_termination(&mut self, killed: bool) {
        let now = self.client.now();
        for record in &mut self.worker.containers {
            let (exit_code, reason, started) = match (&record.stage, &record.state) {
                (ContainerStage::Running { since, .. }, _) if killed => (137, "Error", *since),
                (ContainerStage::Running { since, .. }, _) => (0, "Completed", *since),
                (_, ContainerState::Terminated { .. }) => {
                    record.stage = ContainerStage::Finished;
                    continue;
                }
                _ => (137, "ContainerStatusUnknown", now),
            };
            record.state = ContainerState::Terminated {
                exit_code,
                reason: reason.into(),
                started,
                finished: now,
            };
            record.stage = ContainerStage::Finished;
        }
        let has_volumes = pod::claims(self.pod).next().is_some();
        let took = self.client.settings().profile.durations().unmount_ms;
        self.worker.stage = PodStage::CleaningUp {
            until: now.plus(if has_volumes { took } else { took / 2 }),
        };
    }

    /// Evicts the pod because the node is low on memory: kills its containers; the object stays, with phase Failed
    /// (`evictPod`).
    pub fn evict(&mut self) {
        let names: Vec<String> = self
            .worker
            .containers
            .iter()
            .skip(self.worker.init_count)
            .map(|record| {
                format!(
                    "Container {} was using 512Mi, request is 0, has larger consumption of memory. ",
                    record.name
                )
            })
            .collect();
        let message = format!(
            "The node was low on resource: memory. Threshold quantity: 100Mi, available: 64Mi. {}",
            names.concat()
        );
        self.warning("Evicted", message.clone());
        for i in 0..self.worker.containers.len() {
            if matches!(self.worker.containers[i].stage, ContainerStage::Running { .. }) {
                let name = self.worker.containers[i].name.clone();
                self.container_event(i, "Killing", format!("Stopping container {name}"));
            }
        }
        self.finish_termination(true);
        self.worker.evicted = Some(message.into());
        self.worker.stage = PodStage::Finished;
    }
}

/// The duration of a container's preStop hook in milliseconds: that of its sleep, or [`PRE_STOP_MS`].
fn pre_stop_ms(spec: &Value) -> u64 {
    let Some(hook) = spec.at(&["lifecycle", "preStop"]) else {
        return 0;
    };
    let sleep = hook.at(&["sleep", "seconds"]).and_then(Value::as_i64);
    let command = hook
        .at(&["exec", "command"])
        .and_then(Value::as_array)
        .unwrap_or_default();
    let seconds = sleep
        .and_then(|s| s.try_into().ok())
        .or_else(|| sleep_seconds(command));
    seconds.map_or(PRE_STOP_MS, |seconds: u64| seconds.saturating_mul(1000))
}

/// The sum of all `sleep N` in a command line in seconds; `None` without a sleep.
fn sleep_seconds(command: &[Value]) -> Option<u64> {
    let line: Vec<&str> = command.iter().filter_map(Value::as_str).collect();
    let line = line.join(" ");
    let words: Vec<&str> = line
        .split(|c: char| c.is_whitespace() || ";&|()\"'".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    let sleeps = words.windows(2).filter_map(|pair| match pair {
        ["sleep", seconds] => seconds.trim_end_matches('s').parse::<u64>().ok(),
        _ => None,
    });
    sleeps.fold(None, |sum, seconds| {
        Some(sum.unwrap_or(0_u64).saturating_add(seconds))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(hook: serde_json::Value, expected: u64) {
        let spec = json!({"lifecycle": {"preStop": hook}});
        assert_eq!(pre_stop_ms(&spec.into()), expected);
    }

    #[test]
    fn a_hook_takes_as_long_as_its_sleep() {
        check(json!({"sleep": {"seconds": 5}}), 5_000);
        check(json!({"exec": {"command": ["sleep", "7"]}}), 7_000);
        check(
            json!({"exec": {"command": ["sh", "-c", "nginx -s quit; sleep 3 && sleep 1"]}}),
            4_000,
        );
        check(json!({"exec": {"command": ["nodetool", "drain"]}}), PRE_STOP_MS);
    }
}
