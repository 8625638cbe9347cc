//! Every kind of problem that the engine reports: its default severity, whether a site may lower it, what it means and how to fix it.
//!
//! One table. `[check] severity` and `--allow` are checked against it and against the codes that plugins register
//! ([`crate::Plugin::codes`]); the manual's page of errors is made from it, so the texts are Markdown.

use crate::{CodeGroup, code_group};

code_group! {
    /// Section `front-matter` of the manual's page of errors.
    pub FRONT_MATTER "front-matter":
    MISSING_TITLE = fixed("missing-title", "There is no title", "Add `title: …`, or start the text with `# …`");
    MISSING_DATE = fixed("missing-date", "A post has no date", "Add `date: 2022-06-26`, or `status: draft` until it has one");
    BAD_DATE = fixed("bad-date", "A date is not valid, or has two meanings", "Write it as the help shows");
    AMBIGUOUS_DATE = warning("ambiguous-date", "With `dialect = \"pelican\"`, a date with two meanings has the one that Pelican gives it", "Write it as the help shows");
    BAD_YAML = fixed("bad-yaml", "The front matter is not valid YAML", "Put quotes around a value that contains a colon");
    BAD_FRONT_MATTER = fixed("bad-front-matter", "The front matter is not valid TOML or JSON", "Correct the line that is shown");
    NEAR_FRONT_MATTER = fixed("near-front-matter", "The file starts with something that is almost front matter, and would be published as text", "Write `---` alone on the first line, and on the line below the last key");
    UNCLOSED_FRONT_MATTER = fixed("unclosed-front-matter", "The second `---` or `+++` is missing", "Add it below the last key");
    DUPLICATE_KEY = fixed("duplicate-key", "A key appears twice", "Keep one of them");
    BAD_VALUE = fixed("bad-value", "A value has the wrong type, such as a list instead of text, or two keys say the same thing", "Write one value");
    UNKNOWN_STATUS = fixed("unknown-status", "The status does not exist, or is empty", "Use `published`, `draft`, `hidden` or `skip`");
    UNCLEAR_STATUS = fixed("unclear-status", "A key with which another engine keeps a post unpublished, such as `hidden` or `expiryDate`, and Avocet would publish it", "Use `status` and `date`");
    UNKNOWN_LANGUAGE = warning("unknown-language", "`lang` is not the code of a language, so that browsers and screen readers do not know it", "Write a code such as `en` or `pt-BR`");
    EMPTY_SLUG = fixed("empty-slug", "The title has no letters or digits", "Add `slug: a-name`");
    UNKNOWN_KEY = warning("unknown-key", "A key looks like a spelling mistake", "Use the suggested key, if you meant it");
    MERGED_NAMES = info("merged-names", "A tag, category or author is written in two ways, and both are one", "Write it in one way; or give one of them [a slug](settings.md#articles)");
    CUT_VALUE = warning("cut-value", "A value ends before `#`, because YAML reads the rest as a comment", "Put quotes around it");
}

