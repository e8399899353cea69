//! The form of a link before it is compressed: a sum, then fields, each with a tag and a length.
//!
//! Numbers are written in groups of seven bits, lowest first. Tags are never given a second meaning; a reader skips
//! those it does not know, and what is missing has its default.

use std::sync::Arc;

use super::{LinkError, Shared, VERSION};
use crate::cluster::Profile;
use crate::cluster::command::Cascade;
use crate::limits;
use crate::object::{DEFAULT_NAMESPACE, Key, Time, kind::KINDS};
use crate::timeline::{Action, Step};

/// Tags of the fields of a link.
mod tag {
    pub const VERSION: u64 = 1;
    pub const SEED: u64 = 2;
    pub const PROFILE: u64 = 3;
    pub const TEXT: u64 = 4;
    pub const STEP: u64 = 5;
    pub const AT: u64 = 6;
    pub const ENTRIES: u64 = 7;
}

/// First number of a step's action.
mod verb {
    pub const APPLY: u64 = 0;
    pub const SCALE: u64 = 1;
    pub const SET_IMAGE: u64 = 2;
    pub const PATCH: u64 = 3;
    pub const DELETE: u64 = 4;
    pub const RESTART: u64 = 5;
    pub const ROLL_BACK: u64 = 6;
    /// The text that was applied before, once more.
    pub const APPLY_AGAIN: u64 = 7;
}

/// Writes the fields and the sum over them.
pub fn write(shared: &Shared) -> Vec<u8> {
    let mut out = Writer::default();
    out.field(tag::VERSION, |out| out.bytes(shared.version.as_bytes()));
    if shared.seed != 0 {
        out.field(tag::SEED, |out| out.number(shared.seed));
    }
    if shared.profile != Profile::default() {
        out.field(tag::PROFILE, |out| out.number(profile_number(shared.profile)));
    }
    let mut last_text: &str = "";
    let mut last_at = Time(0);
    for step in &shared.steps {
        out.field(tag::STEP, |out| {
            out.number(step.at.since(last_at));
            write_action(out, &step.action, last_text);
        });
        last_at = step.at;
        if let Action::Apply { text } = &step.action {
            last_text = text;
        }
    }
    if shared.text != last_text {
        out.field(tag::TEXT, |out| out.bytes(shared.text.as_bytes()));
    }
    if shared.at != Time(0) {
        out.field(tag::AT, |out| out.number(shared.at.0));
    }
    if shared.entries != 0 {
        out.field(tag::ENTRIES, |out| out.number(shared.entries));
    }
    let mut bytes = sum(&out.0).to_le_bytes().to_vec();
    bytes.append(&mut out.0);
    bytes
}

/// Reads what [`write`] wrote, in this version or a later one with the same codec.
pub fn read(bytes: &[u8]) -> Result<Shared, LinkError> {
    let (have, rest) = bytes.split_first_chunk::<2>().ok_or(LinkError::Damaged)?;
    if u16::from_le_bytes(*have) != sum(rest) {
        return Err(LinkError::Damaged);
    }
    let mut shared = Shared {
        version: VERSION.to_owned(),
        seed: 0,
        profile: Profile::default(),
        text: String::new(),
        steps: Vec::new(),
        at: Time(0),
        entries: 0,
    };
    let mut text = None;
    let mut reader = Reader(rest);
    while !reader.0.is_empty() {
        let tag = reader.number()?;
        let mut field = Reader(reader.sized()?);
        match tag {
            tag::VERSION => shared.version = field.rest_as_text()?,
            tag::SEED => shared.seed = field.number()?,
            tag::PROFILE => shared.profile = profile(field.number()?)?,
            tag::TEXT => text = Some(field.rest_as_text()?),
            tag::STEP => read_step(&mut field, &mut shared.steps)?,
            tag::AT => shared.at = Time(field.number()?),
            tag::ENTRIES => shared.entries = field.number()?,
            _ => {}
        }
    }
    shared.text = text.unwrap_or_else(|| last_text(&shared.steps).to_string());
    Ok(shared)
}

fn last_text(steps: &[Step]) -> Arc<str> {
    let texts = steps.iter().rev().filter_map(|step| match &step.action {
        Action::Apply { text } => Some(text.clone()),
        _ => None,
    });
    texts.into_iter().next().unwrap_or_default()
}

fn write_action(out: &mut Writer, action: &Action, last_text: &str) {
    match action {
        Action::Apply { text } if **text == *last_text => out.number(verb::APPLY_AGAIN),
        Action::Apply { text } => {
            out.number(verb::APPLY);
            out.bytes(text.as_bytes());
        }
        Action::Scale { workload, replicas } => {
            out.number(verb::SCALE);
            out.key(workload);
            out.signed(*replicas);
        }
        Action::SetImage {
            workload,
            container,
            image,
        } => {
            out.number(verb::SET_IMAGE);
            out.key(workload);
            out.text(container.as_deref().unwrap_or_default());
            out.text(image);
        }
        Action::Patch { object, patch } => {
            out.number(verb::PATCH);
            out.key(object);
            out.text(patch);
        }
        Action::Delete {
            object,
            cascade,
            grace,
        } => {
            out.number(verb::DELETE);
            out.key(object);
            out.number(cascade_number(*cascade));
            if let Some(seconds) = grace {
                out.signed(*seconds);
            }
        }
        Action::Restart { workload } => {
            out.number(verb::RESTART);
            out.key(workload);
        }
        Action::RollBack { workload, revision } => {
            out.number(verb::ROLL_BACK);
            out.key(workload);
            out.signed(*revision);
        }
    }
}

