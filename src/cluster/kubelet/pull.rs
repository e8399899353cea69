//! Getting images (`pkg/kubelet/images/image_manager.go`).

use super::container::Step;
use super::images::reference;
use super::worker::Turn;
use crate::cluster::durations::{FAILED_PULL_MS, SHOW_BACK_OFF_MS};
use crate::cluster::fault::Fault;
use crate::object::{Time, Value};
use crate::store::waiting::PodWaiting;

impl Turn<'_, '_> {
    /// Gets the image (`EnsureImageExists`).
    pub(super) fn fetch(&mut self, i: usize) {
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
        self.set(
            i,
            Step::NoImage(PodWaiting::InvalidImageName { container, image }),
        );
    }

    fn refuse_never(&mut self, i: usize) {
        let run = &self.worker.runs[i];
        let (container, image) = (run.name.clone(), run.image.clone());
        let why = format!("Container image \"{image}\" is not present with pull policy of Never");
        self.warn("ErrImageNeverPull", why.clone());
        self.warn("Failed", "Error: ErrImageNeverPull".to_owned());
        self.show_waiting(i, "ErrImageNeverPull", Some(why));
        self.set(
            i,
            Step::NoImage(PodWaiting::ErrImageNeverPull { container, image }),
        );
    }

    pub(super) fn end_pull(&mut self, i: usize, since: Time) {
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

    pub(super) fn back_off_pull(&mut self, i: usize) {
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
}

/// Milliseconds as Go prints a rounded duration: `850ms`, `1.2s`.
fn seconds(ms: u64) -> String {
    match (ms / 1000, ms % 1000) {
        (0, ms) => format!("{ms}ms"),
        (s, 0) => format!("{s}s"),
        (s, ms) => format!("{s}.{}s", format!("{ms:03}").trim_end_matches('0')),
    }
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn durations_read_as_go_prints_them() {
        assert_eq!(seconds(1_200), "1.2s");
        assert_eq!(seconds(900), "900ms");
        assert_eq!(seconds(3_000), "3s");
    }
}
