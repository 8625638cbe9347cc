//! Avocet: a plugin-based content and blog engine. Modules in reading order:
//!
//! [`cli`] takes the command line, opens a [`project`], and asks the [`pipeline`] for a plan and its files; the [`stages`] do the work,
//! with [`markup`], [`theme`] and the plugins ([`plugin`]) below them; [`serve`] is the preview, [`check`] looks at what was made, [`report`]
//! prints. [`authoring`] writes into sources, [`scaffold`] is a new site. [`config`] is `site.toml`, [`cache`] what is remembered between
//! runs, [`trace`] what it depends on. `ARCHITECTURE.md` has the picture and the law.

pub mod cli;
pub mod serve;

pub mod check;
pub mod compare;
pub mod report;
pub mod verify;

pub mod authoring;
pub mod pipeline;
pub mod project;

pub mod stages;

pub mod plugin;
pub mod theme;

pub mod cache;
pub mod clock;
pub mod config;
pub mod disk;
pub mod images;
pub mod import;
pub mod language;
pub mod markup;
pub mod scaffold;
pub mod scaffold_plugin;
pub mod trace;
