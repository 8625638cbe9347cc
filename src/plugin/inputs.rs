//! The inputs that a manifest names -> the texts of the files of the site that they mean.

use avocet_plugin::{Diagnostic, Input, Place, codes};

use super::external::Texts;
use crate::config::Config;
use crate::disk;

/// The texts, by path from the site's folder. A file that is not there is for the plugin to judge.
pub(super) fn read(config: &Config, inputs: &[Input]) -> Result<Texts, Vec<Diagnostic>> {
    let output = config.root.join(&config.site.output);
    let (mut texts, mut errors) = (Texts::new(), Vec::new());
    for file in inputs.iter().flat_map(|input| disk::input_files((&config.root, &output), &config.door, input)) {
        match file.and_then(|path| text(config, &path).map(|text| (path, text))) {
            Ok((path, text)) => drop(texts.insert(path, text)),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(texts) } else { Err(errors) }
}

fn text(config: &Config, path: &str) -> Result<String, Diagnostic> {
    let bytes = config.door.read(&config.root.join(path)).map_err(|refusal| refusal.report(path))?;
    let not_utf8 = |_| codes::NOT_UTF_8.report("this file is not UTF-8").at(Place::file(path)).help("save it as UTF-8");
    String::from_utf8(bytes).map_err(not_utf8)
}
