//! Every kind of problem that the engine and the plugins beside it can tell of: its usual severity, whether that may be lowered, what it
//! means, how to mend it.
//!
//! In: nothing. Out: one table, which `[check] severity` and `--allow` are checked against, and which the manual's page of errors is
//! made of (`tests/codes.rs` compares them, and looks for codes in the sources that are not in it). The words are Markdown of the manual.

use crate::Severity;

/// A kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// In kebab-case.
    pub name: &'static str,
    /// How bad it is when the settings say nothing.
    pub severity: Severity,
    /// Whether `[check] severity` and `--allow` may make less of it: every page is there all the same.
    pub lowerable: bool,
    /// What is wrong.
    pub meaning: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

/// An error after which something that an author wrote would be missing from the site: it stays an error.
const fn fixed(name: &'static str, meaning: &'static str, fix: &'static str) -> Code {
    Code { name, severity: Severity::Error, lowerable: false, meaning, fix }
}

/// An error after which every page is there.
const fn error(name: &'static str, meaning: &'static str, fix: &'static str) -> Code {
    Code { lowerable: true, ..fixed(name, meaning, fix) }
}

const fn warning(name: &'static str, meaning: &'static str, fix: &'static str) -> Code {
    Code { severity: Severity::Warning, ..error(name, meaning, fix) }
}

const fn info(name: &'static str, meaning: &'static str, fix: &'static str) -> Code {
    Code { severity: Severity::Info, ..error(name, meaning, fix) }
}

/// A group of codes, by the anchor of its section in the manual.
pub type Group = (&'static str, &'static [Code]);

/// All codes, in the order of the manual.
pub const GROUPS: [Group; 9] = [
    ("front-matter", FRONT_MATTER),
    ("files", FILES),
    ("commands", COMMANDS),
    ("statistics", STATISTICS),
    ("links", LINKS),
    ("tags", TAGS),
    ("readers", READERS),
    ("clash", CLASH),
    ("settings", SETTINGS),
];

const FRONT_MATTER: &[Code] = &[
    fixed("missing-title", "There is no title", "Add `title: …`, or begin the text with `# …`"),
    fixed("missing-date", "A post has no date", "Add `date: 2022-06-26`, or `status: draft` until it has one"),
    fixed("bad-date", "A date has two meanings, or none", "Write it as in the help"),
    fixed("bad-yaml", "The block is not YAML", "Put quotes round a value with a colon in it"),
    fixed("unclosed-front-matter", "The second `---` is missing", "Add it below the last key"),
    fixed("duplicate-key", "A key stands twice", "Keep one of them"),
    fixed("bad-value", "A list where one text should be", "Write one value"),
    fixed("unknown-status", "A status that does not exist", "Use `published`, `draft`, `hidden` or `skip`"),
    fixed("empty-slug", "A title without letters or digits", "Add `slug: a-name`"),
    warning(
        "unknown-key",
        "A key that looks like a spelling mistake; `draft: true` is an error",
        "Take the nearest known key, if you meant it",
    ),
    warning("cut-value", "A value ends before ` #`, because YAML takes the rest for a comment", "Put quotes round it"),
];

const FILES: &[Code] = &[
    fixed("not-utf-8", "The file has another encoding", "Save it as UTF-8 in your editor"),
    fixed("unreadable-file", "You may not read it", "Give yourself the right to"),
    fixed("link-loop", "A symbolic link leads to its own folder", "Remove it"),
    fixed("no-content", "The content folder is missing", "Make it, or correct `path` in [the settings](settings.md#content)"),
    fixed("unwritable-output", "The output folder cannot be written to", "Give yourself the right to, or make room"),
    warning(
        "unpublished-file",
        "A Markdown file is in a folder that `site.toml` does not name",
        "Move it, or name its folder in [the settings](settings.md#content)",
    ),
    warning("large-file", "A page or picture is larger than `max_file_kb`", "Make the picture smaller, or the page shorter"),
    info("unused-picture", "Nothing shows or links to a picture", "Remove it, or use it"),
    info("orphan-page", "No other page links to a page", "Link to it from a page or the menu"),
];

const COMMANDS: &[Code] = &[
    fixed("no-port", "The preview cannot listen at this address and port", "Name another with `--port` or `--bind`"),
    fixed("folder-not-empty", "`avocet init` needs an empty folder", "Name a new one"),
    fixed("file-there", "`avocet new` would write over a file", "Name another slug with `--slug`"),
    fixed("slug-taken", "Another post or page has that slug, drafts included", "Choose another title, or name another slug with `--slug`"),
    fixed(
        "unchanged-file",
        "The front matter has a form that `avocet publish` cannot edit line by line",
        "Write each key on a line of its own, or edit it by hand",
    ),
    fixed(
        "not-reproducible",
        "A file that `avocet build --verify` made differently the second time, elsewhere: something in it depends on more than your sources",
        "Look at the line that is shown, and at the plugins and templates that made it",
    ),
    fixed("not-verified", "The second build of `avocet build --verify` could not be made", "Mend what it says, and try again"),
];

