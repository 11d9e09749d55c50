//! Log lines: who, from where, and what was refused. No password and no address of anybody stands in them.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use testkit::{Backend, on_both};
use tracing::subscriber::DefaultGuard;

use crate::world::{PASSWORD, World};

/// What is logged while it listens.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Of this thread, as long as the guard lives.
    fn listen() -> (Self, DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let lines = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
        (log, tracing::subscriber::set_default(lines))
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Lines of requests to this route.
    fn requests(&self, route: &str) -> Vec<Value> {
        let of_route = |line: &Value| line["fields"]["message"] == "request" && line["fields"]["route"] == route;
        self.lines().into_iter().filter(of_route).map(|line| line["fields"].clone()).collect()
    }

    /// What was refused, in that order: what, why.
    fn refusals(&self) -> Vec<Value> {
        self.lines()
            .into_iter()
            .filter(|line| line["target"] == "security")
            .map(|line| line["fields"].clone())
            .collect()
    }
}

on_both! {
    async fn a_line_says_who_called_and_from_where(world: World) {
        let owner = world.owner().await;
        let (made, key) = crate::keys::made(&owner, &["crm.contacts.read"]).await;
        let program = world.anon().with("authorization", &format!("Bearer {key}"));
        let (log, guard) = Log::listen();
        owner.get("/api/crm/contacts").await.expect(200);
        program.get("/api/crm/contacts").await.expect(200);
        assert_eq!(world.anon().get("/api/crm/contacts").await.status.as_u16(), 401);
        let again = json!({"email": "owner@example.com", "password": PASSWORD});
        world.anon().post("/api/auth/signin", again).await.expect(200);
        drop(guard);
        let [person, by_key, nobody] = &log.requests("/api/crm/contacts")[..] else { panic!("{}", log.text()) };
        let who = |line: &Value| [line["org_id"].clone(), line["user_id"].clone(), line["key_id"].clone()];
        assert_eq!(who(person), [json!(owner.org_id), json!(owner.user_id), Value::Null]);
        assert_eq!(who(by_key), [json!(owner.org_id), json!(owner.user_id), made["id"].clone()]);
        assert_eq!(who(nobody), [Value::Null, Value::Null, Value::Null]);
        assert!([person, by_key, nobody].iter().all(|line| line["client"] == "127.0.0.1"), "{}", log.text());
        let [entry] = &log.requests("/api/auth/signin")[..] else { panic!("{}", log.text()) };
        assert_eq!(entry["user_id"], json!(owner.user_id), "who signs in is known from then on");
        assert!(!log.text().contains(PASSWORD) && !log.text().contains("owner@example.com"), "{}", log.text());
        assert!(!log.text().contains(&key), "{}", log.text());
    }

    async fn refused_ways_in_are_written_down_and_name_nobody(world: World) {
        let owner = world.owner().await;
        let (log, guard) = Log::listen();
        let sign_in = async |email: &str, password: &str| {
            world.anon().post("/api/auth/signin", json!({"email": email, "password": password})).await
        };
        sign_in("owner@example.com", "a wrong password").await.expect(401);
        sign_in(" Owner@Example.com", "a wrong password").await.expect(401);
        sign_in("nobody@example.com", "a wrong password").await.expect(401);
        let step = json!({"method": "password", "password": "a wrong password"});
        owner.post("/api/auth/step-up", step).await.expect(422);
        let change = json!({"currentPassword": "a wrong password", "newPassword": "another good password"});
        owner.post("/api/users/password", change).await.expect(422);
        let answer = json!({"token": "nonsense", "method": "totp", "code": "000000"});
        world.anon().post("/api/auth/challenge", answer).await.expect(410);
        world.anon().post("/api/auth/refresh", json!({"refreshToken": "nonsense"})).await.expect(401);
        // What is only missing is no try.
        owner.post("/api/auth/step-up", json!({"method": "password"})).await.expect(422);
        drop(guard);
        let refusals = log.refusals();
        let told: Vec<String> =
            refusals.iter().map(|line| format!("{} {}", line["what"].as_str().unwrap(), line["reason"].as_str().unwrap())).collect();
        assert_eq!(told, [
            "sign_in auth.credentials", "sign_in auth.credentials", "sign_in auth.credentials",
            "step_up password.current", "change_password password.current", "second_factor mfa.challenge", "refresh auth.token",
        ]);
        assert_eq!(refusals[0]["account"], refusals[1]["account"], "the same address has the same mark");
        assert_ne!(refusals[0]["account"], refusals[2]["account"]);
        assert_eq!(refusals[3]["user_id"], json!(owner.user_id));
        assert!(refusals.iter().all(|line| line["client"] == "127.0.0.1" && line["request_id"].is_string()));
        let text = log.text();
        for secret in ["wrong password", "another good", "owner@", "nobody@", "example.com"] {
            assert!(!text.to_lowercase().contains(secret), "{secret} in {text}");
        }
    }
}

#[tokio::test]
async fn behind_a_proxy_the_client_is_whom_the_proxy_names_and_of_ipv6_a_network() {
    let world = World::open_with(Backend::Sqlite, &[("RAPPORT_TRUST_PROXY", "true")]).await.unwrap();
    let (log, guard) = Log::listen();
    let client = world.anon().with("x-forwarded-for", "203.0.113.9, 2001:db8:1:2:3:4:5:6");
    assert_eq!(client.get("/api/auth/session").await.status.as_u16(), 401);
    drop(guard);
    assert_eq!(log.requests("/api/auth/session")[0]["client"], "2001:db8:1:2::");
}

#[tokio::test]
async fn a_forged_request_of_a_browser_is_written_down() {
    let world = World::open(Backend::Sqlite).await.unwrap();
    let body = crate::world::sign_up_body("owner@example.com");
    let answer = world.anon().with("x-session-mode", "cookie").post("/api/auth/signup", body).await;
    let browser = world.anon().with("cookie", &answer.cookies());
    let (log, guard) = Log::listen();
    assert_eq!(browser.put("/api/users/profile", json!({"name": "Other"})).await.code(403), "csrf.invalid");
    drop(guard);
    let [told] = &log.refusals()[..] else { panic!("{}", log.text()) };
    assert_eq!((&told["what"], &told["user_id"]), (&json!("csrf"), &answer.expect(201)["user"]["id"]));
}
