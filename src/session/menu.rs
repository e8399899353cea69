//! The actions that the page offers for an object.

use crate::api::Propagation;
use crate::cluster::{Fault, FaultKind};
use crate::kubectl::line::Line;
use crate::kubectl::server::DryRun;
use crate::kubectl::shell::KubeConfig;
use crate::object::{Key, Kind, Object, Value, node};
use crate::store::World;
use crate::timeline::Action;

use super::console::console;
use super::faults;
use super::view::Tab;

/// One action of an object's menu.
#[derive(Clone, Debug, PartialEq)]
pub struct MenuEntry {
    /// The label of its button.
    pub label: String,
    /// What it does.
    pub command: MenuCommand,
    /// Whether it deletes something.
    pub danger: bool,
    /// Which icon it has.
    pub icon: MenuIcon,
    /// The tab of the dock that opens with it.
    pub tab: Option<Tab>,
}

/// What an entry does.
#[derive(Clone, Debug, PartialEq)]
pub enum MenuCommand {
    /// Runs the kubectl line that the entry shows.
    Run(Line),
    /// Injects the fault whose consequence the entry shows.
    Break(Fault),
    /// Ends a fault.
    Mend(Fault),
}

impl MenuCommand {
    /// What the entry shows below its label.
    pub fn explanation(&self) -> String {
        match self {
            MenuCommand::Run(line) => line.to_string(),
            MenuCommand::Break(fault) => fault.kind().consequence().to_owned(),
            MenuCommand::Mend(fault) => format!("Ends \u{201c}{}\u{201d}.", fault.label()),
        }
    }
}

impl From<MenuCommand> for Action {
    fn from(command: MenuCommand) -> Action {
        match command {
            MenuCommand::Run(line) => line.into(),
            MenuCommand::Break(fault) => Action::Break(fault),
            MenuCommand::Mend(fault) => Action::Mend(fault),
        }
    }
}

/// The groups of a menu, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the title of the group")]
pub enum MenuGroup {
    Look,
    Change,
    Break,
}

impl MenuGroup {
    /// All groups.
    pub const ALL: [MenuGroup; 3] = [MenuGroup::Look, MenuGroup::Change, MenuGroup::Break];

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            MenuGroup::Look => "Look",
            MenuGroup::Change => "Change",
            MenuGroup::Break => "Break",
        }
    }
}

impl MenuEntry {
    /// The group that it belongs to.
    pub fn group(&self) -> MenuGroup {
        match (&self.command, self.tab) {
            (MenuCommand::Run(_), Some(_)) => MenuGroup::Look,
            (MenuCommand::Run(_), None) => MenuGroup::Change,
            (MenuCommand::Break(_) | MenuCommand::Mend(_), _) => MenuGroup::Break,
        }
    }
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
    Cordon,
    Uncordon,
    Drain,
    Break,
    Mend,
}

/// The menu of an object: the actions that would succeed now. It is empty if the object does not exist.
pub fn entries(world: &World, key: &Key) -> Vec<MenuEntry> {
    let Some(object) = world.get(key) else {
        return Vec::new();
    };
    let mut entries = vec![look("Show as YAML", Line::get_yaml(key), Tab::Objects)];
    entries.push(look("Describe", Line::describe(key), Tab::Kubectl));
    if key.kind == Kind::Pod {
        entries.push(look("Logs", Line::logs(key), Tab::Kubectl));
    }
    entries.extend(match key.kind {
        Kind::Pod => pod(key),
        Kind::StatefulSet | Kind::Deployment => workload(object),
        Kind::PersistentVolumeClaim => vec![delete("claim", key)],
        Kind::Node => node_entries(object),
        Kind::Fault => Vec::new(),
        kind => vec![delete(&kind.info().name.to_ascii_lowercase(), key)],
    });
    entries.retain(|entry| match &entry.command {
        MenuCommand::Run(line) => succeeds(world, line),
        MenuCommand::Break(_) | MenuCommand::Mend(_) => true,
    });
    entries.extend(
        faults::of_object(world, key)
            .into_iter()
            .map(|fault| match fault.is_active(world) {
                true => mend(fault),
                false => break_entry(fault),
            }),
    );
    entries
}

/// Injects a fault.
pub fn break_entry(fault: Fault) -> MenuEntry {
    MenuEntry {
        label: fault.label(),
        command: MenuCommand::Break(fault),
        danger: false,
        icon: MenuIcon::Break,
        tab: None,
    }
}

/// Ends a fault. A cordoned node is uncordoned by kubectl.
pub fn mend(fault: Fault) -> MenuEntry {
    let cordoned = fault.object().filter(|_| fault.kind() == FaultKind::Drained);
    let command = match cordoned {
        Some(node) => MenuCommand::Run(Line::uncordon(&node)),
        None => MenuCommand::Mend(fault.clone()),
    };
    MenuEntry {
        label: fault.mend_label(),
        command,
        danger: false,
        icon: MenuIcon::Mend,
        tab: None,
    }
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
        command: MenuCommand::Run(line),
        danger: false,
        icon,
        tab: None,
    }
}

fn look(label: &str, line: Line, tab: Tab) -> MenuEntry {
    MenuEntry {
        tab: Some(tab),
        ..entry(label, line, MenuIcon::Show)
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

fn node_entries(object: &Object) -> Vec<MenuEntry> {
    let (key, name) = (object.key(), &object.meta.name);
    let cordon = match node::unschedulable(object) {
        true => entry(
            &format!("Uncordon {name}"),
            Line::uncordon(&key),
            MenuIcon::Uncordon,
        ),
        false => entry(&format!("Cordon {name}"), Line::cordon(&key), MenuIcon::Cordon),
    };
    vec![
        cordon,
        entry(&format!("Drain {name}"), Line::drain(&key), MenuIcon::Drain),
        delete("node", &key),
    ]
}
