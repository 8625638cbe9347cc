//! The text of a tokenizer, read so that its stack stays small, and fast where nothing but text stands.
//!
//! html5gum reads the attribute after a value in double quotes inside the call that read the value, so that thousands of attributes in one
//! tag would overflow the stack. This reader interrupts it from time to time as such a value begins, where it can go on from.

use std::fmt;

use html5gum::Reader;
use memchr::{memchr, memchr3};

/// So many values are read inside each other.
const DEPTH: usize = 64;

/// The bytes that html5gum looks for in a value in double quotes.
const IN_VALUE: &[u8] = b"\"&\0\r";

/// The bytes that it looks for in text between tags.
const IN_TEXT: &[u8] = b"&<\0\r";

/// The tokenizer is to be called again.
#[derive(Debug)]
pub(super) struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// Reads a text.
pub(super) struct ShallowReader<'t> {
    rest: &'t [u8],
    depth: usize,
}

impl<'t> ShallowReader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { rest: text.as_bytes(), depth: 0 }
    }

    /// How many bytes stand before the first one of `needle`.
    fn before(&self, needle: &[u8]) -> usize {
        let found = match needle {
            IN_TEXT => memchr3(b'&', b'<', b'\r', self.rest),
            IN_VALUE => memchr3(b'"', b'&', b'\r', self.rest),
            _ => return self.rest.iter().position(|byte| needle.contains(byte)).unwrap_or(self.rest.len()),
        };
        let end = found.unwrap_or(self.rest.len());
        self.rest.get(..end).and_then(|read| memchr(0, read)).unwrap_or(end)
    }
}

impl Reader for ShallowReader<'_> {
    type Error = Interrupted;

    fn read_byte(&mut self) -> Result<Option<u8>, Interrupted> {
        let Some((first, rest)) = self.rest.split_first() else { return Ok(None) };
        self.rest = rest;
        Ok(Some(*first))
    }

    fn try_read_string(&mut self, text: &[u8], case_sensitive: bool) -> Result<bool, Interrupted> {
        let Some((start, rest)) = self.rest.split_at_checked(text.len()) else { return Ok(false) };
        let reads = start == text || !case_sensitive && start.eq_ignore_ascii_case(text);
        if reads {
            self.rest = rest;
        }
        Ok(reads)
    }

    fn read_until<'b>(&'b mut self, needle: &[u8], _: &'b mut [u8; 4]) -> Result<Option<&'b [u8]>, Interrupted> {
        if needle == IN_VALUE {
            self.depth += 1;
            if self.depth > DEPTH {
                self.depth = 0;
                return Err(Interrupted);
            }
        }
        if self.rest.is_empty() {
            return Ok(None);
        }
        let (read, rest) = self.rest.split_at(self.before(needle).max(1));
        self.rest = rest;
        Ok(Some(read))
    }
}
