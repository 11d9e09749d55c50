//! What every route does with input it cannot use, over the list of routes that the server itself tells: fields and
//! parameters that nobody knows, values of a wrong type, versions that are old, texts that are awkward.

use std::fmt::Write;

use axum::http::Method;
use serde_json::{Value, json};
use testkit::on_both;

use crate::{
    access::{Route, records, routes},
    world::{Answer, Client, World},
};

/// Texts that people paste, and that others try.
const AWKWARD: [&str; 10] = [
    "'; drop table contacts; --",
    "<script>alert(1)</script><b>Anna</b>",
    "👩‍👩‍👧‍👦 Семья 🇷🇺",
    "An\u{200b}na\u{feff} Ko\u{ad}walska",
    "\u{202e}ilatI annA\u{202c}",
    "عَنّا بنت محمد",
    "a\u{0}b\u{7}c\r\nd",
    "%_\\\"*()[]{}^$ and or not near",
    "Z\u{301}\u{302}\u{303}\u{304}algo",
    "\u{fdfa}\u{1d4d0}\u{10ffff}",
];

async fn send(client: &Client, route: &Route, path: &str, body: &Value) -> Answer {
    client.json(route.method.clone(), path, body).await
}

/// The routes that take a JSON object, with one that they accept.
fn with_body(routes: Vec<Route>) -> Vec<(Route, Value)> {
    let object = |route: Route| match serde_json::from_str::<Value>(route.body) {
        Ok(body) if body.is_object() && route.schema.is_some() => Some((route, body)),
        _ => None,
    };
    routes.into_iter().filter_map(object).collect()
}

/// A text as the value of a parameter.
fn in_address(text: &str) -> String {
    text.bytes().fold(String::new(), |mut value, byte| {
        let _ = write!(value, "%{byte:02x}");
        value
    })
}

