//! Everything that can happen to a session, and what it asks of the page in return.

use std::sync::Arc;

use crate::api::Propagation;
use crate::cluster::Fault;
use crate::object::Key;
use crate::scene::explain::{Field, Remedy};
use crate::timeline::{Show, Speed};

use super::RunId;
use super::notice::NoticeId;
use super::view::{Tab, Theme};

/// One thing that a person did, or that the page noticed.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// The editor's text is now this.
    Edit(String),
    /// The text has rested for a moment: time to say what is wrong with it.
    Check,
    /// Apply the text.
    Apply,

    /// Write another replica count into the text and apply it.
    SetReplicas {
        /// The workload.
        workload: Key,
        /// How many.
        replicas: i64,
    },
    /// Write another image into the text and apply it.
    SetImage {
        /// The workload.
        workload: Key,
        /// Which container, counted from 0.
        container: usize,
        /// The image.
        image: String,
    },
    /// Write another partition into the text and apply it.
    SetPartition {
        /// The StatefulSet.
        workload: Key,
        /// The lowest ordinal that is updated.
        partition: i64,
    },
    /// Write another pod management policy into the text and apply it.
    SetPolicy {
        /// The StatefulSet.
        workload: Key,
        /// `OrderedReady` or `Parallel`.
        policy: String,
    },
    /// Write another update strategy into the text and apply it.
    SetStrategy {
        /// The StatefulSet.
        workload: Key,
        /// `RollingUpdate` or `OnDelete`.
        strategy: String,
    },
    /// Write a value into any field of the text and apply it.
    SetField {
        /// The field.
        field: Field,
        /// Its new value, as YAML.
        value: String,
    },
    /// Take a field's live value over into the text, without applying it.
    TakeLive(Field),

    /// Scale in the cluster only.
    Scale {
        /// The workload.
        workload: Key,
        /// How many.
        replicas: i64,
    },
    /// Delete a pod.
    DeletePod {
        /// The pod.
        pod: Key,
        /// Remove it at once, without waiting for its kubelet.
        force: bool,
    },
    /// Delete a workload.
    DeleteSet {
        /// The workload.
        workload: Key,
        /// What becomes of what it owns.
        cascade: Propagation,
    },
    /// Delete a claim.
    DeleteClaim(Key),
    /// Delete any other object.
    Delete(Key),
    /// Restart all pods of a workload, one after the other.
    RolloutRestart(Key),
    /// Go back to an earlier revision; 0 is the one before the newest.
    RolloutUndo {
        /// The workload.
        workload: Key,
        /// The revision.
        revision: i64,
    },
    /// Break something.
    Break(Fault),
    /// Mend it again.
    Mend(Fault),
    /// Take the way out that the sentence offers.
    Follow(Remedy),

    /// Let the show run; at the end of all, from the beginning.
    Play,
    /// Stop it.
    Pause,
    /// Play or pause.
    Toggle,
    /// On to the next entry that changes the picture or the sentence.
    Step,
    /// Back by one such entry.
    Back,
    /// On to the next moment at which nothing is pending.
    Skip,
    /// To a moment.
    Seek(Show),
    /// To an entry of the log.
    SeekEntry(u64),
    /// Another speed.
    Speed(Speed),
    /// So much real time has passed, in milliseconds; sent for every frame while something moves.
    Tick {
        /// Since the last one.
        elapsed_ms: u64,
    },

    /// Select an object, or nothing.
    Select(Option<Key>),
    /// Show where a field stands in the text.
    Reveal(Field),
    /// SwitchRun to the other run.
    SwitchRun(RunId),
    /// Show a tab of the dock.
    Tab(Tab),
    /// Fold the dock to its newest line, or unfold it.
    Fold(bool),
    /// Another theme.
    Theme(Theme),

    /// Enter a line in the terminal.
    Line(String),
    /// Stop a line of the terminal that runs on by itself.
    Interrupt {
        /// The run whose terminal it is.
        run: RunId,
        /// Its number.
        line: usize,
    },

    /// Take the last command back.
    Undo,
    /// Begin anew with the first manifest.
    StartOver,
    /// Begin anew with this text.
    OpenFile(String),
    /// Save the text as a file.
    SaveFile,
    /// Copy a link to this moment.
    CopyLink,
    /// The address is now this fragment.
    OpenLink(String),
    /// Begin a second run beside the first, with this text; none ends the comparison.
    Compare(Option<Arc<str>>),
    /// Do what a notice offers.
    Accept(NoticeId),
    /// Put a notice away.
    Dismiss(NoticeId),
}

/// What the page has to do outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Keep this for the next visit: the payload of a link. Storage that throws is no error.
    Save(String),
    /// Write this fragment into the address, at most once a second, the last one wins; never in a frame.
    WriteAddress(String),
    /// Put this into the clipboard.
    Copy(String),
    /// Offer this as a file.
    Download {
        /// The file's name.
        name: String,
        /// What it holds.
        text: String,
    },
    /// Put this text into the editor as one change that the editor's own undo takes back.
    Write(String),
    /// Say this to those who do not see the screen.
    Announce(String),
    /// Move the focus.
    Focus(FocusTarget),
    /// Scroll the editor to a line, counted from 1, and show it for a moment.
    RevealLine(usize),
}

/// Where the focus can be moved to.
#[derive(Clone, Debug, PartialEq)]
pub enum FocusTarget {
    /// The editor.
    Editor,
    /// An object on the stage.
    Object(Key),
}
