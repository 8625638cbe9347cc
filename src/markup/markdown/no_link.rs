//! Text that was meant as a link but is none in Markdown: `[x](my file.md)`, `[x]({author}Ada Lovelace)`. Text of a source in, the place
//! of the brackets out.
//!
//! Source: CommonMark 0.31, 6.3: a URL with a space stands between `<` and `>`. Words in round brackets after square ones are
//! common in prose, so they are taken for a URL only if they look like one.

use std::ops::Range;

/// The kinds of links that begin with a word in braces.
const KINDS: [&str; 7] = ["filename", "static", "attach", "tag", "category", "author", "index"];

/// Endings of files that people link to.
const ENDINGS: [&str; 22] = [
    "md", "markdown", "html", "htm", "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "pdf", "csv", "txt", "zip", "doc", "docx", "xls",
    "xlsx", "ppt", "pptx", "mp4",
];

/// Where in `text` the first of them stands that begins in `range`, with its brackets; and the URL that was meant.
pub(super) fn find(text: &str, range: Range<usize>) -> Option<(Range<usize>, &str)> {
    let within = text.get(range.clone())?;
    within.match_indices('(').find_map(|(at, _)| {
        let open = range.start + at;
        let rest = text.get(open + 1..)?;
        let line = rest.split('\n').next().unwrap_or_default();
        if let Some((word, after)) = line.strip_prefix('{').and_then(|line| line.split_once('}'))
            && KINDS.contains(&word)
        {
            let length = word.len() + 2 + after.find(')').unwrap_or(after.len());
            return Some((open..(open + 2 + length).min(text.len()), &line[..length]));
        }
        let length = line.find(')')?;
        let url = without_title(&line[..length]);
        let meant = text[..open].ends_with(']') && url.contains(' ') && looks_like_url(url);
        meant.then_some((open..open + length + 2, url))
    })
}

/// `a b.png "A title"` without the title.
fn without_title(inside: &str) -> &str {
    let inside = inside.trim();
    let title = ['"', '\''].into_iter().find_map(|quote| inside.strip_suffix(quote)?.rfind(&format!(" {quote}")));
    title.map_or(inside, |at| inside[..at].trim_end())
}

fn looks_like_url(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let begins = ["http://", "https://", "./", "../"].iter().any(|begin| url.starts_with(begin));
    !url.starts_with('<') && (begins || ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(&str, &str)> {
        find(text, 0..text.len()).map(|(range, url)| (&text[range], url))
    }

    #[test]
    fn a_url_with_a_space_is_found() {
        assert_eq!(found("[x](my file.md) y"), Some(("(my file.md)", "my file.md")));
        assert_eq!(found("![x](../my picture.PNG \"A title\")"), Some(("(../my picture.PNG \"A title\")", "../my picture.PNG")));
        assert_eq!(found("[x]({author}Ada Lovelace)"), Some(("({author}Ada Lovelace)", "{author}Ada Lovelace")));
        assert_eq!(found("[x]({author}Ada"), Some(("({author}Ada", "{author}Ada")));
        assert_eq!(found("[x](https://x.org/a b)"), Some(("(https://x.org/a b)", "https://x.org/a b")));
    }

    #[test]
    fn words_in_brackets_are_words() {
        for prose in ["[1] (see notes.md)", "[sic](and so on)", "a (my file.md)", "[x](<my file.md>)", "f[i](a, b)", "[x](e.g. this)"] {
            assert_eq!(found(prose), None, "{prose}");
        }
    }
}
