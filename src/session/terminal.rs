//! Lines that are entered in the terminal.

use std::sync::Arc;

use super::actions;
use super::msg::Effect;
use super::state::Session;
use crate::kubectl::console::{self, FILE, Process};
use crate::kubectl::line::Line;
use crate::limits;
use crate::timeline::Action;

/// Runs a line in the terminal of the active run. Its errors are shown there and nowhere else.
pub(super) fn enter(session: &mut Session, text: &str) -> Vec<Effect> {
    let line = console::strip_kubectl(text).to_owned();
    match line.as_str() {
        "" => return Vec::new(),
        "clear" => {
            session.active_run_mut().clear_terminal();
            return Vec::new();
        }
        _ => {}
    }
    if line.len() > limits::CONSOLE_LINE_BYTES {
        let reason = format!("the line is longer than {} bytes", limits::CONSOLE_LINE_BYTES);
        session
            .active_run_mut()
            .record_line("…", Process::refused(reason));
        return Vec::new();
    }
    if [Line::apply(FILE), Line::apply("-")]
        .iter()
        .any(|apply| apply.as_str() == line)
    {
        return actions::apply(session, None);
    }
    let stdin: Arc<str> = match may_read_file(&line) {
        true => session.active_run().text.clone(),
        false => "".into(),
    };
    if !console::changes(&line) {
        session.active_run_mut().run_read_only(&line, &stdin);
        return Vec::new();
    }
    let line = line.into();
    let (_, effects) = actions::perform(session, Action::Kubectl { line, stdin });
    session.active_run_mut().refusals.clear();
    effects
}

/// Whether a line may read the editor's text.
fn may_read_file(line: &str) -> bool {
    line.split_whitespace()
        .any(|word| word.starts_with("-f") || word.starts_with("--filename"))
}
