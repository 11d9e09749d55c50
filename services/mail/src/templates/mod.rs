//! How mails read: one file for each kind with both languages, from which text and HTML are made alike.
//!
//! A file has a part for each language, `[en]` and `[ru]`, that begins with `subject:` and goes on with paragraphs. `{name}`
//! is a value, `=> {link} Words` a button, a paragraph that begins with `~ ` is set small, `~> {link} Words` is a small link,
//! and `* {groups}` a list of what happened. A paragraph of values that are all empty is left out.

mod example;
pub mod http;
mod layout;

use contracts::mails::{Group, Kind};
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
    Button {
        link: &'a str,
        words: &'a str,
    },
    Small(&'a str),
    SmallLink {
        link: &'a str,
        words: &'a str,
    },
    /// The value of [`Group::written`].
    List(&'a str),
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
        Kind::Notification => include_str!("notification.txt"),
    }
}

/// Subject and paragraphs of a language.
fn parts<'a>(source: &'a str, locale: Locale) -> (&'a str, Vec<Part<'a>>) {
    let mark = format!("[{}]\n", locale.as_str());
    let rest = source.split_once(&mark).map_or("", |(_, rest)| rest);
    let own = rest.split_once("\n[").map_or(rest, |(own, _)| own);
    let (first, body) = own.split_once('\n').unwrap_or((own, ""));
    let subject = first.strip_prefix("subject:").unwrap_or_default().trim();
    let paragraphs = body.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    let part = |paragraph: &'a str| {
        let link = |rest: &'a str| rest.split_once(' ').unwrap_or((rest, rest));
        if let Some((link, words)) = paragraph.strip_prefix("=> ").map(link) {
            Part::Button { link, words }
        } else if let Some((link, words)) = paragraph.strip_prefix("~> ").map(link) {
            Part::SmallLink { link, words }
        } else if let Some(small) = paragraph.strip_prefix("~ ") {
            Part::Small(small)
        } else if let Some(list) = paragraph.strip_prefix("* ") {
            Part::List(list)
        } else {
            Part::Words(paragraph)
        }
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
    let shown: Vec<Part<'_>> = parts.into_iter().filter(|part| !is_empty(*part, &plain)).collect();
    let text: Vec<String> = shown.iter().map(|part| in_text(*part, &plain)).collect();
    let html = layout::page(
        locale,
        &subject,
        &shown,
        &|text: &str| filled(&layout::escaped(text), &|name| layout::escaped(&value(name).unwrap_or_default())),
        &|list: &str| Group::read(&plain(list)),
    );
    Rendered { subject, text: format!("{}\n", text.join("\n\n")), html }
}

/// Whether a paragraph says nothing with these values.
fn is_empty(part: Part<'_>, plain: &dyn Fn(&str) -> String) -> bool {
    match part {
        Part::Words(words) | Part::Small(words) => plain(words).trim().is_empty(),
        Part::List(list) => Group::read(&plain(list)).is_empty(),
        Part::Button { .. } | Part::SmallLink { .. } => false,
    }
}

fn in_text(part: Part<'_>, plain: &dyn Fn(&str) -> String) -> String {
    match part {
        Part::Words(words) | Part::Small(words) => plain(&unwrapped(words)),
        Part::Button { link, words } | Part::SmallLink { link, words } => {
            format!("{}:\n{}", plain(words), plain(link))
        }
        Part::List(list) => Group::read(&plain(list)).iter().map(group_in_text).collect::<Vec<_>>().join("\n\n"),
    }
}

fn group_in_text(group: &Group) -> String {
    let title = format!("{}{}", one_line(&group.title), counted(group));
    let lines = group.lines.iter().map(|line| format!("- {}", one_line(line)));
    let all = [title].into_iter().chain(lines).chain([group.link.clone()]);
    all.collect::<Vec<_>>().join("\n")
}

/// How many things happened, where that is more than one.
fn counted(group: &Group) -> String {
    if group.count > 1 { format!(" ({})", group.count) } else { String::new() }
}

/// A value that is to stand in a line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
                    if name == "groups" {
                        let listed =
                            |group: &Group| read.text.contains(&group.title) && read.html.contains(&group.title);
                        assert!(Group::read(&value).iter().all(listed), "{kind:?} {locale:?} {name}");
                        continue;
                    }
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

    fn digest(groups: &[Group], more: &str) -> Rendered {
        let groups = Group::written(groups);
        render(Kind::Digest, Locale::En, &|name| match name {
            "groups" => Some(groups.clone()),
            "more" => Some(more.to_owned()),
            name => Some(example::value(Kind::Digest, Locale::En, name)),
        })
    }

    #[test]
    fn a_list_shows_each_group_with_its_count_and_lines() {
        let deal = Group {
            title: "Pilot <b>\n& Co".to_owned(),
            link: "https://crm.example.com/deals/1".to_owned(),
            count: 3,
            lines: vec!["Mary mentioned you".to_owned(), "{more}".to_owned()],
        };
        let import = Group {
            title: "The import is complete".to_owned(),
            link: "javascript:alert(1)".to_owned(),
            count: 1,
            lines: Vec::new(),
        };
        let read = digest(&[deal, import], "and 2 more");
        let listed =
            "Pilot <b> & Co (3)\n- Mary mentioned you\n- {more}\nhttps://crm.example.com/deals/1\n\nThe import";
        assert!(read.text.contains(listed), "{}", read.text);
        assert!(read.text.contains("and 2 more"));
        assert!(read.html.contains("Pilot &lt;b&gt; &amp; Co</a> (3)"), "{}", read.html);
        assert!(read.html.contains("<li") && read.html.contains(">{more}</li>"), "{}", read.html);
        assert!(!read.html.contains("javascript:"), "{}", read.html);
    }

    #[test]
    fn a_paragraph_of_empty_values_is_left_out() {
        let read = digest(&[], "");
        assert!(!read.text.contains("\n\n\n"), "{:?}", read.text);
        assert!(!read.html.contains("\"></p>"), "{}", read.html);
    }
}
