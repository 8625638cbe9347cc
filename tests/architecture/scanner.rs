//! Rust text -> the same text without comments, strings and unit tests, in as many lines; words in a line of it; and the paths that a `use` names.

/// The text with blanks for comments, strings, and everything from `#[cfg(test)] mod` on; line ends stay.
pub(super) fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after = code.chars().next_back();
        let length = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |at| at + 2),
            '"' => 1 + quoted(&rest[1..]),
            'r' if !after.is_some_and(is_word) || after == Some('b') => raw(rest),
            '\'' => character(rest),
            '#' if rest.starts_with("#[cfg(test)]\nmod ") && rest.find('{') < rest.find(';') => break,
            _ => 0,
        };
        let Some((blanked, left)) = rest.split_at_checked(length).filter(|_| length > 0) else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        code.extend(blanked.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = left;
    }
    code
}

/// The length of a string, including its end.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a raw string that begins here, or 0.
fn raw(text: &str) -> usize {
    let hashes = text[1..].len() - text[1..].trim_start_matches('#').len();
    if text[1 + hashes..].starts_with('"') {
        let end = format!("\"{}", "#".repeat(hashes));
        return text[2 + hashes..].find(&end).map_or(text.len(), |at| 2 + hashes + at + end.len());
    }
    0
}

/// The length of a character in quotes that begins here, or 0, as for a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => text[2..].char_indices().skip(1).find(|(_, c)| *c == '\'').map_or(0, |(at, _)| 2 + at + 1),
        Some(_) => chars.next().filter(|(_, c)| *c == '\'').map_or(0, |(at, _)| at + 1),
        None => 0,
    }
}

/// The lines of a text, from 1.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(at, line)| (at + 1, line))
}

pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether the line contains these words, and not as the end of a longer word.
pub(super) fn holds(line: &str, words: &str) -> bool {
    line.match_indices(words).any(|(at, _)| !line[..at].ends_with(is_word) || words.starts_with('.'))
}

/// The paths at the beginning of a text: one, or several in braces; the first two names of each.
pub(super) fn heads(text: &str) -> Vec<String> {
    let path = |text: &str| {
        let names: Vec<&str> = text.trim().split("::").map(|name| name.split(|c: char| !is_word(c)).next().unwrap_or_default()).collect();
        names[..names.len().min(2)].iter().take_while(|name| !name.is_empty()).copied().collect::<Vec<_>>().join("::")
    };
    let Some(group) = text.strip_prefix('{') else { return vec![path(text)] };
    let mut depth = 1;
    let inner = group.split_inclusive(['{', '}', ',']).scan((), |(), part| Some(part));
    let mut heads = vec![String::new()];
    for part in inner {
        if let Some(head) = heads.last_mut() {
            head.push_str(part);
        }
        match part.chars().next_back() {
            Some('{') => depth += 1,
            Some('}') => depth -= 1,
            Some(',') if depth == 1 => heads.push(String::new()),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    heads.iter().map(|head| path(head)).filter(|head| !head.is_empty()).collect()
}