code_group! {
    /// Section `files` of the manual's page of errors.
    pub FILES "files":
    NOT_UTF_8 = fixed("not-utf-8", "The file is not UTF-8", "Save it as UTF-8 in your editor");
    UNREADABLE_FILE = fixed("unreadable-file", "Avocet cannot read the file", "Check the permissions of the file");
    LINK_LOOP = fixed("link-loop", "A symbolic link leads to itself, or to a folder that contains it", "Remove it");
    LINK_OUTSIDE = fixed("link-outside", "A symbolic link leads out of the folder of the site", "Put a copy in its place, or name the link in [`follow`](settings.md#content)");
    NO_CONTENT = fixed("no-content", "The content folder is missing", "Create it, or correct `path` in [the settings](settings.md#content)");
    OUTPUT_FOLDER = fixed("output-folder", "The output folder holds something of yours, such as your templates", "Name a folder of its own, such as `public`");
    FOREIGN_OUTPUT = fixed("foreign-output", "The output folder has files that Avocet did not write", "Move them, or build with `--adopt` or `--clean`");
    OUTPUT_LOCKED = fixed("output-locked", "Another build writes to the output folder", "Wait until it ends");
    UNWRITABLE_OUTPUT = fixed("unwritable-output", "Avocet cannot write to the output folder", "Check the permissions of the folder, and free some disk space");
    UNPUBLISHED_FILE = warning("unpublished-file", "A file is in a folder that `site.toml` does not name, or is a post in a format that Avocet does not read", "Move it, or name its folder in [the settings](settings.md#content); or convert it to Markdown");
    LARGE_FILE = warning("large-file", "A page or image is larger than `max_file_kb`", "Make the image smaller, or the page shorter");
    UNUSED_IMAGE = info("unused-image", "No page shows or links to an image", "Remove it, or use it");
    ORPHAN_PAGE = info("orphan-page", "No other page links to a page", "Link to it from a page or the menu");
}

code_group! {
    /// Section `commands` of the manual's page of errors.
    pub COMMANDS "commands":
    NO_PORT = fixed("no-port", "The preview cannot listen on this address and port", "Choose another with `--port` or `--bind`");
    FOLDER_NOT_EMPTY = fixed("folder-not-empty", "`avocet init` needs an empty folder", "Choose a new folder, or use `--existing`");
    NO_PELICAN = fixed("no-pelican", "`avocet import pelican` found no settings of Pelican", "Go to the folder with `pelicanconf.py`, or name the file with `--config`");
    FILE_THERE = fixed("file-there", "`avocet new` or `avocet import` would overwrite a file", "Choose another slug with `--slug`, or rename the file");
    SLUG_TAKEN = fixed("slug-taken", "Another post or page has this slug; drafts count too", "Choose another title, or another slug with `--slug`");
    UNCHANGED_FILE = fixed("unchanged-file", "`avocet publish` cannot edit this form of front matter", "Write each key on its own line, or edit the file yourself");
    NOT_REPRODUCIBLE = fixed("not-reproducible", "With `avocet build --verify`, the second build made a file differently: it depends on more than your sources", "Look at the line that is shown, and at the plugins and templates that made it");
    NOT_VERIFIED = fixed("not-verified", "The second build of `avocet build --verify` failed", "Fix the problem in the message, and try again");
    UNWRITABLE_FILE = fixed("unwritable-file", "Avocet cannot write a file", "Check the permissions of the folder, and free some disk space");
}

code_group! {
    /// Section `links` of the manual's page of errors.
    pub LINKS "links":
    DEAD_LINK = error("dead-link", "A link leads to a page or file that does not exist", "Use the name that Avocet suggests; or add `https://`");
    MISSING_ASSET = error("missing-asset", "An image, iframe or file does not exist", "Put it where the link says, or fix the link");
    DEAD_ANCHOR = error("dead-anchor", "A link leads to a heading that does not exist", "Give the heading [its own id](markdown.md#headings)");
    NO_LINK = warning("no-link", "A URL with a space in it does not make a link", "Write `(<my file.md>)`, or `%20` for the space");
    EMPTY_LINK = warning("empty-link", "A link has no text or no URL", "Write text between its tags, and a URL in `href`");
    DEAD_EXTERNAL = error("dead-external", "Another host does not have the page, or the host does not exist", "Correct the URL, or remove the link");
    UNREACHABLE_EXTERNAL = warning("unreachable-external", "Another host did not answer, or refused to", "Open the URL in a browser; if it works, add it to `external_ignore`");
    MOVED_EXTERNAL = info("moved-external", "A page on another host has moved permanently", "Write the new URL, which is shown");
}

