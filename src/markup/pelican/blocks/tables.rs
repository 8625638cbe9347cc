//! Tables: a line of cells, a line of dashes with as many, and rows.

use pulldown_cmark::Alignment;

use super::super::source::Line;
use super::super::tree::Kind;
use super::{Blocks, Frame};

impl Blocks<'_> {
    pub(super) fn table(&mut self, frame: &mut Frame, end: usize) -> bool {
        let Some(alignments) = self.alignments(&frame.lines[frame.at..end]) else { return false };
        let lines = frame.take(end);
        let (head, has_border) = (lines[0], self.has_border(lines[0]));
        let columns = alignments.len();
        let table = self.tree.append(frame.parent, Kind::Table(alignments), Vec::new());
        (self.tree.node_mut(table).start, self.tree.node_mut(table).end) = (head.start, lines[lines.len() - 1].end);
        // A table without rows has an empty one.
        let end = head_end(&lines);
        let rows = if lines.len() == 2 { std::slice::from_ref(&end) } else { &lines[2..] };
        for line in std::iter::once(&head).chain(rows) {
            let cells = self.cells(*line, has_border);
            let row = self.tree.append(table, Kind::Row, Vec::new());
            (self.tree.node_mut(row).start, self.tree.node_mut(row).end) = (line.start, line.end);
            for column in 0..columns {
                let empty = Line { start: line.end, end: line.end, atom: None };
                let cell = cells.get(column).map_or(empty, |cell| self.trimmed(*cell));
                self.tree.append(row, Kind::Cell, vec![cell]);
            }
        }
        true
    }

    /// How the columns of a table are aligned, if the lines begin with its head.
    fn alignments(&self, lines: &[Line]) -> Option<Vec<Alignment>> {
        let [head, dashes, ..] = lines else { return None };
        if !self.text(*dashes).bytes().all(|byte| matches!(byte, b'|' | b':' | b'-' | b' ')) {
            return None;
        }
        let has_border = self.has_border(*head);
        let columns = self.cells(*head, has_border).len();
        // Each row of a table with one column needs a bar.
        let is_table = columns > 1 || has_border && lines[1..].iter().all(|line| self.has_border(*line));
        let dashes = self.cells(*dashes, has_border);
        let alignment = |cell: &Line| {
            let cell = self.text(*cell).trim_matches(' ');
            match (cell.starts_with(':'), cell.ends_with(':')) {
                (true, true) => Alignment::Center,
                (true, false) => Alignment::Left,
                (false, true) => Alignment::Right,
                (false, false) => Alignment::None,
            }
        };
        (is_table && dashes.len() == columns).then(|| dashes.iter().map(alignment).collect())
    }

    /// Whether a row begins or ends with a bar.
    fn has_border(&self, line: Line) -> bool {
        let row = self.text(line).trim_matches(' ');
        row.starts_with('|') || ends_with_bar(row)
    }

    /// The cells of a row. A bar in code or after a backslash is text.
    fn cells(&self, line: Line, has_border: bool) -> Vec<Line> {
        let text = self.text(line);
        let mut start = line.start + (text.len() - text.trim_start_matches(' ').len());
        let mut end = line.start + text.trim_end_matches(' ').len();
        let row = text.trim_matches(' ');
        if has_border && row.starts_with('|') {
            start += 1;
        }
        if has_border && ends_with_bar(row) && end > start {
            end -= 1;
        }
        let row = self.text(Line { start, end, atom: None });
        let mut cells = Vec::new();
        let mut from = start;
        for bar in bars(row) {
            cells.push(Line { start: from, end: start + bar, atom: None });
            from = start + bar + 1;
        }
        cells.push(Line { start: from, end: end.max(from), atom: None });
        cells
    }
}

/// The end of the last line, as a line.
fn head_end(lines: &[Line]) -> Line {
    let end = lines.last().map_or(0, |line| line.end);
    Line { start: end, end, atom: None }
}

/// Whether a row ends with a bar that no backslash makes text.
fn ends_with_bar(row: &str) -> bool {
    row.strip_suffix('|').is_some_and(|row| (row.len() - row.trim_end_matches('\\').len()) % 2 == 0)
}

/// The bars of a row that stand between cells.
fn bars(row: &str) -> Vec<usize> {
    let mut bars = Vec::new();
    // Runs of back-ticks: where they begin and end. After a backslash the first one is text.
    let mut ticks: Vec<(usize, usize, usize)> = Vec::new();
    let bytes = row.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let escaped = usize::from(bytes[at] == b'\\');
        let run = bytes[at + escaped..].iter().take_while(|byte| **byte == b'`').count();
        match bytes[at] {
            b'\\' | b'`' if run > 0 => {
                ticks.push((at, at + escaped + run, run - escaped));
                at += escaped + run;
            }
            b'\\' => at += 2,
            b'|' => {
                bars.push(at);
                at += 1;
            }
            _ => at += 1,
        }
    }
    let code = code(&ticks);
    let mut spans = code.iter().peekable();
    bars.retain(|bar| {
        while spans.next_if(|(_, end)| end <= bar).is_some() {}
        spans.peek().is_none_or(|(start, _)| bar < start)
    });
    bars
}

/// Where code stands: between two runs of as many back-ticks.
fn code(ticks: &[(usize, usize, usize)]) -> Vec<(usize, usize)> {
    // For each run, the next one of its length.
    let mut next = vec![None; ticks.len()];
    let mut seen = std::collections::HashMap::new();
    for (number, (start, end, length)) in ticks.iter().enumerate().rev() {
        next[number] = seen.get(length).copied().filter(|_| *length > 0);
        seen.insert(end - start - usize::from(*length < end - start), number);
    }
    let mut code = Vec::new();
    let mut at = 0;
    while at < ticks.len() {
        match next[at] {
            Some(end) => {
                code.push((ticks[at].0, ticks[end].1));
                at = end + 1;
            }
            None => at += 1,
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_in_code_and_after_a_backslash_are_text() {
        let table: [(&str, &[usize]); 6] =
            [("a|b", &[1]), ("`x|y`|2", &[5]), (r"a\|b|c", &[4]), ("``a`|b``|c", &[8]), ("`a|b", &[2]), (r"\`a|b`", &[3])];
        for (row, expected) in table {
            assert_eq!(bars(row), expected, "{row}");
        }
    }
}
