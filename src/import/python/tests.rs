//! Files in Python in, settings and what could not be read out.

use super::*;

fn settings(text: &str) -> Settings {
    read("pelicanconf.py", &Arc::from(text), &|_| None)
}

fn value(text: &str) -> Value {
    settings(&format!("A = {text}\n")).settings["A"].value.clone()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn constants_are_read_however_they_are_written() {
    for (written, expected) in [
        ("'x'", text("x")),
        ("u\"é\\u00e9\\n\\'\"", text("éé\n'")),
        ("r'(?P<date>\\d{4}).*'", text("(?P<date>\\d{4}).*")),
        ("'a\\d'", text("a\\d")),
        ("'''a\nb'''", text("a\nb")),
        ("('a'\n  'b'  # and\n  \"c\")", text("abc")),
        ("'a' + 'b' + 'c'", text("abc")),
        ("'%s/x%%' % 'feeds'", text("feeds/x%")),
        ("'%s-%d' % ('a', 3)", text("a-3")),
        ("-3", Value::Int(-3)),
        ("1_000", Value::Int(1000)),
        ("0.5", Value::Float(0.5)),
        ("None", Value::None),
        ("[1, True,]", Value::List(vec![Value::Int(1), Value::Bool(true)])),
        ("('a',)", Value::List(vec![text("a")])),
        ("'a', 'b'", Value::List(vec![text("a"), text("b")])),
        ("{'a': 1}", Value::Dict(vec![(text("a"), Value::Int(1))])),
        ("dict(a=1)", Value::Dict(vec![(text("a"), Value::Int(1))])),
        ("OrderedDict([('a', 1)])", Value::Dict(vec![(text("a"), Value::Int(1))])),
        ("[1] + [2]", Value::List(vec![Value::Int(1), Value::Int(2)])),
        ("{'a': {'b': 2}}['a']['b']", Value::Int(2)),
    ] {
        assert_eq!(value(written), expected, "{written}");
    }
}

#[test]
fn names_and_paths_of_constants_are_read() {
    let found = settings(
        "import os\nBASE = os.path.dirname(__file__)\nHERE = os.path.join(BASE, 'theme', 'x.html')\nSITE = 'x.org'\n\
         URL = f'https://{SITE}/{{a}}'\nA = B = 1\nC, D = 2, 3\nE = ['a']\nE += ['b']\nE.append('c')\nF = {}\nF['k'] = E\nF.update({'l': 1})\n",
    );
    let value = |name: &str| &found.settings[name].value;
    assert_eq!(value("HERE"), &text("theme/x.html"));
    assert_eq!(value("URL"), &text("https://x.org/{a}"));
    assert_eq!((value("A"), value("B"), value("C"), value("D")), (&Value::Int(1), &Value::Int(1), &Value::Int(2), &Value::Int(3)));
    let list = Value::List(vec![text("a"), text("b"), text("c")]);
    assert_eq!(value("F"), &Value::Dict(vec![(text("k"), list), (text("l"), Value::Int(1))]));
    assert!(found.unread.is_empty(), "{:?}", found.unread);
}

#[test]
fn what_has_to_be_run_is_listed_at_its_place_and_the_rest_is_read() {
    let found = settings(
        "def f(x):\n    return x\nA = f(1)\nB = {'a': f, 'b': lambda x: x, 'c': 1}\nif A:\n    C = 1\n    d = 2\nE = A + 'x'\nG = 7\n\
         H = [x for x in B]\nI = 1 if A else 2\nprint 'a'\nJ = 3\n",
    );
    let lines: Vec<(usize, Option<&str>)> = found.unread.iter().map(|unread| (unread.place.line, unread.setting.as_deref())).collect();
    let some = |line, name| (line, Some(name));
    assert_eq!(lines, [some(3, "A"), some(4, "B"), some(4, "B"), some(6, "C"), some(8, "E"), some(10, "H"), some(11, "I")]);
    assert_eq!(found.settings["G"].value, Value::Int(7));
    assert_eq!(found.settings["J"].value, Value::Int(3));
    assert_eq!(
        found.settings["B"].value,
        Value::Dict(vec![(text("a"), Value::Unread), (text("b"), Value::Unread), (text("c"), Value::Int(1))])
    );
}

#[test]
fn a_file_that_is_imported_whole_is_read_once() {
    let conf: Arc<str> = "from publishconf import *\nA = 1\nB = 2\n".into();
    let load = |name: &str| (name == "pelicanconf.py").then(|| Arc::clone(&conf));
    let found = read("publishconf.py", &Arc::from("from pelicanconf import *\nB = A\nfrom secrets import *\n"), &load);
    assert_eq!((&found.settings["A"].value, &found.settings["B"].value), (&Value::Int(1), &Value::Int(1)));
    assert_eq!(found.settings["A"].place.file, "pelicanconf.py");
    assert_eq!(found.files, ["publishconf.py", "pelicanconf.py"]);
    assert_eq!(found.unread.len(), 1);
}

#[test]
fn hostile_files_end_soon() {
    let doubling = format!("A = 'xx'\n{}", "A = A + A\n".repeat(100));
    let lists = format!("A = [1]\n{}", "A = [A, A]\n".repeat(100));
    let nested = format!("A = {}1{}\n", "[".repeat(5_000), "]".repeat(5_000));
    let sum = format!("A = {}'x'\n", "'x' + ".repeat(5_000));
    for text in [&doubling, &lists, &nested, "A = (((\n", "A = 'x\nB = 1\n", "\u{0}"] {
        let started = std::time::Instant::now();
        let _ = settings(text);
        assert!(started.elapsed().as_secs() < 5, "{:?} {:?}", started.elapsed(), text.get(..20));
    }
    assert_eq!(settings(&sum).settings["A"].value, text(&"x".repeat(5_001)));
}
