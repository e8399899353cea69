//! The simulation: it alone moves the clock and commits entries to the log.

use std::sync::Arc;

use imbl::OrdMap;

use super::actors::{Actors, INTERESTED, sync};
use super::bootstrap;
use super::client::{Client, Synced};
use super::command::{Command, Outcome, Settings};
use super::events::Recorder;
use super::queue::{Queue, Seen, Task, Wakes};
use crate::api::{self, Context, Request, Status};
use crate::limits;
use crate::object::{Key, Kind, Object, Time};
use crate::store::{Actor, Cause, Change, Decision, Entry, EntryKind, Rng, Waiting, World};

/// A cluster that runs on a virtual clock. A clone is a checkpoint: it runs on in the same way.
#[derive(Clone, Debug)]
pub struct Sim {
    core: Core,
    actors: Actors,
    commands: u32,
}

/// Everything but what actors keep for themselves.
#[derive(Clone, Debug)]
pub(super) struct Core {
    pub(super) world: World,
    pub(super) now: Time,
    pub(super) queue: Queue,
    pub(super) settings: Settings,
    pub(super) recorder: Recorder,
    log: Vec<Entry>,
    api_rng: Rng,
    rngs: Vec<Rng>,
    failures: OrdMap<(Actor, Key), Failed>,
    /// The last entry that changed an object other than an event.
    progress: u64,
}

/// A key whose last sync failed.
#[derive(Clone, Copy, Debug)]
struct Failed {
    times: u32,
    progress: u64,
}

/// How a settling ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Nothing is pending, but perhaps failures that would only fail again.
    Quiet,
    /// A limit was reached first.
    Busy,
}

impl Sim {
    /// A cluster as it stands when a person first sees it: nodes, storage classes, namespaces, nothing else.
    pub fn new(settings: Settings) -> Sim {
        let seed = settings.seed;
        let mut sim = Sim {
            core: Core {
                world: World::default(),
                now: Time::default(),
                queue: Queue::default(),
                settings,
                recorder: Recorder::default(),
                log: Vec::new(),
                api_rng: Rng::new(seed, 0),
                rngs: (1..=Actor::ServiceController as u64 + 1)
                    .map(|stream| Rng::new(seed, stream))
                    .collect(),
                failures: OrdMap::new(),
                progress: 0,
            },
            actors: Actors::default(),
            commands: 0,
        };
        bootstrap::install(&mut sim.core);
        sim.advance(Time::default());
        sim
    }

    /// The cluster as it is.
    pub fn world(&self) -> &World {
        &self.core.world
    }

    /// The time.
    pub fn now(&self) -> Time {
        self.core.now
    }

    /// How this run was set up.
    pub fn settings(&self) -> &Settings {
        &self.core.settings
    }

    /// The entries committed since they were last taken.
    pub fn take_entries(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.core.log)
    }

    /// Does what a person commands, now. Actors react when time goes on, be it only to this instant.
    pub fn command(&mut self, command: &Command) -> Outcome {
        let cause = self.begin();
        super::command::perform(self, cause, command)
    }

    /// Begins a command that is worked off request by request, as kubectl does: see [`Sim::send`].
    pub fn begin(&mut self) -> Cause {
        let cause = Cause::Command(self.commands);
        self.commands += 1;
        cause
    }

    /// Sends one request of a command that was begun; the answer has the object as it is now, and warnings.
    ///
    /// # Errors
    /// The API server's refusal.
    pub fn send(
        &mut self,
        cause: Cause,
        request: &Request,
    ) -> Result<(Option<Arc<Object>>, Vec<String>), Status> {
        self.core.request(Actor::Person, cause, request)
    }

    /// Sends a request as the person who uses kubectl. It is no command: it does not count, and is no part of a link.
    pub(super) fn request(&mut self, cause: Cause, request: &Request, outcome: &mut Outcome) {
        let result = self
            .core
            .request(Actor::Person, cause, request)
            .map(|(object, warnings)| {
                outcome.warnings.extend(warnings);
                object
            });
        outcome.results.push(result);
    }

    /// A client for what a command plays itself, such as a kubelet.
    pub(super) fn client(&mut self, actor: Actor, cause: Cause) -> Client<'_> {
        Client {
            core: &mut self.core,
            actor,
            cause,
        }
    }

    /// When something is due next.
    pub fn next_wake(&self) -> Option<Time> {
        self.core.queue.next_at()
    }

    /// Whether nothing is pending, but perhaps retries that would only fail again.
    pub fn idle(&self) -> bool {
        !self.core.queue.has_fresh() && !self.core.may_succeed()
    }

    /// Does all that is due by then, and moves the clock there.
    pub fn advance(&mut self, until: Time) {
        while let Some(task) = self.core.queue.pop(until) {
            self.run(&task);
        }
        self.core.now = self.core.now.max(until);
    }

    /// Runs on until nothing is pending, or a limit is reached. What only fails again and again does not count.
    pub fn settle(&mut self) -> Settled {
        let end = self.core.now.plus(limits::SETTLE_MS);
        for _ in 0..limits::SETTLE_SYNCS {
            if self.idle() {
                return Settled::Quiet;
            }
            if self.core.log.len() >= limits::SETTLE_ENTRIES {
                return Settled::Busy;
            }
            let Some(task) = self.core.queue.pop(end) else {
                return Settled::Busy;
            };
            self.run(&task);
        }
        Settled::Busy
    }

    fn run(&mut self, task: &Task) {
        self.core.now = self.core.now.max(task.at);
        let mut client = Client {
            core: &mut self.core,
            actor: task.actor,
            cause: task.cause,
        };
        let synced = sync(&mut client, &task.key, &mut self.actors);
        self.core.synced(task, synced);
    }
}

