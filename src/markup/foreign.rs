//! Syntax of other engines and dialects of Markdown that Avocet does not read, and would publish as text.
//!
//! In: a stretch of text in one line, without code, HTML and URLs. Out: what is foreign in it, and what to write instead. Each form is a
//! regular expression that begins at one of a few characters, so that ordinary text costs nothing. Linear: a form is at most `LONGEST`
//! bytes long.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use avocet_plugin::html::{Token, tokens};
use regex::{Captures, Regex};

/// Syntax that Avocet does not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// Where it stands.
    pub span: Range<usize>,
    /// What it is.
    pub message: String,
    /// What to write instead.
    pub help: &'static str,
}

/// So many bytes are looked at from where a form begins.
const LONGEST: usize = 300;

/// What must stand before a form, so that it is one.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Anything,
    /// No round bracket: what stands in one is reported as `no-link`.
    NoBracket,
    /// No brace: `{{{` begins a fold in Vim.
    NoBrace,
    /// No letter, digit or sign of the form itself.
    Edge,
    /// A letter, a digit or a bracket.
    Word,
    /// Nothing else in the line, except signs of a quotation.
    Line,
    /// A backslash.
    Escape,
    /// The end of an image, a link, code or bold text.
    Element,
}

/// A form. `$1` in the message is the first group.
struct Form {
    begins: u8,
    before: Before,
    regex: &'static str,
    message: &'static str,
    help: &'static str,
}

const fn form(begins: u8, before: Before, regex: &'static str, message: &'static str, help: &'static str) -> Form {
    Form { begins, before, regex, message, help }
}

/// A sign that formulas of TeX have and prices do not.
const TEX: &str = r"(?:\\[a-zA-Z]|\^|[a-zA-Z}]_|=)";
const MATH: &str = "Avocet has no formulas: write it as text or HTML, or show an image of it";
const ALERT: &str = "write a quotation that begins `> [!NOTE]`, `> [!TIP]` or `> [!WARNING]`";
const ATTRIBUTES: &str = "remove it, or write the element as HTML with a class; only headings take attributes, as in `## Title {#id}`";
const SHORTCODE: &str = "write a tag of Avocet, such as `{% include NAME.html %}`, or HTML";

