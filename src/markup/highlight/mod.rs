//! Highlighted code: the text of a code block and its language in, HTML for the inside of `<code>` out.
//!
//! Promised: the text stays what it was (without the tags and with the references decoded, it is the code, byte for byte); every span
//! that is opened is closed; the answer depends on nothing but the arguments and [`VERSION`].

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use syntect::parsing::{ParseState, SyntaxReference, SyntaxSet};

use self::memory::{Memory, State};

mod classes;
mod memory;
mod work;

pub use work::steps;

/// What the output depends on besides the code and its language. To be raised with each change of the classes or the grammars.
pub const VERSION: &str = "1 two-face 0.5.2";

/// Longer lines are escaped only, as in editors: they are data, and the time to parse them is not linear.
const LONGEST_LINE: usize = 8 * 1024;

/// Names of languages that are not in the grammars, and the name that is. Extensions (`py`, `yml`) and names (`Rust`) need no row.
const ALIASES: &[(&str, &str)] = &[
    ("", "txt"),
    ("none", "txt"),
    ("output", "txt"),
    ("plain", "txt"),
    ("plaintext", "txt"),
    ("text", "txt"),
    ("text/plain", "txt"),
    ("apache", "htaccess"),
    ("batch", "bat"),
    ("c#", "cs"),
    ("console", "bash"),
    ("csharp", "cs"),
    ("django", "html.j2"),
    ("docker", "dockerfile"),
    ("dotenv", ".env"),
    ("elisp", "el"),
    ("geojson", "json"),
    ("golang", "go"),
    ("html+jinja", "html.j2"),
    ("ipython", "py"),
    ("ipython3", "py"),
    ("jinja", "html.j2"),
    ("jinja2", "html.j2"),
    ("json5", "json"),
    ("jsonc", "json"),
    ("jsonl", "json"),
    ("liquid", "html.j2"),
    ("mysql", "sql"),
    ("ndjson", "json"),
    ("node", "js"),
    ("nunjucks", "html.j2"),
    ("objc", "m"),
    ("objectivec", "m"),
    ("pgsql", "sql"),
    ("plpgsql", "sql"),
    ("postgres", "sql"),
    ("postgresql", "sql"),
    ("pwsh", "ps1"),
    ("pycon", "py"),
    ("python2", "py"),
    ("python3", "py"),
    ("rmd", "md"),
    ("ruby", "rb"),
    ("rustdoc", "rs"),
    ("scheme", "scm"),
    ("sh-session", "bash"),
    ("shell", "bash"),
    ("shell-session", "bash"),
    ("shellsession", "bash"),
    ("sqlite", "sql"),
    ("tera", "html.j2"),
    ("terminal", "bash"),
    ("udiff", "diff"),
];

thread_local! {
    /// One for each thread, as the state of a parser cannot be handed to another. All highlighters have the same grammars.
    static MEMORY: RefCell<Memory> = RefCell::default();
}

/// Highlights code of some two hundred languages. One serves all threads.
///
/// The grammars (those of `bat`, in the crate `two-face`) are loaded when they are first asked for, and compiled piece by piece.
#[derive(Debug, Default)]
pub struct Highlighter;

/// All highlighters have the same grammars.
static GRAMMARS: LazyLock<Grammars> = LazyLock::new(Grammars::load);

#[derive(Debug)]
struct Grammars {
    set: SyntaxSet,
    /// Where in the set a language is, by its names and extensions in lower case.
    by_name: HashMap<String, usize>,
}

impl Highlighter {
    /// Whether there is a grammar for a language, by its name, an extension or an alias: `python`, `rs`, `console`.
    #[must_use]
    pub fn known(&self, language: &str) -> bool {
        self.grammar(language).is_some()
    }

    /// The code as HTML with `<span class="k">` and the like in it; `None` for a language without a grammar.
    ///
    /// The classes are the short ones of Pygments that `themes/README.md` lists. Plain text has none, and no span goes over the end of
    /// a line.
    #[must_use]
    pub fn highlight(&self, language: &str, code: &str) -> Option<String> {
        let (set, grammar) = self.grammar(language)?;
        let mut html = String::with_capacity(code.len() * 5);
        if grammar.name == "Plain Text" {
            escape(code, &mut html);
            return Some(html);
        }
        MEMORY.with_borrow_mut(|memory| {
            let mut at = memory.start(ParseState::new(grammar));
            for line in code.split_inclusive('\n') {
                at = memory.line(&mut html, at, line, |state| highlight_line(line, state, set));
            }
        });
        Some(html)
    }

    fn grammar(&self, language: &str) -> Option<(&'static SyntaxSet, &'static SyntaxReference)> {
        let index = GRAMMARS.by_name.get(language.to_lowercase().as_str())?;
        Some((&GRAMMARS.set, GRAMMARS.set.syntaxes().get(*index)?))
    }
}

