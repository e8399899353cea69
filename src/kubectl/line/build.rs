//! Builds kubectl lines.
//!
//! Every line that the page offers or runs on behalf of a person is built here, so that the line a button shows and the
//! line it runs cannot differ.

use std::fmt;
use std::sync::Arc;

use super::words::quoted;
use crate::api::Propagation;
use crate::object::{DEFAULT_NAMESPACE, Key, Kind};
use crate::timeline::Action;

/// A kubectl line without `kubectl` in front; [`fmt::Display`] adds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line(String);

impl Line {
    /// `apply -f FILE`.
    pub fn apply(file: &str) -> Line {
        Line(format!("apply -f {}", quoted(file)))
    }

    /// `get TYPE NAME -o yaml`.
    pub fn get_yaml(object: &Key) -> Line {
        Line::about("get", object).flag("-o yaml")
    }

    /// `describe TYPE NAME`.
    pub fn describe(object: &Key) -> Line {
        Line::about("describe", object)
    }

    /// `logs NAME --all-containers`.
    pub fn logs(pod: &Key) -> Line {
        Line::named("logs", pod).flag("--all-containers")
    }

    /// `cordon NAME`.
    pub fn cordon(node: &Key) -> Line {
        Line::named("cordon", node)
    }

    /// `uncordon NAME`.
    pub fn uncordon(node: &Key) -> Line {
        Line::named("uncordon", node)
    }

    /// `drain NAME`, also of pods of DaemonSets, pods with local data, and pods without a controller.
    pub fn drain(node: &Key) -> Line {
        Line::named("drain", node).flag("--ignore-daemonsets --delete-emptydir-data --force")
    }

    /// `scale TYPE NAME --replicas=COUNT`.
    pub fn scale(workload: &Key, replicas: i64) -> Line {
        Line::about("scale", workload).flag(&format!("--replicas={replicas}"))
    }

    /// `set image TYPE NAME CONTAINER=IMAGE`.
    pub fn set_image(workload: &Key, container: &str, image: &str) -> Line {
        Line::about("set image", workload).argument(&format!("{container}={image}"))
    }

    /// `patch TYPE NAME --type=merge -p PATCH`; the patch is JSON.
    pub fn patch_merge(object: &Key, patch: &str) -> Line {
        Line::about("patch", object).flag(&format!("--type=merge -p {}", quoted(patch)))
    }

    /// `patch TYPE NAME --type=json -p PATCH`; the patch is a list of operations (RFC 6902).
    pub fn patch_json(object: &Key, patch: &str) -> Line {
        Line::about("patch", object).flag(&format!("--type=json -p {}", quoted(patch)))
    }

    /// `rollout restart TYPE NAME`.
    pub fn rollout_restart(workload: &Key) -> Line {
        Line::about("rollout restart", workload)
    }

    /// `rollout undo TYPE NAME`; revision 0 is the previous one.
    pub fn rollout_undo(workload: &Key, revision: i64) -> Line {
        let line = Line::about("rollout undo", workload);
        match revision {
            0 => line,
            revision => line.flag(&format!("--to-revision={revision}")),
        }
    }

    /// `delete TYPE NAME`.
    pub fn delete(object: &Key) -> Line {
        Line::about("delete", object)
    }

    /// `delete pod NAME --wait=false`; with `force` it does not wait for the pod's kubelet either.
    pub fn delete_pod(pod: &Key, force: bool) -> Line {
        let line = Line::delete(pod);
        match force {
            true => line.grace_period(0).force().no_wait(),
            false => line.no_wait(),
        }
    }

    /// `--cascade` of `delete`; `background` is kubectl's default and is not written.
    pub fn cascade(self, propagation: Propagation) -> Line {
        match propagation {
            Propagation::Background => self,
            Propagation::Foreground => self.flag("--cascade=foreground"),
            Propagation::Orphan => self.flag("--cascade=orphan"),
        }
    }

    /// `--grace-period` of `delete`, in seconds.
    pub fn grace_period(self, seconds: i64) -> Line {
        self.flag(&format!("--grace-period={seconds}"))
    }

    /// `--force` of `delete`.
    pub fn force(self) -> Line {
        self.flag("--force")
    }

    /// `--wait=false` of `delete`: it returns before the object is removed.
    pub fn no_wait(self) -> Line {
        self.flag("--wait=false")
    }

    /// The line without `kubectl`, as the console reads it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A command with the object it is about, and its namespace unless that is kubectl's default.
    fn about(command: &str, object: &Key) -> Line {
        let kind = type_name(object.kind);
        let name = match is_plain_name(&object.name) {
            true => format!("{kind} {}", object.name),
            false => quoted(&format!("{kind}/{}", object.name)),
        };
        Line(format!("{command} {name}")).in_namespace_of(object)
    }

    /// A command with the name of an object whose kind the command implies.
    fn named(command: &str, object: &Key) -> Line {
        match is_plain_name(&object.name) {
            true => Line(format!("{command} {}", object.name)).in_namespace_of(object),
            false => Line::about(command, object),
        }
    }

