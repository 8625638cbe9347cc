//! What a line begins with: the marks of headings, rules, lists, quotes and definitions. Each is a function of one line.

/// A heading `# Text`, without a space too: its level, and where its text begins and ends in the line.
pub(super) fn heading(line: &str) -> Option<(u8, usize, usize)> {
    let level = line.bytes().take(6).take_while(|byte| *byte == b'#').count();
    if level == 0 {
        return None;
    }
    let mut end = level;
    let mut signs = line.char_indices().skip(level);
    while let Some((at, sign)) = signs.next() {
        match sign {
            '\\' => end = signs.next().map(|(at, sign)| at + sign.len_utf8())?,
            '#' => {}
            _ => end = at + sign.len_utf8(),
        }
    }
    let text = &line[level..end];
    let start = level + (text.len() - text.trim_start().len());
    Some((u8::try_from(level).ok()?, start.min(end), level + text.trim_end().len().max(start - level)))
}

/// The level of the heading above a line of `=` or `-`.
pub(super) fn underline(line: &str) -> Option<u8> {
    let line = line.trim_end_matches(' ');
    let is_all = |mark: u8| !line.is_empty() && line.bytes().all(|byte| byte == mark);
    if is_all(b'=') { Some(1) } else { is_all(b'-').then_some(2) }
}

/// Three or more of `-`, `_` or `*`, with at most two spaces between them.
pub(super) fn is_rule(line: &str) -> bool {
    let marks = line.trim_start_matches(' ');
    let Some(mark) = marks.bytes().next().filter(|mark| matches!(mark, b'-' | b'_' | b'*')) else { return false };
    let marks = marks.trim_end_matches(' ');
    line.len() - line.trim_start_matches(' ').len() <= 3
        && marks.bytes().all(|byte| byte == mark || byte == b' ')
        && marks.bytes().filter(|byte| *byte == mark).count() >= 3
        && !marks.contains("   ")
}

/// The mark of an item with so many spaces before it, `- ` or `1. `: whether it has a number, and where the text begins.
pub(super) fn item(line: &str, spaces: std::ops::RangeInclusive<usize>) -> Option<(bool, usize)> {
    let rest = line.trim_start_matches(' ');
    if !spaces.contains(&(line.len() - rest.len())) {
        return None;
    }
    let digits = rest.len() - rest.trim_start_matches(|sign: char| sign.is_numeric()).len();
    let after = if digits > 0 { rest[digits..].strip_prefix('.')? } else { rest.strip_prefix(['*', '+', '-'])? };
    let text = after.trim_start_matches(' ');
    (text.len() < after.len()).then_some((digits > 0, line.len() - text.len()))
}

/// How many bytes the mark `> ` of a quote takes.
pub(super) fn quote(line: &str) -> Option<usize> {
    let rest = line.trim_start_matches(' ');
    let after = rest.strip_prefix('>').filter(|_| line.len() - rest.len() <= 3)?;
    Some(line.len() - after.strip_prefix(' ').unwrap_or(after).len())
}

/// How many bytes the mark `: ` of a definition takes.
pub(super) fn definition(line: &str) -> Option<usize> {
    let rest = line.trim_start_matches(' ');
    let after = rest.strip_prefix(':').filter(|_| line.len() - rest.len() <= 3)?;
    let spaces = (after.len() - after.trim_start_matches(' ').len()).min(3);
    (spaces > 0).then_some(line.len() - after.len() + spaces)
}

/// `[^label]: text`: the label, and where the text begins.
pub(super) fn footnote(line: &str) -> Option<(&str, usize)> {
    let rest = line.trim_start_matches(' ');
    let (label, text) = rest.strip_prefix("[^").filter(|_| line.len() - rest.len() <= 3)?.split_once(']')?;
    let text = text.strip_prefix(':')?.trim_start_matches(' ');
    Some((label, line.len() - text.len()))
}

/// `*[label]: title`: the label, and where the title begins.
pub(super) fn abbreviation(line: &str) -> Option<(&str, usize)> {
    let (label, rest) = line.strip_prefix("*[")?.split_once(']').filter(|(label, _)| !label.contains('\\'))?;
    let title = rest.strip_prefix(' ').unwrap_or(rest).strip_prefix(':')?;
    Some((label.trim(), line.len() - title.trim_start_matches(' ').len()))
}

/// `[label]: …`: the label, and what follows.
pub(super) fn reference(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim_start_matches(' ');
    let (label, url) = rest.strip_prefix('[').filter(|_| line.len() - rest.len() <= 3)?.split_once(']')?;
    Some((label, url.strip_prefix(':')?.trim_start_matches(' '))).filter(|(label, _)| !label.contains('['))
}

/// The title of a reference, in quotes or brackets, if the line is nothing else.
pub(super) fn title(text: &str) -> Option<&str> {
    let text = text.trim_matches(' ');
    let inner = text.get(1..text.len().checked_sub(1)?)?;
    let ends = (text.chars().next()?, text.chars().next_back()?);
    matches!(ends, ('"', '"') | ('\'', '\'') | ('(', ')')).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_need_no_space() {
        let text = |line: &str| heading(line).map(|(level, start, end)| (level, line[start..end].to_owned()));
        let table = [
            ("#a", Some((1, "a"))),
            ("## b ##", Some((2, "b"))),
            ("# C# d", Some((1, "C# d"))),
            (r"# a \#", Some((1, r"a \#"))),
            ("####### x", Some((6, "# x"))),
            ("#", Some((1, ""))),
            (" # a", None),
            (r"# a\", None),
        ];
        for (line, expected) in table {
            assert_eq!(text(line), expected.map(|(level, text)| (level, text.to_owned())), "{line}");
        }
    }

    #[test]
    fn rules_and_items_are_told_apart() {
        assert!(["---", "* * *", " _  _  _ ", "----"].iter().all(|line| is_rule(line)));
        assert!(!["--", "-   -   -", "--*", "    ---", ""].iter().any(|line| is_rule(line)));
        assert_eq!(
            (item("- a", 0..=3), item("12.  b", 0..=3), item("-a", 0..=3), item("1) a", 0..=3)),
            (Some((false, 2)), Some((true, 5)), None, None)
        );
        assert_eq!((item("    - a", 4..=7), item("    - a", 0..=3)), (Some((false, 6)), None));
    }

    #[test]
    fn marks_take_their_spaces() {
        assert_eq!((quote("> a"), quote(">a"), quote("    > a")), (Some(2), Some(1), None));
        assert_eq!((definition(": a"), definition(":a"), definition("   :    a")), (Some(2), None, Some(7)));
        assert_eq!((footnote("[^1]: a"), footnote("[^1] a")), (Some(("1", 6)), None));
        assert_eq!((abbreviation("*[A]: b"), reference("[a]:  b c")), (Some(("A", 6)), Some(("a", "b c"))));
        assert_eq!((title("\"a\" "), title("(b)"), title("'c\""), title("\"")), (Some("a"), Some("b"), None, None));
    }
}
