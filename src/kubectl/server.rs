//! The API servers to which kubectl sends its requests: that of a run, and that of a copy of a world.

use std::sync::Arc;

use crate::api::{self, Context, FieldValidation, Request, Status};
use crate::cluster::Sim;
use crate::cluster::drain::DrainOptions;
use crate::object::Object;
use crate::object::managed::Writer;
use crate::store::{Actor, Cause, Entry, EntryKind, Rng, World};

/// An API server.
pub trait Server {
    /// The current state of the cluster.
    fn world(&self) -> &World;

    /// Sends a request.
    ///
    /// # Errors
    /// The API server's error.
    fn send(&mut self, request: &Request) -> Result<ServerResponse, Status>;

    /// Begins to drain nodes; a copy of a world does nothing.
    fn drain(&mut self, nodes: &[Arc<str>], options: DrainOptions);
}

/// The response to a request.
#[derive(Clone, Debug, Default)]
pub struct ServerResponse {
    /// The object after the request; none if it was removed.
    pub object: Option<Arc<Object>>,
    /// The `Warning` headers.
    pub warnings: Vec<String>,
}

/// The API server of a run, for the requests of one command.
pub struct LiveServer<'a> {
    sim: &'a mut Sim,
    cause: Cause,
}

impl LiveServer<'_> {
    /// The server for a command that starts now.
    pub fn begin(sim: &mut Sim) -> LiveServer<'_> {
        let cause = sim.begin_command();
        LiveServer { sim, cause }
    }
}

impl Server for LiveServer<'_> {
    fn world(&self) -> &World {
        self.sim.world()
    }

    fn send(&mut self, request: &Request) -> Result<ServerResponse, Status> {
        let response = self.sim.send(self.cause, request)?;
        Ok(ServerResponse {
            object: response.object,
            warnings: response.warnings,
        })
    }

    fn drain(&mut self, nodes: &[Arc<str>], options: DrainOptions) {
        self.sim.drain(self.cause, nodes, options);
    }
}

/// An API server to which documents are sent with another field validation than `Strict` (`--validate`).
pub struct ValidatingServer<'a> {
    /// The API server.
    pub server: &'a mut dyn Server,
    /// What happens to unknown fields.
    pub validation: FieldValidation,
}

impl Server for ValidatingServer<'_> {
    fn world(&self) -> &World {
        self.server.world()
    }

    fn send(&mut self, request: &Request) -> Result<ServerResponse, Status> {
        let request = Request::WithFieldValidation(self.validation, Box::new(request.clone()));
        self.server.send(&request)
    }

    fn drain(&mut self, nodes: &[Arc<str>], options: DrainOptions) {
        self.server.drain(nodes, options);
    }
}

/// An API server to which requests are sent as a field manager.
pub struct ManagingServer<'a> {
    /// The API server.
    pub server: &'a mut dyn Server,
    /// `fieldManager`.
    pub manager: Arc<str>,
}

impl Server for ManagingServer<'_> {
    fn world(&self) -> &World {
        self.server.world()
    }

    fn send(&mut self, request: &Request) -> Result<ServerResponse, Status> {
        let writer = Writer {
            manager: self.manager.clone(),
            subresource: "",
        };
        self.server
            .send(&Request::ManagedBy(writer, Box::new(request.clone())))
    }

    fn drain(&mut self, nodes: &[Arc<str>], options: DrainOptions) {
        self.server.drain(nodes, options);
    }
}

/// The API server of a copy of a world, in which no actor runs.
#[derive(Clone, Debug)]
pub struct DryRun {
    world: World,
    rng: Rng,
}

impl DryRun {
    /// Copies a world.
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

    fn send(&mut self, request: &Request) -> Result<ServerResponse, Status> {
        let now = self.world.now();
        let mut context = Context {
            world: &self.world,
            now,
            actor: Actor::Person,
            rng: &mut self.rng,
            writer: Default::default(),
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
        Ok(ServerResponse {
            object: writes.object,
            warnings: writes.warnings,
        })
    }

    fn drain(&mut self, _nodes: &[Arc<str>], _options: DrainOptions) {}
}
