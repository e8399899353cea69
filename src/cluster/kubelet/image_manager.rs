//! Pulls images (`pkg/kubelet/images/image_manager.go`).

use super::container::ContainerStage;
use super::images::reference;
use super::pod_sync::PodSync;
use crate::cluster::faults::{Fault, FaultKind};
use crate::cluster::runtime::durations::{FAILED_PULL_MS, SHOW_BACK_OFF_MS};
use crate::object::{Time, Value};
use crate::store::waiting::PodWaiting;

impl PodSync<'_, '_> {
    /// Starts the container if its image is on the node, otherwise pulls the image (`EnsureImageExists`).
    pub(super) fn ensure_image_exists(&mut self, i: usize) {
        let now = self.client.now();
        let image = self.worker.containers[i].image.clone();
        let policy = self
            .spec(i)
            .get("imagePullPolicy")
            .and_then(Value::as_str)
            .unwrap_or("IfNotPresent")
            .to_owned();
        let available_at = self.images.available_at(&self.worker.node, &image);
        if reference(&image).is_none() {
            return self.reject_image_name(i);
        }
        match (available_at, policy.as_str()) {
            (Some(at), "IfNotPresent" | "Never") if at <= now => {
                self.container_event(
                    i,
                    "Pulled",
                    format!("Container image \"{image}\" already present on machine"),
                );
                self.start_container(i);
            }
            (_, "Never") => self.reject_never_pull(i),
            _ => {
                self.container_event(i, "Pulling", format!("Pulling image \"{image}\""));
                let times = self.client.settings().profile.durations();
                let until = match available_at {
                    _ if self.image_is_missing(&image) => now.plus(FAILED_PULL_MS),
                    Some(at) => at.max(now.plus(times.recheck_ms)),
                    None => now.plus(times.pull_ms),
                };
                if available_at.is_none() {
                    self.images.set_available_at(&self.worker.node, &image, until);
                }
                self.set_stage(i, ContainerStage::Pulling { until, since: now });
            }
        }
    }

    fn image_is_missing(&self, image: &str) -> bool {
        Fault::new(FaultKind::ImageMissing, image).is_active(self.client.world())
    }

    /// `InvalidImageName`.
    fn reject_image_name(&mut self, i: usize) {
        let record = &self.worker.containers[i];
        let (container, image) = (record.name.clone(), record.image.clone());
        let message = format!(
            "Failed to apply default image tag \"{image}\": couldn't parse image name \"{image}\": invalid reference \
             format"
        );
        self.container_warning(i, "InspectFailed", message.clone());
        self.container_warning(i, "Failed", "Error: InvalidImageName".to_owned());
        self.set_waiting_state(i, "InvalidImageName", Some(message));
        self.set_stage(
            i,
            ContainerStage::ImageUnavailable(PodWaiting::InvalidImageName { container, image }),
        );
    }

    /// `ErrImageNeverPull`.
    fn reject_never_pull(&mut self, i: usize) {
        let record = &self.worker.containers[i];
        let (container, image) = (record.name.clone(), record.image.clone());
        let message = format!("Container image \"{image}\" is not present with pull policy of Never");
        self.container_warning(i, "ErrImageNeverPull", message.clone());
        self.container_warning(i, "Failed", "Error: ErrImageNeverPull".to_owned());
        self.set_waiting_state(i, "ErrImageNeverPull", Some(message));
        self.set_stage(
            i,
            ContainerStage::ImageUnavailable(PodWaiting::ErrImageNeverPull { container, image }),
        );
    }

    /// Ends a pull: starts the container, or reports `ErrImagePull`.
    pub(super) fn finish_pull(&mut self, i: usize, since: Time) {
        let now = self.client.now();
        let image = self.worker.containers[i].image.clone();
        if !self.image_is_missing(&image) {
            self.images.set_available_at(&self.worker.node, &image, now);
            let took = go_duration(now.since(since));
            // The size is derived from the name.
            let size = image
                .bytes()
                .fold(31_337_u64, |sum, b| sum * 31 % 180_000_017 + u64::from(b));
            self.container_event(
                i, "Pulled",
                format!(
                    "Successfully pulled image \"{image}\" in {took} ({took} including waiting). Image size: {} bytes.",
                    20_000_000 + size
                ),
            );
            self.start_container(i);
            return;
        }
        self.images.remove(&self.worker.node, &image);
        let message = self.pull_error(&image);
        self.container_warning(
            i,
            "Failed",
            format!("Failed to pull image \"{image}\": {message}"),
        );
        self.container_warning(i, "Failed", "Error: ErrImagePull".to_owned());
        self.worker.containers[i].pulls.increase(now, now);
        self.set_waiting_state(i, "ErrImagePull", Some(message));
        let until = now.plus(SHOW_BACK_OFF_MS);
        self.set_stage(i, ContainerStage::PullFailed { until });
    }

    fn pull_error(&self, image: &str) -> String {
        let name = reference(image).unwrap_or_default();
        format!(
            "rpc error: code = NotFound desc = failed to pull and unpack image \"{name}\": failed to resolve reference \
             \"{name}\": {name}: not found"
        )
    }

    /// Delays the next pull after a failed one: `ImagePullBackOff`.
    pub(super) fn back_off_pull(&mut self, i: usize) {
        let record = &self.worker.containers[i];
        let image = record.image.clone();
        let until = record
            .pulls
            .updated
            .unwrap_or(self.client.now())
            .plus(record.pulls.ms);
        let message = format!("Back-off pulling image \"{image}\"");
        self.container_event(i, "BackOff", message.clone());
        self.container_warning(i, "Failed", "Error: ImagePullBackOff".to_owned());
        let message = format!("{message}: ErrImagePull: {}", self.pull_error(&image));
        self.set_waiting_state(i, "ImagePullBackOff", Some(message));
        self.set_stage(i, ContainerStage::PullBackOff { until });
    }
}

/// Milliseconds as Go prints a rounded duration: `850ms`, `1.2s`.
fn go_duration(ms: u64) -> String {
    match (ms / 1000, ms % 1000) {
        (0, ms) => format!("{ms}ms"),
        (s, 0) => format!("{s}s"),
        (s, ms) => format!("{s}.{}s", format!("{ms:03}").trim_end_matches('0')),
    }
}

#[cfg(test)]
mod tests {
    use super::go_duration;

    #[test]
    fn durations_are_printed_as_go_durations() {
        assert_eq!(go_duration(1_200), "1.2s");
        assert_eq!(go_duration(900), "900ms");
        assert_eq!(go_duration(3_000), "3s");
    }
}
