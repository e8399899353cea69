//! The timeline: a run with its log and checkpoints, the pace at which it is shown, and the play head.

pub mod action;
pub mod history;
pub mod marks;
pub mod pace;
pub mod playback;
pub mod run;

pub use action::Action;
pub use history::{Cursor, History};
pub use marks::{Mark, MarkKind};
pub use pace::{Gap, Pace, Show};
pub use playback::{PlayHead, Playback, Speed};
pub use run::{Perform, Performed, Ready, Run, Step, StepError, StepResult};
