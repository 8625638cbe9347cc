//! What Avocet and the commands of its plugins share to touch the outside: a file that is replaced at once or not at all, and a client for
//! HTTP. A plugin that only makes pages needs neither.

mod file;
mod http;

pub use file::{replace, replace_cache};
pub use http::{HttpClient, HttpError, HttpResponse, host, origin};
