//! The messages that change a session, and the effects that it asks of the page.

use std::sync::Arc;

use crate::object::Key;
use crate::scene::explain::{Field, Remedy};
use crate::timeline::{Action, Show, Speed};
use crate::yaml::NewValue;

use super::menu::MenuEntry;
use super::notice::NoticeId;
use super::run_id::RunId;
use super::view::{Tab, Theme};

/// Something that a person did, or that the page noticed.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// The editor's text changed to this.
    Edit(String),
    /// The text has not changed for a moment: check it.
    Check,
    /// Apply the text.
    Apply,
    /// Write a value into the text and apply it.
    SetField {
        /// The field.
        field: Field,
        /// Its new value.
        value: NewValue,
    },
    /// Write the live value of a field into the text, without applying it.
    TakeLive(Field),

    /// Perform an action at the play head.
    Act(Action),
    /// Choose an entry of an object's menu.
    Choose(MenuEntry),
    /// Follow the remedy that the sentence offers.
    Follow(Remedy),

    /// Start playback; at the end of the run, from the start.
    Play,
    /// Stop playback.
    Pause,
    /// Start or stop playback.
    Toggle,
    /// Move to the next entry that changes the picture or the sentence.
    Step,
    /// Move back by one such entry.
    Back,
    /// Move to the next position at which nothing is pending.
    Skip,
    /// Move to a show time.
    Seek(Show),
    /// Move to an entry of the log.
    SeekEntry(u64),
    /// Change the speed.
    Speed(Speed),
    /// Real time has passed; sent for every frame while something moves.
    Tick {
        /// Milliseconds since the last one.
        elapsed_ms: u64,
    },

    /// Select an object, or nothing.
    Select(Option<Key>),
    /// Show a field in the editor.
    Reveal(Field),
    /// Make a run the active one.
    SwitchRun(RunId),
    /// Open a tab of the dock.
    Tab(Tab),
    /// Fold the dock to its newest line, or unfold it.
    Fold(bool),
    /// Change the theme.
    Theme(Theme),

    /// Enter a line in the terminal.
    Line(String),
    /// Interrupt a running line of the terminal.
    Interrupt {
        /// The run whose terminal it is.
        run: RunId,
        /// Its number.
        line: usize,
    },

    /// Code was loaded.
    ChunkLoaded,
    /// Code could not be loaded, for this reason; the page tries again.
    ChunkDelayed(String),

    /// Undo the last action.
    Undo,
    /// Start over with the first manifest.
    StartOver,
    /// Start over with this text.
    OpenFile(String),
    /// Save the text as a file.
    SaveFile,
    /// Copy a link to the play head.
    CopyLink,
    /// The fragment of the address changed to this.
    OpenLink(String),
    /// Start a second run with this text beside the first; none ends the comparison.
    Compare(Option<Arc<str>>),
    /// Do what a notice offers.
    Accept(NoticeId),
    /// Dismiss a notice.
    Dismiss(NoticeId),
}

/// What the page has to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Save this for the next visit: the payload of a link. Storage that throws is not an error.
    Save(String),
    /// Write this fragment into the address, at most once a second, the last one wins; never in a frame.
    WriteAddress(String),
    /// Copy this fragment, as an address, to the clipboard.
    Copy(String),
    /// Offer a file for download.
    Download {
        /// The file's name.
        name: String,
        /// Its content.
        text: String,
    },
    /// Replace the editor's text, as one change that the editor's own undo reverts.
    Write(String),
    /// Announce this to screen readers.
    Announce(String),
    /// Move the focus to the editor.
    FocusEditor,
    /// Scroll the editor to a line, counted from 1, and highlight it for a moment.
    RevealLine(usize),
}
