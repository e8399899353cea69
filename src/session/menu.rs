//! The actions that the page offers for an object.

use crate::api::Propagation;
use crate::kubectl::line::Line;
use crate::kubectl::server::DryRun;
use crate::kubectl::shell::KubeConfig;
use crate::object::{Key, Kind, Object, Value};
use crate::store::World;

use super::console::console;
use super::view::Tab;

/// One action of an object's menu.
#[derive(Clone, Debug, PartialEq)]
pub struct MenuEntry {
    /// The label of its button.
    pub label: String,
    /// The line that it shows and runs.
    pub line: Line,
    /// Whether it deletes something.
    pub danger: bool,
    /// Which icon it has.
    pub icon: MenuIcon,
    /// The tab of the dock that opens with it.
    pub tab: Option<Tab>,
}

/// Icons of menu entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is named for the entry that has it")]
pub enum MenuIcon {
    Show,
    ScaleUp,
    ScaleDown,
    Restart,
    Undo,
    Delete,
    ForceDelete,
}

/// The menu of an object: the actions that would succeed now. It is empty if the object does not exist.
pub fn entries(world: &World, key: &Key) -> Vec<MenuEntry> {
    let Some(object) = world.get(key) else {
        return Vec::new();
    };
    let mut entries = vec![MenuEntry {
        tab: Some(Tab::Objects),
        ..entry("Show as YAML", Line::get_yaml(key), MenuIcon::Show)
    }];
    entries.extend(match key.kind {
        Kind::Pod => pod(key),
        Kind::StatefulSet | Kind::Deployment => workload(object),
        Kind::PersistentVolumeClaim => vec![delete("claim", key)],
        Kind::Fault => Vec::new(),
        kind => vec![delete(&kind.info().name.to_ascii_lowercase(), key)],
    });
    entries.retain(|entry| succeeds(world, &entry.line));
    entries
}

/// Whether a line would be carried out in this world, as far as that is known before the console is loaded.
fn succeeds(world: &World, line: &Line) -> bool {
    let Some(console) = console() else {
        return true;
    };
    let (mut server, config) = (DryRun::new(world), KubeConfig::default());
    let process = console.start(&mut server, line.as_str(), "", world.now(), &config);
    process.errors().is_empty()
}

fn entry(label: &str, line: Line, icon: MenuIcon) -> MenuEntry {
    MenuEntry {
        label: label.to_owned(),
        line,
        danger: false,
        icon,
        tab: None,
    }
}

fn deletion(label: &str, line: Line, icon: MenuIcon) -> MenuEntry {
    MenuEntry {
        danger: true,
        ..entry(label, line, icon)
    }
}

fn delete(noun: &str, key: &Key) -> MenuEntry {
    let label = format!("Delete {noun} {}", key.name);
    deletion(&label, Line::delete(key).no_wait(), MenuIcon::Delete)
}

fn pod(key: &Key) -> Vec<MenuEntry> {
    let label = format!("Force delete pod {}", key.name);
    vec![
        delete("pod", key),
        deletion(&label, Line::delete_pod(key, true), MenuIcon::ForceDelete),
    ]
}

fn workload(object: &Object) -> Vec<MenuEntry> {
    let key = object.key();
    let replicas = object.spec().get("replicas").and_then(Value::as_i64).unwrap_or(1);
    let scale = |replicas: i64, icon: MenuIcon| {
        let label = format!("Scale to {replicas}");
        entry(&label, Line::scale(&key, replicas), icon)
    };
    let delete = |label: &str, propagation: Propagation| {
        let line = Line::delete(&key).cascade(propagation).no_wait();
        deletion(label, line, MenuIcon::Delete)
    };
    let mut entries = vec![scale(replicas.saturating_add(1), MenuIcon::ScaleUp)];
    if replicas > 0 {
        entries.push(scale(replicas - 1, MenuIcon::ScaleDown));
    }
    entries.extend([
        entry("Restart", Line::rollout_restart(&key), MenuIcon::Restart),
        entry("Undo rollout", Line::rollout_undo(&key, 0), MenuIcon::Undo),
        delete("Delete", Propagation::Background),
        delete("Delete, pods first", Propagation::Foreground),
        delete("Delete, keep the pods", Propagation::Orphan),
    ]);
    entries
}
