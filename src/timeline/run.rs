//! A run: the actions of a person with their times, and the log that follows from them.

use std::sync::Arc;

use crate::api::StatusCause;
use crate::cluster::{Settings, Sim};
use crate::limits;
use crate::object::{Key, Time};
use crate::store::World;

use super::action::Action;
use super::history::History;

/// Minimum cluster time without entries that counts as a pause, in milliseconds.
const PAUSE_MS: u64 = 5_000;

/// An action at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its cluster time. The cluster's own work at this instant comes first.
    pub at: Time,
    /// The action.
    pub action: Action,
}

/// Performs an action on a cluster, after steps with these results. It is passed in, because the modules that know
/// kubectl lie above this one; `R` is the type of its report.
pub type Perform<R> = fn(&mut Sim, &[Arc<StepResult<R>>], &Action) -> Performed<R>;

/// Whether an action can be performed now: the code that performs it may still be loading.
pub type Ready = fn(&Action) -> bool;

/// The result of performing an action.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Performed<R> {
    /// The errors of the API server and of kubectl.
    pub errors: Vec<StepError>,
    /// The report.
    pub report: R,
}

/// The inputs of a run and the log that follows from them, simulated ahead of the play head.
#[derive(Clone, Debug)]
pub struct Run<R> {
    perform: Perform<R>,
    ready: Ready,
    steps: Vec<Step>,
    /// The results of the steps that the simulation has reached.
    results: Vec<Arc<StepResult<R>>>,
    history: History,
    sim: Sim,
    checkpoints: Vec<Checkpoint>,
    /// Positions at which nothing was pending, ascending.
    quiet_positions: Vec<u64>,
    /// Number of times that entries were removed; caches of values derived from the log compare it.
    rewrites: u64,
}

/// The result of a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepResult<R> {
    /// The errors of the API server and of kubectl.
    pub errors: Vec<StepError>,
    /// The report.
    pub report: R,
    /// The position of the log before the step.
    pub seq: u64,
    /// Whether it changed the cluster.
    pub changed: bool,
}

/// An error of the API server or of kubectl.
#[derive(Clone, Debug, PartialEq)]
pub struct StepError {
    /// For an applied text: index of the document.
    pub document: Option<usize>,
    /// The object, if known.
    pub object: Option<Key>,
    /// The message as kubectl prints it.
    pub message: String,
    /// For an applied text: the invalid fields of the document.
    pub causes: Vec<StatusCause>,
}

#[derive(Clone, Debug)]
struct Checkpoint {
    sim: Sim,
    /// Number of steps before it.
    steps: usize,
}

impl<R: Clone> Run<R> {
    /// A run without steps.
    pub fn new(settings: Settings, perform: Perform<R>) -> Run<R> {
        let mut sim = Sim::new(settings);
        sim.take_entries();
        Run {
            perform,
            ready: |_| true,
            steps: Vec::new(),
            results: Vec::new(),
            history: History::new(sim.world().clone()),
            checkpoints: vec![Checkpoint {
                sim: sim.clone(),
                steps: 0,
            }],
            sim,
            quiet_positions: Vec::new(),
            rewrites: 0,
        }
    }

    /// The same run, whose steps wait until they can be performed.
    pub fn with_ready(self, ready: Ready) -> Run<R> {
        Run { ready, ..self }
    }

    /// The settings of its cluster.
    pub fn settings(&self) -> &Settings {
        self.sim.settings()
    }

    /// The log with its worlds, pace and marks.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The steps in the order of time, including those that the simulation has not reached.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The result of a step, if the simulation has reached it.
    pub fn result(&self, step: usize) -> Option<&Arc<StepResult<R>>> {
        self.results.get(step)
    }

    /// The world at a position of the log.
    pub fn world_at(&self, seq: u64) -> World {
        self.history.world_at(seq)
    }

    /// Number of times that entries were removed.
    pub fn rewrites(&self) -> u64 {
        self.rewrites
    }

    /// Whether nothing is pending at the end of the log: only an action can add entries.
    pub fn quiet(&self) -> bool {
        self.results.len() == self.steps.len() && self.sim.idle()
    }

    /// Whether the next thing to simulate is a step that cannot be performed yet.
    pub fn blocked(&self) -> bool {
        self.blocked_on().is_some()
    }

    /// The action that cannot be performed yet, if it is the next thing to simulate.
    pub fn blocked_on(&self) -> Option<&Action> {
        let due = |step: &&Step| self.sim.next_wake().is_none_or(|at| at > step.at);
        let step = self.steps.get(self.results.len()).filter(due)?;
        (!(self.ready)(&step.action)).then_some(&step.action)
    }

    /// Whether the log has reached [`limits::RUN_ENTRIES`].
    pub fn full(&self) -> bool {
        self.history.entries().len() >= limits::RUN_ENTRIES
    }

