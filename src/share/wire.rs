//! The form of a link before compression: a checksum, then fields, each with a tag and a length.
//!
//! Numbers are written in groups of seven bits, lowest first. Tags are never given a second meaning. A reader skips the
//! tags that it does not know, and a missing field has its default.

use super::action;
use super::bytes::{Reader, Writer};
use super::{LinkError, Shared};
use crate::cluster::Profile;
use crate::object::Time;
use crate::timeline::Action;

/// The version of a link without the field.
const FIRST_VERSION: u64 = 1;

/// Tags of the fields of a link. 1 was the crate's version, always `0.1.0`: such links have version 1, the default.
#[derive(Clone, Copy)]
enum Tag {
    Seed = 2,
    Profile = 3,
    Text = 4,
    Step = 5,
    At = 6,
    Entries = 7,
    Version = 8,
}

impl Tag {
    const ALL: [Tag; 7] = [
        Tag::Seed,
        Tag::Profile,
        Tag::Text,
        Tag::Step,
        Tag::At,
        Tag::Entries,
        Tag::Version,
    ];

    /// The tag of that number; none if this version does not know it.
    fn from_number(number: u64) -> Option<Tag> {
        Tag::ALL.into_iter().find(|tag| *tag as u64 == number)
    }
}

/// Writes the fields, after their checksum.
pub fn write(shared: &Shared) -> Vec<u8> {
    let mut out = Writer::default();
    if shared.version != FIRST_VERSION {
        out.field(Tag::Version as u64, |out| out.number(shared.version));
    }
    if shared.seed != 0 {
        out.field(Tag::Seed as u64, |out| out.number(shared.seed));
    }
    if shared.profile != Profile::default() {
        out.field(Tag::Profile as u64, |out| {
            out.number(profile_number(shared.profile))
        });
    }
    let mut last_text: &str = "";
    let mut last_at = Time(0);
    for step in &shared.steps {
        out.field(Tag::Step as u64, |out| {
            out.number(step.at.since(last_at));
            action::write(out, &step.action, last_text);
        });
        last_at = step.at;
        if let Action::Apply { text } = &step.action {
            last_text = text;
        }
    }
    if shared.text != last_text {
        out.field(Tag::Text as u64, |out| out.bytes(shared.text.as_bytes()));
    }
    if shared.at != Time(0) {
        out.field(Tag::At as u64, |out| out.number(shared.at.0));
    }
    if shared.entries != 0 {
        out.field(Tag::Entries as u64, |out| out.number(shared.entries));
    }
    let mut bytes = checksum(out.written()).to_le_bytes().to_vec();
    bytes.extend_from_slice(out.written());
    bytes
}

/// Reads what [`write`] wrote, in this version or in another one of the same codec.
///
/// # Errors
/// Why the bytes are not a link of this codec.
pub fn read(bytes: &[u8]) -> Result<Shared, LinkError> {
    let (expected, rest) = bytes.split_first_chunk::<2>().ok_or(LinkError::Damaged)?;
    if u16::from_le_bytes(*expected) != checksum(rest) {
        return Err(LinkError::Damaged);
    }
    let mut shared = Shared {
        version: FIRST_VERSION,
        seed: 0,
        profile: Profile::default(),
        text: String::new(),
        steps: Vec::new(),
        at: Time(0),
        entries: 0,
    };
    let mut text = None;
    let mut reader = Reader::new(rest);
    while !reader.is_empty() {
        let tag = Tag::from_number(reader.number()?);
        let mut field = Reader::new(reader.sized()?);
        let Some(tag) = tag else { continue };
        match tag {
            Tag::Version => shared.version = field.number()?,
            Tag::Seed => shared.seed = field.number()?,
            Tag::Profile => shared.profile = profile(field.number()?)?,
            Tag::Text => text = Some(field.rest_as_text()?),
            Tag::Step => action::read_step(&mut field, &mut shared.steps)?,
            Tag::At => shared.at = Time(field.number()?),
            Tag::Entries => shared.entries = field.number()?,
        }
    }
    shared.text = text.unwrap_or_else(|| action::last_text(&shared.steps).to_string());
    Ok(shared)
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

/// CRC-16/CCITT. Base64 and deflate alone detect little of the damage that mail programs do to links.
fn checksum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xffff, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| {
            if crc & 0x8000 == 0 {
                crc << 1
            } else {
                crc << 1 ^ 0x1021
            }
        })
    })
}
