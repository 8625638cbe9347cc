//! How much one page may hold, so that a few lines cannot make gigabytes, take for ever, or overflow the stack.

use avocet_plugin::{Diagnostic, codes};

/// How much one page may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Levels of tags, includes, lists, quotes and the like inside each other.
    pub nesting: usize,
    /// Includes, those in includes among them.
    pub includes: usize,
    /// Tags, those in includes among them.
    pub tags: usize,
    /// Bytes that includes or a tag make.
    pub bytes: usize,
    /// Steps that it may take to highlight one block of code.
    pub highlight: u64,
}

/// What a page has used of its limits.
#[derive(Debug)]
pub(super) struct Budget {
    limits: Limits,
    depth: usize,
    tags: usize,
    includes: usize,
    included: usize,
    spent: bool,
}

impl Budget {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, depth: 0, tags: 0, includes: 0, included: 0, spent: false }
    }

    /// Whether a limit was exceeded.
    pub(super) fn is_spent(&self) -> bool {
        self.spent
    }

    /// Makes nothing more.
    pub(super) fn end(&mut self) {
        self.spent = true;
    }

    /// A tag begins, perhaps inside others.
    pub(super) fn open_tag(&mut self) -> Result<(), Diagnostic> {
        self.tags += 1;
        self.depth += 1;
        self.nest(0)?;
        if self.tags > self.limits.tags {
            return Err(exceeded("this page has more than {} tags", self.limits.tags, "tags"));
        }
        Ok(())
    }

    /// It ends.
    pub(super) fn close_tag(&mut self) {
        self.depth -= 1;
    }

    /// Markdown is nested so deep, inside of the open tags.
    pub(super) fn nest(&self, levels: usize) -> Result<(), Diagnostic> {
        let most = self.limits.nesting;
        if self.depth + levels > most { Err(exceeded("this is nested more than {} levels deep", most, "nesting")) } else { Ok(()) }
    }

    /// How many more levels of tags there may be.
    pub(super) fn levels_left(&self) -> usize {
        self.limits.nesting.saturating_sub(self.depth)
    }

    /// A text of so many bytes is included.
    pub(super) fn include(&mut self, bytes: usize) -> Result<(), Diagnostic> {
        self.includes += 1;
        self.included = self.included.saturating_add(bytes);
        if self.includes > self.limits.includes {
            return Err(exceeded("this page has more than {} includes", self.limits.includes, "includes"));
        }
        self.made(self.included)
    }

    /// A tag or all includes made so many bytes.
    pub(super) fn made(&self, bytes: usize) -> Result<(), Diagnostic> {
        if bytes <= self.limits.bytes {
            return Ok(());
        }
        Err(exceeded("this makes the page larger than {} MB", self.limits.bytes / 1_000_000, "page_mb"))
    }
}

/// The error about a limit that is exceeded.
fn exceeded(message: &str, limit: usize, setting: &str) -> Diagnostic {
    let message = message.replace("{}", &limit.to_string());
    codes::LIMIT_EXCEEDED.report(message).help(format!("make the page smaller, or raise `{setting}` in [limits] of site.toml"))
}