fn read_step(field: &mut Reader, steps: &mut Vec<Step>) -> Result<(), LinkError> {
    if steps.len() >= limits::STEPS {
        return Err(LinkError::TooLarge);
    }
    let last = steps.last().map_or(Time(0), |step| step.at);
    let at = last.plus(field.number()?);
    let action = match field.number()? {
        verb::APPLY_AGAIN => Action::Apply {
            text: last_text(steps),
        },
        verb::APPLY => Action::Apply {
            text: field.rest_as_text()?.into(),
        },
        verb::SCALE => Action::Scale {
            workload: field.key()?,
            replicas: field.signed()?,
        },
        verb::SET_IMAGE => Action::SetImage {
            workload: field.key()?,
            container: Some(field.text()?).filter(|name| !name.is_empty()),
            image: field.text()?,
        },
        verb::PATCH => Action::Patch {
            object: field.key()?,
            patch: field.text()?,
        },
        verb::DELETE => Action::Delete {
            object: field.key()?,
            cascade: cascade(field.number()?)?,
            grace: match field.0.is_empty() {
                true => None,
                false => Some(field.signed()?),
            },
        },
        verb::RESTART => Action::Restart {
            workload: field.key()?,
        },
        verb::ROLL_BACK => Action::RollBack {
            workload: field.key()?,
            revision: field.signed()?,
        },
        _ => {
            return Err(LinkError::TooNew {
                codec: "0".to_owned(),
            });
        }
    };
    steps.push(Step { at, action });
    Ok(())
}

fn profile_number(profile: Profile) -> u64 {
    match profile {
        Profile::Realistic => 0,
        Profile::Quick => 1,
        Profile::SlowDisk => 2,
    }
}

fn profile(number: u64) -> Result<Profile, LinkError> {
    let known = [Profile::Realistic, Profile::Quick, Profile::SlowDisk];
    let index = usize::try_from(number).map_err(|_| LinkError::Damaged)?;
    known.get(index).copied().ok_or(LinkError::TooNew {
        codec: "0".to_owned(),
    })
}

fn cascade_number(cascade: Cascade) -> u64 {
    match cascade {
        Cascade::Background => 0,
        Cascade::Foreground => 1,
        Cascade::Orphan => 2,
    }
}

fn cascade(number: u64) -> Result<Cascade, LinkError> {
    match number {
        0 => Ok(Cascade::Background),
        1 => Ok(Cascade::Foreground),
        2 => Ok(Cascade::Orphan),
        _ => Err(LinkError::Damaged),
    }
}

/// CRC-16/CCITT over the fields: base64 and deflate notice little of what mail programs do to links.
fn sum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xffff, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte) << 8, |sum, _| {
            if sum & 0x8000 == 0 {
                sum << 1
            } else {
                sum << 1 ^ 0x1021
            }
        })
    })
}

#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 & 0x7f | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// Small numbers of either sign stay short.
    fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63) as u64);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    /// `Pod/web-0`, or `Pod/namespace/web-0` outside of `default`.
    fn key(&mut self, key: &Key) {
        let kind = key.kind.info();
        let mut text = format!("{}/", kind.name);
        if kind.namespaced && &*key.namespace != DEFAULT_NAMESPACE {
            text.push_str(&key.namespace);
            text.push('/');
        }
        text.push_str(&key.name);
        self.text(&text);
    }

    fn field(&mut self, tag: u64, write: impl FnOnce(&mut Writer)) {
        let mut inner = Writer::default();
        write(&mut inner);
        self.number(tag);
        self.number(inner.0.len() as u64);
        self.bytes(&inner.0);
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn number(&mut self) -> Result<u64, LinkError> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (first, rest) = self.0.split_first().ok_or(LinkError::Damaged)?;
            self.0 = rest;
            number |= u64::from(first & 0x7f) << shift;
            if first & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(LinkError::Damaged)
    }

    fn signed(&mut self) -> Result<i64, LinkError> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    fn sized(&mut self) -> Result<&'a [u8], LinkError> {
        let length = usize::try_from(self.number()?).map_err(|_| LinkError::Damaged)?;
        let (taken, rest) = self.0.split_at_checked(length).ok_or(LinkError::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn text(&mut self) -> Result<Arc<str>, LinkError> {
        let bytes = self.sized()?;
        std::str::from_utf8(bytes)
            .map(Arc::from)
            .map_err(|_| LinkError::Damaged)
    }

    fn rest_as_text(&mut self) -> Result<String, LinkError> {
        let bytes = std::mem::take(&mut self.0);
        String::from_utf8(bytes.to_vec()).map_err(|_| LinkError::Damaged)
    }

    fn key(&mut self) -> Result<Key, LinkError> {
        let text = self.text()?;
        let (kind, name) = text.split_once('/').ok_or(LinkError::Damaged)?;
        let info = KINDS
            .iter()
            .find(|info| info.name == kind)
            .ok_or(LinkError::Damaged)?;
        let mut key = Key::new(info.kind, name);
        if let Some((namespace, name)) = name.split_once('/') {
            key.namespace = namespace.into();
            key.name = name.into();
        }
        Ok(key)
    }
}
