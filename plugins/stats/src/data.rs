//! The history in a build: the CSV file among the site's inputs, parsed once for each text.
//!
//! Invariant: the validator reports what is wrong with it, once. Everything else shows nothing then: the site is not written.

use std::sync::{Arc, Mutex, PoisonError};

use avocet_plugin::{Diagnostic, Place, Site, SiteIndex, Validator};

use crate::history::{self, History};
use crate::settings::{Settings, organisation_file};

/// The history, with the settings that say where it is.
pub(crate) struct Data {
    /// `[plugins.stats]`.
    pub(crate) settings: Settings,
    read: Mutex<Option<(Arc<str>, Arc<History>)>>,
}

impl Data {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings, read: Mutex::default() }
    }

    /// The text of the CSV, if there is one.
    pub(crate) fn text<'s>(&self, site: &'s Site) -> Option<&'s Arc<str>> {
        site.inputs.get(&self.settings.data)
    }

    /// The history; empty if there is none or it cannot be read, which the validator has reported.
    pub(crate) fn history(&self, site: &Site) -> Arc<History> {
        self.read(site).unwrap_or_default()
    }

    fn read(&self, site: &Site) -> Result<Arc<History>, Vec<Diagnostic>> {
        let Some(text) = self.text(site) else { return Ok(Arc::default()) };
        let mut last = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((of, history)) if of == text => Ok(Arc::clone(history)),
            _ => {
                let history = Arc::new(history::read(&self.settings.data, text)?);
                *last = Some((Arc::clone(text), Arc::clone(&history)));
                Ok(history)
            }
        }
    }
}

/// Reports what is wrong with the plugin's files.
pub(crate) struct Check(pub(crate) Arc<Data>);

impl Validator for Check {
    fn validate(&self, index: &SiteIndex) -> Vec<Diagnostic> {
        let (data, site) = (&self.0, &index.site);
        let mut errors = data.read(site).err().unwrap_or_default();
        if data.text(site).is_none() {
            errors.push(
                crate::codes::MISSING_DATA
                    .report(format!("there are no statistics in `{}` yet", data.settings.data))
                    .help("run `avocet stats collect` to collect them, or set `data` in [plugins.stats] to another file"),
            );
        }
        if let Some(file) = &data.settings.organisations {
            errors.extend(match site.inputs.get(file) {
                Some(text) => organisation_file(text).err().map(|error| bad_organisations(file, text, error)),
                None => Some(
                    crate::codes::MISSING_DATA
                        .report(format!("the file of organisations `{file}` does not exist"))
                        .help("create it, or list the organisations as [[plugins.stats.organisation]] in site.toml"),
                ),
            });
        }
        errors
    }
}

/// What is wrong with a YAML file of organisations.
pub(crate) fn bad_organisations(file: &str, text: &Arc<str>, (line, column, message): (usize, usize, String)) -> Diagnostic {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let at = start + column.saturating_sub(1);
    let place = if line == 0 { Place::file(file) } else { Place::new(file, text, at..at) };
    crate::codes::BAD_DATA.report(format!("the organisations cannot be read: {message}")).at(place)
}
