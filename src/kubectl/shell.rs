//! How the page runs lines: through an interface, because the code behind it is loaded when it is first needed.

use std::sync::Arc;

use super::process::Process;
use super::server::Server;
use crate::object::{DEFAULT_NAMESPACE, Key, Time};
use crate::store::World;

/// The name of the only file: the editor's text.
pub const FILE: &str = "manifest.yaml";

/// The console: what `kubectl` does with a line.
pub trait Console: Sync {
    /// Runs a line, with or without a leading `kubectl`. `stdin` is the text that `-f -` reads, and the content of
    /// [`FILE`].
    fn start(
        &self,
        server: &mut dyn Server,
        line: &str,
        stdin: &str,
        now: Time,
        config: &KubeConfig,
    ) -> Process;

    /// Whether a line may change the cluster: it is valid, its command makes changes, and it is no dry run.
    fn changes(&self, line: &str) -> bool;

    /// Whether a line does what the page's *Apply* does: `apply -f` with the editor's text and nothing else.
    fn is_plain_apply(&self, line: &str) -> bool;

    /// Whether a line sends the whole text of the editor to the cluster, as *Apply* does, with other flags or another
    /// verb.
    fn applies_file(&self, line: &str) -> bool;

    /// The object that a line edits, if it is `edit` and names a single object that exists.
    fn edited_object(&self, world: &World, line: &str) -> Option<Key>;

    /// The words with which the last word of a line can be completed.
    fn complete(&self, world: &World, line: &str) -> Vec<String>;
}

/// The kubeconfig: what kubectl knows of the cluster before it asks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeConfig {
    /// The name of the only context.
    pub context: Arc<str>,
    /// The name of the cluster.
    pub cluster: Arc<str>,
    /// The name of the user.
    pub user: Arc<str>,
    /// The host and port of the API server.
    pub server: Arc<str>,
    /// The namespace of the context.
    pub namespace: Arc<str>,
}

impl Default for KubeConfig {
    fn default() -> KubeConfig {
        KubeConfig {
            context: "playground".into(),
            cluster: "playground".into(),
            user: "admin".into(),
            server: "127.0.0.1:6443".into(),
            namespace: DEFAULT_NAMESPACE.into(),
        }
    }
}

impl KubeConfig {
    /// The address of the API server.
    pub fn server_address(&self) -> String {
        ["https", &self.server].join("://")
    }

    /// The same with another namespace, if there is one.
    pub fn with_namespace(mut self, namespace: Option<Arc<str>>) -> KubeConfig {
        self.namespace = namespace.unwrap_or(self.namespace);
        self
    }
}
