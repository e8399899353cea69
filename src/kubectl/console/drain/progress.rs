//! What `drain` prints while pods are evicted and end (`kubectl/pkg/drain/drain.go`, `RunDrain` in
//! `kubectl/pkg/cmd/drain/drain.go`).

use std::sync::Arc;

use super::super::Output;
use super::super::print_flags::DryRunStrategy;
use crate::cluster::drain::{DrainOptions, PodDeleteList, RETRY_MS};
use crate::kubectl::errors::{Error, report};
use crate::object::{Key, Kind, Object, Time, Uid};
use crate::store::waiting::NodeWaiting;
use crate::store::{Actor, Entry, EntryKind, Waiting, World};
use crate::timeline::History;

/// The exit code of a command that was interrupted.
const INTERRUPTED: i32 = 130;

/// A command that drains nodes, one after the other.
#[derive(Clone, Debug)]
pub struct DrainWait {
    nodes: Vec<Arc<str>>,
    options: DrainOptions,
    dry_run: DryRunStrategy,
    started: Time,
}

/// What has been printed, and the errors if the command has ended.
#[derive(Default)]
pub struct DrainOutput {
    pub out: String,
    pub err: String,
    pub ended: Option<Vec<Error>>,
}

/// The state of the command at a position of the log.
struct Drain<'a> {
    wait: &'a DrainWait,
    printed: DrainOutput,
    /// The nodes that are not drained yet; the pods are those of the first.
    nodes: &'a [Arc<str>],
    pods: Vec<DrainedPod>,
    deadline: Option<Time>,
    /// The errors of the first node so far.
    errors: Vec<Error>,
    fatal: Vec<Error>,
    failed: Vec<Arc<str>>,
}

struct DrainedPod {
    key: Key,
    uid: Uid,
    /// Whether an eviction has been refused and is tried again.
    is_refused: bool,
    is_done: bool,
}

impl DrainWait {
    /// A command that starts now.
    pub fn new(
        nodes: Vec<Arc<str>>,
        options: DrainOptions,
        dry_run: DryRunStrategy,
        started: Time,
    ) -> DrainWait {
        DrainWait {
            nodes,
            options,
            dry_run,
            started,
        }
    }

    /// What the command prints before it waits for the first time.
    pub fn begin(&self, world: &World) -> DrainOutput {
        self.first(world).printed
    }

    /// Adds the output for the entries that follow, and the exit code at the end.
    pub fn print(&self, seq: u64, entries: &[Entry], history: &History, output: &mut Output) {
        let mut drain = self.first(&history.world_at(seq));
        let before = (drain.printed.out.len(), drain.printed.err.len());
        for entry in entries {
            if drain.printed.ended.is_some() {
                break;
            }
            drain.follow(entry, history);
        }
        output.stdout.push_str(&drain.printed.out[before.0..]);
        output.stderr.push_str(&drain.printed.err[before.1..]);
        output.exit = drain
            .printed
            .ended
            .as_ref()
            .map(|errors| match errors.as_slice() {
                [] => 0,
                [Error::Raw(_)] => INTERRUPTED,
                errors => {
                    output.stderr.push_str(&report(errors));
                    1
                }
            });
    }

    fn first(&self, world: &World) -> Drain<'_> {
        let mut drain = Drain {
            wait: self,
            printed: DrainOutput::default(),
            nodes: &self.nodes,
            pods: Vec::new(),
            deadline: None,
            errors: Vec::new(),
            fatal: Vec::new(),
            failed: Vec::new(),
        };
        drain.begin(world, self.started);
        drain
    }
}

