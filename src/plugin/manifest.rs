//! `plugin.toml`: what a plugin that is no part of this program says of itself. Its text in, types out; nothing is started.

use std::collections::BTreeMap;
use std::sync::Arc;

use avocet_plugin::Diagnostic;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::manifest_check;
use crate::config::{DeclaredSetting, Document};

/// The manifest of a plugin that is a program.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the protocol that it speaks: 1.
    pub protocol: u64,
    /// What it does, in one line.
    pub about: String,
    /// The program with its arguments; its working folder is that of the plugin.
    #[serde(default)]
    pub run: Vec<String>,
    /// Files of the site whose texts it is given; patterns such as `data/*.bib`.
    #[serde(default)]
    pub inputs: Vec<String>,
    /// How many processes of it may run at once; never more than `--jobs`.
    #[serde(default = "workers")]
    #[schemars(range(min = 1, max = 64))]
    pub workers: u64,
    /// Seconds that one call may take.
    #[serde(default = "timeout")]
    #[schemars(range(min = 1, max = 120))]
    pub timeout: u64,
    /// Environment variables that it is given besides the usual ones.
    #[serde(default)]
    pub env: Vec<String>,
    /// Its settings, which a site sets in `[plugins.NAME]`.
    #[serde(default)]
    pub settings: BTreeMap<String, DeclaredSetting>,
    /// It changes the bodies of pages, and their summaries.
    #[serde(default)]
    pub transform: Option<Filter>,
    /// It changes finished pages.
    #[serde(default)]
    pub finish: Option<Filter>,
    /// The tags that it answers.
    #[serde(default)]
    pub tag: BTreeMap<String, TagDeclaration>,
    /// It makes HTML of blocks of code.
    #[serde(default)]
    pub code: Option<CodeDeclaration>,
    /// It reads sources of a format.
    #[serde(default)]
    pub read: Option<ReadDeclaration>,
    /// It makes files.
    #[serde(default)]
    pub generate: Option<GenerateDeclaration>,
    /// Its commands: `avocet plugin run NAME COMMAND`.
    #[serde(default)]
    pub command: BTreeMap<String, CommandDeclaration>,
}

fn workers() -> u64 {
    1
}

fn timeout() -> u64 {
    10
}

/// Which pages a plugin is asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Filter {
    /// Only those whose HTML contains one of these texts; all if there are none.
    pub contains: Vec<String>,
    /// Only those of these kinds; all if there are none.
    pub kinds: Vec<PageKind>,
}

/// A kind of page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PageKind {
    /// A post.
    Article,
    /// A page without a date.
    Page,
}

impl PageKind {
    fn plural(self) -> &'static str {
        match self {
            Self::Article => "articles",
            Self::Page => "pages",
        }
    }
}

/// A tag.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TagDeclaration {
    /// What it shows, in one line.
    pub about: String,
    /// The options whose names may be left out, in their order.
    #[serde(default)]
    pub words: Vec<String>,
    /// What may stand between the tag and its end.
    #[serde(default)]
    pub body: BodyKind,
    /// Its options.
    #[serde(default)]
    pub options: BTreeMap<String, TagOption>,
    /// What it is given besides: `pages` for the metadata of all pages.
    #[serde(default)]
    pub needs: Vec<Need>,
}

/// What may stand between a tag and its end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BodyKind {
    /// Nothing.
    #[default]
    None,
    /// Markdown, which the plugin gets as HTML.
    Html,
    /// Text, which the plugin gets as it was written.
    Raw,
}

/// An option of a tag.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TagOption {
    /// The type of its value.
    #[serde(rename = "type")]
    pub kind: OptionKind,
    /// Whether the tag fails without it.
    #[serde(default)]
    pub needed: bool,
    /// The values that it may have; any if the list is empty.
    #[serde(default)]
    pub one_of: Vec<String>,
    /// What it is for, in one line.
    #[serde(default)]
    pub help: String,
}

/// Types of options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OptionKind {
    /// Text in quotes.
    String,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
}

/// What a tag is given besides its call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// The metadata of all pages.
    Pages,
}

/// Blocks of code.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeDeclaration {
    /// Their languages.
    pub languages: Vec<String>,
}

/// Sources of a format.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadDeclaration {
    /// The endings of their names, in lower case and without the dot.
    pub extensions: Vec<String>,
}

/// Files that it makes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GenerateDeclaration {
    /// Where they may lie, below the output folder; patterns such as `speakers/*.html`.
    pub paths: Vec<String>,
}

/// A command.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommandDeclaration {
    /// What it does, in one line.
    pub about: String,
    /// The program with its arguments.
    pub run: Vec<String>,
}

impl Manifest {
    /// Reads the text of a manifest.
    ///
    /// # Errors
    /// Everything that is wrong with it, each at its place.
    pub fn read(display_path: &str, text: &Arc<str>) -> Result<Self, Vec<Diagnostic>> {
        let document = Document::<Self>::read(display_path, text)
            .map_err(|errors| errors.into_iter().map(manifest_check::of_manifest).collect::<Vec<_>>())?;
        let errors = manifest_check::errors(&document);
        if errors.is_empty() { Ok(document.value) } else { Err(errors) }
    }

    /// Whether anything of it runs while a site is made.
    #[must_use]
    pub fn has_roles(&self) -> bool {
        let Self { transform, finish, code, read, generate, .. } = self;
        transform.is_some() || finish.is_some() || code.is_some() || read.is_some() || generate.is_some() || !self.tag.is_empty()
    }
}

impl Manifest {
    /// The program, and for which pages it is asked.
    #[must_use]
    pub fn runs(&self) -> String {
        let mut runs = self.run.join(" ");
        for (role, filter) in [("transform", &self.transform), ("finish", &self.finish)] {
            let Some(Filter { contains, kinds }) = filter else { continue };
            if !contains.is_empty() {
                runs += &format!("; {role} of what contains {}", contains.join(" or "));
            }
            if !kinds.is_empty() {
                let kinds: Vec<&str> = kinds.iter().map(|kind| kind.plural()).collect();
                runs += &format!("; {role} of {}", kinds.join(" and "));
            }
        }
        runs
    }
}

/// Whether this can be the name of a plugin, a tag or a command.
#[must_use]
pub fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '-')
}