#[rustfmt::skip]
static FORMS: [Form; 29] = [
    form(b'{', Before::Anything, r"\{\{[<%]-?\s*([A-Za-z][\w./-]*)", "`$1` is a shortcode of Hugo, and is shown as text", SHORTCODE),
    form(b'{', Before::Anything, r"\{\{-?\s*([A-Za-z_][\w:]*)\(.*\)\s*-?\}\}", "`$1` is a shortcode of Zola, and is shown as text", SHORTCODE),
    form(b'{', Before::NoBrace, r"\{\{-?\s*([A-Za-z_.][\w.]*)[^{}]*\}\}", "`{{ $1 }}` is a variable of another engine, and is shown as text", "write what it stands for; a URL can begin with `/` or `{filename}`"),
    form(b'{', Before::Anything, r"\{:\s*((?:[.#][\w-]+|[\w-]+=\S+)(?:\s+[^{}]+)?)\s*\}", "`{: $1 }` is an attribute list, and is shown as text", ATTRIBUTES),
    form(b'{', Before::Line, r"\{::?/?([\w-]+)\s*/?\}\s*$", "`{:$1}` is an attribute list, and is shown as text", ATTRIBUTES),
    form(b'{', Before::Element, r"\{\s*((?:[.#][A-Za-z][\w-]*|[\w-]+=[^\s{}]+)(?:\s+(?:[.#][A-Za-z][\w-]*|[\w-]+=[^{}]+))*)\s*\}", "`{$1}` is an attribute list, and is shown as text", ATTRIBUTES),
    form(b'{', Before::Line, r"\{\s*([.#][A-Za-z][\w-]*(?:\s+[.#][\w-]+)*)\s*\}\s*$", "`{$1}` is an attribute list, and is shown as text", ATTRIBUTES),
    form(b'{', Before::NoBracket, r"\{(filename|static|attach|tag|category|author|index)\}", "`{$1}` is not in a link, and is shown as text", "write a link: [words]({filename}other.md)"),
    form(b'[', Before::Anything, r"\[\^([^\s\[\]^]+)\]", "there is no footnote `$1`", "add a line `[^NAME]: …` with its text, or correct its name"),
    form(b'[', Before::Edge, r"\[\[((?:[^\W\d]|\d[\w-]* ?[A-Za-z])[^\[\]]*)\]\]", "`[[$1]]` is a wiki link, and is shown as text", "write a link: [words](file.md), or an image: ![words](image.png)"),
    form(b'[', Before::Anything, r"(?i)\[TOC\]", "`[TOC]` is not alone in its paragraph, and is shown as text", "put an empty line before and after it"),
    form(b'!', Before::Line, r"(!!!\+? [a-z][a-z-]*(?: [a-z-]+)*(?: .[^\n]*[^\w\s.])?)\s*$", "`$1` is an admonition, and is shown as text", ALERT),
    form(b'?', Before::Line, r"(\?\?\?\+? [a-z][a-z-]*(?: .[^\n]*[^\w\s.?])?)\s*$", "`$1` is an admonition, and is shown as text", "write `<details>` and `<summary>`, or the tag `details`"),
    form(b':', Before::Line, r":::+ *\{?\.?([A-Za-z][\w-]*)", "`::: $1` is a container, and is shown as text", ALERT),
    form(b':', Before::Edge, r":(\+1|-1|[a-z][a-z0-9_+-]*[a-z0-9]):\b{end-half}", "`:$1:` is the code of an emoji, and is shown as text", "write the emoji itself, such as 😄"),
    form(b'=', Before::Edge, r"==([\w(“”‘’][^=]*[\w.!?)“”‘’]|\w)==\b{end-half}", "`==$1==` marks text in other dialects, and is shown as text", "write <mark>…</mark>"),
    form(b'+', Before::Edge, r"\+\+((?:\w{2,}|\w [a-z])[^+;()=]*\w{2}[.!?]?)\+\+\b{end-half}", "`++$1++` marks an insertion in other dialects, and is shown as text", "write <ins>…</ins>"),
    form(b'^', Before::Word, r"\^([\w+−-]{1,20})\^\b{end-half}", "`^$1^` is superscript in other dialects, and is shown as text", "write <sup>…</sup>"),
    form(b'^', Before::Anything, r"\^\[([^\[\]^]+)\]", "`^[…]` is a footnote in other dialects, and is shown as text", "write `[^1]`, and its text in a line `[^1]: …`"),
    form(b'*', Before::Line, r"\*\[([^\[\]]+)\]: *\S", "`*[$1]: …` is an abbreviation in other dialects, and is shown as text", "write <abbr title=\"…\">…</abbr> where the word stands"),
    form(b'$', Before::Line, r"\$\$\s*$", "this is a formula, and is shown as text", MATH),
    form(b'$', Before::Anything, r"\$\$[^$`]*[\w\\][^$`]*\$\$", "this is a formula, and is shown as text", MATH),
    form(b'$', Before::Edge, r"\$[^\s$`](?:[^$`]*[^\s$`\\])?\$\b{end-half}", "this is a formula, and is shown as text", MATH),
    form(b'(', Before::Escape, r"\([^`]*?\\\)", "this is a formula, and is shown as text", MATH),
    form(b'[', Before::Escape, r"\[[^`]*?\\\]", "this is a formula, and is shown as text", MATH),
    form(b'[', Before::Escape, r"\[\s*$", "this is a formula, and is shown as text", MATH),
    form(b'%', Before::Edge, r"%%([^%\s][^%]*)%%", "`%%…%%` is a comment of Obsidian, and is shown as text", "write <!-- … -->"),
    form(b'|', Before::Edge, r"\|(filename|static|attach)\|\S", "`|$1|` is not in a link, and is shown as text", "write a link: [words]({filename}other.md)"),
    form(b'~', Before::Word, r"~([\w+−-]{1,20})~\b{end-half}", "`~$1~` is subscript in other dialects, and is shown as text", "write <sub>…</sub>"),
];

/// The bytes that a form can begin with: nearly no byte of a text is one.
static BEGINS: [bool; 256] = {
    let mut begins = [false; 256];
    let mut form = 0;
    while form < FORMS.len() {
        begins[FORMS[form].begins as usize] = true;
        form += 1;
    }
    begins
};

/// The regular expressions of the forms, each made when it is first needed.
static REGEXES: [OnceLock<Option<Regex>>; FORMS.len()] = [const { OnceLock::new() }; FORMS.len()];

/// A formula has a sign of TeX in it, or is a single letter.
static FORMULA: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!(r"{TEX}|^\W*[A-Za-z]\W*$")).ok());

