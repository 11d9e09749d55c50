//! A sliding window of decoded text over a byte source. It holds what has been decoded and not yet consumed, as valid UTF-8
//! without NUL characters (`PostgreSQL` cannot store them); its size is bounded by what its user leaves unconsumed.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder};

use super::charset::Charset;

const CHUNK_BYTES: usize = 64 * 1024;

pub(super) struct Window<R> {
    source: R,
    decoder: Decoder,
    raw: Box<[u8]>,
    text: String,
    start: usize,
    bytes_read: u64,
    ended: bool,
    undecodable: bool,
}

impl<R: Read> Window<R> {
    pub(super) fn new(source: R, charset: Charset) -> Self {
        Self {
            source,
            decoder: charset.decoder(),
            raw: vec![0; CHUNK_BYTES].into_boxed_slice(),
            text: String::new(),
            start: 0,
            bytes_read: 0,
            ended: false,
            undecodable: false,
        }
    }

    /// Decoded and not yet consumed.
    pub(super) fn rest(&self) -> &str {
        &self.text[self.start..]
    }

    /// Drops `bytes` from the front of the rest; they must end at a character boundary.
    pub(super) fn consume(&mut self, bytes: usize) {
        self.start += bytes;
    }

    /// The source has nothing more: the rest is all there is.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// Some bytes were not text in the character set and became U+FFFD.
    pub(super) fn saw_undecodable(&self) -> bool {
        self.undecodable
    }

    /// Adds at least `bytes` of source to the rest, or all there is.
    pub(super) fn fill(&mut self, bytes: usize) -> io::Result<()> {
        self.text.drain(..self.start);
        self.start = 0;
        let goal = self.bytes_read.saturating_add(u64::try_from(bytes.max(1)).unwrap_or(u64::MAX));
        while !self.ended && self.bytes_read < goal {
            self.read_chunk()?;
        }
        Ok(())
    }

    fn read_chunk(&mut self) -> io::Result<()> {
        let count = match self.source.read(&mut self.raw) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            other => other?,
        };
        self.ended = count == 0;
        self.bytes_read += u64::try_from(count).unwrap_or(0);
        self.decode(count);
        Ok(())
    }

    fn decode(&mut self, count: usize) {
        let kept = self.text.len();
        let mut raw = &self.raw[..count];
        loop {
            // Without a known upper bound (it overflows only beyond usize) the loop grows the text step by step.
            self.text.reserve(self.decoder.max_utf8_buffer_length(raw.len()).unwrap_or(CHUNK_BYTES));
            let (result, used, replaced) = self.decoder.decode_to_string(raw, &mut self.text, self.ended);
            self.undecodable |= replaced;
            raw = &raw[used..];
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        if self.text.as_bytes()[kept..].contains(&0) {
            let decoded = self.text.split_off(kept);
            self.text.extend(decoded.chars().filter(|&c| c != '\0'));
        }
    }

    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.text.capacity()
    }
}
