//! Tags in content: `{% name key="value" %}`, `{% name %}…{% endname %}`, `{% include NAME %}`. Finds them and pairs the block forms;
//! what they answer is asked elsewhere. `\{%` is text.

mod lost;
mod pairs;
mod unknown;

use std::collections::HashMap;
use std::ops::Range;

use serde_json::Value;
pub use unknown::unknown;

/// A tag as it stands in a text. Ranges are bytes of that text.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Its name, such as `inset-text`.
    pub name: String,
    /// From `{%` to `%}`; of a block form, to the `%}` of its end.
    pub span: Range<usize>,
    /// Where the name stands.
    pub name_span: Range<usize>,
    /// `key="value"` in the order written: text in quotes, a number, `true` or `false`.
    pub args: Vec<(String, Value, Range<usize>)>,
    /// Words without a key, in the order written, as after `include`.
    pub words: Vec<(String, Range<usize>)>,
    /// What stands between the tag and its end, of a block form.
    pub body: Option<Range<usize>>,
}

/// What is wrong with the tags of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagError {
    /// Where.
    pub span: Range<usize>,
    /// What.
    pub message: String,
    /// How to fix it.
    pub help: String,
}

/// The tags whose bodies are raw, outermost, in order, each with its body: nothing in a raw body is a tag but the end of it.
#[must_use]
pub fn raw(text: &str, is_raw: impl Fn(&str) -> bool) -> Vec<Call> {
    let mut open: HashMap<String, Vec<Call>> = HashMap::new();
    let mut found: Vec<Call> = Vec::new();
    for (start, _) in text.match_indices("{%").filter(|(start, _)| !is_escaped(text, *start)) {
        let mut cursor = Cursor { text, at: start + 2 };
        let name = cursor.name();
        let opened = text[name.clone()].strip_prefix("end").filter(|opened| is_raw(opened));
        if opened.is_none() && !is_raw(&text[name]) {
            continue;
        }
        let Ok(call) = (Cursor { text, at: start + 2 }).call(start) else { continue };
        let Some(opened) = opened else {
            open.entry(call.name.clone()).or_default().push(call);
            continue;
        };
        let Some(mut begun) = open.get_mut(opened).and_then(Vec::pop) else { continue };
        begun.body = Some(begun.span.end..call.span.start);
        begun.span.end = call.span.end;
        // What was found inside is a part of this body.
        found.truncate(found.partition_point(|inner| inner.span.start < begun.span.start));
        found.push(begun);
    }
    found
}

/// Whether `{%` is text there: after a backslash, and in `{{% … %}}`, which is a shortcode of Hugo.
fn is_escaped(text: &str, start: usize) -> bool {
    text[..start].ends_with(['\\', '{'])
}

/// The tags of a text.
#[derive(Debug, Default)]
pub struct Tags {
    /// The outermost ones, in order.
    pub calls: Vec<Call>,
    /// What is wrong.
    pub errors: Vec<TagError>,
    /// For each level of tags in tags, where the first tag of it begins.
    pub levels: Vec<Range<usize>>,
}

/// The tags of a text, except those that begin inside `skip` (sorted ranges: code). `raw` are those that [`raw`] finds.
#[must_use]
pub fn scan(text: &str, skip: &[Range<usize>], raw: &[Call]) -> Tags {
    let (calls, mut errors) = flat(text, skip, raw);
    errors.extend(calls.iter().filter_map(lost::of_end));
    let ends = pairs::ends(&calls);
    let levels = pairs::levels(&calls, &ends);
    let mut outer: Vec<Call> = Vec::new();
    let mut at = 0;
    while at < calls.len() {
        let call = &calls[at];
        if let Some(opened) = call.name.strip_prefix("end") {
            let meant = pairs::meant(&outer, opened);
            let help = match meant {
                Some(at) => format!("did you mean `{{% end{} %}}`?", outer[at].name),
                None => format!("put `{{% {opened} %}}` before it, or remove it"),
            };
            let message = format!("`{{% {} %}}` ends a tag that was not begun", call.name);
            errors.push(TagError { span: call.span.clone(), message, help });
            if let Some(at) = meant {
                // Otherwise the tag would be reported too, as one without an end.
                outer.truncate(at + 1);
                outer[at].body = Some(outer[at].span.end..call.span.start);
                outer[at].span.end = call.span.end;
            }
            at += 1;
            continue;
        }
        match ends[at] {
            Some(end) => {
                let body = call.span.end..calls[end].span.start;
                outer.push(Call { span: call.span.start..calls[end].span.end, body: Some(body), ..call.clone() });
                at = end + 1;
            }
            None => {
                outer.push(call.clone());
                at += 1;
            }
        }
    }
    Tags { calls: outer, errors, levels }
}

