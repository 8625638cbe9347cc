//! What both XML formats need of a document after their libraries have written it.

use std::io;

/// The first byte of U+FFFE and U+FFFF.
const NONCHARACTER: u8 = 0xef;

/// The document without the characters that XML 1.0 (section 2.2) cannot hold, and with a line end after its last line.
pub(crate) fn finish(document: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut text = String::from_utf8(document).map_err(io::Error::other)?;
    let may_hold_one = |found: bool, byte: &u8| found | (*byte < b' ' && *byte != b'\n') | (*byte == NONCHARACTER);
    // Nearly no document does. A thousand bytes are looked at together, which a processor does at once.
    if text.as_bytes().chunks(1 << 10).any(|part| part.iter().fold(false, may_hold_one)) {
        text.retain(|c| !(c < ' ' && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{fffe}' | '\u{ffff}')));
    }
    text.push('\n');
    Ok(text.into_bytes())
}
