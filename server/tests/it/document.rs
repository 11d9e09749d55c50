//! The OpenAPI document: what the repository keeps is what the server serves, and every code it may answer has its texts.

use std::path::Path;

use testkit::Backend;

use crate::world::World;

#[tokio::test]
async fn the_kept_document_is_the_served_one() {
    let world = World::open(Backend::Sqlite).await.unwrap();
    let served = world.anon().get("/api/openapi.json").await;
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/openapi.json");
    let kept = std::fs::read(kept).unwrap();
    assert!(served.bytes == kept, "api/openapi.json is not current: run `make openapi`");
}

#[tokio::test]
async fn the_reference_page_shows_every_operation_without_a_script() {
    let world = World::open(Backend::Sqlite).await.unwrap();
    let page = String::from_utf8(world.anon().get("/api/docs").await.bytes).unwrap();
    let document = serde_json::to_value(world.app.document()).unwrap();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }
    assert!(!page.contains("<script") && !page.contains("style="));
}

/// Every code in the sources has its texts in both languages.
#[tokio::test]
async fn every_code_has_its_texts() {
    let _world = World::open(Backend::Sqlite).await.unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut missing = Vec::new();
    for folder in [
        "platform/api/src",
        "platform/db/src",
        "platform/fields/src",
        "platform/kernel/src",
        "services/identity/src",
        "services/crm/src",
        "services/pipeline/src",
        "services/notifications/src",
        "services/webhooks/src",
        "services/mail/src",
        "services/bd-accounts/src",
        "platform/outbound/src",
    ] {
        for code in codes_below(&root.join(folder)) {
            if !api::messages::knows(&code) {
                missing.push(code);
            }
        }
    }
    missing.sort();
    missing.dedup();
    assert!(missing.is_empty(), "codes without texts: {missing:?}");
}

/// Dotted words in quotes that begin like the codes do.
fn codes_below(folder: &Path) -> Vec<String> {
    const FAMILIES: [&str; 33] = [
        "auth.",
        "batch.",
        "bd.",
        "body.",
        "bulk.",
        "company.",
        "csrf.",
        "database.",
        "day.",
        "export.",
        "federated.",
        "field.",
        "filter.",
        "idempotency.",
        "import.",
        "keys.",
        "list.",
        "merge.",
        "mfa.",
        "notify.",
        "owner.",
        "passkey.",
        "password.",
        "path.",
        "pipelines.",
        "query.",
        "rate.",
        "record.",
        "reference.",
        "request.",
        "stage.",
        "version.",
        "view.",
    ];
    let mut codes = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            codes.extend(codes_below(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let quoted = text.split('"').skip(1).step_by(2).map(str::to_owned);
            let is_code = |word: &String| {
                FAMILIES.iter().any(|family| word.starts_with(family) && word.len() > family.len())
                    && !["import.csv", "keys.auth"].contains(&word.as_str())
                    && word.chars().all(|c| c.is_ascii_lowercase() || c == '.' || c == '_')
                    // Names of events have the same shape.
                    && !contracts::events::ALL.contains(&word.as_str())
            };
            codes.extend(quoted.filter(is_code));
        }
    }
    codes
}
