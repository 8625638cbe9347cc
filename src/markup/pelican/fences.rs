//! Code between fences, as Python-Markdown's `fenced_code` finds it: at the beginning of a line, and only if it has an end.

use std::collections::HashMap;
use std::ops::Range;

/// A block of code: all of it, what follows its first fence, and the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fence {
    pub(super) span: Range<usize>,
    pub(super) info: Range<usize>,
    pub(super) code: Range<usize>,
}

/// All blocks of code between fences, in order.
pub(super) fn fences(text: &str) -> Vec<Fence> {
    if !text.contains("```") && !text.contains("~~~") {
        return Vec::new();
    }
    let ends = ends(text);
    let mut fences = Vec::new();
    let mut at = 0;
    while let Some(line) = text.get(at..).and_then(|rest| rest.split_inclusive('\n').next()).filter(|line| !line.is_empty()) {
        let next = at + line.len();
        let end = opening(line).and_then(|(fence, info)| {
            let ends = ends.get(fence)?;
            let end = ends.get(ends.partition_point(|end| end.start < next))?;
            Some((at + fence.len()..at + fence.len() + info.len(), end))
        });
        match end {
            Some((info, end)) => {
                fences.push(Fence { span: at..end.end, info, code: next..end.start });
                at = end.end;
            }
            None => at = next,
        }
    }
    fences
}

/// The lines that are nothing but a fence, for each fence.
fn ends(text: &str) -> HashMap<&str, Vec<Range<usize>>> {
    let mut ends: HashMap<&str, Vec<Range<usize>>> = HashMap::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let fence = line.trim_end_matches(['\n', ' ']);
        if run(fence) == fence.len() && fence.len() >= 3 {
            ends.entry(fence).or_default().push(at..at + line.trim_end_matches('\n').len());
        }
        at += line.len();
    }
    ends
}

/// The fence that a line opens, and what follows it.
fn opening(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_suffix('\n')?;
    let (fence, info) = line.split_at(run(line));
    (fence.len() >= 3 && is_info(info.trim_start_matches(' '))).then_some((fence, info))
}

/// How many back-ticks or tildes a line begins with.
fn run(line: &str) -> usize {
    let Some(mark) = line.chars().next().filter(|mark| matches!(mark, '`' | '~')) else { return 0 };
    line.len() - line.trim_start_matches(mark).len()
}

/// Whether this may follow a fence: `{…}`, or a language and the lines to be marked.
fn is_info(info: &str) -> bool {
    if info.starts_with('{') {
        return info.ends_with('}');
    }
    let name = info.strip_prefix('.').unwrap_or(info);
    let rest = name.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '#' | '.' | '+' | '-')).trim_start_matches(' ');
    let Some(lines) = rest.strip_prefix("hl_lines=") else { return rest.is_empty() };
    let lines = lines.trim_end_matches(' ');
    ['"', '\''].into_iter().any(|quote| lines.len() > 1 && lines.starts_with(quote) && lines.ends_with(quote))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Vec<(&str, &str)> {
        fences(text).into_iter().map(|fence| (&text[fence.info], &text[fence.code])).collect()
    }

    #[test]
    fn code_stands_between_equal_fences() {
        assert_eq!(code("a\n```python\nx\n```\nb\n~~~ {.c #i}\n```\n~~~~\n~~~\n"), [("python", "x\n"), (" {.c #i}", "```\n~~~~\n")]);
        assert_eq!(code("``` .rust hl_lines=\"1 2\"\nx\n```  \n"), [(" .rust hl_lines=\"1 2\"", "x\n")]);
        assert_eq!(code("```\n```"), [("", "")]);
    }

    #[test]
    fn what_has_no_end_or_stands_in_no_first_column_is_none() {
        for text in ["```\nx\n", " ```\nx\n ```\n", "```a b\nx\n```", "`` ` ``\n", "```\nx\n````\n", "```"] {
            assert!(code(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn many_fences_without_an_end_take_linear_time() {
        assert_eq!(fences(&"```a\n~~~b\n".repeat(50_000)).len(), 0);
        assert_eq!(fences(&"```a\n```\n".repeat(50_000)).len(), 50_000);
    }
}
