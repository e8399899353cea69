//! How a command that changes something says what it did: `--dry-run` (`cmdutil.GetDryRunStrategy`) and `-o`
//! (`genericclioptions.PrintFlags`).

use super::flags::{Args, Flag, Takes};
use super::printing::{self, Format};
use super::{Ended, Shell};
use crate::api::Request;
use crate::kubectl::errors::Error;
use crate::kubectl::server::DryRun;
use crate::object::{Object, Value};

/// `--dry-run`.
pub const DRY_RUN: Flag = Flag {
    long: "dry-run",
    short: ' ',
    takes: Takes::Optional("unchanged"),
};

/// `--local`: what is said is done to what was read, and nobody is asked.
pub const LOCAL: &str = "local";

/// Who does not do it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dry {
    /// It is done.
    #[default]
    No,
    /// kubectl does not ask for it.
    Client,
    /// The API server answers as if it did it.
    Server,
}

/// How it is said.
#[derive(Clone, Debug, Default)]
pub struct Telling {
    /// Whether it is only said.
    pub dry: Dry,
    format: Format,
    /// Whether lines stand between documents, and how many were printed.
    apart: bool,
    documents: usize,
}

impl Telling {
    /// What stands behind a line that says what was done.
    pub fn suffix(&self) -> &'static str {
        match self.dry {
            Dry::No => "",
            Dry::Client => " (dry run)",
            Dry::Server => " (server dry run)",
        }
    }

    /// Whether whole documents are printed, and no lines.
    pub fn prints_documents(&self) -> bool {
        !matches!(self.format, Format::Table { .. } | Format::Name)
    }
}

/// Reads `--dry-run`, with a warning for its old forms.
fn dry(shell: &mut Shell, args: &Args) -> Result<Dry, Error> {
    let Some(value) = args.get(DRY_RUN.long) else {
        return Ok(Dry::No);
    };
    let (dry, form) = match value {
        "client" => return Ok(Dry::Client),
        "server" => return Ok(Dry::Server),
        "none" => return Ok(Dry::No),
        "unchanged" => (Dry::Client, String::new()),
        _ if args.is(DRY_RUN.long) => (Dry::Client, format!("={value}")),
        _ if !args.unless_off(DRY_RUN.long) => (Dry::No, format!("={value}")),
        _ => {
            return Err(Error::Plain(format!(
                "Invalid dry-run value ({value}). Must be \"none\", \"server\", or \"client\"."
            )));
        }
    };
    let boolean = if form.is_empty() { "" } else { " (boolean value)" };
    let new = if dry == Dry::No { "none" } else { "client" };
    shell.err.push_str(&format!(
        "--dry-run{form} is deprecated{boolean} and can be replaced with --dry-run={new}.\n"
    ));
    Ok(dry)
}

/// Runs a command that may change something, on a copy of the world if it shall only be said.
pub fn run(shell: &mut Shell, args: &Args, command: &str, act: fn(&mut Shell, &Args) -> Ended) -> Ended {
    let dry = dry(shell, args)?;
    shell.telling = Telling {
        dry,
        format: match command {
            "delete" => Format::default(),
            _ => printing::format_of_change(args)?,
        },
        // These make themselves a new printer for each object.
        apart: !matches!(
            command,
            "patch" | "label" | "restart" | "pause" | "resume" | "undo"
        ),
        documents: 0,
    };
    if dry == Dry::No && !args.is(LOCAL) {
        return act(shell, args);
    }
    let mut copy = DryRun::new(shell.server.world());
    let mut inner = Shell {
        server: &mut copy,
        now: shell.now,
        stdin: shell.stdin,
        out: std::mem::take(&mut shell.out),
        err: std::mem::take(&mut shell.err),
        telling: std::mem::take(&mut shell.telling),
    };
    let ended = act(&mut inner, args);
    (shell.out, shell.err) = (inner.out, inner.err);
    // Nothing happens that could be waited for.
    ended.map(|_| None)
}

impl Shell<'_> {
    /// Says what was done to an object, which now is as given.
    pub(super) fn say(&mut self, object: &Object, what: &str) -> Result<(), Error> {
        self.tell(&printing::name(object), what, &|| object.document())
    }

    /// Says what was done to what a name stands for.
    pub(super) fn tell(&mut self, name: &str, what: &str, document: &dyn Fn() -> Value) -> Result<(), Error> {
        let what = format!("{what}{}", self.telling.suffix());
        self.tell_bare(name, &what, document)
    }

    /// The same, without saying that it was not done.
    pub(super) fn tell_bare(
        &mut self,
        name: &str,
        what: &str,
        document: &dyn Fn() -> Value,
    ) -> Result<(), Error> {
        let text = match &self.telling.format {
            Format::Table { .. } => format!("{name} {what}\n"),
            Format::Name => format!("{name}\n"),
            format => printing::document(format, &document())?,
        };
        if self.telling.format == Format::Yaml && self.telling.apart && self.telling.documents > 0 {
            self.out.push_str("---\n");
        }
        self.telling.documents += 1;
        self.out.push_str(&text);
        Ok(())
    }

    /// What a request makes of its object without asking the API server: what that would add is taken away again.
    pub(super) fn locally(&mut self, request: &Request) -> Option<std::sync::Arc<Object>> {
        let Request::Patch { key, .. } = request else {
            return None;
        };
        let before = self.server.world().get(key)?.clone();
        let Ok(answer) = self.server.send(request) else {
            return Some(before);
        };
        let mut after = answer.object?.as_ref().clone();
        after.meta.generation = before.meta.generation;
        after.meta.resource_version = before.meta.resource_version;
        Some(after.into())
    }
}
