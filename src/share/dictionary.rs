//! Deflate with a preset dictionary.
//!
//! miniz_oxide has no function for it. A deflate stream may refer back to all of its earlier output, so the dictionary
//! is compressed first and flushed, that output is dropped, and the stream continues with the payload. To decompress
//! it, the dictionary is prepended as stored blocks.

use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, TDEFLStatus, compress, create_comp_flags_from_zip_params,
};
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

use super::LinkError;
use crate::limits;

/// Typical manifests and names. It must never change: links refer to its bytes by their position.
const DICTIONARY: &[u8] = include_bytes!("dictionary-0.bin");

/// Compresses a payload.
pub fn deflate(payload: &[u8]) -> Vec<u8> {
    const LEVEL: i32 = 9;
    const RAW: i32 = -15;
    let flags = create_comp_flags_from_zip_params(LEVEL, RAW, 0);
    let mut compressor = CompressorOxide::new(flags);
    feed(&mut compressor, DICTIONARY, TDEFLFlush::Sync);
    feed(&mut compressor, payload, TDEFLFlush::Finish)
}

fn feed(compressor: &mut CompressorOxide, mut input: &[u8], flush: TDEFLFlush) -> Vec<u8> {
    let mut output = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let (status, read, written) = compress(compressor, input, &mut buffer, flush);
        output.extend_from_slice(buffer.get(..written).unwrap_or_default());
        input = input.get(read..).unwrap_or_default();
        let more = input.is_empty() && written < buffer.len();
        if more || status != TDEFLStatus::Okay {
            return output;
        }
    }
}

/// Decompresses a payload of at most [`limits::LINK_INFLATED_BYTES`].
///
/// # Errors
/// [`LinkError::TooLarge`] beyond that, and [`LinkError::Damaged`] for an invalid stream.
pub fn inflate(packed: &[u8]) -> Result<Vec<u8>, LinkError> {
    let mut stream = Vec::with_capacity(DICTIONARY.len() + packed.len() + 16);
    for block in DICTIONARY.chunks(usize::from(u16::MAX)) {
        // The header of a stored block that is not the last: its length, and the complement of its length.
        let length = block.len() as u16;
        stream.push(0);
        stream.extend_from_slice(&length.to_le_bytes());
        stream.extend_from_slice(&(!length).to_le_bytes());
        stream.extend_from_slice(block);
    }
    stream.extend_from_slice(packed);
    let limit = DICTIONARY.len() + limits::LINK_INFLATED_BYTES;
    let mut bytes = decompress_to_vec_with_limit(&stream, limit).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => LinkError::TooLarge,
        _ => LinkError::Damaged,
    })?;
    Ok(bytes.split_off(DICTIONARY.len().min(bytes.len())))
}