/// All tags, ends among them.
fn flat(text: &str, skip: &[Range<usize>], raw: &[Call]) -> (Vec<Call>, Vec<TagError>) {
    let mut calls = Vec::new();
    let mut errors = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find("{%") {
        let start = at + found;
        at = start + 2;
        let code = skip.partition_point(|range| range.end <= start);
        if skip.get(code).is_some_and(|range| range.start <= start) || is_escaped(text, start) {
            continue;
        }
        if let Ok(raw) = raw.binary_search_by_key(&start, |call| call.span.start).map(|found| &raw[found]) {
            at = raw.span.end;
            calls.push(raw.clone());
            continue;
        }
        let mut cursor = Cursor { text, at };
        match cursor.call(start) {
            Ok(call) => {
                errors.extend(lost::doubled(&call));
                at = call.span.end;
                calls.push(call);
            }
            Err(error) => {
                at = error.span.end.max(at);
                errors.push(error);
            }
        }
    }
    (calls, errors)
}

/// Reads one tag.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl Cursor<'_> {
    fn call(&mut self, start: usize) -> Result<Call, TagError> {
        let name_span = self.name();
        let name = self.text[name_span.clone()].to_owned();
        if name.is_empty() {
            return Err(self.error(start, "a tag begins with its name", "write `{% name %}`, or `\\{%` for plain text"));
        }
        let mut call = Call { name, span: start..start, name_span, args: Vec::new(), words: Vec::new(), body: None };
        loop {
            if self.ends() {
                call.span.end = self.at;
                return Ok(call);
            }
            if self.rest().starts_with(['"', '\'']) {
                let start = self.at;
                if let Some(Value::String(word)) = self.value() {
                    call.words.push((word, start + 1..self.at - 1));
                    continue;
                }
            }
            let mut key_span = self.word();
            self.rest_of_word(&mut key_span);
            let key = self.text[key_span.clone()].to_owned();
            if key.is_empty() {
                return Err(self.no_key(start));
            }
            self.space();
            if !self.eat("=") {
                call.words.push((key, key_span));
                continue;
            }
            self.space();
            let value_start = self.at;
            if self.rest().starts_with(['“', '”', '‘', '’']) {
                return Err(self.curly());
            }
            let value = self.value().ok_or_else(|| self.error(start, "a value is missing here", "write key=\"value\""))?;
            call.args.push((key, value, value_start..self.at));
        }
    }

    /// The name of the tag.
    fn name(&mut self) -> Range<usize> {
        self.eat("-");
        self.space();
        self.word()
    }

    /// Makes a word that goes on after this one longer, such as the URL `https://example.org/a?b=c`: it ends with white space.
    fn rest_of_word(&mut self, word: &mut Range<usize>) {
        let is_space = |rest: &str| rest.starts_with(char::is_whitespace);
        let goes_on =
            |rest: &str| rest.starts_with(|sign| ":?&#@~+,;%!*".contains(sign)) && !rest.starts_with("%}") && !is_space(&rest[1..]);
        if word.start == word.end || !goes_on(self.rest()) {
            return;
        }
        let rest = self.rest();
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        self.at += rest[..end].find("%}").unwrap_or(end);
        word.end = self.at;
    }

    /// Steps over white space, and over the end of the tag if that follows.
    fn ends(&mut self) -> bool {
        self.space();
        self.eat("%}") || self.eat("-%}")
    }

    /// Why there is neither an option nor the end of the tag here.
    fn no_key(&self, start: usize) -> TagError {
        match self.rest().chars().next().filter(|_| !self.text[start..self.at].contains('\n')) {
            Some('“' | '”' | '‘' | '’') => self.curly(),
            Some('=') => self.here("a name and a value belong on either side of `=`", "write key=\"value\", with straight quotes"),
            Some('"' | '\'') => self.here("a value without a name", "write key=\"value\""),
            _ => self.error(start, "this tag has no `%}` where it should end", "close it: `{% name key=\"value\" %}`"),
        }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn eat(&mut self, what: &str) -> bool {
        let there = self.rest().starts_with(what);
        if there {
            self.at += what.len();
        }
        there
    }

    fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// A name: letters, digits, and `-_./`; a dash before `%}` belongs to the end.
    fn word(&mut self) -> Range<usize> {
        let start = self.at;
        let length = self.rest().find(|c: char| !(c.is_alphanumeric() || "-_./".contains(c))).unwrap_or(self.rest().len());
        self.at += length;
        if self.text[start..self.at].ends_with('-') && self.rest().starts_with("%}") {
            self.at -= 1;
        }
        start..self.at
    }

    fn value(&mut self) -> Option<Value> {
        for quote in ['"', '\''] {
            if self.rest().starts_with(quote) {
                let inner = &self.rest()[1..];
                let end = inner.find(quote)?;
                let value = inner[..end].to_owned();
                self.at += end + 2;
                return Some(Value::String(value));
            }
        }
        let span = self.word();
        let word = &self.text[span];
        match word {
            "" => None,
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => Some(serde_json::from_str::<serde_json::Number>(word).map_or_else(|_| Value::String(word.to_owned()), Value::Number)),
        }
    }

    /// What is wrong with the character that comes next.
    fn here(&self, message: &str, help: &str) -> TagError {
        let length = self.rest().chars().next().map_or(0, char::len_utf8);
        TagError { span: self.at..self.at + length, message: message.to_owned(), help: help.to_owned() }
    }

    fn curly(&self) -> TagError {
        self.here("this is a curly quote, as word processors write them", "write straight quotes: key=\"value\"")
    }

    /// What is wrong with the tag as a whole: it is shown up to the end of its first line.
    fn error(&self, start: usize, message: &str, help: &str) -> TagError {
        let line_end = self.text[start..].find('\n').map_or(self.text.len(), |at| start + at);
        TagError { span: start..line_end, message: message.to_owned(), help: help.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(String, Option<String>)> {
        scan(text, &[], &[]).calls.into_iter().map(|call| (call.name, call.body.map(|body| text[body].to_owned()))).collect()
    }

    #[test]
    fn the_first_tag_of_each_level_is_known() {
        let text = "{% a %}{% b %}{% c %}{% endb %}{% d %}{% e %}{% f %}{% ende %}{% endd %}{% enda %}{% g %}";
        let levels: Vec<&str> = scan(text, &[], &[]).levels.into_iter().map(|span| &text[span]).collect();
        assert_eq!(levels, ["{% a", "{% b", "{% c", "{% f"]);
    }

    #[test]
    fn a_tag_has_a_name_options_and_perhaps_a_word() {
        let Tags { calls, errors, .. } = scan("{% card heading=\"A %} b\" n=3 wide=true %} {%- include a/b.html -%}", &[], &[]);
        assert!(errors.is_empty());
        let args: Vec<_> = calls[0].args.iter().map(|(key, value, _)| (key.as_str(), value.clone())).collect();
        assert_eq!(args, [("heading", "A %} b".into()), ("n", 3.into()), ("wide", true.into())]);
        assert_eq!(calls[1].words[0].0, "a/b.html");
        assert_eq!(scan("{% include 'c.html' %}", &[], &[]).calls[0].words, [("c.html".into(), 12..18)]);
    }

    #[test]
    fn block_forms_are_paired_and_nest() {
        assert_eq!(
            names("{% a %}x{% b %}y{% endb %}{% enda %}{% c %}"),
            [("a".into(), Some("x{% b %}y{% endb %}".into())), ("c".into(), None)]
        );
        assert_eq!(names("{% a %}{% a %}x{% enda %}{% enda %}"), [("a".into(), Some("{% a %}x{% enda %}".into()))]);
        assert_eq!(names("{% a %} {% a %}x{% enda %}"), [("a".into(), None), ("a".into(), Some("x".into()))]);
    }

    #[test]
    fn an_end_that_is_misspelt_ends_the_tag_that_it_is_meant_for() {
        let Tags { calls, errors, .. } = scan("{% inset-text %}a{% card %}{% endinset %}{% endx %}", &[], &[]);
        assert_eq!((calls.len(), calls[0].body.clone()), (1, Some(16..27)));
        assert_eq!(errors.iter().map(|error| &*error.help).collect::<Vec<_>>()[0], "did you mean `{% endinset-text %}`?");
        assert!(errors[1].help.starts_with("put `{% x %}`"));
    }

    #[test]
    fn many_tags_are_paired_in_linear_time() {
        let (begin, end, count) = ("{% a %}", "{% enda %}", 100_000);
        assert_eq!(names(&begin.repeat(count)).len(), count);
        assert_eq!(names(&(begin.repeat(count) + &end.repeat(count))).len(), 1);
        assert_eq!(names(&(begin.repeat(count) + end)).len(), count);
        assert_eq!(names("{% a %}{% b %}x{% enda %}"), [("a".into(), Some("{% b %}x".into()))]);
    }

    #[test]
    fn nothing_in_a_raw_body_is_a_tag_but_its_end() {
        let text = "{% dot %}{% x\n {% dot %} {% enddot %}<b {% dot -%}\\n{%- enddot %} \\{% dot %} {% card %}";
        let raw = raw(text, |name| name == "dot");
        let bodies: Vec<_> = raw.iter().map(|call| &text[call.body.clone().unwrap()]).collect();
        assert_eq!(bodies, [" ", "\\n"]);
        let Tags { calls, errors, .. } = scan(text, &[], &raw);
        assert_eq!(calls.iter().map(|call| &*call.name).collect::<Vec<_>>(), ["dot", "dot", "dot", "card"]);
        assert_eq!(errors.len(), 1, "{errors:?}");
    }

    #[test]
    fn a_word_may_be_a_url() {
        let Tags { calls, errors, .. } = scan("{% video https://x.org/a?b=c&d=%20 640 'A b' wide=true %}{% video //x.org/#a%}", &[], &[]);
        assert!(errors.is_empty(), "{errors:?}");
        let words = |call: &Call| call.words.iter().map(|(word, _)| word.clone()).collect::<Vec<_>>();
        assert_eq!(words(&calls[0]), ["https://x.org/a?b=c&d=%20", "640", "A b"]);
        assert_eq!((words(&calls[1]), calls[0].args.len()), (vec!["//x.org/#a".to_owned()], 1));
        assert_eq!(scan("{% card heading: x %}", &[], &[]).errors.len(), 1);
    }

    #[test]
    fn what_is_escaped_or_in_code_is_text() {
        assert!(names("\\{% a %}").is_empty());
        let code = std::slice::from_ref(&(0..9));
        assert!(scan("`{% a %}`", code, &[]).calls.is_empty());
    }

    #[test]
    fn errors_are_reported() {
        for text in ["{% a", "{% %}", "{% a b= %}", "{% enda %}", "{% a \"x %}"] {
            assert_eq!(scan(text, &[], &[]).errors.len(), 1, "{text}");
        }
    }
}
