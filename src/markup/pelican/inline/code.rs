//! Code and escaped characters in a line of text, which all other marks leave alone.

use std::collections::HashMap;
use std::ops::Range;

/// Code, or a character after a backslash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opaque {
    pub(super) span: Range<usize>,
    /// The code without its back-ticks and the white space at its ends, or the character.
    pub(super) inner: Range<usize>,
    pub(super) is_code: bool,
}

/// Runs of back-ticks, and for each what follows it.
struct Runs {
    /// Where each begins, and its length.
    runs: Vec<(usize, usize)>,
    /// The numbers of the runs of a length.
    by_length: HashMap<usize, Vec<usize>>,
    /// For each run, the first of the longest ones from it on.
    longest: Vec<usize>,
}

impl Runs {
    fn new(text: &str, range: &Range<usize>) -> Self {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for at in range.clone().filter(|at| text.as_bytes()[*at] == b'`') {
            match runs.last_mut().filter(|(start, length)| start + length == at) {
                Some((_, length)) => *length += 1,
                None => runs.push((at, 1)),
            }
        }
        let mut by_length: HashMap<usize, Vec<usize>> = HashMap::new();
        for (number, (_, length)) in runs.iter().enumerate() {
            by_length.entry(*length).or_default().push(number);
        }
        let mut longest: Vec<usize> = (0..runs.len()).collect();
        for number in (0..runs.len().saturating_sub(1)).rev() {
            let next = longest[number + 1];
            longest[number] = if runs[next].1 > runs[number].1 { next } else { number };
        }
        Self { runs, by_length, longest }
    }

    /// The number of the run that a back-tick belongs to.
    fn number(&self, at: usize) -> usize {
        self.runs.partition_point(|(start, _)| *start <= at).saturating_sub(1)
    }

    /// The code that begins with the back-tick at `at`: how many open it, and the run that ends it. The run that ends it is as long as the
    /// one that opens it, else shorter: then the other back-ticks that open it are text.
    fn code(&self, at: usize) -> Option<(usize, usize)> {
        let number = self.number(at);
        let (start, length) = *self.runs.get(number)?;
        let length = start + length - at;
        let equal = self.by_length.get(&length).and_then(|equal| equal.get(equal.partition_point(|other| *other <= number)));
        if let Some(end) = equal {
            return Some((length, *end));
        }
        let longest = *self.longest.get(number + 1)?;
        let found = self.runs[longest].1;
        (found < length).then_some((found, longest))
    }
}

/// The code and the escaped characters of a line of text, in order.
pub(super) fn opaque(text: &str, range: Range<usize>) -> Vec<Opaque> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    if !bytes[range.clone()].iter().any(|byte| matches!(byte, b'`' | b'\\')) {
        return found;
    }
    let runs = Runs::new(text, &range);
    let mut at = range.start;
    while at < range.end {
        match bytes[at] {
            b'\\' => {
                let length = text[at + 1..range.end].chars().next().map_or(0, char::len_utf8);
                if length == 1 && is_escaped(bytes[at + 1]) {
                    found.push(Opaque { span: at..at + 2, inner: at + 1..at + 2, is_code: false });
                }
                at += 1 + length;
            }
            b'`' => match runs.code(at) {
                Some((ticks, end)) => {
                    let (start, length) = runs.runs[end];
                    found.push(Opaque { span: at..start + length, inner: trimmed(text, at + ticks..start), is_code: true });
                    at = start + length;
                }
                None => {
                    let (start, length) = runs.runs[runs.number(at)];
                    at = start + length;
                }
            },
            _ => at += 1,
        }
    }
    found
}

/// Whether a backslash makes text of a character.
fn is_escaped(byte: u8) -> bool {
    b"\\`*_{}[]()>#+-.!|".contains(&byte)
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let code = &text[range.clone()];
    let start = range.start + (code.len() - code.trim_start().len());
    start..(range.start + code.trim_end().len()).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Vec<&str> {
        opaque(text, 0..text.len()).into_iter().map(|found| &text[found.inner]).collect()
    }

    #[test]
    fn code_ends_with_as_many_backticks_or_with_fewer() {
        assert_eq!(code("`` a`b `` and `c`"), ["a`b", "c"]);
        assert_eq!(code("```a` b"), ["``a"]);
        assert_eq!(code("`a``b"), Vec::<&str>::new());
        assert_eq!(code(r"\`a` b`"), ["`", "b"]);
        assert_eq!(code(r"\\`a` \* \d \`"), ["\\", "a", "*", "`"]);
    }

    #[test]
    fn many_backticks_take_linear_time() {
        let text: String = (1..700).map(|length| "`".repeat(length) + "a").collect();
        // Every run is longer than those before it, so that none ends another.
        assert!(opaque(&text, 0..text.len()).is_empty());
        assert!(!opaque(&"`a``b".repeat(100_000), 0..500_000).is_empty());
    }
}