impl Drain<'_> {
    /// Begins with the next node; nodes without pods to evict end at once (`deleteOrEvictPodsSimple`).
    fn begin(&mut self, world: &World, now: Time) {
        let options = &self.wait.options;
        while let Some(node) = self.nodes.first() {
            let list = PodDeleteList::read(world, node, options, now);
            self.errors = list.errors().into_iter().map(Error::Plain).collect();
            if self.errors.is_empty() {
                if let Some(warnings) = list.warnings() {
                    self.printed.err.push_str(&format!("Warning: {warnings}\n"));
                }
                self.pods = list.pods().map(DrainedPod::new).collect();
                self.begin_evictions();
                if self.wait.dry_run == DryRunStrategy::None && !self.pods.is_empty() {
                    self.deadline = options.timeout_ms.map(|ms| now.plus(ms));
                    return;
                }
            }
            self.end_node(None);
        }
        self.end();
    }

    fn begin_evictions(&mut self) {
        let suffix = match self.wait.dry_run {
            DryRunStrategy::None => "",
            DryRunStrategy::Client => " (dry run)",
            DryRunStrategy::Server => " (server dry run)",
        };
        if self.wait.options.disable_eviction && self.wait.dry_run != DryRunStrategy::Client {
            return;
        }
        for pod in &self.pods {
            self.printed.out.push_str(&pod.evicting(suffix));
        }
    }

    /// Prints the result of one node and goes on to the next. `pending` are the pods that are left after an error.
    fn end_node(&mut self, pending: Option<&[String]>) {
        let Some((node, rest)) = self.nodes.split_first() else {
            return;
        };
        self.nodes = rest;
        let errors = std::mem::take(&mut self.errors);
        if errors.is_empty() {
            let suffix = match self.wait.dry_run {
                DryRunStrategy::None => "",
                DryRunStrategy::Client => " (dry run)",
                DryRunStrategy::Server => " (server dry run)",
            };
            self.printed
                .out
                .push_str(&format!("node/{node} drained{suffix}\n"));
            return;
        }
        let error = match errors.as_slice() {
            // Without evictions the error is none of several.
            [one] if self.wait.options.disable_eviction && pending.is_some() => one.clone(),
            _ => Error::Several(errors),
        };
        let message = error.message();
        if let Some(pods) = pending.filter(|pods| !pods.is_empty()) {
            let names: String = pods.iter().map(|pod| format!("pod/{pod}\n")).collect();
            self.printed.err.push_str(&format!(
                "There are pending pods in node {:?} when an error occurred: {message}\n{names}",
                node.as_ref()
            ));
        }
        self.printed.err.push_str(&format!(
            "error: unable to drain node {:?} due to error: {message}, continuing command...\n",
            node.as_ref()
        ));
        self.fatal.push(error);
        self.failed.push(node.clone());
    }

    fn end(&mut self) {
        if !self.failed.is_empty() {
            self.printed
                .err
                .push_str("There are pending nodes to be drained:\n");
            let names: String = self.failed.iter().map(|node| format!(" {node}\n")).collect();
            self.printed.err.push_str(&names);
        }
        self.printed.ended = Some(match self.fatal.is_empty() {
            true => Vec::new(),
            false => vec![Error::Several(std::mem::take(&mut self.fatal))],
        });
    }

    fn follow(&mut self, entry: &Entry, history: &History) {
        let node = self.nodes.first().cloned().unwrap_or_default();
        let node = Key::new(Kind::Node, node);
        match &entry.kind {
            EntryKind::Change(change) if change.key == node && change.object.is_none() => self.interrupt(),
            EntryKind::Change(change) => {
                let uid = change.object.as_ref().map(|object| &object.meta.uid);
                self.pod_changed(&change.key, uid);
            }
            EntryKind::Decision(decision) if decision.actor != Actor::Person => {}
            EntryKind::Decision(decision) if decision.object == node => {
                if decision.waiting.is_none() {
                    self.node_ended(entry, history);
                }
            }
            EntryKind::Decision(decision) => {
                let refusal =
                    if let Some(Waiting::Node(NodeWaiting::EvictionRefused { message, until, .. })) =
                        &decision.waiting
                    {
                        Some((message, *until))
                    } else {
                        None
                    };
                self.pod_tried(&decision.object, refusal, entry.at);
            }
        }
    }

    /// A pod has gone (`waitForDelete`).
    fn pod_changed(&mut self, key: &Key, uid: Option<&Uid>) {
        let verb = match self.wait.options.disable_eviction {
            true => "deleted",
            false => "evicted",
        };
        let mut pods = self.pods.iter_mut();
        let Some(pod) = pods.find(|pod| pod.key == *key && !pod.is_done && uid != Some(&pod.uid)) else {
            return;
        };
        pod.is_done = true;
        self.printed.out.push_str(&format!("pod/{} {verb}\n", key.name));
    }

    /// An eviction was tried, or given up.
    fn pod_tried(&mut self, key: &Key, refusal: Option<(&Arc<str>, Time)>, at: Time) {
        let deadline = self.deadline;
        let timeout = self.wait.options.timeout_ms;
        let Some(pod) = self.pods.iter_mut().find(|pod| pod.key == *key && !pod.is_done) else {
            return;
        };
        let what = format!("pods/{:?} -n {:?}", key.name.as_ref(), key.namespace.as_ref());
        match refusal {
            Some((message, until)) => {
                if pod.is_refused {
                    self.printed.out.push_str(&pod.evicting(""));
                }
                pod.is_refused = true;
                if until <= at {
                    pod.is_done = true;
                    let text = format!("error when evicting {what}: {message}");
                    self.errors.push(Error::Plain(text));
                } else {
                    let retry = duration(RETRY_MS);
                    self.printed.err.push_str(&format!(
                        "error when evicting {what} (will retry after {retry}): {message}\n"
                    ));
                }
            }
            None if pod.is_refused => {
                self.printed.out.push_str(&pod.evicting(""));
                pod.is_refused = false;
                if deadline.is_some_and(|deadline| at >= deadline) {
                    pod.is_done = true;
                    let timeout = duration(timeout.unwrap_or(0));
                    let text = format!("error when evicting {what}: global timeout reached: {timeout}");
                    self.errors.push(Error::Plain(text));
                }
            }
            None => {}
        }
    }

    /// All pods of the node have gone, or the time is up.
    fn node_ended(&mut self, entry: &Entry, history: &History) {
        let is_late = self.deadline.is_some_and(|deadline| entry.at >= deadline);
        let mut left = self.pods.iter().filter(|pod| !pod.is_done).peekable();
        if left.peek().is_some() && !is_late {
            return self.interrupt();
        }
        const LATE: &str = "context deadline exceeded";
        let late: Vec<Error> = left
            .map(|pod| {
                Error::Plain(match self.wait.options.disable_eviction {
                    true => LATE.to_owned(),
                    false => format!(
                        "error when waiting for pod {:?} in namespace {:?} to terminate: {LATE}",
                        pod.key.name.as_ref(),
                        pod.key.namespace.as_ref()
                    ),
                })
            })
            .collect();
        match self.wait.options.disable_eviction {
            true => self.errors.extend(late.into_iter().take(1)),
            false => self.errors.splice(0..0, late).for_each(drop),
        }
        let world = history.world_at(entry.seq);
        let node = self.nodes.first().cloned().unwrap_or_default();
        let list = PodDeleteList::read(&world, &node, &self.wait.options, entry.at);
        let pending: Vec<String> = list.pods().map(|pod| pod.name().to_string()).collect();
        self.end_node(Some(&pending));
        self.begin(&world, entry.at);
    }

    /// Somebody has uncordoned the node, for which the command had to be interrupted.
    fn interrupt(&mut self) {
        self.printed.ended = Some(vec![Error::Raw(String::new())]);
    }
}