code_group! {
    /// Section `tags` of the manual's page of errors.
    pub TAGS "tags":
    UNKNOWN_TAG = fixed("unknown-tag", "The tag does not exist", "Choose one of the tags that Avocet lists");
    BAD_TAG = fixed("bad-tag", "A tag is not closed, or an end tag has no start tag", "Compare it with [how to write a tag](components.md#form)");
    BAD_OPTION = fixed("bad-option", "An option is unknown or missing", "Choose one of the options that Avocet lists");
    FAILED_CODE = fixed("failed-code", "A plugin cannot draw a block of code", "Correct the line that is shown");
    FAILED_TAG = fixed("failed-tag", "A tag failed", "The message of the tag says why");
    MISSING_INCLUDE = fixed("missing-include", "The file is not in `includes`", "Correct the name, or create the file");
    RECURSIVE_INCLUDE = fixed("recursive-include", "An include includes itself", "Remove one of them");
    FOREIGN_SYNTAX = warning("foreign-syntax", "Text is written in a form that another engine or dialect of Markdown reads and Avocet shows as text, such as `:smile:`, `$x^2$` or `{{< youtube >}}`", "Write it as the help shows, put it between `` ` `` if it is code, or put a backslash before it if it is text");
    LIMIT_EXCEEDED = fixed("limit-exceeded", "A page has more tags, includes or levels than [the limits](settings.md#limits) allow, or becomes too large", "Look for an include or tag that repeats itself; or raise the limit");
    PLAIN_CODE = warning("plain-code", "A block of code is shown without colours, because to find them would take longer than [the limits](settings.md#limits) allow: it has very long words in a language such as SCSS", "Break its longest words, or raise `highlight`");
    LOST_TEXT = fixed("lost-text", "Text would be shown nowhere: a row of a table has more cells than the table has columns, a comment or script has no end, a tag does not show the body or option that it is given, or a template does not show the text of the page", "Put a backslash before a vertical bar in a cell, also in code; write the end of the comment or element; remove the end tag; or choose another template");
    UNCLOSED_HTML = warning("unclosed-html", "An HTML element is not closed", "Close it");
}

code_group! {
    /// Section `readers` of the manual's page of errors.
    pub READERS "readers":
    IFRAME_TITLE = warning("iframe-title", "An `<iframe>` has no `title`", "Say in `title` what it shows");
    IMAGE_TEXT = warning("image-text", "An image has no alternative text, or a text such as `link`", "Say in `alt` what it shows; write `alt=\"\"` if it is only decoration");
    HEADING_LEVEL = warning("heading-level", "A heading skips a level, for example from 2 to 4", "Use the level below the heading above it");
    INSECURE_EMBED = warning("insecure-embed", "Something is loaded over `http:`, which browsers block on an `https:` page", "Write `https:`");
    FOREIGN_SCRIPT = warning("foreign-script", "A script comes from another host", "Remove it, or put the file into `static/`");
    FOREIGN_STYLE = warning("foreign-style", "A stylesheet comes from another host", "Remove it, or put the file into `static/`");
    FOREIGN_IFRAME = info("foreign-iframe", "An iframe shows a page of another host", "Link to the page instead, if a link is enough");
}

code_group! {
    /// Section `clash` of the manual's page of errors.
    pub CLASH "clash":
    DUPLICATE_SLUG = fixed("duplicate-slug", "Two posts have the same slug, and would be written to the same file", "Change one of them; for a translation, set its `lang`");
    OUTPUT_CLASH = fixed("output-clash", "Two things would be written to the same file", "Give one of them another slug or URL");
    OUTPUT_OUTSIDE = fixed("output-outside", "A file would be written outside the output folder", "Correct `save_as`, the alias or the pattern");
    OUTPUT_NAME = fixed("output-name", "The name of a file is too long for a disk, or has a sign that no file name can have", "Give the page a shorter `slug`, or the tag one in [the settings](settings.md#articles)");
    UNPORTABLE_NAME = warning("unportable-name", "Windows cannot store a file of this name, such as `con.html`", "Choose another `slug`, or rename the file");
}

