//! What both XML formats need of a document after their libraries have written it.

use std::io;

/// The document without the characters that XML 1.0 (section 2.2) cannot hold, and with a line end after its last line.
pub(crate) fn finish(document: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut text = String::from_utf8(document).map_err(io::Error::other)?;
    text.retain(|c| !(c < ' ' && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{fffe}' | '\u{ffff}')));
    text.push('\n');
    Ok(text.into_bytes())
}
