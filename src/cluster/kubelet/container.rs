//! One container: image, start, life, exit, and the waits in between
//! (`pkg/kubelet/kuberuntime/kuberuntime_manager.go`, `images/image_manager.go`).

use std::sync::Arc;

use super::back_off::BackOff;
use super::probes::{Health, Probes};
use super::references;
use super::worker::Turn;
use crate::api::Status;
use crate::cluster::durations::{CRASH_AFTER_MS, NOTICE_EXIT_MS, SLOW_START_MS};
use crate::cluster::fault::Fault;
use crate::object::pod_status::is_sidecar;
use crate::object::status::ContainerState;
use crate::object::{Key, Time, Value};
use crate::store::waiting::PodWaiting;

/// A container with its history.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its name.
    pub name: Arc<str>,
    /// Its image as the spec names it.
    pub image: Arc<str>,
    /// Whether it is an init container that keeps running.
    pub sidecar: bool,
    /// What it does.
    pub step: Step,
    /// What its status says: in places this lags behind `step`, as the kubelet's does.
    pub shown: ContainerState,
    /// How its previous life ended.
    pub last: Option<ContainerState>,
    /// How often it was started again.
    pub restarts: u32,
    pub(super) crashes: BackOff,
    pub(super) pulls: BackOff,
}

/// What a container does.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Nothing yet.
    Waiting,
    /// Its image is fetched, or asked for anew.
    Pulling {
        /// When that ends.
        until: Time,
        /// When it began.
        since: Time,
    },
    /// The pull failed a moment ago.
    PullFailed {
        /// When the back-off shows.
        until: Time,
    },
    /// The next pull waits.
    PullBackOff {
        /// For how long.
        until: Time,
    },
    /// Its image can never be had.
    NoImage(PodWaiting),
    /// Its environment lacks something.
    NoConfig(Key),
    /// It is being started.
    Starting {
        /// When it runs.
        until: Time,
    },
    /// It runs.
    Running {
        /// Since when.
        since: Time,
        /// What its probes found.
        health: Health,
    },
    /// It ended, and may be started again.
    Ended {
        /// When the kubelet decides.
        until: Time,
    },
    /// The next start waits.
    CrashBackOff {
        /// For how long.
        until: Time,
    },
    /// It ended for good.
    Done,
}

impl Run {
    /// A container that has done nothing yet.
    pub fn new(spec: &Value, waiting: &str) -> Run {
        let text =
            |key: &str| -> Arc<str> { spec.get(key).and_then(Value::as_str).unwrap_or_default().into() };
        Run {
            name: text("name"),
            image: text("image"),
            sidecar: is_sidecar(spec),
            step: Step::Waiting,
            shown: ContainerState::Waiting {
                reason: waiting.into(),
                message: None,
            },
            last: None,
            restarts: 0,
            crashes: BackOff::default(),
            pulls: BackOff::default(),
        }
    }

    /// Whether the next container has to wait for this one's start.
    pub fn is_starting(&self) -> bool {
        matches!(
            self.step,
            Step::Waiting | Step::Pulling { .. } | Step::Starting { .. }
        )
    }

    /// Whether it is an init container that lets the next one begin.
    pub fn init_done(&self) -> bool {
        match &self.step {
            Step::Done => matches!(self.shown, ContainerState::Terminated { exit_code: 0, .. }),
            _ => self.sidecar && (self.restarts > 0 || self.started()),
        }
    }

    /// Whether it runs and its startup probe has passed.
    pub fn started(&self) -> bool {
        matches!(&self.step, Step::Running { health, .. } if health.started)
    }

    /// Whether it runs and is ready.
    pub fn ready(&self) -> bool {
        matches!(&self.step, Step::Running { health, .. } if health.ready)
    }

    /// When something happens next by itself.
    pub fn next_at(&self) -> Option<Time> {
        match &self.step {
            Step::Pulling { until, .. }
            | Step::PullFailed { until }
            | Step::PullBackOff { until }
            | Step::Starting { until }
            | Step::Ended { until }
            | Step::CrashBackOff { until } => Some(*until),
            Step::Running { health, .. } => health.next,
            Step::Waiting | Step::NoImage(_) | Step::NoConfig(_) | Step::Done => None,
        }
    }