impl Grammars {
    fn load() -> Self {
        let set = two_face::syntax::extra_newlines();
        let mut by_name = HashMap::new();
        // Later grammars are the better ones, and an extension says more than a name, as in syntect's own search.
        for (index, grammar) in set.syntaxes().iter().enumerate() {
            by_name.insert(grammar.name.to_lowercase(), index);
        }
        for (index, grammar) in set.syntaxes().iter().enumerate() {
            by_name.extend(grammar.file_extensions.iter().map(|extension| (extension.to_lowercase(), index)));
        }
        for &(alias, name) in ALIASES {
            if let Some(&index) = by_name.get(name) {
                by_name.insert(alias.to_owned(), index);
            }
        }
        Self { set, by_name }
    }
}

/// The HTML of one line, with its end.
fn highlight_line(line: &str, state: &mut State, set: &SyntaxSet) -> String {
    // The grammars rely on the end of line, which the last line may lack.
    let whole = if line.ends_with('\n') { Cow::Borrowed(line) } else { Cow::Owned(format!("{line}\n")) };
    // A grammar that fails (one that asks for a missing one) leaves its line plain.
    let changes = if line.len() > LONGEST_LINE { Vec::new() } else { state.parse.parse_line(&whole, set).unwrap_or_default() };
    let mut html = Html::default();
    let mut written = 0;
    for (place, change) in &changes {
        if let Some(text) = line.get(written..(*place).min(line.len())) {
            html.push(state.classes.class(), text);
            written += text.len();
        }
        state.classes.apply(change);
    }
    html.push(state.classes.class(), line.get(written..).unwrap_or_default());
    html.finish()
}

/// A line of HTML that is being written: neighbours of one class become one span, across white space too.
#[derive(Default)]
struct Html {
    text: String,
    /// The class of the span that is open.
    class: &'static str,
    /// The white space since the last text; it belongs to the open span if that goes on.
    space: String,
}

impl Html {
    fn push(&mut self, class: &'static str, text: &str) {
        let start = text.trim_start();
        let core = start.trim_end();
        let (before, after) = (text.len() - start.len(), core.len());
        self.space.push_str(text.get(..before).unwrap_or_default());
        if core.is_empty() {
            return;
        }
        // Rust's grammar has one scope for `let` and `usize`.
        let class = if class == "kt" && matches!(core, "let" | "const" | "static") { "k" } else { class };
        self.turn(class);
        escape(core, &mut self.text);
        self.space.push_str(start.get(after..).unwrap_or_default());
    }

    /// Writes the white space, inside the open span if that goes on and outside of both otherwise.
    fn turn(&mut self, class: &'static str) {
        if class == self.class {
            self.text.push_str(&self.space);
        } else {
            self.close();
            self.text.push_str(&self.space);
            if !class.is_empty() {
                self.text.extend(["<span class=\"", class, "\">"]);
            }
            self.class = class;
        }
        self.space.clear();
    }

    fn close(&mut self) {
        if !self.class.is_empty() {
            self.text.push_str("</span>");
        }
    }

    fn finish(mut self) -> String {
        self.close();
        self.text + &self.space
    }
}

