//! One container: image, start, life, exit, and the waits in between
//! (`pkg/kubelet/kuberuntime/kuberuntime_manager.go`, `images/image_manager.go`).

use std::sync::Arc;

use super::images::reference;
use super::probes::{Health, Probes};
use super::references;
use super::worker::Turn;
use crate::api::Status;
use crate::cluster::durations::{
    BACK_OFF_FIRST_MS, BACK_OFF_MAX_MS, BACK_OFF_RESET_MS, CRASH_AFTER_MS, FAILED_PULL_MS, NOTICE_EXIT_MS,
    SHOW_BACK_OFF_MS, SLOW_START_MS,
};
use crate::cluster::fault::Fault;
use crate::object::pod_status::is_sidecar;
use crate::object::status::ContainerState;
use crate::object::{Key, Time, Value};
use crate::store::waiting::PodLife;

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
    crashes: BackOff,
    pulls: BackOff,
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
    NoImage(PodLife),
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

/// A back-off that doubles (`client-go/util/flowcontrol/backoff.go`).
#[derive(Clone, Copy, Debug, Default)]
struct BackOff {
    ms: u64,
    updated: Option<Time>,
}

impl BackOff {
    /// When the back-off after something that happened at `since` ends, if it is not over (`IsInBackOffSince`).
    fn until(self, since: Time, now: Time) -> Option<Time> {
        self.updated.filter(|updated| !expired(*updated, since))?;
        Some(since.plus(self.ms)).filter(|until| now < *until)
    }

    /// The next, longer back-off (`Next`).
    fn grow(&mut self, since: Time, now: Time) {
        self.ms = match self.updated {
            Some(updated) if !expired(updated, since) => (self.ms * 2).min(BACK_OFF_MAX_MS),
            _ => BACK_OFF_FIRST_MS,
        };
        self.updated = Some(now);
    }
}

fn expired(updated: Time, since: Time) -> bool {
    since.since(updated) > BACK_OFF_RESET_MS
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
    pub fn waiting(&self, init: bool) -> Option<PodLife> {
        let (container, image) = (self.name.clone(), self.image.clone());
        match &self.step {
            Step::Pulling { until, .. } => Some(PodLife::Pulling {
                container,
                image,
                until: *until,
            }),
            Step::PullFailed { until } | Step::PullBackOff { until } => Some(PodLife::ImagePull {
                container,
                image,
                until: *until,
            }),
            Step::NoImage(waiting) => Some(waiting.clone()),
            Step::NoConfig(object) => Some(PodLife::MissingConfig {
                container,
                object: object.clone(),
            }),
            Step::Starting { until } => Some(PodLife::Starting {
                container,
                until: *until,
            }),
            Step::Ended { until } => Some(PodLife::Restarting {
                container,
                until: *until,
            }),
            Step::CrashBackOff { until } => Some(PodLife::CrashBackOff {
                container,
                until: *until,
            }),
            Step::Running { .. } if init && !self.sidecar => Some(PodLife::InitContainer { container }),
            Step::Running { health, .. } if !health.ready => Some(match health.expected {
                Some(until) => PodLife::Probe { container, until },
                None => PodLife::NotReady { container },
            }),
            Step::Waiting | Step::Running { .. } | Step::Done => None,
        }
    }
}

