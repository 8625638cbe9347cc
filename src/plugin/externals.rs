//! The plugins in `plugins/NAME/` of a site: a name and the settings of the site in, a [`Plugin`] with its roles out. Nothing is started
//! before one of the roles is asked for something.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use avocet_plugin::protocol::{Call, Hello, SiteData, VERSION};
use avocet_plugin::{Diagnostic, Input, Place, Plugin, codes};
use serde_json::{Map, Value};

use super::command::External as ExternalCommand;
use super::external::{Backend, External, Texts};
use super::generate::Generates;
use super::inputs;
use super::manifest::{Manifest, is_name};
use super::package::{FOLDER, MANIFEST, Package};
use super::process::{Announce, Launch, Programs};
use super::refused;
use super::replay::{self, Replayed};
use super::roles::{Codes, Finishes, Reads, Tags, Transforms, Wanted};
use super::trust::{self, Trust};
use crate::cache::Cache;
use crate::config::{Config, DeclaredSettings};

/// What the plugins of all sites of this process run, and who may.
#[derive(Default)]
pub struct Externals {
    programs: Programs,
    announce: OnceLock<Announce>,
    trust: OnceLock<Trust>,
    caches: Mutex<BTreeMap<PathBuf, Arc<Cache<Arc<str>>>>>,
}

impl Externals {
    /// Which programs may run, and who is told of each that is started. Only the first call counts.
    pub fn allow(&self, trust: Trust, announce: impl Fn(&str) + Send + Sync + 'static) {
        let _ = self.trust.set(trust);
        let _ = self.announce.set(Arc::new(announce));
    }

    /// Ends everything that runs, and keeps for the next run what is worth it.
    pub fn close(&self) {
        self.programs.close();
        for cache in self.caches.lock().unwrap_or_else(PoisonError::into_inner).values() {
            cache.save(|_| false);
        }
    }

    /// Opens the plugin of this name, which stands at this place of `[site] plugins`.
    pub(super) fn open(&self, config: &Config, at: usize, name: &str) -> Result<Plugin, Vec<Diagnostic>> {
        let site = Opening { externals: self, config, name };
        let manifest_path = format!("{FOLDER}/{name}/{MANIFEST}");
        if !is_name(name) || name == "plugin" {
            let error = codes::BAD_PLUGIN.report(format!("`{name}` cannot be the name of a plugin")).at(Place::file(&*manifest_path));
            return Err(vec![error.help("a name has small letters, digits and hyphens, begins with a letter, and is not `plugin`")]);
        }
        let package = Package::read(config, name)?;
        let manifest = Manifest::read(&manifest_path, &package.manifest)?;
        trust::check_lock(&config.root, name, &package.hash)?;
        let settings = site.settings(&manifest)?;
        let declared: Vec<Input> = manifest.inputs.iter().map(Input::text).collect();
        let texts = inputs::read(config, &declared)?;
        let identity = site.identity(&package, &settings, &texts);
        let refused = self.trust.get().unwrap_or(&Trust::All).refuses(name, &package.hash)?;
        let (about, runs) = (manifest.about.clone(), manifest.runs());
        let mut plugin = match refused {
            Some(why) => refused::plugin(name, &manifest, &why.at(config.place(&format!("site.plugins.{at}")))),
            None => site.plugin(&package, manifest, identity, &site.hello(&settings, &texts))?,
        };
        (plugin.about, plugin.runs, plugin.inputs) = (about, runs, declared);
        (plugin.folder, plugin.hash) = (Some(Path::new(FOLDER).join(name)), Some(identity));
        Ok(plugin)
    }

    /// Runs the recorded tests of a plugin.
    ///
    /// # Errors
    /// What keeps it from being opened.
    pub fn replay(&self, config: &Config, name: &str) -> Result<Vec<Replayed>, Vec<Diagnostic>> {
        let site = Opening { externals: self, config, name };
        let package = Package::read(config, name)?;
        let manifest = Manifest::read(&format!("{FOLDER}/{name}/{MANIFEST}"), &package.manifest)?;
        replay::replay(config, name, &|tests| {
            let mut errors = Vec::new();
            let settings = site.declared(&manifest, &tests.settings, &mut errors);
            if !errors.is_empty() {
                return Err(errors);
            }
            site.fresh(&package, &manifest, &site.hello(&settings, &tests.inputs))
        })
    }

    /// The answers that are remembered for the site in this folder.
    fn answers(&self, root: &Path) -> Arc<Cache<Arc<str>>> {
        let file = root.join(".cache").join(FOLDER);
        let mut caches = self.caches.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(caches.entry(file.clone()).or_insert_with(|| Arc::new(Cache::new(Some(file), VERSION.to_string()))))
    }
}

/// A plugin that is being opened.
#[derive(Clone, Copy)]
struct Opening<'a> {
    externals: &'a Externals,
    config: &'a Config,
    name: &'a str,
}