code_group! {
    /// Section `settings` of the manual's page of errors.
    pub SETTINGS "settings":
    NO_SITE = fixed("no-site", "The folder has no `site.toml`", "Go to the folder of your site, or to one below it, or name it with `--site`");
    BAD_TOML = fixed("bad-toml", "The settings are not valid TOML", "Correct the line that is shown");
    UNKNOWN_SETTING = fixed("unknown-setting", "Avocet does not know a key", "Use the key that Avocet suggests");
    MISSING_SETTING = fixed("missing-setting", "A required setting is missing", "Add it as the help shows");
    BAD_SETTING = fixed("bad-setting", "A value has the wrong type, or a pattern is not valid", "Write it as [the settings](settings.md) explain");
    UNKNOWN_PROFILE = fixed("unknown-profile", "The settings do not have this profile", "Correct the name");
    UNKNOWN_PLUGIN = fixed("unknown-plugin", "The plugin does not exist", "Correct the name");
    UNKNOWN_THEME = fixed("unknown-theme", "The theme does not exist", "Correct the name");
    BAD_THEME = fixed("bad-theme", "The `theme.toml` of a theme is not valid", "Correct the line that is shown");
    MISSING_TEMPLATE = fixed("missing-template", "`template: …` names a template that does not exist", "Correct the name, or write the template");
    FAILED_RENDERER = fixed("failed-renderer", "A plugin declared a file and cannot make it", "Remove the plugin, and report the problem to its author");
    TEMPLATE_SYNTAX = fixed("template-syntax", "A template is not valid Tera", "Correct the line that is shown");
    TEMPLATE_ERROR = fixed("template-error", "A template uses something that does not exist", "Correct the line that is shown");
    UNKNOWN_PAGE = fixed("unknown-page", "`avocet explain` does not know the file or URL", "Choose one from `avocet list routes`");
}

code_group! {
    /// Section `plugins` of the manual's page of errors.
    pub PLUGINS "plugins":
    BAD_PLUGIN = fixed("bad-plugin", "The manifest of a plugin, `plugin.toml`, is not valid", "Correct the line that is shown");
    NO_PROGRAM = fixed("no-program", "The program of a plugin cannot be started", "Install it; the message names it");
    FAILED_PLUGIN = fixed("failed-plugin", "A plugin failed or ended, or says that something is wrong", "Read what it wrote, which is shown, and tell its author");
    SLOW_PLUGIN = fixed("slow-plugin", "A plugin did not answer in time", "Look for an endless loop; or raise `timeout` in its manifest");
    PLUGIN_PROTOCOL = fixed("plugin-protocol", "A plugin wrote something that is no answer", "Print to the standard error: the standard output is for answers");
    PLUGIN_CHANGED = fixed("plugin-changed", "The files of a plugin are not those of `plugins.lock`", "Look at what changed, then run `avocet plugin lock`");
    PLUGIN_NOT_RUN = fixed("plugin-not-run", "A plugin was not run, because of `--safe` or `--trust`", "Build the site without these options where you trust its plugins");
    FAILED_TEST = fixed("failed-test", "A recorded test of a plugin has another answer, or one that depends on what was asked before", "Correct the plugin; or record the answers anew with `avocet plugin test --record`");
    PLUGIN_WARNING = warning("plugin-warning", "A plugin that is a program warns of something", "The message says what to do");
}

/// All groups of the engine, in the order of the manual.
pub const GROUPS: [&CodeGroup; 9] = [&FRONT_MATTER, &FILES, &COMMANDS, &LINKS, &TAGS, &READERS, &CLASH, &SETTINGS, &PLUGINS];

#[cfg(test)]
mod tests {
    use super::GROUPS;

    #[test]
    fn each_code_appears_once() {
        let mut names: Vec<&str> = GROUPS.iter().flat_map(|group| group.codes).map(|code| code.name).collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