impl Turn<'_, '_> {
    /// Goes on with the i-th container; says whether anything happened.
    pub fn step(&mut self, i: usize, may_start: bool) -> Result<bool, Status> {
        let now = self.client.now();
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

    /// Gets the image (`EnsureImageExists`).
    fn fetch(&mut self, i: usize) {
        let now = self.client.now();
        let image = self.worker.runs[i].image.clone();
        let policy = self
            .spec(i)
            .get("imagePullPolicy")
            .and_then(Value::as_str)
            .unwrap_or("IfNotPresent")
            .to_owned();
        let there = self.images.there_at(&self.worker.node, &image);
        if reference(&image).is_none() {
            return self.refuse_name(i);
        }
        match (there, policy.as_str()) {
            (Some(at), "IfNotPresent" | "Never") if at <= now => {
                self.say(
                    "Pulled",
                    format!("Container image \"{image}\" already present on machine"),
                );
                self.start(i);
            }
            (_, "Never") => self.refuse_never(i),
            _ => {
                self.say("Pulling", format!("Pulling image \"{image}\""));
                let times = self.client.settings().profile.durations();
                let until = match there {
                    _ if self.image_is_missing(&image) => now.plus(FAILED_PULL_MS),
                    Some(at) => at.max(now.plus(times.recheck_ms)),
                    None => now.plus(times.pull_ms),
                };
                if there.is_none() {
                    self.images.arrives(&self.worker.node, &image, until);
                }
                self.set(i, Step::Pulling { until, since: now });
            }
        }
    }

    fn image_is_missing(&self, image: &str) -> bool {
        let image = image.to_owned();
        Fault::ImageMissing { image }.lasts(self.client.world())
    }

    fn refuse_name(&mut self, i: usize) {
        let run = &self.worker.runs[i];
        let (container, image) = (run.name.clone(), run.image.clone());
        let why = format!(
            "Failed to apply default image tag \"{image}\": couldn't parse image name \"{image}\": invalid reference \
             format"
        );
        self.warn("InspectFailed", why.clone());
        self.warn("Failed", "Error: InvalidImageName".to_owned());
        self.show_waiting(i, "InvalidImageName", Some(why));
        self.set(i, Step::NoImage(PodLife::InvalidImageName { container, image }));
    }

    fn refuse_never(&mut self, i: usize) {
        let run = &self.worker.runs[i];
        let (container, image) = (run.name.clone(), run.image.clone());
        let why = format!("Container image \"{image}\" is not present with pull policy of Never");
        self.warn("ErrImageNeverPull", why.clone());
        self.warn("Failed", "Error: ErrImageNeverPull".to_owned());
        self.show_waiting(i, "ErrImageNeverPull", Some(why));
        self.set(i, Step::NoImage(PodLife::ImageNeverPulled { container, image }));
    }

    fn end_pull(&mut self, i: usize, since: Time) {
        let now = self.client.now();
        let image = self.worker.runs[i].image.clone();
        if !self.image_is_missing(&image) {
            self.images.arrives(&self.worker.node, &image, now);
            let took = seconds(now.since(since));
            // The size is made up, and the same for one name always.
            let size = image
                .bytes()
                .fold(31_337_u64, |sum, b| sum * 31 % 180_000_017 + u64::from(b));
            self.say(
                "Pulled",
                format!(
                    "Successfully pulled image \"{image}\" in {took} ({took} including waiting). Image size: {} bytes.",
                    20_000_000 + size
                ),
            );
            self.start(i);
            return;
        }
        self.images.fails(&self.worker.node, &image);
        let why = self.pull_error(&image);
        self.warn("Failed", format!("Failed to pull image \"{image}\": {why}"));
        self.warn("Failed", "Error: ErrImagePull".to_owned());
        self.worker.runs[i].pulls.grow(now, now);
        self.show_waiting(i, "ErrImagePull", Some(why));
        let until = now.plus(SHOW_BACK_OFF_MS);
        self.set(i, Step::PullFailed { until });
    }

    fn pull_error(&self, image: &str) -> String {
        let name = reference(image).unwrap_or_default();
        format!(
            "rpc error: code = NotFound desc = failed to pull and unpack image \"{name}\": failed to resolve reference \
             \"{name}\": {name}: not found"
        )
    }

    fn back_off_pull(&mut self, i: usize) {
        let run = &self.worker.runs[i];
        let image = run.image.clone();
        let until = run.pulls.updated.unwrap_or(self.client.now()).plus(run.pulls.ms);
        let message = format!("Back-off pulling image \"{image}\"");
        self.say("BackOff", message.clone());
        self.warn("Failed", "Error: ImagePullBackOff".to_owned());
        let why = format!("{message}: ErrImagePull: {}", self.pull_error(&image));
        self.show_waiting(i, "ImagePullBackOff", Some(why));
        self.set(i, Step::PullBackOff { until });
    }

    /// Creates the container and starts it (`startContainer`); says whether anything happened.
    fn start(&mut self, i: usize) -> bool {
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

    fn show_waiting(&mut self, i: usize, reason: &str, message: Option<String>) {
        if let Some(run) = self.worker.runs.get_mut(i) {
            run.shown = ContainerState::Waiting {
                reason: reason.into(),
                message: message.map(Into::into),
            };
        }
    }
}

/// Milliseconds as Go prints a rounded duration: `850ms`, `1.2s`.
fn seconds(ms: u64) -> String {
    match (ms / 1000, ms % 1000) {
        (0, ms) => format!("{ms}ms"),
        (s, 0) => format!("{s}s"),
        (s, ms) => format!("{s}.{}s", format!("{ms:03}").trim_end_matches('0')),
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
    fn a_crashing_container_waits_longer_each_time() {
        let mut crashes = BackOff::default();
        let mut waits = Vec::new();
        let mut now = Time(0);
        for _ in 0..8 {
            let finished = now;
            let until = crashes.until(finished, now.plus(1_000));
            waits.push(until.map_or(0, |until| until.since(finished) / 1000));
            now = until.unwrap_or(now.plus(1_000));
            crashes.grow(finished, now);
            now = now.plus(1_000);
        }
        assert_eq!(waits, [0, 10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(crashes.until(now.plus(700_000), now.plus(700_001)), None);
    }

    #[test]
    fn durations_read_as_go_prints_them() {
        assert_eq!(go_duration(10_000), "10s");
        assert_eq!(go_duration(160_000), "2m40s");
        assert_eq!(go_duration(300_000), "5m0s");
        assert_eq!(seconds(1_200), "1.2s");
        assert_eq!(seconds(900), "900ms");
    }
}