on_both! {
    async fn a_field_that_nobody_knows_is_named(world: World) {
        let owner = world.owner().await;
        let record = records(&world, &owner).await;
        for (route, mut body) in with_body(routes(&world)) {
            body["noSuchField"] = json!(1);
            let answer = send(&owner, &route, &route.path_of(record(route.id)), &body).await;
            let refused = answer.refused(422);
            assert!(refused.contains(&"noSuchField field.unknown".to_owned()), "{}: {refused:?}", route.operation);
        }
    }

    async fn a_value_of_a_wrong_type_is_named(world: World) {
        let owner = world.owner().await;
        let record = records(&world, &owner).await;
        for (route, body) in with_body(routes(&world)) {
            for field in route.properties() {
                let mut body = body.clone();
                body[&field] = json!({"of": ["a", "wrong", "type"]});
                let answer = send(&owner, &route, &route.path_of(record(route.id)), &body).await;
                // An object of anything is what custom fields are.
                if field != "custom" {
                    let refused = answer.refused(422);
                    let named = refused.iter().any(|line| line.starts_with(&field));
                    assert!(named, "{} {field}: {refused:?}", route.operation);
                }
            }
        }
    }

    async fn a_parameter_that_nobody_knows_is_named(world: World) {
        let owner = world.owner().await;
        let record = records(&world, &owner).await;
        for route in routes(&world).into_iter().filter(|route| route.takes_parameters) {
            let path = route.path_of(record(route.id));
            let path = format!("{path}{}noSuchParameter=1", if path.contains('?') { '&' } else { '?' });
            let answer = owner.send(route.method.clone(), &path, route.body.into(), route.content_type()).await;
            assert_eq!(answer.refused(400), ["noSuchParameter field.unknown"], "{}", route.operation);
        }
    }

    async fn an_old_version_is_refused_with_the_record_as_it_is(world: World) {
        let owner = world.owner().await;
        let record = records(&world, &owner).await;
        let mut seen = 0;
        for (route, mut body) in with_body(routes(&world)) {
            if route.properties().iter().any(|name| name == "version") {
                body["version"] = json!(99);
                let answer = send(&owner, &route, &route.path_of(record(route.id)), &body).await;
                let conflict = answer.expect(409);
                assert!(conflict["conflict"]["current"].is_object(), "{}: {conflict}", route.operation);
                seen += 1;
            }
        }
        assert!(seen >= 7, "only {seen} routes take a version");
    }

    async fn awkward_texts_break_nothing(world: World) {
        let owner = world.owner().await;
        let record = records(&world, &owner).await;
        for (route, body) in with_body(routes(&world)) {
            let texts = route.properties().into_iter().filter(|field| body[field].is_string() || body[field].is_null());
            for field in texts {
                for text in AWKWARD.into_iter().map(str::to_owned).chain(["я".repeat(300), "😀".repeat(20_000)]) {
                    let mut body = body.clone();
                    body[&field] = json!(text);
                    let answer = send(&owner, &route, &route.path_of(record(route.id)), &body).await;
                    assert!(answer.status.as_u16() < 500, "{} {field} {text:?}: {answer:?}", route.operation);
                }
            }
        }
        for route in routes(&world).into_iter().filter(|route| route.method == Method::GET && route.takes_parameters) {
            for text in AWKWARD {
                for name in &route.parameters {
                    let value = in_address(text);
                    let path = route.path_of(record(route.id));
                    let path = format!("{}?{name}={value}", path.split('?').next().unwrap_or_default());
                    let answer = owner.get(&path).await;
                    assert!(answer.status.as_u16() < 500, "{} {name} {text:?}: {answer:?}", route.operation);
                }
            }
        }
    }

    async fn awkward_names_are_kept_found_and_shown_as_they_were_meant(world: World) {
        let owner = world.owner().await;
        let cases = [
            // Markup and SQL are names like any other: whoever shows them escapes them.
            ("<b>Anna</b> & \"Co\"", "<b>Anna</b> & \"Co\"", "anna"),
            ("Robert'); drop table contacts;--", "Robert'); drop table contacts;--", "robert"),
            // What cannot be seen is dropped, what joins emoji is not.
            ("  An\u{200b}na\u{feff}\tKo\u{0}walska ", "Anna Kowalska", "kowalska"),
            ("👩‍👩‍👧‍👦 Семья", "👩‍👩‍👧‍👦 Семья", "семья"),
            // One form of a letter, however it was typed.
            ("Zoe\u{308} Ёлкина", "Zoë Ёлкина", "елкина"),
            ("محمد عنا", "محمد عنا", "محمد"),
        ];
        for (typed, kept, word) in cases {
            let created = owner.post("/api/crm/contacts", json!({"name": typed})).await.expect(201);
            assert_eq!(created["name"], kept);
            let word = in_address(word);
            let found = owner.get(&format!("/api/crm/contacts?search={word}")).await.expect(200);
            assert!(found["items"].as_array().unwrap().iter().any(|item| item["name"] == kept), "{typed:?}: {found}");
        }
        for name in ["", "   ", "\u{200b}\u{feff}", "\u{0}\r\n"] {
            let refused = owner.post("/api/crm/contacts", json!({"name": name})).await.refused(422);
            assert_eq!(refused, ["name field.required"], "{name:?}");
        }
        let long = owner.post("/api/crm/contacts", json!({"name": "я".repeat(300)})).await.refused(422);
        assert_eq!(long, ["name field.too_long"]);
        let russian = owner.with("accept-language", "ru");
        let told = russian.post("/api/crm/contacts", json!({"name": "я".repeat(300)})).await.expect(422);
        let message = told["details"][0]["message"].as_str().unwrap();
        assert!(message.contains("255") && message.chars().any(|c| ('а'..='я').contains(&c)), "{message}");
        let all = owner.get("/api/crm/contacts").await.expect(200);
        assert_eq!(all["page"]["total"], 6, "nothing was lost and nothing came of what was refused");
    }
}
