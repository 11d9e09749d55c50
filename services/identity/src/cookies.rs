//! Cookies of browser sessions: an `HttpOnly` one that proves the session, a readable one that carries the CSRF token.

use axum::http::{HeaderMap, HeaderValue, header};

/// Names and attributes; over https both carry the `__Host-` prefix (RFC 6265bis §4.1.3.2).
#[derive(Clone, Debug)]
pub struct CookieNames {
    pub session: &'static str,
    pub csrf: &'static str,
    /// By which a browser is known that is not asked for the second factor.
    pub device: &'static str,
    /// What a round trip to another service is known by.
    pub ticket: &'static str,
    secure: bool,
}

impl CookieNames {
    #[must_use]
    pub fn new(https: bool) -> Self {
        if https {
            let device = "__Host-rapport_device";
            let ticket = "__Host-rapport_ticket";
            Self { session: "__Host-rapport_session", csrf: "__Host-rapport_csrf", device, ticket, secure: true }
        } else {
            let (device, ticket) = ("rapport_device", "rapport_ticket");
            Self { session: "rapport_session", csrf: "rapport_csrf", device, ticket, secure: false }
        }
    }

    /// Sets both for so many seconds.
    pub fn set(&self, headers: &mut HeaderMap, session: &str, csrf: &str, seconds: i64) {
        self.append(headers, self.session, session, seconds, true);
        self.append(headers, self.csrf, csrf, seconds, false);
    }

    /// Sets the one by which this browser is trusted.
    pub fn set_device(&self, headers: &mut HeaderMap, token: &str, seconds: i64) {
        self.append(headers, self.device, token, seconds, true);
    }

    /// Sets what a round trip to another service is known by.
    pub fn set_ticket(&self, headers: &mut HeaderMap, ticket: &str, seconds: i64) {
        self.append(headers, self.ticket, ticket, seconds, true);
    }

    /// Takes that away.
    pub fn clear_ticket(&self, headers: &mut HeaderMap) {
        self.append(headers, self.ticket, "", 0, true);
    }

    /// Takes both away; a trusted browser stays one.
    pub fn clear(&self, headers: &mut HeaderMap) {
        self.append(headers, self.session, "", 0, true);
        self.append(headers, self.csrf, "", 0, false);
    }

    fn append(&self, headers: &mut HeaderMap, name: &str, value: &str, seconds: i64, http_only: bool) {
        let secure = if self.secure { "; Secure" } else { "" };
        let hidden = if http_only { "; HttpOnly" } else { "" };
        let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; SameSite=Lax{hidden}{secure}");
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}

/// The value of a cookie of the request.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_read_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("xrapport_session=no; rapport_session=yes; a=b"));
        assert_eq!(read(&headers, "rapport_session"), Some("yes"));
        assert_eq!(read(&headers, "session"), None);
    }

    #[test]
    fn over_https_cookies_are_secure_and_host_bound() {
        let mut headers = HeaderMap::new();
        CookieNames::new(true).set(&mut headers, "s", "c", 60);
        let cookies: Vec<_> = headers.get_all(header::SET_COOKIE).iter().map(|v| v.to_str().unwrap()).collect();
        assert_eq!(cookies[0], "__Host-rapport_session=s; Path=/; Max-Age=60; SameSite=Lax; HttpOnly; Secure");
        assert_eq!(cookies[1], "__Host-rapport_csrf=c; Path=/; Max-Age=60; SameSite=Lax; Secure");
    }
}
