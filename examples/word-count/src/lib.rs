//! The plugin `word-count`: a tag that says how long a page takes to read, a file with the length of every post, and a warning about
//! posts without words.

use std::fmt::Write;

use avocet_plugin::{
    Bodies, CallError, Computed, Diagnostic, Generator, Page, Plugin, Renderer, Route, RouteKey, SettingError, Setup, Site, SiteIndex,
    Tag, TagCall, Validator, code_group, html, settings,
};
use serde::Deserialize;

/// `[plugins.word-count]` in `site.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    words_per_minute: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { words_per_minute: 200 }
    }
}

/// The plugin, with the settings of the site.
pub fn plugin(setup: &Setup) -> Result<Plugin, SettingError> {
    let settings: Settings = settings::parse(setup.settings)?;
    if settings.words_per_minute == 0 {
        return Err(SettingError::new("words_per_minute", "nobody reads 0 words per minute: write a number such as 200"));
    }
    Ok(Plugin::new("word-count").tag(ReadingTime(settings)).generator(Lengths).codes(&CODES).validator(NoWords))
}

/// Handles `{% reading-time %}`.
struct ReadingTime(Settings);

impl Tag for ReadingTime {
    fn name(&self) -> &str {
        "reading-time"
    }

    fn render(&self, call: &TagCall, index: &SiteIndex) -> Result<String, CallError> {
        if let Some(option) = call.args.keys().next() {
            return Err(format!("`reading-time` has no option `{option}`").into());
        }
        let page = call.page(index).ok_or("`reading-time` works in content only, not in templates")?;
        Ok(format!("{} min", words(page).div_ceil(self.0.words_per_minute)))
    }
}

/// The number of words, as the author wrote them.
fn words(page: &Page) -> usize {
    page.body().split_whitespace().count()
}

/// Declares and renders `words.csv`.
struct Lengths;

impl Generator for Lengths {
    fn routes(&self, site: &Site, _declared: &[Route]) -> Result<Vec<Route>, Vec<Diagnostic>> {
        let file = Route::builder(site, "words.csv").reason("the length of every post");
        Ok(vec![file.computed(Computed::new(Lengths))])
    }
}

impl Renderer for Lengths {
    fn render(&self, _route: &Route, index: &SiteIndex, bodies: &dyn Bodies) -> Result<Vec<u8>, Diagnostic> {
        let mut csv = String::from("url,words\n");
        for id in &index.site.articles {
            let page = index.site.page(*id);
            if let Some(route) = index.routes.of(RouteKey::Page(&page.source)) {
                let words = html::count_words(&bodies.body(*id).html, |_| false);
                let _ = writeln!(csv, "{},{words}", index.site.absolute(&route.url));
            }
        }
        Ok(csv.into_bytes())
    }
}

code_group! {
    /// What the plugin reports.
    CODES "word-count":
    NO_WORDS = warning("no-words", "A post has no words", "Write some, or add `status: draft`");
}

/// Finds posts without words.
struct NoWords;

impl Validator for NoWords {
    fn validate(&self, index: &SiteIndex) -> Vec<Diagnostic> {
        let posts = index.site.articles.iter().map(|id| index.site.page(*id));
        let empty = posts.filter(|page| words(page) == 0);
        empty.map(|page| NO_WORDS.report("this post has no words").at(page.place_of("title"))).collect()
    }
}
