//! Literals of Python, and what is done to constant text: escapes, `%s`, paths.

use super::Value;

/// A whole number: `1_000`, `0x1F`, `0o17`, `0b1`.
pub(super) fn integer(text: &str) -> Option<i64> {
    let text = text.replace('_', "").to_lowercase();
    let based = [("0x", 16), ("0o", 8), ("0b", 2)].into_iter().find_map(|(prefix, base)| Some((text.strip_prefix(prefix)?, base)));
    match based {
        Some((digits, base)) => i64::from_str_radix(digits, base).ok(),
        None => text.parse().ok(),
    }
}

/// The text of a string between its quotes.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = &rest[at + 1..];
        let Some(sign) = escape.chars().next() else {
            out.push('\\');
            return out;
        };
        let after = &escape[sign.len_utf8()..];
        match escaped(sign, after) {
            Some((char, after)) => {
                out.push(char);
                rest = after;
            }
            // A line that is continued.
            None if sign == '\n' => rest = after,
            // Python keeps what is no escape.
            None => {
                out.push('\\');
                rest = escape;
            }
        }
    }
    out + rest
}

/// The character that an escape stands for, and what follows the escape; `None` if it is no escape of a character.
fn escaped(sign: char, after: &str) -> Option<(char, &str)> {
    let digits = |count: usize| {
        let digits = after.get(..count)?;
        Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, &after[count..]))
    };
    match sign {
        'n' => Some(('\n', after)),
        't' => Some(('\t', after)),
        'r' => Some(('\r', after)),
        '\\' | '\'' | '"' => Some((sign, after)),
        'x' => digits(2),
        'u' => digits(4),
        'U' => digits(8),
        _ => None,
    }
}

/// `'…%s…' % values`, with nothing but `%s`, `%d` and `%%`.
pub(super) fn percent(format: &Value, values: &Value) -> Option<String> {
    let Value::Text(format) = format else { return None };
    let one = [values.clone()];
    let mut values = match values {
        Value::List(values) => values.iter(),
        _ => one.iter(),
    };
    let mut parts = format.split('%');
    let mut out = parts.next()?.to_owned();
    while let Some(part) = parts.next() {
        match part.chars().next() {
            None => {
                out.push('%');
                out.push_str(parts.next()?);
            }
            Some('s' | 'd') => {
                match values.next()? {
                    Value::Text(text) => out.push_str(text),
                    Value::Int(number) => out.push_str(&number.to_string()),
                    _ => return None,
                }
                out.push_str(&part[1..]);
            }
            Some(_) => return None,
        }
    }
    Some(out)
}

/// The result of a function of `os.path`. All paths are from the folder of the settings, so that `os.path.dirname(__file__)` is that folder.
pub(super) fn path(function: &str, arguments: &[Value]) -> Option<String> {
    let texts: Option<Vec<&str>> = arguments.iter().map(|value| if let Value::Text(text) = value { Some(&**text) } else { None }).collect();
    let texts = texts?;
    if function.ends_with("join") {
        let joined = texts.into_iter().fold(String::new(), |path, part| match part {
            part if part.starts_with('/') || path.is_empty() => part.to_owned(),
            part if path.ends_with('/') => path + part,
            part => format!("{path}/{part}"),
        });
        return Some(joined);
    }
    let [path] = texts[..] else { return None };
    if function.ends_with("dirname") {
        Some(path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned())
    } else {
        Some(path.to_owned())
    }
}
