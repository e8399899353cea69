//! Status by shape, word and colour.

use crate::object::{Object, pod};

/// The colour of a status, and what it means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// As wanted.
    Ok,
    /// On the way there.
    Wait,
    /// Broken.
    Bad,
    /// On the way out, or of no account.
    #[default]
    Off,
}

impl Tone {
    /// Its name in the style sheet.
    pub fn name(self) -> &'static str {
        match self {
            Tone::Ok => "ok",
            Tone::Wait => "wait",
            Tone::Bad => "bad",
            Tone::Off => "off",
        }
    }
}

/// The shape of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is what the shape stands for")]
pub enum Sign {
    Ready,
    Running,
    Pending,
    Creating,
    Stopping,
    Done,
    Failed,
    Unknown,
}

impl Sign {
    /// Its name in the style sheet.
    pub fn name(self) -> &'static str {
        match self {
            Sign::Ready => "ready",
            Sign::Running => "running",
            Sign::Pending => "pending",
            Sign::Creating => "creating",
            Sign::Stopping => "stopping",
            Sign::Done => "done",
            Sign::Failed => "failed",
            Sign::Unknown => "unknown",
        }
    }
}

/// Shape and colour for a pod whose status kubectl calls by this word.
pub fn of_pod(object: &Object, word: &str) -> (Sign, Tone) {
    match word {
        "Terminating" => (Sign::Stopping, Tone::Off),
        "Unknown" => (Sign::Unknown, Tone::Bad),
        "Running" if pod::ready(object) => (Sign::Ready, Tone::Ok),
        "Running" | "NotReady" => (Sign::Running, Tone::Wait),
        "Completed" | "Succeeded" => (Sign::Done, Tone::Off),
        "Pending" | "SchedulingGated" => (Sign::Pending, Tone::Wait),
        "ContainerCreating" | "PodInitializing" => (Sign::Creating, Tone::Wait),
        word => match word.strip_prefix("Init:") {
            Some(rest) if rest.bytes().all(|b| b.is_ascii_digit() || b == b'/') => {
                (Sign::Creating, Tone::Wait)
            }
            _ => (Sign::Failed, Tone::Bad),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::{Kind, Map, Value};
    use serde_json::json;

    #[track_caller]
    fn check(word: &str, ready: bool, sign: Sign, tone: Tone) {
        let status = if ready { "True" } else { "False" };
        let document: Value =
            json!({"metadata": {"name": "web-0"}, "status": {"conditions": [{"type": "Ready", "status": status}]}})
                .into();
        let map: &Map = document.as_object().expect("an object");
        assert_eq!(of_pod(&Object::read(Kind::Pod, map), word), (sign, tone));
    }

    #[test]
    fn every_word_has_a_shape_and_a_colour() {
        check("Running", true, Sign::Ready, Tone::Ok);
        check("Running", false, Sign::Running, Tone::Wait);
        check("Pending", false, Sign::Pending, Tone::Wait);
        check("Init:0/2", false, Sign::Creating, Tone::Wait);
        check("Init:Error", false, Sign::Failed, Tone::Bad);
        check("CrashLoopBackOff", false, Sign::Failed, Tone::Bad);
        check("ErrImagePull", false, Sign::Failed, Tone::Bad);
        check("Terminating", true, Sign::Stopping, Tone::Off);
        check("Completed", false, Sign::Done, Tone::Off);
    }
}
