//! Fences of code, in which a tag is text.

/// An open fence of code.
#[derive(Clone, Copy)]
pub(super) struct Fence {
    mark: char,
    length: usize,
    column: usize,
    /// Whether it stands in a quotation, which ends with the first line that has no `>`.
    pub(super) quoted: bool,
}

impl Fence {
    /// The fence that a line opens, in a list item or a quotation too.
    pub(super) fn opened_by(line: &str) -> Option<Self> {
        if !line.contains("```") && !line.contains("~~~") {
            return None;
        }
        let mut quoted = false;
        let mut rest = line;
        loop {
            let inner = rest.trim_start_matches(' ');
            if rest.len() > inner.len() + 3 {
                return None;
            }
            let Some(content) = container(inner) else { break };
            quoted |= inner.starts_with('>');
            rest = content;
        }
        let run = rest.trim_start_matches(' ');
        let mark = run.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let info = run.trim_start_matches(mark);
        let length = run.len() - info.len();
        let fence = Self { mark, length, column: line.len() - run.len(), quoted };
        Some(fence).filter(|_| length >= 3 && !(mark == '`' && info.contains('`')))
    }

    /// Whether the code has ended with this line, or before it.
    pub(super) fn left_by(&self, line: &str) -> bool {
        (self.quoted && !line.trim_start().starts_with('>')) || self.closed_by(line)
    }

    pub(super) fn closed_by(&self, line: &str) -> bool {
        let run = line.trim_start_matches([' ', '>', '\t']);
        let after = run.trim_start_matches(self.mark);
        line.len() - run.len() <= self.column + 3 && run.len() - after.len() >= self.length && after.trim().is_empty()
    }
}

/// What follows the mark of a list item or a quotation.
fn container(line: &str) -> Option<&str> {
    if let Some(quoted) = line.strip_prefix('>') {
        return Some(quoted);
    }
    let bullet = line.strip_prefix(['-', '+', '*']);
    let number = || line.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let item = bullet.or_else(|| number().strip_prefix(['.', ')']).filter(|_| number().len() < line.len()))?;
    item.strip_prefix(' ')
}
