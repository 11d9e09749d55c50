//! The frame around every mail: a card of tables with styles in place, as mail programs need it, light and dark.

use contracts::mails::Group;
use kernel::Locale;

use super::{Part, counted, one_line, unwrapped};

const BODY: &str = "margin:0;padding:0;background-color:#f4f5f7;color:#1b1f24;";
const CARD: &str = "max-width:560px;margin:0 auto;background-color:#ffffff;border:1px solid #dfe2e6;border-radius:8px;";
const FONT: &str = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
const WORDS: &str = "margin:0 0 16px;font-size:16px;line-height:24px;";
const SMALL: &str = "margin:0 0 16px;font-size:13px;line-height:20px;color:#59636e;";
const TITLE: &str = "margin:0 0 4px;font-size:16px;line-height:24px;font-weight:600;";
const LINES: &str = "margin:0 0 16px;padding:0 0 0 20px;font-size:14px;line-height:22px;";
const BUTTON: &str = "display:inline-block;padding:12px 20px;border-radius:6px;background-color:#1f5fd6;color:#ffffff;\
                      font-size:16px;line-height:20px;font-weight:600;text-decoration:none;";
/// For programs that know it; the colours in place are for the others.
const DARK: &str = "@media (prefers-color-scheme: dark) {\
                    .page{background-color:#14171a!important}\
                    .card{background-color:#1d2125!important;border-color:#343a41!important;color:#e6e8eb!important}\
                    .small,.small a{color:#a3acb6!important}\
                    .about{color:#8fb4ff!important}}";

/// Makes a text of a template safe in HTML, in words and in attributes.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// The whole document; `fill` escapes a text of the template and puts the values in, escaped; `groups` reads a list.
pub(super) fn page(
    locale: Locale,
    subject: &str,
    parts: &[Part<'_>],
    fill: &dyn Fn(&str) -> String,
    groups: &dyn Fn(&str) -> Vec<Group>,
) -> String {
    let shown = |part: &Part<'_>| match part {
        Part::List(list) => groups(list).iter().map(group).collect(),
        part => shown(*part, fill),
    };
    let body: String = parts.iter().map(shown).collect();
    let subject = escaped(subject);
    format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><meta name=\"supported-color-schemes\" content=\"light dark\">\
         <title>{subject}</title><style>{DARK}</style></head>\
         <body class=\"page\" style=\"{BODY}\">\
         <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" class=\"page\" style=\"{BODY}\">\
         <tr><td style=\"padding:32px 16px;\">\
         <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" class=\"card\" style=\"{CARD}\">\
         <tr><td style=\"padding:32px;{FONT}\">\
         <p style=\"margin:0 0 24px;font-size:18px;line-height:24px;font-weight:700;\">Rapport</p>{body}\
         </td></tr></table></td></tr></table></body></html>\n",
        locale.as_str()
    )
}

fn is_web(link: &str) -> bool {
    link.starts_with("https://") || link.starts_with("http://")
}

fn group(group: &Group) -> String {
    let title = escaped(&one_line(&group.title));
    let title = if is_web(&group.link) {
        format!("<a class=\"about\" href=\"{}\" style=\"color:#1f5fd6;\">{title}</a>", escaped(&group.link))
    } else {
        title
    };
    let line = |line: &String| format!("<li style=\"margin:0;\">{}</li>", escaped(&one_line(line)));
    let lines: String = group.lines.iter().map(line).collect();
    let lines = if lines.is_empty() { lines } else { format!("<ul style=\"{LINES}\">{lines}</ul>") };
    format!("<p style=\"{TITLE}\">{title}{}</p>{lines}", counted(group))
}

fn shown(part: Part<'_>, fill: &dyn Fn(&str) -> String) -> String {
    match part {
        Part::List(_) => String::new(),
        Part::SmallLink { link, words } => {
            let link = fill(link);
            if !is_web(&link) {
                return String::new();
            }
            format!(
                "<p class=\"small\" style=\"{SMALL}\"><a href=\"{link}\" style=\"color:#59636e;\">{}</a></p>",
                fill(words)
            )
        }
        Part::Words(words) => format!("<p style=\"{WORDS}\">{}</p>", lines(&fill(&unwrapped(words)))),
        Part::Small(words) => format!("<p class=\"small\" style=\"{SMALL}\">{}</p>", lines(&fill(&unwrapped(words)))),
        Part::Button { link, words } => {
            let link = fill(link);
            if !is_web(&link) {
                return String::new();
            }
            format!(
                "<p style=\"{WORDS}\"><a href=\"{link}\" style=\"{BUTTON}\">{}</a></p>\
                 <p class=\"small\" style=\"{SMALL}word-break:break-all;\"><a href=\"{link}\" style=\"color:#59636e;\">{link}</a></p>",
                fill(words)
            )
        }
    }
}

/// Line ends that came with a value are shown.
fn lines(html: &str) -> String {
    html.trim_end().replace("\r\n", "\n").replace('\n', "<br>")
}
