//! Encodes numbers, texts and keys as bytes.

use std::sync::Arc;

use super::LinkError;
use crate::object::{Key, kind::KINDS};

/// Writes bytes.
#[derive(Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// The bytes written so far.
    pub fn written(&self) -> &[u8] {
        &self.0
    }

    /// Writes a number, seven bits in each byte, lowest first.
    pub fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 & 0x7f | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// Writes bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Writes a text, after its length.
    pub fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    /// Writes a field: its tag, its length, and what `write` writes.
    pub fn field(&mut self, tag: u64, write: impl FnOnce(&mut Writer)) {
        let mut inner = Writer::default();
        write(&mut inner);
        self.number(tag);
        self.number(inner.0.len() as u64);
        self.bytes(&inner.0);
    }
}

/// Reads bytes from the front.
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// A reader of these bytes.
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader(bytes)
    }

    /// Whether all bytes are read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads what [`Writer::number`] wrote.
    pub fn number(&mut self) -> Result<u64, LinkError> {
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

    /// Reads a signed number in zigzag form.
    pub fn signed(&mut self) -> Result<i64, LinkError> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// Reads a length, and that many bytes.
    pub fn sized(&mut self) -> Result<&'a [u8], LinkError> {
        let length = usize::try_from(self.number()?).map_err(|_| LinkError::Damaged)?;
        let (taken, rest) = self.0.split_at_checked(length).ok_or(LinkError::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    /// Reads what [`Writer::text`] wrote.
    pub fn text(&mut self) -> Result<Arc<str>, LinkError> {
        let bytes = self.sized()?;
        std::str::from_utf8(bytes)
            .map(Arc::from)
            .map_err(|_| LinkError::Damaged)
    }

    /// Reads the remaining bytes.
    pub fn rest_as_text(&mut self) -> Result<String, LinkError> {
        let bytes = std::mem::take(&mut self.0);
        String::from_utf8(bytes.to_vec()).map_err(|_| LinkError::Damaged)
    }

    /// Reads a key: `Pod/web-0`, or `Pod/NAMESPACE/web-0` outside of `default`.
    pub fn key(&mut self) -> Result<Key, LinkError> {
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