    /// The reason to show.
    pub fn waiting(&self, init: bool) -> Option<PodWaiting> {
        let (container, image) = (self.name.clone(), self.image.clone());
        match &self.step {
            Step::Pulling { until, .. } => Some(PodWaiting::PullingImage {
                container,
                image,
                until: *until,
            }),
            Step::PullFailed { until } | Step::PullBackOff { until } => Some(PodWaiting::ImagePullBackOff {
                container,
                image,
                until: *until,
            }),
            Step::NoImage(waiting) => Some(waiting.clone()),
            Step::NoConfig(object) => Some(PodWaiting::CreateContainerConfigError {
                container,
                object: object.clone(),
            }),
            Step::Starting { until } => Some(PodWaiting::ContainerCreating {
                container,
                until: *until,
            }),
            Step::Ended { until } => Some(PodWaiting::Restarting {
                container,
                until: *until,
            }),
            Step::CrashBackOff { until } => Some(PodWaiting::CrashLoopBackOff {
                container,
                until: *until,
            }),
            Step::Running { .. } if init && !self.sidecar => Some(PodWaiting::InitContainer { container }),
            Step::Running { health, .. } if !health.ready => Some(match health.expected {
                Some(until) => PodWaiting::ProbePending { container, until },
                None => PodWaiting::ReadinessProbeFailing { container },
            }),
            Step::Waiting | Step::Running { .. } | Step::Done => None,
        }
    }
}

