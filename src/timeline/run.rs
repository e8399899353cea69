//! A run: what a person did and when, and everything that follows from it.

use std::sync::Arc;

use crate::api::StatusCause;
use crate::cluster::{Settings, Sim};
use crate::limits;
use crate::object::{Key, Time};
use crate::store::World;

use super::action::Action;
use super::history::History;

/// A stretch of cluster time without any entry that counts as a pause, in milliseconds.
const PAUSE_MS: u64 = 5_000;

/// Something that a person did.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// When, in cluster time. What the cluster does by itself at this instant comes first.
    pub at: Time,
    /// What.
    pub action: Action,
}

/// Does an action to a cluster. The modules that know kubectl stand above this one, and so does what it `R`eports.
pub type Perform<R> = fn(&mut Sim, &Action) -> Performed<R>;

/// What an action came to, as whoever performed it says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Performed<R> {
    /// What was refused.
    pub refused: Vec<Refused>,
    /// What there is to report.
    pub report: R,
}

/// The inputs of a run and the log that follows from them, simulated ahead of the play head.
#[derive(Clone, Debug)]
pub struct Run<R> {
    perform: Perform<R>,
    steps: Vec<Step>,
    /// What became of the steps that the simulation has reached.
    outcomes: Vec<Arc<Done<R>>>,
    history: History,
    sim: Sim,
    checkpoints: Vec<Checkpoint>,
    /// Positions at which nothing was pending, ascending.
    quiets: Vec<u64>,
    /// Grows whenever entries are taken back, so that what was derived from them can be told from what still holds.
    rewrites: u64,
}

/// What a step came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Done<R> {
    /// What was refused.
    pub refused: Vec<Refused>,
    /// What there is to report.
    pub report: R,
    /// Position in the log after which it was done.
    pub seq: u64,
    /// Whether it changed anything.
    pub changed: bool,
}

/// What the API server or kubectl refused of a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// For a text: position of the document.
    pub document: Option<usize>,
    /// The object, if it is known.
    pub object: Option<Key>,
    /// The words.
    pub message: String,
    /// For a text: what is wrong at which field of the document.
    pub causes: Vec<StatusCause>,
}

#[derive(Clone, Debug)]
struct Checkpoint {
    sim: Sim,
    /// How many steps it has done.
    steps: usize,
}

impl<R: Clone> Run<R> {
    /// A cluster to which nothing has been done.
    pub fn new(settings: Settings, perform: Perform<R>) -> Run<R> {
        let mut sim = Sim::new(settings);
        sim.take_entries();
        Run {
            perform,
            steps: Vec::new(),
            outcomes: Vec::new(),
            history: History::new(sim.world().clone()),
            checkpoints: vec![Checkpoint {
                sim: sim.clone(),
                steps: 0,
            }],
            sim,
            quiets: Vec::new(),
            rewrites: 0,
        }
    }

    /// How it was set up.
    pub fn settings(&self) -> &Settings {
        self.sim.settings()
    }

    /// The log with its worlds, pace and marks.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// What was done, in the order of time; also what lies ahead of the simulation.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// What a step came to, if the simulation has reached it.
    pub fn done(&self, step: usize) -> Option<&Arc<Done<R>>> {
        self.outcomes.get(step)
    }

    /// The cluster at a position of the log.
    pub fn world_at(&self, seq: u64) -> World {
        self.history.world_at(seq)
    }

    /// How often entries have been taken back.
    pub fn rewrites(&self) -> u64 {
        self.rewrites
    }

    /// Whether nothing is pending at the end of the log: it goes on only if somebody does something.
    pub fn quiet(&self) -> bool {
        self.outcomes.len() == self.steps.len() && self.sim.idle()
    }

    /// Whether it is as long as it may get.
    pub fn full(&self) -> bool {
        self.history.entries().len() >= limits::RUN_ENTRIES
    }

    /// The next position after this one at which nothing is pending. A run that never comes to rest, such as a crash
    /// loop, has pauses instead; without one it is the end of the log.
    pub fn quiet_after(&self, seq: u64) -> u64 {
        let next = self.quiets.partition_point(|quiet| *quiet <= seq);
        self.quiets.get(next).copied().unwrap_or_else(|| {
            let entries = self.history.between(seq, self.history.end());
            let mut pairs = entries.windows(2).skip(1);
            let pause = pairs.find_map(|pair| match pair {
                [before, after] if after.at.since(before.at) >= PAUSE_MS => Some(before.seq),
                _ => None,
            });
            pause.unwrap_or(self.history.end())
        })
    }

