//! What holds for every request: headers, limits, malformed input, idempotency, health.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use serde_json::json;
use testkit::{Backend, on_both};

use crate::world::World;

on_both! {
    async fn every_answer_has_its_id_and_security_headers(world: World) {
        for path in ["/api/auth/session", "/health", "/", "/api/openapi.json", "/api/nope"] {
            let answer = world.anon().get(path).await;
            assert!(!answer.header("x-request-id").is_empty(), "{path}");
            assert!(answer.header("content-security-policy").contains("script-src 'self'"), "{path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        }
        let named = world.anon().with("x-request-id", "my-request-1").get("/api/auth/session").await;
        assert_eq!(named.header("x-request-id"), "my-request-1");
        assert_eq!(named.expect(401)["requestId"], "my-request-1");
        let harmful = world.anon().with("x-request-id", "a b\"c<d>efgh").get("/api/auth/session").await;
        assert_ne!(harmful.header("x-request-id"), "a b\"c<d>efgh");
    }

    async fn input_that_cannot_be_read_is_refused_with_its_reason(world: World) {
        let anon = world.anon();
        let send = |body: Body, kind: Option<&'static str>| {
            let anon = anon.clone();
            async move { anon.send(Method::POST, "/api/auth/signin", body, kind).await }
        };
        assert_eq!(send(Body::from("{\"email\":"), Some("application/json")).await.code(400), "request.json");
        assert_eq!(send(Body::from("{}"), None).await.code(400), "request.content_type");
        assert_eq!(send(Body::from(vec![b' '; 10 << 20]), Some("application/json")).await.code(413), "body.too_large");
        assert_eq!(send(Body::from(vec![0xff, 0xfe]), Some("application/json")).await.code(400), "request.json");
        let unknown = anon.post("/api/auth/signin", json!({"email": "a", "password": "b", "admin": true})).await;
        assert_eq!(unknown.refused(422), ["admin field.unknown"]);
        let wrong = anon.post("/api/auth/signin", json!({"email": 7, "password": "b"})).await;
        assert_eq!(wrong.refused(422), ["email field.type"]);
        assert_eq!(world.owner().await.delete("/api/auth/sessions/nonsense").await.code(400), "path.invalid");
        assert_eq!(anon.get("/api/auth/signin").await.code(405), "method.not_allowed");
        assert_eq!(anon.get("/api/nope").await.code(404), "not_found");
    }

    async fn a_repeated_key_gets_the_first_answer_and_changes_nothing(world: World) {
        let owner = world.owner().await.with("idempotency-key", "key-1");
        let first = owner.post("/api/auth/organizations", json!({"name": "Once"})).await;
        let again = owner.post("/api/auth/organizations", json!({"name": "Once"})).await;
        assert_eq!(first.expect(201), again.expect(201));
        assert_eq!(again.header("idempotency-replayed"), "true");
        let list = owner.get("/api/auth/organizations").await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 2);
        let other = owner.post("/api/auth/organizations", json!({"name": "Other"})).await;
        assert_eq!(other.code(422), "idempotency.mismatch");
        // A refusal leaves no mark: the key may be used again.
        let fresh = owner.with("idempotency-key", "key-2");
        fresh.post("/api/auth/organizations", json!({"name": ""})).await.expect(422);
        fresh.post("/api/auth/organizations", json!({"name": "Now"})).await.expect(201);
        let bad = owner.with("idempotency-key", &"x".repeat(201));
        assert_eq!(bad.post("/api/auth/organizations", json!({"name": "A"})).await.code(400), "idempotency.key");
    }

    async fn of_two_requests_with_one_key_at_the_same_moment_one_is_done(world: World) {
        let owner = world.owner().await.with("idempotency-key", "key-1");
        let body = json!({"name": "Once"});
        let (a, b) = tokio::join!(
            owner.post("/api/auth/organizations", body.clone()),
            owner.post("/api/auth/organizations", body.clone()),
        );
        assert!([a.status, b.status].contains(&StatusCode::CREATED), "{a:?} {b:?}");
        let list = owner.get("/api/auth/organizations").await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 2);
    }

    async fn health_tells_each_dependency(world: World) {
        let report = world.anon().get("/health").await.expect(200);
        assert_eq!((&report["status"], &report["dependencies"][0]["name"]), (&json!("ok"), &json!("database")));
        world.anon().get("/health/live").await.expect(200);
        world.anon().get("/health/ready").await.expect(200);
    }
}

#[tokio::test]
async fn security_txt_says_whom_to_tell_where_somebody_is_named() {
    let path = "/.well-known/security.txt";
    let nobody = World::open(Backend::Sqlite).await.unwrap();
    assert_eq!(nobody.anon().get(path).await.code(404), "not_found");
    let named = [("RAPPORT_SECURITY_CONTACT", "mailto:security@example.com")];
    let somebody = World::open_with(Backend::Sqlite, &named).await.unwrap();
    let answer = somebody.anon().get(path).await;
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    let text = String::from_utf8(answer.bytes).unwrap();
    assert!(text.starts_with("Contact: mailto:security@example.com\nExpires: 2026-10-21T"), "{text}");
}

#[tokio::test]
async fn metrics_answer_only_this_machine_unless_a_token_is_set() {
    let world = World::open(Backend::Sqlite).await.unwrap();
    world.anon().get("/api/auth/session").await;
    assert_eq!(world.anon().get("/metrics").await.status, StatusCode::OK);
    assert_eq!(world.anon().with("x-forwarded-for", "10.0.0.1").get("/metrics").await.status, StatusCode::FORBIDDEN);
    let guarded =
        World::open_with(Backend::Sqlite, &[("RAPPORT_METRICS_TOKEN", "s3cret-metrics-token")]).await.unwrap();
    assert_eq!(guarded.anon().get("/metrics").await.status, StatusCode::FORBIDDEN);
    let token = guarded.anon().with("authorization", "Bearer s3cret-metrics-token");
    assert_eq!(token.get("/metrics").await.status, StatusCode::OK);
}

#[tokio::test]
async fn only_listed_origins_may_call_from_a_browser() {
    let settings = [("RAPPORT_CORS_ORIGINS", "https://app.example.com")];
    let world = World::open_with(Backend::Sqlite, &settings).await.unwrap();
    let preflight = |origin: &str| {
        let client = world.anon().with("origin", origin).with("access-control-request-method", "POST");
        async move { client.send(Method::OPTIONS, "/api/auth/signin", Body::empty(), None).await }
    };
    assert_eq!(
        preflight("https://app.example.com").await.header("access-control-allow-origin"),
        "https://app.example.com"
    );
    assert_eq!(preflight("https://evil.example").await.header("access-control-allow-origin"), "");
}
