//! How large a thing may be: lines and parameters of functions, fields of the pipeline's types.
//!
//! In: the product's sources. Out: every function and type over a limit, with file and line. A function over [`LINES`] has its reason in
//! [`LONG`], and none is over [`MOST_LINES`].

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{Attribute, Ident, Signature};

use super::{Source, refuse, sources};

/// Lines of a function, from its name to its last brace.
const LINES: usize = 40;
/// Lines of a function with a reason.
const MOST_LINES: usize = 60;
/// Parameters of a function, `self` not counted.
const MOST_PARAMETERS: usize = 5;
/// Fields of a type of the pipeline.
const MOST_FIELDS: usize = 8;

/// Functions of more than 40 lines, each with its reason.
const LONG: [(&str, &str, &str); 3] = [
    ("src/markup/pelican/events.rs", "token", "one table of what becomes of each kind of token"),
    ("src/stages/read/front_matter/yaml.rs", "words", "one table of messages, a line for each kind of error"),
    ("plugins/stats/src/collect/mod.rs", "ask", "the workers share counters and clients that are borrowed here"),
];

/// The functions and types of one file.
struct Sizes<'s> {
    source: &'s Source,
    of_pipeline: bool,
    breaches: Vec<String>,
    /// Functions of more than [`LINES`].
    long: Vec<(String, String)>,
}

impl Sizes<'_> {
    fn breach(&mut self, span: Span, what: String) {
        self.breaches.push(format!("{}:{}: {what}", self.source.path, span.start().line));
    }

    /// A function that ends at `last`.
    fn function(&mut self, signature: &Signature, last: Span) {
        let name = signature.ident.to_string();
        let parameters = signature.inputs.iter().filter(|input| matches!(input, syn::FnArg::Typed(_))).count();
        if parameters > MOST_PARAMETERS {
            self.breach(signature.ident.span(), format!("`{name}` has {parameters} parameters, and {MOST_PARAMETERS} are the most"));
        }
        let lines = last.start().line + 1 - signature.ident.span().start().line;
        let reason = LONG.iter().any(|(path, function, _)| *path == self.source.path && *function == name);
        if lines > MOST_LINES || lines > LINES && !reason {
            self.breach(
                signature.ident.span(),
                format!("`{name}` has {lines} lines, and {LINES} are the most without a reason, {MOST_LINES} with one"),
            );
        }
        if lines > LINES {
            self.long.push((self.source.path.clone(), name));
        }
    }

    fn fields(&mut self, name: &Ident, fields: &syn::Fields) {
        if self.of_pipeline && fields.len() > MOST_FIELDS {
            self.breach(name.span(), format!("`{name}` has {} fields, and {MOST_FIELDS} are the most", fields.len()));
        }
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("cfg") && attribute.parse_args::<Ident>().is_ok_and(|flag| flag == "test"))
}

impl<'a> Visit<'a> for Sizes<'_> {
    fn visit_item_mod(&mut self, module: &'a syn::ItemMod) {
        if !is_test(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'a syn::ItemFn) {
        self.function(&function.sig, function.block.brace_token.span.close());
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'a syn::ImplItemFn) {
        self.function(&function.sig, function.block.brace_token.span.close());
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'a syn::TraitItemFn) {
        let last = function.default.as_ref().map_or(function.sig.ident.span(), |body| body.brace_token.span.close());
        self.function(&function.sig, last);
        visit::visit_trait_item_fn(self, function);
    }

    fn visit_item_struct(&mut self, item: &'a syn::ItemStruct) {
        self.fields(&item.ident, &item.fields);
    }
}

#[test]
fn functions_and_types_are_small() {
    let (mut breaches, mut long) = (Vec::new(), Vec::new());
    let product = |source: &Source| !source.path.contains("/tests/") && !source.path.contains("/build/");
    for source in ["src", "plugins", "themes"].into_iter().flat_map(sources).filter(product) {
        let of_pipeline = ["src/pipeline/", "src/stages/"].iter().any(|folder| source.path.starts_with(folder));
        let mut sizes = Sizes { source: &source, of_pipeline, breaches: Vec::new(), long: Vec::new() };
        sizes.visit_file(&syn::parse_file(&source.text).unwrap());
        breaches.extend(sizes.breaches);
        long.extend(sizes.long);
    }
    for (path, name, _) in LONG {
        if !long.iter().any(|(long_path, long_name)| long_path == path && long_name == name) {
            breaches.push(format!("{path}:1: `{name}` is no longer long: take it off the list in tests/architecture/limits.rs"));
        }
    }
    refuse(
        "a function has at most 40 lines, or 60 with a reason, and 5 parameters; a type of the pipeline has at most 8 fields",
        &breaches,
    );
}

#[test]
fn a_plan_holds_nothing_that_changes() {
    let mutable = ["OnceLock", "OnceCell", "LazyLock", "Mutex", "RwLock", "RefCell", "Cell", "Atomic"];
    let of_plan = |source: &Source| ["src/pipeline/plan.rs", "src/pipeline/inputs.rs", "src/project.rs"].contains(&&*source.path);
    let files: Vec<Source> = sources("src").into_iter().filter(of_plan).collect();
    assert_eq!(files.len(), 3);
    let mut breaches = Vec::new();
    for source in &files {
        for (line, text) in super::lines(&source.code) {
            let found = mutable.iter().find(|word| super::holds(text, word));
            breaches.extend(found.map(|word| format!("{}:{line}: `{word}`", source.path)));
        }
    }
    refuse("a plan never changes: what is remembered is in the memo", &breaches);
    fn is_shared<T: Send + Sync>() {}
    is_shared::<avocet::pipeline::Plan>();
}
