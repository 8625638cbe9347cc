//! Every kind of problem that a site can meet: those of the engine, and those that its plugins register.

use avocet_plugin::{Code, CodeGroup, Diagnostic, Severity, codes, suggest};

use crate::config::Config;

/// The codes of the engine and of all plugins, in groups.
pub struct Codes(Vec<&'static CodeGroup>);

impl Codes {
    pub(super) fn new(of_plugins: impl IntoIterator<Item = &'static CodeGroup>) -> Self {
        Self(codes::GROUPS.into_iter().chain(of_plugins).collect())
    }

    /// The groups, those of the engine first.
    #[must_use]
    pub fn groups(&self) -> &[&'static CodeGroup] {
        &self.0
    }

    /// All codes.
    pub fn iter(&self) -> impl Iterator<Item = &'static Code> {
        self.0.iter().flat_map(|group| group.codes).copied()
    }

    /// The code of this name.
    ///
    /// # Errors
    /// When there is none: what is wrong, and "did you mean", which may be empty.
    pub fn find(&self, name: &str) -> Result<&'static Code, (String, String)> {
        self.iter().find(|code| code.name == name).ok_or_else(|| {
            let near = suggest(name, self.iter().map(|code| code.name)).map_or(String::new(), |near| format!("did you mean `{near}`?"));
            (format!("there is no kind of problem `{name}`"), near)
        })
    }

    /// What is wrong with `[check] severity`: names that there are not, and errors that must stay errors.
    #[must_use]
    pub fn check_severities(&self, config: &Config) -> Vec<Diagnostic> {
        let mut errors = Vec::new();
        for (name, severity) in &config.check.severity {
            let path = format!("check.severity.{name}");
            match self.find(name) {
                Ok(code) if code.lowerable || *severity == Some(Severity::Error) => {}
                Ok(_) => {
                    let message = format!("`{name}` stays an error: something you wrote would be missing from the site");
                    let error = codes::BAD_SETTING.report(message).at(config.place(&path));
                    errors.push(error.help("remove the line, and fix the problem"));
                }
                Err((message, near)) => {
                    let error = codes::BAD_SETTING.report(message).at(config.key_place(&path)).label(near);
                    errors.push(error.help("`avocet docs errors` lists all kinds"));
                }
            }
        }
        errors
    }
}