    /// Does something at a time. What was done later is taken back and returned; what the cluster would have done later
    /// was only foreseen, and is simulated anew.
    pub fn act(&mut self, at: Time, action: Action) -> Vec<Step> {
        let kept = self.steps.partition_point(|step| step.at <= at);
        let dropped = self.steps.split_off(kept);
        self.steps.push(Step { at, action });
        self.rewind(kept, at);
        while self.outcomes.len() < self.steps.len() {
            self.once();
        }
        dropped
    }

    /// Replaces all that was done; what stays the same at the beginning is not simulated again.
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

    /// Takes the last thing done back and returns it.
    pub fn undo(&mut self) -> Option<Step> {
        let last = self.steps.pop()?;
        self.rewind(self.steps.len(), last.at);
        Some(last)
    }

    /// Simulates on, until nothing is pending, or far enough ahead of the play head, or so many entries were added.
    /// Returns whether there is more to simulate now.
    pub fn ahead(&mut self, head: Time, entries_max: u64) -> bool {
        let stop = self.history.end().saturating_add(entries_max);
        while self.history.end() < stop {
            let last = self.steps.last().map_or(head, |step| step.at.max(head));
            let pending = self.outcomes.len() < self.steps.len();
            let far = self
                .sim
                .next_wake()
                .is_none_or(|at| at > last.plus(limits::AHEAD_MS));
            if self.full() || !pending && (self.sim.idle() || far) {
                return false;
            }
            self.once();
        }
        true
    }

    /// Does what comes next: the next thing that a person does, or the next instant at which something is due.
    fn once(&mut self) {
        let wake = self.sim.next_wake();
        let step = self.steps.get(self.outcomes.len());
        let Some(step) = step.filter(|step| wake.is_none_or(|at| at > step.at)) else {
            self.sim.advance(wake.unwrap_or(self.sim.now()));
            self.collect();
            return;
        };
        let step = step.clone();
        self.sim.advance(step.at);
        self.collect();
        self.keep();
        let seq = self.history.end();
        let Performed { refused, report } = (self.perform)(&mut self.sim, &step.action);
        let changed = self.sim.world().seq() > seq;
        self.outcomes.push(Arc::new(Done {
            refused,
            report,
            seq,
            changed,
        }));
        self.sim.advance(step.at);
        self.collect();
    }

    fn collect(&mut self) {
        let entries = self.sim.take_entries();
        self.history.append(entries);
        if self.sim.idle() && self.quiets.last() != Some(&self.history.end()) {
            self.quiets.push(self.history.end());
        }
        let last = self.checkpoints.last().map_or(0, |kept| kept.sim.world().seq());
        if self.history.end().saturating_sub(last) >= limits::CHECKPOINT_ENTRIES {
            self.keep();
        }
    }

    fn keep(&mut self) {
        self.checkpoints.push(Checkpoint {
            sim: self.sim.clone(),
            steps: self.outcomes.len(),
        });
        if self.checkpoints.len() > limits::CHECKPOINTS {
            let mut index = 0;
            self.checkpoints.retain(|_| {
                index += 1;
                index % 2 == 1
            });
        }
    }

    /// Goes back to where `steps` steps were done and the time was not yet beyond `at`.
    fn rewind(&mut self, steps: usize, at: Time) {
        if self.outcomes.len() <= steps && self.sim.now() <= at {
            return;
        }
        while let [_, .., last] = self.checkpoints.as_slice() {
            if last.steps <= steps && last.sim.now() <= at {
                break;
            }
            self.checkpoints.pop();
        }
        let Some(kept) = self.checkpoints.last() else {
            return;
        };
        self.sim = kept.sim.clone();
        self.outcomes.truncate(kept.steps);
        let seq = self.sim.world().seq();
        self.history.truncate(seq);
        self.quiets.retain(|quiet| *quiet <= seq);
        self.rewrites += 1;
    }
}
