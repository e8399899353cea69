//! The icon and the colour of a pod's status.

use crate::object::{Object, pod};

/// What the colour of a status means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatusTone {
    /// The desired state.
    Ok,
    /// Not there yet.
    Wait,
    /// Broken.
    Bad,
    /// Terminating or finished.
    #[default]
    Off,
}

impl StatusTone {
    /// Its name in the style sheet.
    pub fn name(self) -> &'static str {
        match self {
            StatusTone::Ok => "ok",
            StatusTone::Wait => "wait",
            StatusTone::Bad => "bad",
            StatusTone::Off => "off",
        }
    }
}

/// The icon of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is what the icon stands for")]
pub enum StatusIcon {
    Ready,
    Running,
    Pending,
    Creating,
    Stopping,
    Done,
    Failed,
    Unknown,
}

impl StatusIcon {
    /// Its name in the style sheet.
    pub fn name(self) -> &'static str {
        match self {
            StatusIcon::Ready => "ready",
            StatusIcon::Running => "running",
            StatusIcon::Pending => "pending",
            StatusIcon::Creating => "creating",
            StatusIcon::Stopping => "stopping",
            StatusIcon::Done => "done",
            StatusIcon::Failed => "failed",
            StatusIcon::Unknown => "unknown",
        }
    }
}

/// Returns the icon and the colour of a pod for which `kubectl get pods` prints this STATUS. Statuses that are not
/// listed, such as `ImagePullBackOff` and `CrashLoopBackOff`, mean that something is broken.
pub fn classify(object: &Object, status: &str) -> (StatusIcon, StatusTone) {
    match status {
        "Terminating" => (StatusIcon::Stopping, StatusTone::Off),
        "Unknown" => (StatusIcon::Unknown, StatusTone::Bad),
        "Running" if pod::ready(object) => (StatusIcon::Ready, StatusTone::Ok),
        "Running" | "NotReady" => (StatusIcon::Running, StatusTone::Wait),
        "Completed" | "Succeeded" => (StatusIcon::Done, StatusTone::Off),
        "Pending" | "SchedulingGated" => (StatusIcon::Pending, StatusTone::Wait),
        "ContainerCreating" | "PodInitializing" => (StatusIcon::Creating, StatusTone::Wait),
        status => match status.strip_prefix("Init:") {
            Some(rest) if rest.bytes().all(|b| b.is_ascii_digit() || b == b'/') => {
                (StatusIcon::Creating, StatusTone::Wait)
            }
            _ => (StatusIcon::Failed, StatusTone::Bad),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::{Kind, Map, Value};
    use serde_json::json;

    #[track_caller]
    fn check(status: &str, ready: bool, icon: StatusIcon, tone: StatusTone) {
        let truth = if ready { "True" } else { "False" };
        let document: Value =
            json!({"metadata": {"name": "web-0"}, "status": {"conditions": [{"type": "Ready", "status": truth}]}})
                .into();
        let map: &Map = document.as_object().expect("an object");
        assert_eq!(classify(&Object::read(Kind::Pod, map), status), (icon, tone));
    }

    #[test]
    fn every_status_has_an_icon_and_a_colour() {
        check("Running", true, StatusIcon::Ready, StatusTone::Ok);
        check("Running", false, StatusIcon::Running, StatusTone::Wait);
        check("Pending", false, StatusIcon::Pending, StatusTone::Wait);
        check("Init:0/2", false, StatusIcon::Creating, StatusTone::Wait);
        check("Init:Error", false, StatusIcon::Failed, StatusTone::Bad);
        check("CrashLoopBackOff", false, StatusIcon::Failed, StatusTone::Bad);
        check("ErrImagePull", false, StatusIcon::Failed, StatusTone::Bad);
        check("Terminating", true, StatusIcon::Stopping, StatusTone::Off);
        check("Completed", false, StatusIcon::Done, StatusTone::Off);
    }
}
