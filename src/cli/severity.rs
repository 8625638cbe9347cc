//! How bad each problem is: what `[check] severity`, `--allow` and `--strict` make of what a run has found.
//!
//! Invariant: an error after which something would be missing stays an error. Only `check` reports what is good to know.

use avocet_plugin::{Diagnostic, Severity};

use super::Common;
use crate::config::CheckSettings;
use crate::plugin::Codes;

impl Common {
    /// The settings, then `--allow`, then `--strict`.
    pub(super) fn apply_severity(&self, settings: &CheckSettings, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let mut refined = self.apply_severity_with_info(settings, diagnostics);
        refined.retain(|diagnostic| diagnostic.severity != Severity::Info);
        refined
    }

    /// The same, with what is only good to know.
    pub(super) fn apply_severity_with_info(&self, settings: &CheckSettings, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        diagnostics.into_iter().filter_map(|diagnostic| self.severity_of(settings, diagnostic)).collect()
    }

    fn severity_of(&self, settings: &CheckSettings, mut diagnostic: Diagnostic) -> Option<Diagnostic> {
        if let Some(set) = settings.severity.get(&diagnostic.code)
            && (may_be_lowered(&diagnostic) || *set == Some(Severity::Error))
        {
            diagnostic.severity = (*set)?;
        }
        if may_be_lowered(&diagnostic) && self.allow.contains(&diagnostic.code) {
            // `Error` is the least of them: the worst comes first.
            diagnostic.severity = diagnostic.severity.max(Severity::Warning);
        } else if self.strict && diagnostic.severity == Severity::Warning {
            diagnostic.severity = Severity::Error;
        }
        Some(diagnostic)
    }
}

fn may_be_lowered(diagnostic: &Diagnostic) -> bool {
    diagnostic.lowerable || !diagnostic.is_error()
}

/// Checks the codes of `--allow` against those that there are, and replaces the plurals that the option once had.
pub(super) fn check_allowed(allow: &mut [String], codes: &Codes) -> Result<(), String> {
    let lowerable = || {
        let names: Vec<&str> =
            codes.iter().filter(|code| code.lowerable && code.severity == Severity::Error).map(|code| code.name).collect();
        names.join(", ")
    };
    for name in allow {
        if let "missing-assets" | "dead-links" | "dead-anchors" = name.as_str() {
            name.pop();
        }
        match codes.find(name) {
            Ok(code) if code.lowerable => {}
            Ok(_) => {
                return Err(format!(
                    "`{name}` stays an error: something you wrote would be missing from the site. You may allow: {}",
                    lowerable()
                ));
            }
            Err((message, near)) if near.is_empty() => return Err(format!("{message}; you may allow: {}", lowerable())),
            Err((message, near)) => return Err(format!("{message}; {near}")),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use clap::Parser;

    use avocet_plugin::{Code, codes};

    use super::*;
    use crate::config::{Overrides, load};

    /// How bad these are with these options and settings: `E`, `W`, `I` or nothing.
    fn levels(options: &[&str], settings: &str, diagnostics: Vec<Diagnostic>) -> String {
        let folder = tempfile::tempdir().unwrap();
        let text = format!("[site]\ntitle = \"T\"\nurl = \"https://x.org\"\n[check]\nseverity = {{ {settings} }}\n");
        std::fs::write(folder.path().join("site.toml"), text).unwrap();
        let config = load(folder.path(), &Overrides::default()).unwrap();
        let arguments = super::super::Arguments::parse_from([&["avocet", "check"], options].concat());
        let diagnostics = arguments.common.apply_severity_with_info(&config.check, diagnostics);
        let by_code: BTreeMap<String, Severity> = diagnostics.into_iter().map(|one| (one.code, one.severity)).collect();
        by_code.values().map(|severity| severity.name()[..1].to_uppercase()).collect()
    }

    fn diagnostics() -> Vec<Diagnostic> {
        vec![codes::DEAD_LINK.report(""), codes::IFRAME_TITLE.report(""), codes::ORPHAN_PAGE.report("")]
    }

    #[test]
    fn the_settings_come_first_then_what_is_allowed_then_strictness() {
        assert_eq!(levels(&[], "", diagnostics()), "EWI");
        assert_eq!(levels(&["--strict"], "", diagnostics()), "EEI");
        assert_eq!(levels(&["--strict", "--allow", "dead-link"], "", diagnostics()), "WEI");
        assert_eq!(levels(&[], "dead-link = \"info\", iframe-title = \"off\", orphan-page = \"error\"", diagnostics()), "IE");
        assert_eq!(levels(&["--allow", "iframe-title", "--strict"], "orphan-page = \"warning\"", diagnostics()), "EWE");
        assert_eq!(levels(&["--allow", "orphan-page"], "", diagnostics()), "EWI");
    }

    #[test]
    fn an_error_of_a_kind_that_is_usually_less_stays_one() {
        let diagnostics = || vec![codes::UNKNOWN_KEY.report("it would be published").severity(Severity::Error)];
        assert_eq!(levels(&["--allow", "unknown-key"], "unknown-key = \"off\"", diagnostics()), "E");
        assert_eq!(levels(&[], "", vec![Code::fixed("of-a-plugin", "", "").report("")]), "E");
    }

    #[test]
    fn what_may_not_be_allowed_is_refused_with_what_may() {
        let codes = crate::plugin::Registry::standard().codes();
        let allowed = |name: &str| {
            let mut names = [name.to_owned()];
            check_allowed(&mut names, &codes).map(|()| names[0].clone())
        };
        assert_eq!(allowed("missing-assets").as_deref(), Ok("missing-asset"));
        assert_eq!(allowed("not-collected").as_deref(), Ok("not-collected"));
        assert!(allowed("bad-date").unwrap_err().contains("dead-link"));
        assert!(allowed("dead-linc").unwrap_err().contains("did you mean `dead-link`?"));
    }
}