impl Core {
    /// Sends a request to the API server and commits what it answers.
    pub(super) fn request(
        &mut self,
        actor: Actor,
        cause: Cause,
        request: &Request,
    ) -> Result<(Option<Arc<Object>>, Vec<String>), Status> {
        let mut context = Context {
            world: &self.world,
            now: self.now,
            actor,
            rng: &mut self.api_rng,
        };
        let writes = api::handle(&mut context, request)?;
        for change in writes.changes {
            self.commit(cause, change);
        }
        let object = writes
            .object
            .and_then(|object| self.world.get(&object.key()).cloned());
        Ok((object, writes.warnings))
    }

    /// Commits an object past the API server: events, and what stands before the first command.
    pub(super) fn commit_object(&mut self, actor: Actor, cause: Cause, object: Object) {
        let change = Change {
            key: object.key(),
            object: Some(Arc::new(object)),
            by: actor,
        };
        self.commit(cause, change);
    }

    pub(super) fn commit(&mut self, cause: Cause, mut change: Change) {
        let seq = self.world.seq() + 1;
        if let Some(object) = &mut change.object
            && object.meta.resource_version != seq
        {
            Arc::make_mut(object).meta.resource_version = seq;
        }
        if change.key.kind != Kind::Event {
            self.progress = seq;
        }
        let old = self.world.get(&change.key).cloned();
        let entry = Entry {
            seq,
            at: self.now,
            cause,
            kind: EntryKind::Change(change),
        };
        self.world.apply(&entry);
        if let EntryKind::Change(change) = &entry.kind {
            self.tell(change, old.as_deref(), seq);
        }
        self.log.push(entry);
    }

    fn tell(&mut self, change: &Change, old: Option<&Object>, seq: u64) {
        let seen = Seen {
            change,
            old,
            world: &self.world,
        };
        for (actor, interested) in INTERESTED {
            let mut wakes = Wakes {
                queue: &mut self.queue,
                actor: *actor,
                now: self.now,
                cause: Cause::Entry(seq),
            };
            interested(&seen, &mut wakes);
        }
    }

    /// Logs a decision if it is another than the one that stands.
    pub(super) fn decide(&mut self, actor: Actor, cause: Cause, object: &Key, waiting: Option<Waiting>) {
        if self.world.waiting(actor, object) == waiting.as_ref() {
            return;
        }
        let entry = Entry {
            seq: self.world.seq() + 1,
            at: self.now,
            cause,
            kind: EntryKind::Decision(Decision {
                actor,
                object: object.clone(),
                waiting,
            }),
        };
        self.world.apply(&entry);
        self.log.push(entry);
    }

    /// That actor's own random numbers.
    pub(super) fn rng(&mut self, actor: Actor) -> &mut Rng {
        let place = (actor as usize).min(self.rngs.len() - 1);
        &mut self.rngs[place]
    }

    /// A new UID.
    pub(super) fn uid(&mut self) -> String {
        self.api_rng.uid()
    }

    /// Plans the next try of what failed: after 5 ms·2ⁿ, 1000 s at most
    /// (`ItemExponentialFailureRateLimiter` in `client-go/util/workqueue/default_rate_limiters.go`).
    fn synced(&mut self, task: &Task, synced: Synced) {
        let place = (task.actor, task.key.clone());
        if synced.is_ok() {
            self.failures.remove(&place);
            return;
        }
        let times = self.failures.get(&place).map_or(0, |failed| failed.times);
        let delay = 5_u64.checked_shl(times).unwrap_or(u64::MAX).min(1_000_000);
        self.queue.add(Task {
            at: self.now.plus(delay),
            cause: Cause::Timer,
            retry: true,
            ..task.clone()
        });
        let failed = Failed {
            times: (times + 1).min(32),
            progress: self.progress,
        };
        self.failures.insert(place, failed);
    }

    /// Whether something changed after a sync failed, so that another try may succeed.
    fn may_succeed(&self) -> bool {
        self.failures
            .values()
            .any(|failed| failed.progress != self.progress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::{Command, KubeletMode};

    #[test]
    fn the_same_commands_give_the_same_log() {
        let run = || {
            let mut sim = Sim::new(Settings {
                seed: 7,
                kubelet: KubeletMode::Manual,
                ..Settings::default()
            });
            let text =
                "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: x}]}\n";
            let outcome = sim.command(&Command::Apply { text: text.into() });
            assert_eq!(outcome.error(), None);
            assert_eq!(sim.settle(), Settled::Quiet);
            sim.take_entries()
        };
        let log = run();
        assert!(log.len() > 5);
        assert_eq!(log, run());
        assert!(log.iter().zip(1..).all(|(entry, seq)| entry.seq == seq));
    }
}
