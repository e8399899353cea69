//! Everything that a person can change: `update(&mut Session, Msg) -> Vec<Effect>` is the only way to change it.
//!
//! A session holds one run, or two to compare. It does not access the browser: it returns [`Effect`]s for the page to
//! perform.

mod actions;
pub mod console;
pub mod faults;
mod fields;
pub mod form;
mod live;
pub mod menu;
pub mod msg;
pub mod notice;
pub mod perform;
pub mod presets;
mod refusal;
mod rewrite;
mod run_id;
pub mod run_state;
pub mod start;
mod state;
mod terminal;
mod transport;
pub mod update;
pub mod view;
mod waiting;

pub use live::LiveDifference;
pub use msg::{Effect, Msg};
pub use notice::{Notice, NoticeId};
pub use presets::{Preset, first_manifest, presets};
pub use refusal::Refusal;
pub use run_id::RunId;
pub use run_state::{RunState, TerminalLine};
pub use state::Session;
pub use update::update;
pub use view::{Tab, Theme, View};
