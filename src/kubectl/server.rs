//! Whom kubectl talks to: a run, or a copy of its world for a dry run.

use std::sync::Arc;

use crate::api::{self, Context, Request, Status};
use crate::cluster::Sim;
use crate::object::Object;
use crate::store::{Actor, Cause, Entry, EntryKind, Rng, World};

/// An API server as kubectl sees it.
pub trait Server {
    /// The cluster as it is now.
    fn world(&self) -> &World;

    /// Sends a request.
    ///
    /// # Errors
    /// The API server's refusal.
    fn send(&mut self, request: &Request) -> Result<Answer, Status>;
}

/// What a request was answered with.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The object after the request; none if it is gone.
    pub object: Option<Arc<Object>>,
    /// `Warning:` headers.
    pub warnings: Vec<String>,
}

/// A run's own API server, to which a person sends the requests of one command.
pub struct Live<'a> {
    sim: &'a mut Sim,
    cause: Cause,
}

impl Live<'_> {
    /// The server for a command that begins now.
    pub fn begin(sim: &mut Sim) -> Live<'_> {
        let cause = sim.begin_command();
        Live { sim, cause }
    }
}

impl Server for Live<'_> {
    fn world(&self) -> &World {
        self.sim.world()
    }

    fn send(&mut self, request: &Request) -> Result<Answer, Status> {
        let response = self.sim.send(self.cause, request)?;
        Ok(Answer {
            object: response.object,
            warnings: response.warnings,
        })
    }
}

/// A copy of a world, in which no actor moves.
#[derive(Clone, Debug)]
pub struct DryRun {
    world: World,
    rng: Rng,
}

impl DryRun {
    /// A copy of this world.
    pub fn new(world: &World) -> DryRun {
        DryRun {
            world: world.clone(),
            rng: Rng::new(0, 0),
        }
    }
}

impl Server for DryRun {
    fn world(&self) -> &World {
        &self.world
    }

    fn send(&mut self, request: &Request) -> Result<Answer, Status> {
        let now = self.world.now();
        let mut context = Context {
            world: &self.world,
            now,
            actor: Actor::Person,
            rng: &mut self.rng,
        };
        let writes = api::handle(&mut context, request)?;
        for change in writes.changes {
            let entry = Entry {
                seq: self.world.seq() + 1,
                at: now,
                cause: Cause::Timer,
                kind: EntryKind::Change(change),
            };
            self.world.apply(&entry);
        }
        Ok(Answer {
            object: writes.object,
            warnings: writes.warnings,
        })
    }
}
