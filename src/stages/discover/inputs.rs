//! What plugins read besides the content -> its texts and bytes, by path from the site's folder.

use super::{ContentFolder, Discovered, text_of};
use crate::disk;

/// Reads what plugins declare. A file that is not there is for the plugin to judge.
pub(super) fn read(content: ContentFolder, found: &mut Discovered) {
    for input in content.inputs {
        for file in disk::input_files((content.root, content.output), content.door, input) {
            let bytes = file.and_then(|path| {
                let bytes = content.door.read(&content.root.join(&path)).map_err(|refusal| refusal.report(&path))?;
                Ok((path, bytes))
            });
            let read = bytes.and_then(|(path, bytes)| {
                if input.bytes {
                    found.input_bytes.insert(path, bytes.into());
                } else {
                    let text = text_of(bytes, &path)?;
                    found.inputs.insert(path, text);
                }
                Ok(())
            });
            found.diagnostics.extend(read.err());
        }
    }
}
