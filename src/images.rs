//! The URL of an image of the site -> its width and height, so that a page keeps the space for it while it loads.
//!
//! Invariant: the beginning of each file is read once, and only when a page shows the image. What cannot be read has no size.

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use avocet_plugin::html;
use avocet_plugin::{Content, SiteIndex};
use percent_encoding::percent_decode_str;

use crate::trace::{self, Hash, Question};

/// Width and height in pixels of CSS.
pub type Size = (u32, u32);

/// Pictures of one plan.
pub struct ImageSizes {
    content: PathBuf,
    index: Arc<SiteIndex>,
    known: Mutex<HashMap<String, Option<Size>>>,
}

impl ImageSizes {
    /// Those of the content folder that this site publishes.
    #[must_use]
    pub fn new(content: PathBuf, index: &Arc<SiteIndex>) -> Self {
        Self { content, index: Arc::clone(index), known: Mutex::default() }
    }

    /// The size of the image at this URL.
    pub fn size(&self, address: &str) -> Option<Size> {
        let size = self.look_up(address);
        trace::note(|| (Question::ImageSize(address.to_owned()), hash_size(size)));
        size
    }

    fn look_up(&self, address: &str) -> Option<Size> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(size) = known().get(address) {
            return *size;
        }
        let size = self.file(address).and_then(|file| size_of(&file));
        known().insert(address.to_owned(), size);
        size
    }

    fn file(&self, address: &str) -> Option<PathBuf> {
        let path = address.split(['?', '#']).next()?.strip_prefix(&*self.index.site.info.base)?.strip_prefix('/')?;
        let route = self.index.routes.served(&percent_decode_str(path).decode_utf8().ok()?)?;
        match &route.content {
            Content::Copy { file } => Some(self.content.join(&**file)),
            _ => None,
        }
    }
}

/// The hash of a size, as an answer.
#[must_use]
pub fn hash_size(size: Option<Size>) -> Hash {
    trace::hash_answer(size.map(|(width, height)| format!("{width} {height}")).as_deref())
}

fn size_of(file: &Path) -> Option<Size> {
    if file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("svg")) {
        return size_of_svg(file);
    }
    let size = imagesize::size(file).ok()?;
    Some((size.width.try_into().ok()?, size.height.try_into().ok()?))
}

/// What the start tag of a drawing says: `width` and `height` in pixels, else its `viewBox`.
fn size_of_svg(file: &Path) -> Option<Size> {
    const BEGINNING: u64 = 4096;
    let mut bytes = Vec::new();
    fs::File::open(file).ok()?.take(BEGINNING).read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let (svg, _) = html::start_tags(&text).find(|(tag, _)| tag.name == "svg")?;
    let value = |name: &str| svg.value(name);
    let pixels = |text: &str| text.trim_end_matches("px").trim().parse::<f64>().ok().filter(|size| (1.0..1e6).contains(size));
    let side = |name: &str| value(name).as_deref().and_then(pixels);
    let seen = value("viewbox").unwrap_or_default();
    let mut seen = seen.split([' ', ',']).filter(|number| !number.is_empty()).skip(2).map(pixels);
    let (width, height) = side("width").zip(side("height")).or_else(|| seen.next().flatten().zip(seen.next().flatten()))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and a million")]
    let rounded = |side: f64| side.round() as u32;
    Some((rounded(width), rounded(height)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where something is wrong")]
    use super::*;

    #[test]
    fn a_drawing_has_the_size_that_its_first_tag_says() {
        let folder = tempfile::tempdir().unwrap();
        let size = |svg: &str| {
            let file = folder.path().join("a.svg");
            fs::write(&file, svg).unwrap();
            size_of(&file)
        };
        assert_eq!(size("<?xml version='1.0'?><svg width='40px' height=\"30\" viewBox='0 0 4 3'/>"), Some((40, 30)));
        assert_eq!(size("<!-- é --><svg viewBox='0,0, 640 360' width='100%'>"), Some((640, 360)));
        assert_eq!(size("<svg>"), None);
        assert_eq!(size("no picture"), None);
    }
}
