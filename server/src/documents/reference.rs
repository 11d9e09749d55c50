//! The reference page at `/api/docs`: every operation by tag, with parameters, bodies and answers. Plain HTML, so that
//! it needs no script and works under the strictest content security policy.

use std::fmt::Write;

use serde_json::Value;
use utoipa::openapi::OpenApi;

/// Where the page's style sheet is served (an asset of the web app, so that no inline style is needed).
const STYLE: &str = "/reference.css";

/// Renders the page.
pub fn page(document: &OpenApi) -> String {
    let document = serde_json::to_value(document).unwrap_or_default();
    let mut html = String::with_capacity(200_000);
    let _ = write!(
        html,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Rapport API</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"{STYLE}\"></head><body><main><h1>Rapport API</h1><p>{}</p>\
         <p><a href=\"/api/openapi.json\">OpenAPI document</a></p>",
        escape(document["info"]["description"].as_str().unwrap_or_default())
    );
    let operations = operations(&document);
    let mut tag = "";
    for operation in &operations {
        if operation.tag != tag {
            tag = &operation.tag;
            let _ = write!(html, "<h2 id=\"{0}\">{0}</h2>", escape(tag));
        }
        write_operation(&mut html, operation);
    }
    html.push_str("<h2 id=\"schemas\">Schemas</h2>");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let text = serde_json::to_string_pretty(schema).unwrap_or_default();
        let _ = write!(
            html,
            "<section id=\"schema-{0}\"><h3>{0}</h3><pre>{1}</pre></section>",
            escape(name),
            escape(&text)
        );
    }
    html.push_str("</main></body></html>");
    html
}

struct Operation<'a> {
    tag: String,
    method: &'a str,
    path: &'a str,
    value: &'a Value,
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, value) in item.as_object().into_iter().flatten() {
            let tag = value["tags"][0].as_str().unwrap_or("Other").to_owned();
            all.push(Operation { tag, method, path, value });
        }
    }
    all.sort_by(|a, b| (&a.tag, a.path, a.method).cmp(&(&b.tag, b.path, b.method)));
    all
}

fn write_operation(html: &mut String, operation: &Operation<'_>) {
    let value = operation.value;
    let _ = write!(
        html,
        "<section id=\"{id}\"><h3><code><b>{method}</b> {path}</code></h3><p><strong>{summary}</strong> {description}</p>",
        id = escape(value["operationId"].as_str().unwrap_or_default()),
        method = operation.method.to_uppercase(),
        path = escape(operation.path),
        summary = escape(value["summary"].as_str().unwrap_or_default()),
        description = escape(value["description"].as_str().unwrap_or_default()),
    );
    let parameters = value["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !parameters.is_empty() {
        html.push_str("<h4>Parameters</h4><dl>");
        for parameter in parameters {
            let text = |key: &str| escape(parameter[key].as_str().unwrap_or_default());
            let _ =
                write!(html, "<dt><code>{}</code> {}</dt><dd>{}</dd>", text("name"), text("in"), text("description"));
        }
        html.push_str("</dl>");
    }
    if let Some(schema) = reference(&value["requestBody"]["content"]) {
        let _ = write!(html, "<h4>Body</h4><p>{}</p>", link(&schema));
    }
    html.push_str("<h4>Answers</h4><dl>");
    for (status, answer) in value["responses"].as_object().into_iter().flatten() {
        let schema = reference(&answer["content"]).map(|name| link(&name)).unwrap_or_default();
        let description = escape(answer["description"].as_str().unwrap_or_default());
        let _ = write!(html, "<dt><code>{}</code> {schema}</dt><dd>{description}</dd>", escape(status));
    }
    html.push_str("</dl></section>");
}

fn reference(content: &Value) -> Option<String> {
    let schema = content.as_object()?.values().next()?;
    Some(schema["schema"]["$ref"].as_str()?.rsplit('/').next()?.to_owned())
}

fn link(name: &str) -> String {
    format!("<a href=\"#schema-{0}\">{0}</a>", escape(name))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_the_document_cannot_become_markup() {
        assert_eq!(escape(r#"<b a="1">&"#), "&lt;b a=&quot;1&quot;&gt;&amp;");
    }
}