impl Opening<'_> {
    /// Its settings, with the defaults of the manifest.
    fn settings(self, manifest: &Manifest) -> Result<Map<String, Value>, Vec<Diagnostic>> {
        let Self { config, name, .. } = self;
        let table = format!("{FOLDER}.{name}");
        let empty = Map::new();
        let set = match config.plugins.get(name) {
            None | Some(Value::Null) => &empty,
            Some(Value::Object(set)) => set,
            Some(_) => {
                let error = codes::BAD_SETTING.report(format!("`{table}` is not a table")).at(config.place(&table));
                return Err(vec![error.help(format!("write [{table}], and its settings below"))]);
            }
        };
        let mut errors = Vec::new();
        let values = self.declared(manifest, set, &mut errors);
        if errors.is_empty() { Ok(values) } else { Err(errors) }
    }

    /// All settings, with these that are set; what is wrong with them goes to `errors`.
    fn declared(self, manifest: &Manifest, set: &Map<String, Value>, errors: &mut Vec<Diagnostic>) -> Map<String, Value> {
        let (table, owner) = (format!("{FOLDER}.{}", self.name), format!("the plugin `{}`", self.name));
        DeclaredSettings { config: self.config, table: &table, owner: &owner, settings: &manifest.settings }.values(set, errors)
    }

    fn site(&self) -> SiteData<'_> {
        let site = &self.config.site;
        SiteData { title: &site.title, url: &site.url, base: site.base(), language: &site.language }
    }

    /// The first message to each of its processes.
    fn hello(&self, settings: &Map<String, Value>, inputs: &Texts) -> Vec<u8> {
        let engine = env!("CARGO_PKG_VERSION");
        let hello = Hello { protocol: VERSION, engine, plugin: self.name, settings, inputs, site: self.site() };
        serde_json::to_vec(&Call::Hello(hello)).unwrap_or_default()
    }

    /// A hash of all that its answers depend on besides the calls.
    fn identity(&self, package: &Package, settings: &Map<String, Value>, inputs: &Texts) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&package.hash).update(&self.hello(settings, inputs));
        *hasher.finalize().as_bytes()
    }

    /// How its program is started.
    fn launch(&self, package: &Package, manifest: &Manifest, run: &[String], hello: &[u8]) -> Launch {
        let silent: Announce = Arc::new(|_| {});
        Launch {
            plugin: self.name.to_owned(),
            folder: package.folder.clone(),
            run: run.to_vec(),
            env: manifest.env.clone(),
            timeout: Duration::from_secs(manifest.timeout),
            workers: usize::try_from(manifest.workers).unwrap_or(1).min(rayon::current_num_threads()),
            hello: hello.to_vec(),
            announce: self.externals.announce.get().cloned().unwrap_or(silent),
        }
    }

    /// What answers, as it is when nothing was asked of it yet, and shared with nobody.
    fn fresh(&self, package: &Package, manifest: &Manifest, hello: &[u8]) -> Result<Box<dyn Backend>, Vec<Diagnostic>> {
        Ok(Box::new(self.externals.programs.fresh(self.launch(package, manifest, &manifest.run, hello))))
    }

    fn backend(&self, package: &Package, manifest: &Manifest, identity: [u8; 32], hello: &[u8]) -> Box<dyn Backend> {
        Box::new(self.externals.programs.open(identity, self.launch(package, manifest, &manifest.run, hello)))
    }

    /// The plugin with the roles that its manifest names.
    fn plugin(&self, package: &Package, manifest: Manifest, identity: [u8; 32], hello: &[u8]) -> Result<Plugin, Vec<Diagnostic>> {
        let mut plugin = Plugin::new(self.name);
        for (name, declaration) in &manifest.command {
            let launch = self.launch(package, &manifest, &declaration.run, hello);
            plugin = plugin.command(ExternalCommand { name: name.clone(), about: declaration.about.clone(), launch });
        }
        if !manifest.has_roles() {
            return Ok(plugin);
        }
        let external = Arc::new(External {
            name: self.name.to_owned(),
            backend: self.backend(package, &manifest, identity, hello),
            answers: self.externals.answers(&self.config.root),
            failures: AtomicUsize::new(0),
            pages: Mutex::default(),
            identity,
            manifest,
        });
        let (manifest, me) = (&external.manifest, || Arc::clone(&external));
        if let Some(read) = &manifest.read {
            plugin = plugin.reader(Reads(me(), read.extensions.clone()));
        }
        for (name, declaration) in &manifest.tag {
            plugin = plugin.tag(Tags { external: me(), name: name.clone(), declaration: declaration.clone() });
        }
        if let Some(code) = &manifest.code {
            plugin = plugin.code_renderer(Codes(me(), code.languages.clone()));
        }
        if let Some(filter) = &manifest.transform {
            plugin = plugin.transform(Transforms(me(), Wanted::new(filter)));
        }
        if let Some(generate) = &manifest.generate {
            plugin = plugin.generator(Generates::new(me(), &generate.paths));
        }
        if let Some(filter) = &manifest.finish {
            plugin = plugin.post_processor(Finishes(me(), Wanted::new(filter)));
        }
        Ok(plugin)
    }
}
