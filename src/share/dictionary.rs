//! Deflate with a dictionary that both ends know.
//!
//! miniz_oxide has no call for it. But a deflate stream may refer back to anything it has said, so the dictionary is
//! compressed first and flushed, that output is dropped, and the stream goes on with the payload. To read it, the
//! dictionary is put in front again, in the plainest form that deflate knows.

use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, TDEFLStatus, compress, create_comp_flags_from_zip_params,
};
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

use super::LinkError;
use crate::limits;

/// Typical manifests and names. Frozen: links refer to its bytes by their position.
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

/// Decompresses a payload, up to the size that a session can have.
pub fn inflate(packed: &[u8]) -> Result<Vec<u8>, LinkError> {
    let mut stream = Vec::with_capacity(DICTIONARY.len() + packed.len() + 16);
    for block in DICTIONARY.chunks(usize::from(u16::MAX)) {
        // A stored block: not the last one, its length, and the length again with all bits turned.
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
