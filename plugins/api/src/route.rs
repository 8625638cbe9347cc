//! A declaration of one output file: what it holds, and where it is.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{List, PageId, Renderer, RouteKey, Site, paths};

/// A declaration of one output file. [`Route::builder`] makes one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Route {
    /// Path below the output folder, with `/` between names; never outside.
    pub output: String,
    /// Its URL from the root of the host, so with the site's base path.
    pub url: String,
    /// What it is of, so that links and templates find it. Pages after the first of a list have none.
    pub key: Option<RouteKey>,
    /// Why the file exists, for messages: "page 2 of the tag `python`".
    pub reason: String,
    /// The page that it is of: its own output, or a redirect to it.
    pub page: Option<PageId>,
    /// Whether it replaces a route of no page at the same path, as `save_as` does in Pelican.
    pub overrides: bool,
    /// What the file holds.
    pub content: Content,
    /// The plugin that declared it; the engine fills it in.
    #[serde(default)]
    pub plugin: String,
}

impl Route {
    /// A route to this output path. The last call of the chain says what the file holds, and gives the route:
    ///
    /// ```
    /// # use avocet_plugin::{Route, Site};
    /// # fn example(site: &Site) -> Route {
    /// Route::builder(site, "count.txt").reason("the number of posts").bytes(site.articles.len().to_string())
    /// # }
    /// ```
    pub fn builder(site: &Site, output: impl Into<String>) -> RouteBuilder {
        let output = output.into();
        let output = paths::plain(&output).map(Cow::into_owned).unwrap_or(output);
        let url = site.url_of(&output);
        let reason = format!("the file `{output}`");
        let (key, page, overrides, plugin) = (None, None, false, String::new());
        RouteBuilder(Route { output, url, key, reason, page, overrides, content: Content::Bytes(Vec::new()), plugin })
    }

    /// The URL that the file leads on to, if that is all that it does: a host that can sends a redirect instead.
    #[must_use]
    pub fn redirect(&self) -> Option<&str> {
        match &self.content {
            Content::Redirect { to } => Some(to),
            _ => None,
        }
    }

    /// Whether it is a page of the site itself, and not a redirect to one.
    #[must_use]
    pub fn is_page(&self) -> bool {
        matches!(self.key, Some(RouteKey::Page(_)))
    }
}

/// A route whose content is still to be said.
#[derive(Debug)]
#[must_use]
pub struct RouteBuilder(Route);

impl RouteBuilder {
    /// What the file is of.
    pub fn key(mut self, key: RouteKey) -> Self {
        self.0.key = Some(key);
        self
    }

    /// Why the file exists, for messages: "the sitemap".
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.0.reason = reason.into();
        self
    }

    /// The page that it is of.
    pub fn page(mut self, id: PageId) -> Self {
        self.0.page = Some(id);
        self
    }

    /// Another URL than the one that follows from the output path.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.0.url = url.into();
        self
    }

    /// It replaces a route of no page at the same path, if `overrides`.
    pub fn overrides(mut self, overrides: bool) -> Self {
        self.0.overrides = overrides;
        self
    }

    /// A template of the theme with what it shows.
    #[must_use]
    pub fn template(self, name: impl Into<String>, view: View) -> Route {
        self.content(Content::Template { name: name.into(), view })
    }

    /// A redirect to a URL.
    #[must_use]
    pub fn redirect(self, to: impl Into<String>) -> Route {
        self.content(Content::Redirect { to: to.into() })
    }

    /// A copy of a file of the content folder.
    #[must_use]
    pub fn copy(self, file: impl Into<Arc<str>>) -> Route {
        self.content(Content::Copy { file: file.into() })
    }

    /// These bytes.
    #[must_use]
    pub fn bytes(self, bytes: impl Into<Vec<u8>>) -> Route {
        self.content(Content::Bytes(bytes.into()))
    }

    /// What this renderer makes when the file is asked for.
    #[must_use]
    pub fn computed(self, computed: Computed) -> Route {
        self.content(Content::Computed(computed))
    }

    /// Content of any kind.
    #[must_use]
    pub fn content(self, content: Content) -> Route {
        Route { content, ..self.0 }
    }
}

/// What an output file holds. The engine handles every kind, so that a new one cannot be forgotten: this type is exhaustive.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// A template of the theme with a view.
    Template {
        /// Its file, such as `article.html`.
        name: String,
        /// What it shows.
        view: View,
    },
    /// A page that leads on to a URL. How it looks is the theme's matter.
    Redirect {
        /// The URL.
        to: String,
    },
    /// A file of the content folder, as it is.
    Copy {
        /// Path below the content folder.
        file: Arc<str>,
    },
    /// These bytes.
    Bytes(Vec<u8>),
    /// What a renderer makes when the file is asked for. It is code: it does not cross to another process.
    #[serde(skip)]
    Computed(Computed),
}

impl Content {
    /// The list that the file shows.
    #[must_use]
    pub fn list(&self) -> Option<&List> {
        match self {
            Self::Template { view, .. } => view.list.as_deref(),
            Self::Computed(computed) => computed.list.as_deref(),
            Self::Redirect { .. } | Self::Copy { .. } | Self::Bytes(_) => None,
        }
    }
}

/// A file that is computed when it is asked for, such as a feed.
#[derive(Clone)]
#[non_exhaustive]
pub struct Computed {
    /// What makes it.
    pub renderer: Arc<dyn Renderer>,
    /// The articles that it shows; their bodies are kept for it.
    pub list: Option<Box<List>>,
    /// How pages name it, when it shows their list, or the whole site, in another form.
    pub alternate: Option<Alternate>,
}

/// How a page names a file that shows the same in another form: `<link rel="alternate">`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alternate {
    /// For people.
    pub title: String,
    /// Its media type, such as `application/atom+xml`.
    pub media_type: String,
}

impl Computed {
    /// A file that this renderer makes.
    #[must_use]
    pub fn new(renderer: impl Renderer + 'static) -> Self {
        Self { renderer: Arc::new(renderer), list: None, alternate: None }
    }

    /// It shows the articles of this list.
    #[must_use]
    pub fn list(mut self, list: List) -> Self {
        self.list = Some(Box::new(list));
        self
    }

    /// Pages name it as another form of its list, or of the site.
    #[must_use]
    pub fn alternate(mut self, title: impl Into<String>, media_type: impl Into<String>) -> Self {
        self.alternate = Some(Alternate { title: title.into(), media_type: media_type.into() });
        self
    }
}

impl fmt::Debug for Computed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Computed").field("list", &self.list).field("alternate", &self.alternate).finish_non_exhaustive()
    }
}

/// What a template shows, besides what every template sees.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct View {
    /// The page that the file is of.
    pub page: Option<PageId>,
    /// The list that the file shows.
    pub list: Option<Box<List>>,
    /// Further values, by name.
    pub values: serde_json::Map<String, serde_json::Value>,
}

impl View {
    /// The view of a page.
    #[must_use]
    pub fn of_page(id: PageId) -> Self {
        Self { page: Some(id), ..Self::default() }
    }

    /// The view of a list.
    #[must_use]
    pub fn of_list(list: List) -> Self {
        Self { list: Some(Box::new(list)), ..Self::default() }
    }

    /// One more value that the template sees, by this name.
    #[must_use]
    pub fn value(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        self.values.insert(name.into(), value.into());
        self
    }
}

/// A finished output file.
#[derive(Debug, Clone)]
pub enum Artifact {
    /// These bytes.
    Bytes(Vec<u8>),
    /// A copy of this file of the content folder.
    Copy(Arc<str>),
}
