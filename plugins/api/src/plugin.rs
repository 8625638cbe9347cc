//! A plugin: its name, and the roles that it takes.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{Aggregator, CodeGroup, CodeRenderer, Command, Generator, Indexer, Input, PostProcessor, Reader, Tag, Transform, Validator};

/// What a plugin is made from.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Setup<'a> {
    /// `[plugins.NAME]` of the site; null if it sets nothing. [`crate::settings::parse`] reads it.
    pub settings: &'a Value,
    /// The folder of the site, if there is one: the plugin may be asked for its commands alone.
    pub root: Option<&'a Path>,
}

impl<'a> Setup<'a> {
    /// These settings, and no site yet.
    #[must_use]
    pub const fn new(settings: &'a Value) -> Self {
        Self { settings, root: None }
    }

    /// For the site in this folder.
    #[must_use]
    pub const fn root(self, root: &'a Path) -> Self {
        Self { root: Some(root), ..self }
    }
}

/// A plugin: its name, and the roles that it takes. [`Plugin::new`] and a call for each role make one.
#[derive(Default)]
#[non_exhaustive]
pub struct Plugin {
    /// As in `[site] plugins`.
    pub name: String,
    /// The kinds of problems that it reports besides those of the engine ([`crate::codes`]).
    pub codes: Vec<&'static CodeGroup>,
    /// File formats.
    pub readers: Vec<Box<dyn Reader>>,
    /// Changes of pages before they are indexed.
    pub indexers: Vec<Box<dyn Indexer>>,
    /// Declarations of output files.
    pub generators: Vec<Box<dyn Generator>>,
    /// Checks of the site.
    pub validators: Vec<Box<dyn Validator>>,
    /// Tags in content, which are also functions in templates.
    pub tags: Vec<Box<dyn Tag>>,
    /// Blocks of code that it draws.
    pub code_renderers: Vec<Box<dyn CodeRenderer>>,
    /// Changes of bodies and summaries.
    pub transforms: Vec<Box<dyn Transform>>,
    /// Changes of finished pages.
    pub post_processors: Vec<Box<dyn PostProcessor>>,
    /// Makers of files from all finished pages.
    pub aggregators: Vec<Box<dyn Aggregator>>,
    /// Subcommands: `avocet PLUGIN NAME`.
    pub commands: Vec<Box<dyn Command>>,
    /// Files of the site that it reads. What they hold is in [`crate::Site::inputs`] and [`crate::Site::input_bytes`].
    pub inputs: Vec<Input>,
    /// The folder that it is made from, from the site's folder, of a plugin that is not compiled into the program.
    pub folder: Option<PathBuf>,
    /// What it does, in one line.
    pub about: String,
    /// The program that it runs, and for which pages.
    pub runs: String,
    /// A hash of its code, of a plugin that is not compiled into the program: the site is made again when it differs.
    pub hash: Option<[u8; 32]>,
}

impl Plugin {
    /// A plugin that takes no role yet.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// It reports these kinds of problems.
    #[must_use]
    pub fn codes(mut self, group: &'static CodeGroup) -> Self {
        self.codes.push(group);
        self
    }

    /// It reads a file format.
    #[must_use]
    pub fn reader(mut self, reader: impl Reader + 'static) -> Self {
        self.readers.push(Box::new(reader));
        self
    }

    /// It changes pages before they are indexed.
    #[must_use]
    pub fn indexer(mut self, indexer: impl Indexer + 'static) -> Self {
        self.indexers.push(Box::new(indexer));
        self
    }

    /// It declares output files.
    #[must_use]
    pub fn generator(mut self, generator: impl Generator + 'static) -> Self {
        self.generators.push(Box::new(generator));
        self
    }

    /// It checks the site.
    #[must_use]
    pub fn validator(mut self, validator: impl Validator + 'static) -> Self {
        self.validators.push(Box::new(validator));
        self
    }

    /// It answers a tag.
    #[must_use]
    pub fn tag(mut self, tag: impl Tag + 'static) -> Self {
        self.tags.push(Box::new(tag));
        self
    }

    /// It draws blocks of code.
    #[must_use]
    pub fn code_renderer(mut self, renderer: impl CodeRenderer + 'static) -> Self {
        self.code_renderers.push(Box::new(renderer));
        self
    }

    /// It changes bodies and summaries.
    #[must_use]
    pub fn transform(mut self, transform: impl Transform + 'static) -> Self {
        self.transforms.push(Box::new(transform));
        self
    }

    /// It changes finished pages.
    #[must_use]
    pub fn post_processor(mut self, post_processor: impl PostProcessor + 'static) -> Self {
        self.post_processors.push(Box::new(post_processor));
        self
    }

    /// It makes files of all finished pages.
    #[must_use]
    pub fn aggregator(mut self, aggregator: impl Aggregator + 'static) -> Self {
        self.aggregators.push(Box::new(aggregator));
        self
    }

    /// It has a subcommand.
    #[must_use]
    pub fn command(mut self, command: impl Command + 'static) -> Self {
        self.commands.push(Box::new(command));
        self
    }

    /// It reads these files of the site's folder: `Input::text("data/*.csv")`.
    #[must_use]
    pub fn input(mut self, input: Input) -> Self {
        self.inputs.push(input);
        self
    }
    /// A hash of its code, of a plugin that is not compiled into the program.
    #[must_use]
    pub fn hash(mut self, hash: [u8; 32]) -> Self {
        self.hash = Some(hash);
        self
    }
}
