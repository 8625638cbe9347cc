//! A date with the methods of Python's `datetime`.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use avocet_plugin::rfc3339;
use jiff::fmt::strtime;
use minijinja::value::{DynObject, Object, ObjectRepr};
use minijinja::{Error, ErrorKind, State, Value};

use super::context::Site;

/// How Pelican writes dates where the site does not say.
const DEFAULT_FORMAT: &str = "%a %d %B %Y";

/// A date.
#[derive(Debug)]
pub(super) struct Date(avocet_plugin::Date);

impl Date {
    pub(super) fn value(date: &avocet_plugin::Date) -> Value {
        Value::from_object(Self(date.clone()))
    }

    /// The date in the site's DEFAULT_DATE_FORMAT.
    pub(super) fn locale(date: &avocet_plugin::Date, site: &Site) -> String {
        let format = site.settings.get("DEFAULT_DATE_FORMAT").and_then(|format| format.as_str()).unwrap_or(DEFAULT_FORMAT);
        strtime::format(format, date).unwrap_or_default()
    }

    fn format(&self, format: &str) -> Result<Value, Error> {
        let wrong = |error| Error::new(ErrorKind::InvalidOperation, format!("`{format}` is not a format of dates: {error}"));
        strtime::format(format, &self.0).map(Value::from).map_err(wrong)
    }

    fn method(&self, name: &str, args: &[Value]) -> Result<Value, Error> {
        match name {
            "strftime" => self.format(args.first().and_then(Value::as_str).unwrap_or_default()),
            "isoformat" => Ok(Value::from(rfc3339(&self.0))),
            "date" => self.format("%Y-%m-%d"),
            "time" => self.format("%H:%M:%S"),
            "timestamp" => Ok(Value::from(self.0.timestamp().as_second())),
            "weekday" => Ok(Value::from(self.0.weekday().to_monday_zero_offset())),
            "isoweekday" => Ok(Value::from(self.0.weekday().to_monday_one_offset())),
            "ctime" => self.format("%a %b %e %H:%M:%S %Y"),
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }
}

/// The filter: a date in a format of strftime.
pub(super) fn strftime(date: &Value, format: &str) -> Result<Value, Error> {
    match date.downcast_object_ref::<Date>() {
        Some(date) => date.format(format),
        None if date.is_undefined() => Ok(Value::from("")),
        None => Err(Error::new(ErrorKind::InvalidOperation, format!("`{date}` is no date"))),
    }
}

impl Object for Date {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, name: &Value) -> Option<Value> {
        Some(match name.as_str()? {
            "year" => Value::from(self.0.year()),
            "month" => Value::from(self.0.month()),
            "day" => Value::from(self.0.day()),
            "hour" => Value::from(self.0.hour()),
            "minute" => Value::from(self.0.minute()),
            "second" => Value::from(self.0.second()),
            "tzinfo" => Value::from(self.0.time_zone().iana_name()?),
            // Without its brackets a method counts as true, as in Python.
            name if self.method(name, &[]).is_ok() || name == "strftime" => Value::from(true),
            _ => return None,
        })
    }

    fn call_method(self: &Arc<Self>, _: &State<'_, '_>, method: &str, args: &[Value]) -> Result<Value, Error> {
        self.method(method, args)
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        Some(self.0.timestamp().cmp(&other.downcast_ref::<Self>()?.0.timestamp()))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&rfc3339(&self.0).replacen('T', " ", 1))
    }
}
