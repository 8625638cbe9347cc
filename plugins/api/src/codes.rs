//! Every kind of problem that the engine reports: its usual severity, whether the site may lower that, what it means, how to fix it.
//!
//! One table. `[check] severity` and `--allow` are checked against it and against the codes that plugins register
//! ([`crate::Plugin::codes`]); the manual's page of errors is made from it, so the texts are Markdown.

use crate::{CodeGroup, code_group};

code_group! {
    /// Section `front-matter` of the manual's page of errors.
    pub FRONT_MATTER "front-matter":
    MISSING_TITLE = fixed("missing-title", "There is no title", "Add `title: …`, or begin the text with `# …`");
    MISSING_DATE = fixed("missing-date", "A post has no date", "Add `date: 2022-06-26`, or `status: draft` until it has one");
    BAD_DATE = fixed("bad-date", "A date has two meanings, or none", "Write it as in the help");
    BAD_YAML = fixed("bad-yaml", "The block is not YAML", "Put quotes round a value with a colon in it");
    UNCLOSED_FRONT_MATTER = fixed("unclosed-front-matter", "The second `---` is missing", "Add it below the last key");
    DUPLICATE_KEY = fixed("duplicate-key", "A key stands twice", "Keep one of them");
    BAD_VALUE = fixed("bad-value", "A list where one text should be", "Write one value");
    UNKNOWN_STATUS = fixed("unknown-status", "A status that does not exist", "Use `published`, `draft`, `hidden` or `skip`");
    EMPTY_SLUG = fixed("empty-slug", "A title without letters or digits", "Add `slug: a-name`");
    UNKNOWN_KEY = warning("unknown-key", "A key that looks like a spelling mistake; `draft: true` is an error", "Take the nearest known key, if you meant it");
    CUT_VALUE = warning("cut-value", "A value ends before ` #`, because YAML takes the rest for a comment", "Put quotes round it");
}

code_group! {
    /// Section `files` of the manual's page of errors.
    pub FILES "files":
    NOT_UTF_8 = fixed("not-utf-8", "The file has another encoding", "Save it as UTF-8 in your editor");
    UNREADABLE_FILE = fixed("unreadable-file", "You may not read it", "Give yourself the right to");
    LINK_LOOP = fixed("link-loop", "A symbolic link leads to its own folder", "Remove it");
    NO_CONTENT = fixed("no-content", "The content folder is missing", "Make it, or correct `path` in [the settings](settings.md#content)");
    UNWRITABLE_OUTPUT = fixed("unwritable-output", "The output folder cannot be written to", "Give yourself the right to, or make room");
    UNPUBLISHED_FILE = warning("unpublished-file", "A Markdown file is in a folder that `site.toml` does not name", "Move it, or name its folder in [the settings](settings.md#content)");
    LARGE_FILE = warning("large-file", "A page or picture is larger than `max_file_kb`", "Make the picture smaller, or the page shorter");
    UNUSED_IMAGE = info("unused-image", "Nothing shows or links to a picture", "Remove it, or use it");
    ORPHAN_PAGE = info("orphan-page", "No other page links to a page", "Link to it from a page or the menu");
}

code_group! {
    /// Section `commands` of the manual's page of errors.
    pub COMMANDS "commands":
    NO_PORT = fixed("no-port", "The preview cannot listen at this address and port", "Name another with `--port` or `--bind`");
    FOLDER_NOT_EMPTY = fixed("folder-not-empty", "`avocet init` needs an empty folder", "Name a new one");
    FILE_THERE = fixed("file-there", "`avocet new` would write over a file", "Name another slug with `--slug`");
    SLUG_TAKEN = fixed("slug-taken", "Another post or page has that slug, drafts included", "Choose another title, or name another slug with `--slug`");
    UNCHANGED_FILE = fixed("unchanged-file", "The front matter has a form that `avocet publish` cannot edit line by line", "Write each key on a line of its own, or edit it by hand");
    NOT_REPRODUCIBLE = fixed("not-reproducible", "A file that `avocet build --verify` made differently the second time, elsewhere: something in it depends on more than your sources", "Look at the line that is shown, and at the plugins and templates that made it");
    NOT_VERIFIED = fixed("not-verified", "The second build of `avocet build --verify` could not be made", "Mend what it says, and try again");
    UNWRITABLE_FILE = fixed("unwritable-file", "A file that a command makes cannot be written", "Make room, or give yourself the right to");
}

code_group! {
    /// Section `links` of the manual's page of errors.
    pub LINKS "links":
    DEAD_LINK = error("dead-link", "A link leads to a page or file that is not there", "Take the nearest name, which Avocet shows; or add `https://`");
    MISSING_ASSET = error("missing-asset", "A picture, frame or file is not there", "Put it where the link says, or mend the link");
    DEAD_ANCHOR = error("dead-anchor", "A link leads to a heading that is not there", "Give the heading [its own id](markdown.md#headings)");
    NO_LINK = warning("no-link", "An address with a space in it makes no link", "Write `(<my file.md>)`, or `%20` for the space");
    EMPTY_LINK = warning("empty-link", "A link has nothing to read or to follow", "Write words between its tags, and an address in `href`");
    DEAD_EXTERNAL = error("dead-external", "Another host has no such page, or there is no such host", "Mend the address, or take the link out");
    UNREACHABLE_EXTERNAL = warning("unreachable-external", "Another host did not answer, or refuses to", "Look at it in a browser; list it in `external_ignore`");
    MOVED_EXTERNAL = info("moved-external", "A page of another host has moved for good", "Write the new address, which is shown");
}

