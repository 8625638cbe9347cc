//! A problem as an annotation of a GitHub workflow: `::error file=F,line=N,col=N,title=CODE::MESSAGE`.
//!
//! Source: "Workflow commands for GitHub Actions", with its rules for escaping.

use avocet_plugin::{Diagnostic, Severity};

/// The annotation.
pub(super) fn annotation(diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut properties = Vec::new();
    if let Some(place) = &diagnostic.place {
        properties.push(format!("file={}", property(&place.file)));
        if place.line > 0 {
            properties.push(format!("line={}", place.line));
        }
        if place.column > 0 {
            properties.push(format!("col={}", place.column));
        }
    }
    properties.push(format!("title={}", property(&diagnostic.code)));
    let parts = [Some(&diagnostic.message), Some(&diagnostic.label), diagnostic.help.as_ref()];
    let message: Vec<&str> = parts.into_iter().flatten().map(String::as_str).filter(|part| !part.is_empty()).collect();
    format!("::{level} {}::{}", properties.join(","), data(&message.join("\n")))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use avocet_plugin::Place;

    use avocet_plugin::codes;

    use super::*;

    #[test]
    fn special_characters_are_escaped() {
        let text = std::sync::Arc::from("ab");
        let problem = codes::DEAD_LINK.report("50% \n gone").at(Place::new("a,b:c.md", &text, 1..2)).help("fix");
        assert_eq!(annotation(&problem), "::error file=a%2Cb%3Ac.md,line=1,col=2,title=dead-link::50%25 %0A gone%0Afix");
        assert_eq!(annotation(&codes::ORPHAN_PAGE.report("m")), "::notice title=orphan-page::m");
    }
}
