//! The frame around every mail: a card of tables with styles in place, as mail programs need it, light and dark.

use kernel::Locale;

use super::{Part, unwrapped};

const BODY: &str = "margin:0;padding:0;background-color:#f4f5f7;color:#1b1f24;";
const CARD: &str = "max-width:560px;margin:0 auto;background-color:#ffffff;border:1px solid #dfe2e6;border-radius:8px;";
const FONT: &str = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
const WORDS: &str = "margin:0 0 16px;font-size:16px;line-height:24px;";
const SMALL: &str = "margin:0 0 16px;font-size:13px;line-height:20px;color:#59636e;";
const BUTTON: &str = "display:inline-block;padding:12px 20px;border-radius:6px;background-color:#1f5fd6;color:#ffffff;\
                      font-size:16px;line-height:20px;font-weight:600;text-decoration:none;";
/// For programs that know it; the colours in place are for the others.
const DARK: &str = "@media (prefers-color-scheme: dark) {\
                    .page{background-color:#14171a!important}\
                    .card{background-color:#1d2125!important;border-color:#343a41!important;color:#e6e8eb!important}\
                    .small,.small a{color:#a3acb6!important}}";

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

/// The whole document; `fill` escapes a text of the template and puts the values in, escaped.
pub(super) fn page(locale: Locale, subject: &str, parts: &[Part<'_>], fill: &dyn Fn(&str) -> String) -> String {
    let body: String = parts.iter().map(|part| shown(*part, fill)).collect();
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

fn shown(part: Part<'_>, fill: &dyn Fn(&str) -> String) -> String {
    match part {
        Part::Words(words) => format!("<p style=\"{WORDS}\">{}</p>", lines(&fill(&unwrapped(words)))),
        Part::Small(words) => format!("<p class=\"small\" style=\"{SMALL}\">{}</p>", lines(&fill(&unwrapped(words)))),
        Part::Button { link, words } => {
            let link = fill(link);
            if !link.starts_with("https://") && !link.starts_with("http://") {
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