    /// Names the object's namespace, unless that is kubectl's default.
    fn in_namespace_of(self, object: &Key) -> Line {
        let elsewhere = object.kind.info().namespaced && *object.namespace != *DEFAULT_NAMESPACE;
        match elsewhere {
            true => self.flag(&format!("-n {}", quoted(&object.namespace))),
            false => self,
        }
    }

    fn flag(mut self, flag: &str) -> Line {
        self.0.push(' ');
        self.0.push_str(flag);
        self
    }

    /// A positional argument; `--` keeps one with a leading dash from being read as a flag.
    fn argument(self, word: &str) -> Line {
        match word.starts_with('-') {
            true => self.flag("--").flag(&quoted(word)),
            false => self.flag(&quoted(word)),
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kubectl {}", self.0)
    }
}

impl From<Line> for Arc<str> {
    fn from(line: Line) -> Arc<str> {
        line.0.into()
    }
}

impl From<Line> for Action {
    fn from(line: Line) -> Action {
        Action::Kubectl {
            line: line.into(),
            stdin: "".into(),
        }
    }
}

/// Maximum length of a singular name of a kind that is written out; a longer one is replaced by its short name if there
/// is one.
const TYPE_NAME_MAX: usize = 12;

/// The name of a kind as people type it: `pod`, `statefulset`, `pvc`.
fn type_name(kind: Kind) -> String {
    let info = kind.info();
    match info.short {
        [short, ..] if info.name.len() > TYPE_NAME_MAX => (*short).to_owned(),
        _ => info.name.to_ascii_lowercase(),
    }
}

/// Whether a name can be a separate word. Names from links can contain any text; one that is not plain is written
/// as `TYPE/NAME`, which is never read as a flag or as several names.
fn is_plain_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-.:".contains(c);
    !name.is_empty() && !name.starts_with('-') && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web() -> Key {
        Key::new(Kind::StatefulSet, "web")
    }

    #[track_caller]
    fn check(line: Line, expected: &str) {
        assert_eq!(line.to_string(), expected);
        assert_eq!(format!("kubectl {}", line.as_str()), expected);
    }

    #[test]
    fn lines_are_what_a_person_types() {
        let pod = Key::new(Kind::Pod, "web-1");
        let claim = Key::new(Kind::PersistentVolumeClaim, "www-web-1");
        check(
            Line::delete(&pod).no_wait(),
            "kubectl delete pod web-1 --wait=false",
        );
        check(
            Line::delete(&pod).grace_period(0).force().no_wait(),
            "kubectl delete pod web-1 --grace-period=0 --force --wait=false",
        );
        check(Line::delete(&claim), "kubectl delete pvc www-web-1");
        check(
            Line::delete(&web()).cascade(Propagation::Orphan),
            "kubectl delete statefulset web --cascade=orphan",
        );
        check(
            Line::scale(&web(), 3),
            "kubectl scale statefulset web --replicas=3",
        );
        check(
            Line::set_image(&web(), "nginx", "nginx:2"),
            "kubectl set image statefulset web nginx=nginx:2",
        );
        check(
            Line::patch_merge(&web(), r#"{"spec":{"replicas":3}}"#),
            r#"kubectl patch statefulset web --type=merge -p '{"spec":{"replicas":3}}'"#,
        );
        check(
            Line::rollout_restart(&web()),
            "kubectl rollout restart statefulset web",
        );
        check(
            Line::rollout_undo(&web(), 0),
            "kubectl rollout undo statefulset web",
        );
        check(
            Line::rollout_undo(&web(), 2),
            "kubectl rollout undo statefulset web --to-revision=2",
        );
        check(Line::get_yaml(&claim), "kubectl get pvc www-web-1 -o yaml");
        check(Line::describe(&claim), "kubectl describe pvc www-web-1");
        check(Line::logs(&pod), "kubectl logs web-1 --all-containers");
        let node = Key::new(Kind::Node, "node-1");
        check(Line::cordon(&node), "kubectl cordon node-1");
        check(Line::uncordon(&node), "kubectl uncordon node-1");
        check(
            Line::drain(&node),
            "kubectl drain node-1 --ignore-daemonsets --delete-emptydir-data --force",
        );
    }

    #[test]
    fn another_namespace_is_named() {
        let mut pod = Key::new(Kind::Pod, "web-1");
        pod.namespace = "other".into();
        check(Line::delete(&pod), "kubectl delete pod web-1 -n other");
        let mut node = Key::new(Kind::Node, "node-1");
        node.namespace = "ignored".into();
        check(Line::delete(&node), "kubectl delete node node-1");
    }

    #[test]
    fn words_that_a_shell_would_read_otherwise_are_quoted() {
        let pod = |name: &str| Key::new(Kind::Pod, name);
        check(Line::delete(&pod("-x")), "kubectl delete pod/-x");
        check(Line::delete(&pod("")), "kubectl delete pod/");
        check(Line::delete(&pod("a b")), "kubectl delete 'pod/a b'");
        check(
            Line::set_image(&web(), "-c", "it's"),
            r"kubectl set image statefulset web -- '-c=it'\''s'",
        );
    }
}