    /// The next position after this one at which nothing is pending. In a run that never settles, such as a crash loop,
    /// it is the next pause; without one it is the end of the log.
    pub fn quiet_after(&self, seq: u64) -> u64 {
        let next = self.quiet_positions.partition_point(|quiet| *quiet <= seq);
        self.quiet_positions.get(next).copied().unwrap_or_else(|| {
            let entries = self.history.between(seq, self.history.end());
            let mut pairs = entries.windows(2).skip(1);
            let pause = pairs.find_map(|pair| match pair {
                [before, after] if after.at.since(before.at) >= PAUSE_MS => Some(before.seq),
                _ => None,
            });
            pause.unwrap_or(self.history.end())
        })
    }

    /// Performs an action at a time, after at most the first `before` steps: of several steps at one instant some may
    /// be later. Later steps are removed and returned; later entries of the log are simulated again.
    pub fn act(&mut self, at: Time, before: usize, action: Action) -> Vec<Step> {
        let kept = self.steps.partition_point(|step| step.at <= at).min(before);
        let dropped = self.steps.split_off(kept);
        self.steps.push(Step { at, action });
        self.rewind(kept, at);
        while self.results.len() < self.steps.len() && !self.blocked() {
            self.advance_once();
        }
        dropped
    }

    /// Replaces all steps. The common prefix is not simulated again.
    pub fn replace(&mut self, steps: Vec<Step>) {
        let same = self.steps.iter().zip(&steps).take_while(|(a, b)| a == b).count();
        let changed = [self.steps.get(same), steps.get(same)];
        let from = changed.into_iter().flatten().map(|step| step.at).min();
        self.steps = steps;
        self.steps.sort_by_key(|step| step.at);
        if let Some(at) = from {
            self.rewind(same, at);
        }
    }

    /// Removes the last step and returns it.
    pub fn undo(&mut self) -> Option<Step> {
        let last = self.steps.pop()?;
        self.rewind(self.steps.len(), last.at);
        Some(last)
    }

    /// Simulates ahead of the play head: until nothing is pending, the lead of [`limits::AHEAD_MS`] is reached, the next
    /// step cannot be performed yet, or `entries_max` entries were added. Returns whether there is more to simulate now.
    pub fn simulate_ahead(&mut self, head: Time, entries_max: u64) -> bool {
        let stop = self.history.end().saturating_add(entries_max);
        while self.history.end() < stop {
            let last = self.steps.last().map_or(head, |step| step.at.max(head));
            let pending = self.results.len() < self.steps.len();
            let far = self
                .sim
                .next_wake()
                .is_none_or(|at| at > last.plus(limits::AHEAD_MS));
            if self.full() || self.blocked() || !pending && (self.sim.idle() || far) {
                return false;
            }
            self.advance_once();
        }
        true
    }

    /// Performs the next step, or advances to the next instant at which the cluster has work to do.
    fn advance_once(&mut self) {
        let wake = self.sim.next_wake();
        let step = self.steps.get(self.results.len());
        let Some(step) = step.filter(|step| wake.is_none_or(|at| at > step.at)) else {
            self.sim.advance(wake.unwrap_or(self.sim.now()));
            self.collect_entries();
            return;
        };
        let step = step.clone();
        self.sim.advance(step.at);
        self.collect_entries();
        self.save_checkpoint();
        let seq = self.history.end();
        let Performed { errors, report } = (self.perform)(&mut self.sim, &self.results, &step.action);
        let changed = self.sim.world().seq() > seq;
        self.results.push(Arc::new(StepResult {
            errors,
            report,
            seq,
            changed,
        }));
        self.sim.advance(step.at);
        self.collect_entries();
    }

    fn collect_entries(&mut self) {
        let entries = self.sim.take_entries();
        self.history.append(entries);
        if self.sim.idle() && self.quiet_positions.last() != Some(&self.history.end()) {
            self.quiet_positions.push(self.history.end());
        }
        let last = self
            .checkpoints
            .last()
            .map_or(0, |checkpoint| checkpoint.sim.world().seq());
        if self.history.end().saturating_sub(last) >= limits::CHECKPOINT_ENTRIES {
            self.save_checkpoint();
        }
    }

    fn save_checkpoint(&mut self) {
        self.checkpoints.push(Checkpoint {
            sim: self.sim.clone(),
            steps: self.results.len(),
        });
        if self.checkpoints.len() > limits::CHECKPOINTS {
            let mut index = 0;
            self.checkpoints.retain(|_| {
                index += 1;
                index % 2 == 1
            });
        }
    }

    /// Returns to the latest checkpoint with at most `steps` steps performed and a time not after `at`.
    fn rewind(&mut self, steps: usize, at: Time) {
        if self.results.len() <= steps && self.sim.now() <= at {
            return;
        }
        while let [_, .., last] = self.checkpoints.as_slice() {
            if last.steps <= steps && last.sim.now() <= at {
                break;
            }
            self.checkpoints.pop();
        }
        let Some(checkpoint) = self.checkpoints.last() else {
            return;
        };
        self.sim = checkpoint.sim.clone();
        self.results.truncate(checkpoint.steps);
        let seq = self.sim.world().seq();
        self.history.truncate(seq);
        self.quiet_positions.retain(|quiet| *quiet <= seq);
        self.rewrites += 1;
    }
}