impl Turn<'_, '_> {
    /// Goes on with the i-th container; says whether anything happened.
    pub fn step(&mut self, i: usize, may_start: bool) -> Result<bool, Status> {
        let now = self.client.now();
        self.take_new_image(i);
        let Some(run) = self.worker.runs.get(i) else {
            return Ok(false);
        };
        match run.step.clone() {
            Step::Waiting if may_start => self.fetch(i),
            Step::Pulling { until, since } if until <= now => self.end_pull(i, since),
            Step::PullFailed { until } if until <= now => self.back_off_pull(i),
            Step::PullBackOff { until } if until <= now => self.fetch(i),
            Step::Starting { until } if until <= now => self.begin_life(i),
            Step::Running { since, health } => return self.live(i, since, health),
            Step::Ended { until } | Step::CrashBackOff { until } if until <= now => self.restart(i),
            Step::NoConfig(_) => return Ok(self.start(i)),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Creates the container and starts it (`startContainer`); says whether anything happened.
    pub(super) fn start(&mut self, i: usize) -> bool {
        let missing = references::missing_environment(self.client.world(), self.pod, self.spec(i));
        if let Some((object, why)) = missing {
            if self.worker.runs[i].step == Step::NoConfig(object.clone()) {
                return false;
            }
            self.warn("Failed", format!("Error: {why}"));
            self.show_waiting(i, "CreateContainerConfigError", Some(why));
            self.set(i, Step::NoConfig(object));
            return true;
        }
        self.say("Created", "Container created".to_owned());
        let took = self.client.settings().profile.durations().start_ms;
        // A slow application that no probe watches would count as ready at once: there the start itself is slow.
        let slow =
            self.has_fault(|pod| Fault::SlowStart { pod }) && !Probes::of(self.spec(i)).watch_the_start();
        let until = self
            .client
            .now()
            .plus(took + if slow { SLOW_START_MS } else { 0 });
        self.set(i, Step::Starting { until });
        true
    }

    fn begin_life(&mut self, i: usize) {
        let since = self.client.now();
        self.say("Started", "Container started".to_owned());
        let probes = Probes::of(self.spec(i));
        let slow = self.has_fault(|pod| Fault::SlowStart { pod }) && probes.watch_the_start();
        let run = &mut self.worker.runs[i];
        if let ContainerState::Terminated { .. } = run.shown {
            run.last = Some(run.shown.clone());
        }
        run.restarts = run.restarts.saturating_add(u32::from(run.last.is_some()));
        run.shown = ContainerState::Running { started: since };
        run.step = Step::Running {
            since,
            health: Health::at_start(probes, since, slow),
        };
    }

    fn live(&mut self, i: usize, since: Time, mut health: Health) -> Result<bool, Status> {
        let now = self.client.now();
        if i < self.worker.inits && !self.worker.runs[i].sidecar {
            let until = since.plus(self.client.settings().profile.durations().init_ms);
            health.next = Some(until);
            if now >= until {
                self.end(i, 0, since);
                return Ok(true);
            }
            self.set(i, Step::Running { since, health });
            return Ok(false);
        }
        if i >= self.worker.inits && self.take_fault(|pod| Fault::CrashOnce { pod })? {
            for j in self.worker.inits..self.worker.runs.len() {
                if let Step::Running { since, .. } = self.worker.runs[j].step {
                    self.end(j, 1, since);
                }
            }
            return Ok(true);
        }
        let crash_at = self
            .has_fault(|pod| Fault::CrashLoop { pod })
            .then(|| since.plus(CRASH_AFTER_MS));
        if crash_at.is_some_and(|at| at <= now) {
            self.end(i, 1, since);
            return Ok(true);
        }
        if self.probe(i, since, &mut health) {
            self.end(i, 137, since);
            return Ok(true);
        }
        health.next = [health.next, crash_at].into_iter().flatten().min();
        self.set(i, Step::Running { since, health });
        Ok(false)
    }

    /// The one field of a container that may change in its pod; a container that runs has to be started again
    /// (`computePodActions`), and a pull starts anew.
    fn take_new_image(&mut self, i: usize) {
        let image: Arc<str> = match (
            self.spec(i).get("image").and_then(Value::as_str),
            self.worker.runs.get(i),
        ) {
            (Some(image), Some(run)) if *image != *run.image => image.into(),
            _ => return,
        };
        let run = &mut self.worker.runs[i];
        run.image = image;
        match run.step {
            Step::Running { since, .. } => {
                let name = run.name.clone();
                self.say(
                    "Killing",
                    format!("Container {name} definition changed, will be restarted"),
                );
                self.end(i, 0, since);
            }
            Step::Pulling { .. } | Step::PullFailed { .. } | Step::PullBackOff { .. } | Step::NoImage(_) => {
                run.pulls = BackOff::default();
                run.step = Step::Waiting;
            }
            _ => {}
        }
    }

    /// The container's process exits.
    pub fn end(&mut self, i: usize, exit_code: i32, since: Time) {
        let now = self.client.now();
        let init = i < self.worker.inits && !self.worker.runs[i].sidecar;
        let policy = self.pod.spec().get("restartPolicy").and_then(Value::as_str);
        let again = match policy {
            _ if init && exit_code == 0 => false,
            Some("Never") => false,
            Some("OnFailure") => exit_code != 0,
            _ => true,
        };
        let run = &mut self.worker.runs[i];
        run.shown = ContainerState::Terminated {
            exit_code,
            reason: if exit_code == 0 { "Completed" } else { "Error" }.into(),
            started: since,
            finished: now,
        };
        run.step = if again {
            Step::Ended {
                until: now.plus(NOTICE_EXIT_MS),
            }
        } else {
            Step::Done
        };
    }

    /// Starts a container again, at once or after its back-off (`doBackOff`).
    fn restart(&mut self, i: usize) {
        let now = self.client.now();
        let run = &self.worker.runs[i];
        let finished = match (&run.shown, &run.last) {
            (ContainerState::Terminated { finished, .. }, _) => *finished,
            (_, Some(ContainerState::Terminated { finished, .. })) => *finished,
            _ => now,
        };
        let Some(until) = run.crashes.until(finished, now) else {
            let run = &mut self.worker.runs[i];
            run.crashes.grow(finished, now);
            self.fetch(i);
            return;
        };
        let (name, ms) = (run.name.clone(), run.crashes.ms);
        let pod = self.full_name();
        self.warn(
            "BackOff",
            format!("Back-off restarting failed container {name} in pod {pod}"),
        );
        let message = format!(
            "back-off {} restarting failed container={name} pod={pod}",
            go_duration(ms)
        );
        let run = &mut self.worker.runs[i];
        run.last = Some(run.shown.clone());
        self.show_waiting(i, "CrashLoopBackOff", Some(message));
        self.set(i, Step::CrashBackOff { until });
    }

    pub(super) fn show_waiting(&mut self, i: usize, reason: &str, message: Option<String>) {
        if let Some(run) = self.worker.runs.get_mut(i) {
            run.shown = ContainerState::Waiting {
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
    fn back_offs_read_as_go_prints_durations() {
        assert_eq!(go_duration(10_000), "10s");
        assert_eq!(go_duration(160_000), "2m40s");
        assert_eq!(go_duration(300_000), "5m0s");
    }
}
