//! The end of a pod: preStop hooks, SIGTERM, SIGKILL (`killContainer` in `kuberuntime_container.go`), and eviction
//! (`pkg/kubelet/eviction`).

use super::container::Step;
use super::worker::{Stage, Turn};
use crate::cluster::durations::{MIN_GRACE_MS, PRE_STOP_MS};
use crate::object::status::ContainerState;
use crate::object::{Value, pod};

impl Turn<'_, '_> {
    /// The pod is to go: all its containers are told to stop, each within the grace period.
    pub fn begin_to_stop(&mut self) {
        let now = self.client.now();
        let deadline = self.pod.meta.deletion.map_or(now, |deletion| deletion.at);
        let grace = deadline.since(now);
        let stop = self.client.settings().profile.durations().stop_ms;
        let mut until = now;
        let mut killed = false;
        for i in 0..self.worker.runs.len() {
            if !matches!(self.worker.runs[i].step, Step::Running { .. }) {
                continue;
            }
            let name = self.worker.runs[i].name.clone();
            self.say("Killing", format!("Stopping container {name}"));
            let hook = pre_stop_ms(self.spec(i)).min(grace);
            let left = grace.saturating_sub(hook).max(MIN_GRACE_MS);
            killed |= stop > left;
            until = until.max(now.plus(hook + stop.min(left)));
        }
        self.worker.stage = Stage::Stopping { until, killed };
    }

    /// All containers have stopped.
    pub fn end_stopped(&mut self, killed: bool) {
        let now = self.client.now();
        for run in &mut self.worker.runs {
            let (exit_code, reason, started) = match (&run.step, &run.shown) {
                (Step::Running { since, .. }, _) if killed => (137, "Error", *since),
                (Step::Running { since, .. }, _) => (0, "Completed", *since),
                (_, ContainerState::Terminated { .. }) => {
                    run.step = Step::Done;
                    continue;
                }
                _ => (137, "ContainerStatusUnknown", now),
            };
            run.shown = ContainerState::Terminated {
                exit_code,
                reason: reason.into(),
                started,
                finished: now,
            };
            run.step = Step::Done;
        }
        let volumes = pod::claims(self.pod).next().is_some();
        let took = self.client.settings().profile.durations().unmount_ms;
        self.worker.stage = Stage::CleaningUp {
            until: now.plus(if volumes { took } else { took / 2 }),
        };
    }

    /// The node runs out of memory, and this pod has to go: killed at once, its object stays as Failed.
    pub fn evict(&mut self) {
        let names: Vec<String> = self
            .worker
            .runs
            .iter()
            .skip(self.worker.inits)
            .map(|run| {
                format!(
                    "Container {} was using 512Mi, request is 0, has larger consumption of memory. ",
                    run.name
                )
            })
            .collect();
        let message = format!(
            "The node was low on resource: memory. Threshold quantity: 100Mi, available: 64Mi. {}",
            names.concat()
        );
        self.warn("Evicted", message.clone());
        for i in 0..self.worker.runs.len() {
            if matches!(self.worker.runs[i].step, Step::Running { .. }) {
                let name = self.worker.runs[i].name.clone();
                self.say("Killing", format!("Stopping container {name}"));
            }
        }
        self.end_stopped(true);
        self.worker.evicted = Some(message.into());
        self.worker.stage = Stage::Over;
    }
}

/// How long a container's preStop hook runs: a sleep as long as it says, anything else a moment.
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
        .or_else(|| seconds_of(command));
    seconds.map_or(PRE_STOP_MS, |seconds: u64| seconds.saturating_mul(1000))
}

/// The sum of the plain `sleep N` in a command line, if there is one.
fn seconds_of(command: &[Value]) -> Option<u64> {
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
    fn a_hook_sleeps_as_long_as_it_says() {
        check(json!({"sleep": {"seconds": 5}}), 5_000);
        check(json!({"exec": {"command": ["sleep", "7"]}}), 7_000);
        check(
            json!({"exec": {"command": ["sh", "-c", "nginx -s quit; sleep 3 && sleep 1"]}}),
            4_000,
        );
        check(json!({"exec": {"command": ["nodetool", "drain"]}}), PRE_STOP_MS);
    }
}
