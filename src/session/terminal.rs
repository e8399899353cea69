//! Lines that are entered in the terminal.

use std::sync::Arc;

use super::actions;
use super::console::console;
use super::msg::Effect;
use super::rewrite;
use super::state::Session;
use crate::kubectl::line::{Line, strip_kubectl};
use crate::kubectl::process::Process;
use crate::kubectl::shell::FILE;
use crate::limits;
use crate::object::Key;
use crate::scene::explain::Field;
use crate::timeline::Action;

/// Runs a line in the terminal of the active run. Its errors are shown there and nowhere else.
pub(super) fn enter(session: &mut Session, text: &str) -> Vec<Effect> {
    let line = strip_kubectl(text).to_owned();
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
    if applies_text(&line) {
        return actions::apply(session, None);
    }
    let Some(console) = console() else {
        return Vec::new();
    };
    if console.is_plain_apply(&line) {
        return actions::apply(session, None);
    }
    if let Some(object) = console.edited_object(session.active_run().world(), &line) {
        return edit(session, &line, &object);
    }
    let stdin: Arc<str> = match may_read_file(&line) {
        true => session.active_run().text.clone(),
        false => "".into(),
    };
    if !console.changes(&line) {
        session.active_run_mut().run_read_only(&line, &stdin);
        return Vec::new();
    }
    let applies = console.applies_file(&line);
    let line = line.into();
    let (outcome, effects) = actions::perform(session, Action::Kubectl { line, stdin });
    let run = session.active_run_mut();
    run.refusals.clear();
    if applies && !outcome.no_op {
        run.applied = Some(run.text.clone());
        run.check();
    }
    effects
}

/// Whether a line, without `kubectl`, does the same as the button that applies the text.
fn applies_text(line: &str) -> bool {
    [Line::apply(FILE), Line::apply("-")]
        .iter()
        .any(|apply| apply.as_str() == line)
}

/// Whether a line runs without the console.
pub(super) fn is_simple(text: &str) -> bool {
    let line = strip_kubectl(text);
    line.len() > limits::CONSOLE_LINE_BYTES || matches!(line, "" | "clear") || applies_text(line)
}

/// `edit`: the page's editor shows the object.
fn edit(session: &mut Session, line: &str, object: &Key) -> Vec<Effect> {
    let run = session.active_run();
    let span = rewrite::field_span(&run.text, &Field::new(object, "metadata.name"));
    let revealed = span.map(|span| rewrite::line(&run.text, span));
    let text = match revealed {
        Some(_) => "The editor shows the object: change it there, and apply it.",
        None => "The object is not in the editor's text: the Objects tab shows it, and patch changes it.",
    };
    let seq = run.head().seq;
    session
        .active_run_mut()
        .record_line(line, Process::answered(text, seq));
    session.selection = Some(object.clone());
    match revealed {
        Some(line) => vec![Effect::RevealLine(line), Effect::FocusEditor],
        None => Vec::new(),
    }
}

/// Whether a line may read the editor's text.
fn may_read_file(line: &str) -> bool {
    line.contains(FILE)
        || line
            .split_whitespace()
            .any(|word| word == "-" || word.starts_with("-f") || word.starts_with("--filename"))
}
