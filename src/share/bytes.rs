//! Numbers, texts and keys as bytes.

use std::sync::Arc;

use super::LinkError;
use crate::object::{DEFAULT_NAMESPACE, Key, kind::KINDS};

/// Bytes in the making.
#[derive(Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// What was written so far.
    pub fn written(&self) -> &[u8] {
        &self.0
    }

    /// Seven bits a byte, lowest first.
    pub fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 & 0x7f | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// Small numbers of either sign stay short.
    pub fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63) as u64);
    }

    /// Bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Text with its length before it.
    pub fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    /// `Pod/web-0`, or `Pod/namespace/web-0` outside of `default`.
    pub fn key(&mut self, key: &Key) {
        let kind = key.kind.info();
        let mut text = format!("{}/", kind.name);
        if kind.namespaced && &*key.namespace != DEFAULT_NAMESPACE {
            text.push_str(&key.namespace);
            text.push('/');
        }
        text.push_str(&key.name);
        self.text(&text);
    }

    /// A field: its tag, its length, and what is written into it.
    pub fn field(&mut self, tag: u64, write: impl FnOnce(&mut Writer)) {
        let mut inner = Writer::default();
        write(&mut inner);
        self.number(tag);
        self.number(inner.0.len() as u64);
        self.bytes(&inner.0);
    }
}

/// Bytes that are read from the front.
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Reads these bytes.
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader(bytes)
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What [`Writer::number`] wrote.
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

    /// What [`Writer::signed`] wrote.
    pub fn signed(&mut self) -> Result<i64, LinkError> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// A length, and so many bytes.
    pub fn sized(&mut self) -> Result<&'a [u8], LinkError> {
        let length = usize::try_from(self.number()?).map_err(|_| LinkError::Damaged)?;
        let (taken, rest) = self.0.split_at_checked(length).ok_or(LinkError::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    /// What [`Writer::text`] wrote.
    pub fn text(&mut self) -> Result<Arc<str>, LinkError> {
        let bytes = self.sized()?;
        std::str::from_utf8(bytes)
            .map(Arc::from)
            .map_err(|_| LinkError::Damaged)
    }

    /// Everything that is left.
    pub fn rest_as_text(&mut self) -> Result<String, LinkError> {
        let bytes = std::mem::take(&mut self.0);
        String::from_utf8(bytes.to_vec()).map_err(|_| LinkError::Damaged)
    }

    /// What [`Writer::key`] wrote.
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
