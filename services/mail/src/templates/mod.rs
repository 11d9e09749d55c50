//! How mails read: one file for each kind with both languages, from which text and HTML are made alike.
//!
//! A file has a part for each language, `[en]` and `[ru]`, that begins with `subject:` and goes on with paragraphs. `{name}`
//! is a value, `=> {link} Words` a button, a paragraph that begins with `~ ` is set small.

mod example;
pub mod http;
mod layout;

use contracts::mails::Kind;
use kernel::Locale;

/// A mail as it reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// A paragraph of a template.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part<'a> {
    Words(&'a str),
    Button { link: &'a str, words: &'a str },
    Small(&'a str),
}

fn source(kind: Kind) -> &'static str {
    match kind {
        Kind::VerifyEmail => include_str!("verify-email.txt"),
        Kind::ResetPassword => include_str!("reset-password.txt"),
        Kind::PasswordChanged => include_str!("password-changed.txt"),
        Kind::NewDevice => include_str!("new-device.txt"),
        Kind::AccountLocked => include_str!("account-locked.txt"),
        Kind::Invitation => include_str!("invitation.txt"),
        Kind::AlreadyRegistered => include_str!("already-registered.txt"),
        Kind::MfaChanged => include_str!("mfa-changed.txt"),
        Kind::Digest => include_str!("digest.txt"),
    }
}

/// Subject and paragraphs of a language.
fn parts(source: &str, locale: Locale) -> (&str, Vec<Part<'_>>) {
    let mark = format!("[{}]\n", locale.as_str());
    let rest = source.split_once(&mark).map_or("", |(_, rest)| rest);
    let own = rest.split_once("\n[").map_or(rest, |(own, _)| own);
    let (first, body) = own.split_once('\n').unwrap_or((own, ""));
    let subject = first.strip_prefix("subject:").unwrap_or_default().trim();
    let paragraphs = body.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    let part = |paragraph| match (str::strip_prefix(paragraph, "=> "), str::strip_prefix(paragraph, "~ ")) {
        (Some(button), _) => {
            let (link, words) = button.split_once(' ').unwrap_or((button, button));
            Part::Button { link, words }
        }
        (None, Some(small)) => Part::Small(small),
        (None, None) => Part::Words(paragraph),
    };
    (subject, paragraphs.map(part).collect())
}

/// A mail of a kind with these values; one that is missing stands empty.
#[must_use]
pub fn render(kind: Kind, locale: Locale, value: &dyn Fn(&str) -> Option<String>) -> Rendered {
    let (subject, parts) = parts(source(kind), locale);
    let plain = |text: &str| filled(text, &|name| value(name).unwrap_or_default());
    // A line end in a subject would begin another header.
    let subject = plain(subject).split_whitespace().collect::<Vec<_>>().join(" ");
    let text: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Part::Words(words) | Part::Small(words) => plain(&unwrapped(words)),
            Part::Button { link, words } => format!("{}:\n{}", plain(words), plain(link)),
        })
        .collect();
    let html = layout::page(locale, &subject, &parts, &|text: &str| {
        filled(&layout::escaped(text), &|name| layout::escaped(&value(name).unwrap_or_default()))
    });
    Rendered { subject, text: format!("{}\n", text.join("\n\n")), html }
}

/// A paragraph of a template file as one line: how it is broken there means nothing.
fn unwrapped(words: &str) -> String {
    words.replace('\n', " ")
}

/// Puts values where `{name}` stands. What a value holds is not looked at again.
fn filled(text: &str, value: &dyn Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        out.push_str(&value(name));
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(source: &str) -> Vec<String> {
        let mut names = Vec::new();
        let mut rest = source;
        while let Some((_, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}').expect("a closed placeholder");
            names.push(name.to_owned());
            rest = behind;
        }
        names
    }

    #[test]
    fn every_kind_reads_whole_in_both_languages() {
        for kind in Kind::ALL {
            let names = names_in(source(*kind));
            for locale in [Locale::En, Locale::Ru] {
                let (subject, found) = parts(source(*kind), locale);
                assert!(!subject.is_empty() && found.len() >= 2, "{kind:?} {locale:?}");
                let read = render(*kind, locale, &|name| Some(example::value(*kind, locale, name)));
                assert!(!read.text.contains('{') && !read.subject.contains('{'), "{kind:?} {locale:?}");
                for name in &names {
                    let value = example::value(*kind, locale, name);
                    assert!(!value.is_empty(), "{kind:?} has no example of {name}");
                    assert!(read.text.contains(&value) || read.subject.contains(&value), "{kind:?} {locale:?} {name}");
                }
            }
            let (english, russian) = (parts(source(*kind), Locale::En).1, parts(source(*kind), Locale::Ru).1);
            assert_eq!(english.len(), russian.len(), "{kind:?} says as much in both languages");
        }
    }

    #[test]
    fn values_are_escaped_for_where_they_stand() {
        let nasty = "<img src=x onerror=\"alert('1')\"> {link} & Co\r\nBcc: all@example.com";
        let read = render(Kind::Invitation, Locale::En, &|_| Some(nasty.to_owned()));
        assert!(!read.html.contains("<img"), "{}", read.html);
        assert!(read.html.contains("&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; {link} &amp; Co"));
        assert!(!read.subject.contains(['\r', '\n']));
        assert!(read.text.contains("<img"), "text is text");
    }

    #[test]
    fn a_link_that_is_none_makes_no_button() {
        let read = render(Kind::ResetPassword, Locale::En, &|_| Some("javascript:alert(1)".to_owned()));
        assert!(!read.html.contains("href=\"javascript"), "{}", read.html);
    }
}