/// Appends text as HTML.
fn escape(text: &str, html: &mut String) {
    let mut rest = text;
    while let Some((before, sign, after)) = rest.find(['&', '<', '>']).and_then(|place| {
        let (before, from) = rest.split_at(place);
        Some((before, from.get(..1)?, from.get(1..)?))
    }) {
        html.push_str(before);
        html.push_str(match sign {
            "&" => "&amp;",
            "<" => "&lt;",
            _ => "&gt;",
        });
        rest = after;
    }
    html.push_str(rest);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};
    use proptest::sample::select;

    use super::*;

    static HIGHLIGHTER: Highlighter = Highlighter;

    /// The HTML with `[k import]` for a span, which reads better.
    fn marked(language: &str, code: &str) -> String {
        let html = HIGHLIGHTER.highlight(language, code).expect("a known language");
        html.replace("<span class=\"", "[").replace("\">", " ").replace("</span>", "]")
    }

    /// What a browser shows: the HTML without its tags, with its references decoded.
    fn text(html: &str) -> String {
        let text = html.split('<').enumerate().map(|(part, text)| if part == 0 { text } else { text.split_once('>').expect("a tag").1 });
        text.collect::<String>().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    }

    #[test]
    fn code_of_common_languages_is_coloured() {
        let table = [
            ("python", "import os  # c\n", "[k import] os  [c # c]\n"),
            (
                "py",
                "@d\nasync def f(a: int = 3) -> None:\n",
                "[nd @d]\n[k async def] [nf f][p (]a[p :] [nb int] [o =] [m 3][p ) -&gt;] [kc None][p :]\n",
            ),
            ("python", "f\"a {b!r:.2f}\\n\"\n", "[s f\"a] [se {]b[se !r:.2f}\\n][s \"]\n"),
            ("py3", "\"\"\"Two\nlines\"\"\"\nx", "[s \"\"\"Two]\n[s lines\"\"\"]\nx"),
            ("rust", "#[derive(Debug)]\npub struct Fit<'a>;", "[nd #[derive(Debug)]]\n[k pub struct] [nc Fit][p &lt;][nv 'a][p &gt;;]"),
            ("rs", "let mut x: u8 = y.len() & 0xff;", "[k let mut] x[p :] [kt u8] [o =] y[p .][nf len][p ()] [o &amp;] [m 0xff][p ;]"),
            ("toml", "[a]\n\"q\".b = true\n", "[p [][nn a][p ]]\n[nt \"q\".b] [p =] [kc true]\n"),
            ("yml", "name: a value\nd: &x 2020-01-01\n", "[nt name][p :] [s a value]\n[nt d][p :] [nv &amp;x] [m 2020-01-01]\n"),
            ("html", "<p class=a>&amp;</p>", "[p &lt;][nt p] [na class][p =][s a][p &gt;][se &amp;amp;][p &lt;/][nt p][p &gt;]"),
            ("sh", "export A=\"$B\" | grep -v x", "[k export] [nv A][o =][s \"][nv $B][s \"] [o |] [nf grep] [na -v] x"),
            ("json", "{\"a\": [1, null]}", "[p {][nt \"a\"][p : [][m 1][p ,] [kc null][p ]}]"),
            ("diff", "-old <a>\n+new\n", "[gd -old &lt;a&gt;]\n[gi +new]\n"),
            ("js", "const f = /r+/g;", "[k const] f [o =] [sr /r+/g][p ;]"),
            ("sql", "SELECT a FROM b", "[k SELECT] a [k FROM] b"),
            ("tera", "{{ x }}", "[cp {{] [nv x] [cp }}]"),
        ];
        for (language, code, expected) in table {
            assert_eq!(marked(language, code), expected, "{language}");
        }
    }

    #[test]
    fn languages_answer_to_their_names_extensions_and_aliases() {
        for language in
            "Python py rs sh shell console yml js ts tsx html jinja Dockerfile toml r sql json csv xml css go c++ text".split(' ')
        {
            assert!(HIGHLIGHTER.known(language), "{language}");
        }
        for (alias, name) in ALIASES {
            assert!(HIGHLIGHTER.known(alias), "{alias} is {name}");
        }
        assert!(!HIGHLIGHTER.known("mermaid"));
        assert_eq!(HIGHLIGHTER.highlight("mermaid", "a"), None);
    }

    #[test]
    fn text_is_escaped_and_has_no_spans() {
        assert_eq!(HIGHLIGHTER.highlight("text/plain", "a <b> & \"c\"\n").as_deref(), Some("a &lt;b&gt; &amp; \"c\"\n"));
        assert_eq!(HIGHLIGHTER.highlight("py", "").as_deref(), Some(""));
    }

    #[test]
    fn a_very_long_line_is_escaped_and_what_follows_is_coloured() {
        let long = format!("x = '{}'\nimport os", "<".repeat(LONGEST_LINE));
        let html = HIGHLIGHTER.highlight("py", &long).expect("Python");
        assert!(html.starts_with("x = '&lt;&lt;"));
        assert!(html.ends_with("'\n<span class=\"k\">import</span> os"));
    }

    const CODE: &str = r#"(\PC|[ \t\r\n<>&"'{}()#/*=:-]|import |def f|<div a="b">|fn main|let x|"""|\$\{x|<<EOF\n)*"#;

    proptest! {
        #[test]
        fn the_text_of_the_code_stays(language in select(vec!["py", "rs", "html", "sh", "yaml", "js", "md", "txt", "php"]), code in CODE) {
            let html = HIGHLIGHTER.highlight(language, &code).expect("a known language");
            prop_assert_eq!(text(&html), code);
            for line in html.split('\n') {
                prop_assert_eq!(line.matches("<span").count(), line.matches("</span>").count());
            }
        }

        #[test]
        fn what_is_remembered_changes_nothing(code in CODE, again in any::<bool>()) {
            let code = if again { format!("{code}\n{code}") } else { code };
            let fresh = std::thread::scope(|scope| scope.spawn(|| HIGHLIGHTER.highlight("py", &code)).join()).expect("no panic");
            prop_assert_eq!(fresh, HIGHLIGHTER.highlight("py", &code));
        }
    }
}