const STATISTICS: &[Code] = &[
    fixed("missing-data", "The plugin `stats` has no data yet", "Run `avocet stats collect`, or `avocet stats sample` to try it"),
    fixed("bad-data", "A row of the statistics cannot be read", "Mend the row at the place that is shown"),
    fixed("data-there", "`avocet stats sample` would replace your statistics", "Keep a copy, and add `--force`"),
    fixed("unwritable-file", "The statistics cannot be written", "Make room, or give yourself the right to"),
    error("not-collected", "The forge did not answer, or wants a longer wait; the old figures stay", "Run it again later"),
    warning("missing-organisation", "The organisation was deleted or renamed", "Mend its `id`, or take it out"),
    warning("renamed-organisation", "It has another name at the forge now", "Write its new `id`"),
    warning("no-repositories", "None of its repositories is counted", "Take it out, or count forks as well"),
    warning("unlisted-organisation", "It has figures, and is in no setting", "Take its rows out of the CSV, or name it"),
];

const LINKS: &[Code] = &[
    error("dead-link", "A link leads to a page or file that is not there", "Take the nearest name, which Avocet shows; or add `https://`"),
    error("missing-asset", "A picture, frame or file is not there", "Put it where the link says, or mend the link"),
    error("dead-anchor", "A link leads to a heading that is not there", "Give the heading [its own id](markdown.md#headings)"),
    warning("no-link", "An address with a space in it makes no link", "Write `(<my file.md>)`, or `%20` for the space"),
    warning("empty-link", "A link has nothing to read or to follow", "Write words between its tags, and an address in `href`"),
    error("dead-external", "Another host has no such page, or there is no such host", "Mend the address, or take the link out"),
    warning("unreachable-external", "Another host did not answer, or refuses to", "Look at it in a browser; list it in `external_ignore`"),
    info("moved-external", "A page of another host has moved for good", "Write the new address, which is shown"),
];

const TAGS: &[Code] = &[
    fixed("unknown-tag", "There is no such tag", "Choose one of those that Avocet lists"),
    fixed("bad-tag", "A tag is not closed, or an end has no beginning", "Compare it with [how to write a tag](components.md#form)"),
    fixed("bad-option", "An option is unknown or missing", "Choose one of those that Avocet lists"),
    fixed("failed-tag", "A tag could not do its work", "Its own words say why"),
    fixed("missing-include", "There is no such file in `includes`", "Correct the name, or make the file"),
    fixed("recursive-include", "An include includes itself", "Take one out"),
    warning("unclosed-html", "An HTML element has no end", "Close it"),
];

const READERS: &[Code] = &[
    warning("frame-title", "An `<iframe>` has no `title`", "Say in `title` what it shows"),
    warning("picture-text", "A picture has no text, or one such as `link`", "Say in `alt` what it shows; `alt=\"\"` if it only decorates"),
    warning("heading-level", "A heading skips a level, as from 2 to 4", "Give it the level below that of the heading above it"),
    warning("insecure-embed", "Something is loaded over `http:`, which browsers block in a page of `https:`", "Write `https:`"),
    warning("foreign-script", "A script comes from another host", "Take it out, or put the file into `static/`"),
    warning("foreign-style", "A stylesheet comes from another host", "Take it out, or put the file into `static/`"),
    info("foreign-frame", "A frame shows a page of another host", "Link to it instead, if a link is enough"),
];

const CLASH: &[Code] = &[
    fixed("duplicate-slug", "Two posts have the same slug", "Change one; or, for a translation, give it its `lang`"),
    fixed("output-clash", "Two things would be written to one file", "Give one of them another slug or address"),
    fixed("output-outside", "A file would be written outside the output folder", "Mend `save_as`, the alias or the pattern"),
];

const SETTINGS: &[Code] = &[
    fixed("no-site", "The folder has no `site.toml`", "Go to the folder of your site, or name it with `--site`"),
    fixed("bad-toml", "The settings are not TOML", "Mend the line that is shown"),
    fixed("unknown-setting", "A key that Avocet does not know", "Take the nearest known key, which it shows"),
    fixed("missing-setting", "A setting is missing that every site needs", "Add it as in the help"),
    fixed("bad-setting", "A value of the wrong type, or a faulty pattern", "Write it as in [the settings](settings.md)"),
    fixed("unknown-profile", "The settings have no such profile", "Correct the name"),
    fixed("unknown-plugin", "There is no plugin of that name", "Correct the name"),
    fixed("unknown-theme", "There is no theme of that name", "Correct the name"),
    fixed("bad-theme", "`theme.toml` of a theme is faulty", "Mend the line that is shown"),
    fixed("missing-template", "`template: …` names one that does not exist", "Correct the name, or write the template"),
    fixed("failed-maker", "A plugin cannot make a file that it promised", "Take the plugin out, and tell its author"),
    fixed("template-syntax", "A template is not Tera", "Mend the line that is shown"),
    fixed("template-error", "A template asks for something that is not there", "Mend the line that is shown"),
    fixed("unknown-page", "`avocet explain` knows no such file or address", "Choose one of `avocet list routes`"),
];

/// All codes, in the order of the manual.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    GROUPS.iter().flat_map(|(_, codes)| codes.iter())
}

/// The code of this name.
#[must_use]
pub fn code(name: &str) -> Option<&'static Code> {
    codes().find(|code| code.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_stands_once() {
        let mut names: Vec<&str> = codes().map(|code| code.name).collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
