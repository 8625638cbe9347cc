//! Requests to other hosts in, responses out. Nothing is followed or asked again here: who asks knows how patient it is.

use std::time::Duration;

use ureq::http::HeaderMap;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::typestate::WithoutBody;
use ureq::{Agent, RequestBuilder};
use url::Url;

/// Asks hosts by HTTP and HTTPS.
pub struct HttpClient(Agent);

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HttpError {
    /// The URL or a header has a character that cannot stand there.
    Invalid,
    /// No host has this name.
    UnknownHost,
    /// The time is up.
    Timeout,
    /// The connection broke: how.
    Broken(String),
}

impl From<ureq::Error> for HttpError {
    fn from(error: ureq::Error) -> Self {
        match error {
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => Self::Invalid,
            ureq::Error::HostNotFound => Self::UnknownHost,
            ureq::Error::Timeout(_) => Self::Timeout,
            other => Self::Broken(other.to_string()),
        }
    }
}

/// A status, headers, and a body that is read when it is wanted.
pub struct HttpResponse {
    /// Such as 200.
    pub status: u16,
    headers: HeaderMap,
    body: ureq::Body,
}

impl HttpClient {
    /// A client of this name; one request takes at most `timeout`, its body included.
    #[must_use]
    pub fn new(name: &str, timeout: Duration) -> Self {
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(timeout))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(name);
        Self(config.build().into())
    }

    /// Asks for the head of what is at this URL.
    ///
    /// # Errors
    /// When there is no response.
    pub fn head(&self, url: &str, headers: &[(&str, &str)]) -> Result<HttpResponse, HttpError> {
        Self::send(self.0.head(url), headers)
    }

    /// Asks for what is at this URL.
    ///
    /// # Errors
    /// When there is no response.
    pub fn get(&self, url: &str, headers: &[(&str, &str)]) -> Result<HttpResponse, HttpError> {
        Self::send(self.0.get(url), headers)
    }

    fn send(request: RequestBuilder<WithoutBody>, headers: &[(&str, &str)]) -> Result<HttpResponse, HttpError> {
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let (parts, body) = request.call()?.into_parts();
        Ok(HttpResponse { status: parts.status.as_u16(), headers: parts.headers, body })
    }
}

impl HttpResponse {
    /// The value of a header, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the value of any header contains this text.
    #[must_use]
    pub fn has_in_headers(&self, text: &str) -> bool {
        self.headers.values().any(|value| String::from_utf8_lossy(value.as_bytes()).contains(text))
    }

    /// The body as text; an error if it is longer than `limit` bytes.
    ///
    /// # Errors
    /// When the body cannot be read to its end.
    pub fn text(&mut self, limit: u64) -> Result<String, HttpError> {
        Ok(self.body.with_config().limit(limit).read_to_string()?)
    }

    /// `Retry-After`, in seconds after `now`, which is in seconds since 1970: a number of them, or a date.
    #[must_use]
    pub fn retry_after(&self, now: i64) -> Option<i64> {
        let value = self.header("retry-after")?.trim();
        value.parse().ok().or_else(|| Some(jiff::fmt::rfc2822::parse(value).ok()?.timestamp().as_second() - now))
    }

    /// Where a redirect from this URL leads; the words of the header when that is no URL of HTTP.
    ///
    /// # Errors
    /// When the header is missing or leads nowhere.
    pub fn redirect(&self, from: &str) -> Result<String, String> {
        let to = self.header("location").unwrap_or_default().trim();
        redirect(from, to).ok_or_else(|| to.to_owned())
    }
}

fn redirect(from: &str, to: &str) -> Option<String> {
    let target = Url::parse(from).ok()?.join(to).ok().filter(|_| !to.is_empty())?;
    matches!(target.scheme(), "http" | "https").then(|| target.into())
}

/// Scheme, host and port of a URL, as browsers compare them.
#[must_use]
pub fn origin(url: &str) -> Option<String> {
    Url::parse(url).ok().map(|url| url.origin().ascii_serialization())
}

/// The host of a URL, with its port if that is written, in lower case; empty when there is none.
#[must_use]
pub fn host(url: &str) -> String {
    let rest = url.split_once("//").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test ends where something is wrong")]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_leads_where_a_browser_goes() {
        let to = |to| redirect("https://a.org:81/x/y?z", to).unwrap_or_default();
        assert_eq!(to("/b"), "https://a.org:81/b");
        assert_eq!(to("b"), "https://a.org:81/x/b");
        assert_eq!(to("//b.org/c"), "https://b.org/c");
        assert_eq!(to("http://b.org/"), "http://b.org/");
        assert_eq!((to(""), to("ftp://b.org"), to("https://")), (String::new(), String::new(), String::new()));
    }

    #[test]
    fn an_origin_is_scheme_host_and_port_and_no_trick() {
        let own = origin("https://api.example.org/v3");
        assert_eq!(own, origin("https://API.example.org:443/orgs?x"));
        for other in [
            "http://api.example.org/",
            "https://api.example.org:8443/",
            "https://api.example.org@evil.example/",
            "https://api.example.org.evil.example/",
            "https://evil.example\\@api.example.org/",
        ] {
            assert_ne!(own, origin(other), "{other}");
        }
        assert_eq!(origin("api.example.org"), None);
    }
}