/// What is foreign in a stretch of `text`.
#[must_use]
pub fn find(text: &str, stretch: Range<usize>) -> Vec<Foreign> {
    let mut found = Vec::new();
    let mut at = stretch.start;
    while let Some(rest) = text.as_bytes().get(at..stretch.end)
        && let Some(next) = rest.iter().position(|byte| BEGINS[usize::from(*byte)])
    {
        at += next;
        let foreign = at_place(text, at);
        at = foreign.as_ref().map_or(at + 1, |foreign| foreign.span.end.max(at + 1));
        found.extend(foreign);
    }
    found
}

/// What is foreign and begins here.
fn at_place(text: &str, at: usize) -> Option<Foreign> {
    let mut end = text.len().min(at + LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let line = text.get(at..end)?.split('\n').next()?;
    FORMS.iter().zip(&REGEXES).find_map(|(form, regex)| {
        if !(line.starts_with(form.begins as char) && stands(form, text.get(..at)?)) {
            return None;
        }
        let regex = regex.get_or_init(|| Regex::new(&format!("^(?:{})", form.regex)).ok());
        let groups = regex.as_ref()?.captures(line).filter(|groups| ends(form, line.get(groups[0].len()..).unwrap_or_default()))?;
        let is_formula = || FORMULA.as_ref().is_some_and(|formula| formula.is_match(&groups[0]));
        (form.help != MATH || groups[0].trim_end().len() <= 2 || is_formula()).then(|| foreign(form, &groups, at))
    })
}

fn foreign(form: &Form, groups: &Captures, at: usize) -> Foreign {
    let first = groups.get(1).map_or("", |group| group.as_str().trim());
    Foreign { span: at..at + groups[0].trim_end().len(), message: form.message.replace("$1", first), help: form.help }
}

/// Whether what stands behind a form lets it be one: `:ref:` before code is a role of reStructuredText, for example.
fn ends(form: &Form, after: &str) -> bool {
    form.before != Before::Edge || !after.starts_with([form.begins as char, '`'])
}

/// Whether what stands before a form lets it be one.
fn stands(form: &Form, before: &str) -> bool {
    let last = before.chars().next_back();
    match form.before {
        Before::Escape => last == Some('\\'),
        _ if last == Some('\\') => false,
        Before::Anything => true,
        Before::NoBracket => last != Some('('),
        Before::NoBrace => last != Some('{'),
        Before::Edge => last.is_none_or(|last| !last.is_alphanumeric() && last != form.begins as char && last != '_'),
        Before::Word => last.is_some_and(|last| last.is_alphanumeric() || last == ')'),
        Before::Element => last.is_some_and(|last| matches!(last, ')' | ']' | '`' | '*')),
        Before::Line => before.trim_end_matches([' ', '\t', '>']).chars().next_back().is_none_or(|last| last == '\n'),
    }
}

/// A title in the line of a fence, which is shown nowhere: ```` ```python title="a.py" ````. `at` is where the block of code begins.
#[must_use]
pub fn title_of_code(block: &str, at: usize) -> Option<Foreign> {
    static TITLE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"^[`~]{3,}[^\n]*?[ \t{,]((?:title|caption|name|filename)\s*=\s*(?:"[^"\n]+"|'[^'\n]+'))"#).ok());
    let title = TITLE.as_ref()?.captures(block)?.get(1)?;
    let span = at + title.start()..at + title.end();
    let message = format!("`{}` is the title of a block of code in other engines, and is shown nowhere", title.as_str());
    let help = "write it above the block, or in a comment of the code";
    Some(Foreign { span, message, help })
}

/// Markdown that stands in raw HTML most often: bold text, links, and shortcodes of Hugo.
static IN_HTML: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\*\*\w[^*\n]{0,200}\*\*|\[[^\[\]\n]{1,200}\]\([^()\s]{1,200}\)|\{\{[<%] *\w+").ok());

/// Markdown in raw HTML, which is shown as text: the first place.
#[must_use]
pub fn find_in_html(html: &str) -> Option<Foreign> {
    let foreign = |span| Foreign {
        span,
        message: "Markdown in HTML is not read, and is shown as text".to_owned(),
        help: "write HTML there, or use a tag such as `{% inset-text %}` instead of the HTML; in `<details>`, put an empty line above it",
    };
    let mut tokens = tokens(html);
    while let Some((token, span)) = tokens.next() {
        match token {
            Token::Start(tag) if matches!(&*tag.name, "pre" | "code" | "textarea" | "svg" | "math") => tokens.skip_element(&tag),
            Token::Start(tag) if tag.attribute("markdown").is_some() => return Some(foreign(span)),
            Token::Text(text) => {
                if let Some(found) = IN_HTML.as_ref().and_then(|regex| regex.find(text)) {
                    return Some(foreign(span.start + found.start()..span.start + found.end()));
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(text, 0..text.len()).into_iter().map(|foreign| &text[foreign.span]).collect()
    }

    #[test]
    fn every_form_is_a_regular_expression() {
        assert!(FORMS.iter().all(|form| Regex::new(form.regex).is_ok()) && FORMULA.is_some() && IN_HTML.is_some());
    }

    #[test]
    fn syntax_of_others_is_found() {
        let table = [
            "{{< youtube",
            "{{% note",
            "{{ youtube(id=\"a\") }}",
            "{{ site.title }}",
            "{{page.url | x}}",
            "{: .lead }",
            "{:toc}",
            "{.lead #x}",
            "{filename}",
            "[^nope]",
            "[[Other post]]",
            "[[a|b]]",
            "!!! note",
            "!!! note \"A title\"",
            "??? tip",
            "::: warning",
            ":::{.note",
            "==marked words==",
            "++added this++",
            "*[HTML]: H",
            "$a_1 + b_2$",
            "$x$",
            "$$x = 1$$",
            "$$",
            ":smile:",
            ":+1:",
            "%%later%%",
            "^[a note]",
        ];
        for form in table {
            assert_eq!(found(form), [form], "{form}");
        }
        let inside = [
            ("a :smile: b", vec![":smile:"]),
            ("m^2^ and", vec!["^2^"]),
            ("![x](x.svg){width=50% .right}", vec!["{width=50% .right}"]),
            (r"a \(x_1\) b", vec![r"(x_1\)"]),
            ("text\n> ::: tip", vec!["::: tip"]),
            ("see [x]({{< ref \"a\" >}})", vec!["{{< ref"]),
        ];
        for (text, forms) in inside {
            let spans: Vec<_> = found(text).into_iter().map(|form| form.trim_end().to_owned()).collect();
            assert_eq!(spans, forms, "{text}");
        }
    }

    #[test]
    fn ordinary_text_is_text() {
        for text in [
            "at 12:30:45 or 1:2:3",
            "a == b and c == d",
            "a==b, c==d",
            "5:3",
            "from $5 to $10",
            "US$5/US$10",
            "$HOME/bin:$PATH",
            "C++ and G++ and C++",
            "++i and j++",
            "a ++ b ++ c",
            "x^2 + y^2",
            "^_^",
            "!!! Wow",
            "What??? no",
            "std::vec::Vec",
            "::1",
            "{a, b}",
            "{#each items}",
            "{:ok, x}",
            "[[1, 2], [3, 4]]",
            "[[ -f x ]]",
            "[1]",
            "key: value: other",
            "see: this",
            "50%% of %%",
            r"\(see below\)",
            r"\[sic\]",
            r"\:smile:",
            "~/bin:/bin",
            "====",
            "a => b",
            "{}",
            "{{}}",
            "fold markers ({{{ and }}})",
            "$",
            "$$$",
            "100% [x]",
            "Ratio 3:2:1.",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn a_title_of_code_is_found() {
        let found = |block: &str| title_of_code(block, 2).map(|foreign| foreign.span);
        assert_eq!(found("```python title=\"a.py\"\nx"), Some(12..24));
        assert_eq!(found("~~~{.python caption='a'}\nx"), Some(14..25));
        for block in [
            "```python\ntitle=\"a\"\n```",
            "```\n title='a'",
            "    title=\"a\"",
            "```rust ignore",
            "```{linenos=table,hl_lines=[8,\"15-17\"]}",
        ] {
            assert_eq!(found(block), None, "{block}");
        }
    }

    #[test]
    fn markdown_in_html_is_found() {
        let found = |html: &str| find_in_html(html).map(|foreign| html[foreign.span].to_owned());
        assert_eq!(found("<div>\n\n**bold words** and\n</div>").as_deref(), Some("**bold words**"));
        assert_eq!(found("<div><b>a</b> [b](c.md)</div>").as_deref(), Some("[b](c.md)"));
        assert_eq!(found("<div markdown=\"1\">a</div>").as_deref(), Some("<div markdown=\"1\">"));
        for html in ["<pre>**a**</pre>", "<script>a[b](c)</script>", "<!-- **a** -->", "<p title='**a**'>2 ** 3 [1] (a)</p>"] {
            assert_eq!(found(html), None, "{html}");
        }
    }

    #[test]
    fn a_long_line_takes_linear_time() {
        for sign in ["{{", "[[a", "$a", "==a", ":a", "\\(", "{: .a ", "^a^", "++aa "] {
            assert!(find(&sign.repeat(20_000), 0..sign.len() * 20_000).len() <= 20_000);
        }
    }
}