impl DrainedPod {
    fn new(pod: &Arc<Object>) -> DrainedPod {
        DrainedPod {
            key: pod.key(),
            uid: pod.meta.uid.clone(),
            is_refused: false,
            is_done: false,
        }
    }

    fn evicting(&self, suffix: &str) -> String {
        format!("evicting pod {}/{}{suffix}\n", self.key.namespace, self.key.name)
    }
}

/// A duration as Go prints it (`time.Duration.String`).
fn duration(ms: u64) -> String {
    let (seconds, rest) = (ms / 1000, ms % 1000);
    if seconds == 0 {
        return match rest {
            0 => "0s".to_owned(),
            rest => format!("{rest}ms"),
        };
    }
    let fraction = match rest {
        0 => String::new(),
        rest => format!(".{rest:03}").trim_end_matches('0').to_owned(),
    };
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}{fraction}s"),
        (0, minutes) => format!("{minutes}m{seconds}{fraction}s"),
        (hours, minutes) => format!("{hours}h{minutes}m{seconds}{fraction}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_printed_as_in_go() {
        let texts = [0, 1_500, 5_000, 90_000, 3_600_000, 250].map(duration);
        assert_eq!(texts, ["0s", "1.5s", "5s", "1m30s", "1h0m0s", "250ms"]);
    }
}
