//! The text of a tokenizer, read so that its stack stays small.
//!
//! html5gum reads the attribute after a value in double quotes inside the call that read the value, so that thousands of attributes in one
//! tag would overflow the stack. This reader interrupts it from time to time as such a value begins, where it can go on from.

use std::fmt;

use html5gum::{Readable, Reader, StringReader};

/// So many values are read inside each other.
const DEPTH: usize = 64;

/// The bytes that html5gum looks for in a value in double quotes.
const IN_VALUE: &[u8] = b"\"&\0\r";

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
    inner: StringReader<'t>,
    depth: usize,
}

impl<'t> ShallowReader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { inner: text.to_reader(), depth: 0 }
    }
}

impl Reader for ShallowReader<'_> {
    type Error = Interrupted;

    fn read_byte(&mut self) -> Result<Option<u8>, Interrupted> {
        self.inner.read_byte().map_err(|never| match never {})
    }

    fn try_read_string(&mut self, text: &[u8], case_sensitive: bool) -> Result<bool, Interrupted> {
        self.inner.try_read_string(text, case_sensitive).map_err(|never| match never {})
    }

    fn read_until<'b>(&'b mut self, needle: &[u8], buffer: &'b mut [u8; 4]) -> Result<Option<&'b [u8]>, Interrupted> {
        if needle == IN_VALUE {
            self.depth += 1;
            if self.depth > DEPTH {
                self.depth = 0;
                return Err(Interrupted);
            }
        }
        self.inner.read_until(needle, buffer).map_err(|never| match never {})
    }
}