code_group! {
    /// Section `tags` of the manual's page of errors.
    pub TAGS "tags":
    UNKNOWN_TAG = fixed("unknown-tag", "There is no such tag", "Choose one of those that Avocet lists");
    BAD_TAG = fixed("bad-tag", "A tag is not closed, or an end has no beginning", "Compare it with [how to write a tag](components.md#form)");
    BAD_OPTION = fixed("bad-option", "An option is unknown or missing", "Choose one of those that Avocet lists");
    FAILED_TAG = fixed("failed-tag", "A tag could not do its work", "Its own words say why");
    MISSING_INCLUDE = fixed("missing-include", "There is no such file in `includes`", "Correct the name, or make the file");
    RECURSIVE_INCLUDE = fixed("recursive-include", "An include includes itself", "Take one out");
    UNCLOSED_HTML = warning("unclosed-html", "An HTML element has no end", "Close it");
}

code_group! {
    /// Section `readers` of the manual's page of errors.
    pub READERS "readers":
    IFRAME_TITLE = warning("iframe-title", "An `<iframe>` has no `title`", "Say in `title` what it shows");
    IMAGE_TEXT = warning("image-text", "A picture has no text, or one such as `link`", "Say in `alt` what it shows; `alt=\"\"` if it only decorates");
    HEADING_LEVEL = warning("heading-level", "A heading skips a level, as from 2 to 4", "Give it the level below that of the heading above it");
    INSECURE_EMBED = warning("insecure-embed", "Something is loaded over `http:`, which browsers block in a page of `https:`", "Write `https:`");
    FOREIGN_SCRIPT = warning("foreign-script", "A script comes from another host", "Take it out, or put the file into `static/`");
    FOREIGN_STYLE = warning("foreign-style", "A stylesheet comes from another host", "Take it out, or put the file into `static/`");
    FOREIGN_IFRAME = info("foreign-iframe", "A frame shows a page of another host", "Link to it instead, if a link is enough");
}

code_group! {
    /// Section `clash` of the manual's page of errors.
    pub CLASH "clash":
    DUPLICATE_SLUG = fixed("duplicate-slug", "Two posts have the same slug", "Change one; or, for a translation, give it its `lang`");
    OUTPUT_CLASH = fixed("output-clash", "Two things would be written to one file", "Give one of them another slug or address");
    OUTPUT_OUTSIDE = fixed("output-outside", "A file would be written outside the output folder", "Mend `save_as`, the alias or the pattern");
}

code_group! {
    /// Section `settings` of the manual's page of errors.
    pub SETTINGS "settings":
    NO_SITE = fixed("no-site", "The folder has no `site.toml`", "Go to the folder of your site, or name it with `--site`");
    BAD_TOML = fixed("bad-toml", "The settings are not TOML", "Mend the line that is shown");
    UNKNOWN_SETTING = fixed("unknown-setting", "A key that Avocet does not know", "Take the nearest known key, which it shows");
    MISSING_SETTING = fixed("missing-setting", "A setting is missing that every site needs", "Add it as in the help");
    BAD_SETTING = fixed("bad-setting", "A value of the wrong type, or a faulty pattern", "Write it as in [the settings](settings.md)");
    UNKNOWN_PROFILE = fixed("unknown-profile", "The settings have no such profile", "Correct the name");
    UNKNOWN_PLUGIN = fixed("unknown-plugin", "There is no plugin of that name", "Correct the name");
    UNKNOWN_THEME = fixed("unknown-theme", "There is no theme of that name", "Correct the name");
    BAD_THEME = fixed("bad-theme", "`theme.toml` of a theme is faulty", "Mend the line that is shown");
    MISSING_TEMPLATE = fixed("missing-template", "`template: …` names one that does not exist", "Correct the name, or write the template");
    FAILED_RENDERER = fixed("failed-renderer", "A plugin cannot make a file that it promised", "Take the plugin out, and tell its author");
    TEMPLATE_SYNTAX = fixed("template-syntax", "A template is not Tera", "Mend the line that is shown");
    TEMPLATE_ERROR = fixed("template-error", "A template asks for something that is not there", "Mend the line that is shown");
    UNKNOWN_PAGE = fixed("unknown-page", "`avocet explain` knows no such file or address", "Choose one of `avocet list routes`");
}

/// All groups of the engine, in the order of the manual.
pub const GROUPS: [&CodeGroup; 8] = [&FRONT_MATTER, &FILES, &COMMANDS, &LINKS, &TAGS, &READERS, &CLASH, &SETTINGS];

#[cfg(test)]
mod tests {
    use super::GROUPS;

    #[test]
    fn each_code_stands_once() {
        let mut names: Vec<&str> = GROUPS.iter().flat_map(|group| group.codes).map(|code| code.name).collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
