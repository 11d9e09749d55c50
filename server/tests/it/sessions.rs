//! Refresh, cookies, CSRF, revocation, switching organization.

use axum::http::StatusCode;
use identity::Role;
use serde_json::json;
use testkit::on_both;

use crate::world::{Answer, Client, World, sign_up_body};

async fn browser(world: &World, email: &str) -> (Answer, Client) {
    let answer = world.anon().with("x-session-mode", "cookie").post("/api/auth/signup", sign_up_body(email)).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let client = world.anon().with("cookie", &answer.cookies());
    (answer, client)
}

pub fn csrf(answer: &Answer) -> String {
    let cookies = answer.cookies();
    cookies.split("; ").find_map(|c| c.strip_prefix("rapport_csrf=")).unwrap().to_owned()
}

on_both! {
    async fn a_refresh_token_works_once_and_its_reuse_closes_the_session(world: World) {
        let first = world.anon().post("/api/auth/signup", sign_up_body("owner@example.com")).await.expect(201);
        let refresh = |token: serde_json::Value| {
            let anon = world.anon();
            async move { anon.post("/api/auth/refresh", json!({"refreshToken": token})).await }
        };
        let second = refresh(first["refreshToken"].clone()).await.expect(200);
        assert_ne!(second["refreshToken"], first["refreshToken"]);
        let client = world.anon().signed_in(&second);
        client.get("/api/auth/session").await.expect(200);

        assert_eq!(refresh(first["refreshToken"].clone()).await.code(401), "auth.refresh_reused");
        // The whole family is gone: the newer refresh token and the access token too.
        assert_eq!(refresh(second["refreshToken"].clone()).await.code(401), "auth.token");
        assert_eq!(client.get("/api/auth/session").await.code(401), "auth.expired");
    }

    async fn of_two_refreshes_at_the_same_moment_one_wins(world: World) {
        let first = world.anon().post("/api/auth/signup", sign_up_body("owner@example.com")).await.expect(201);
        let body = json!({"refreshToken": first["refreshToken"]});
        let (a, b) = tokio::join!(
            async { world.anon().post("/api/auth/refresh", body.clone()).await },
            async { world.anon().post("/api/auth/refresh", body.clone()).await },
        );
        let won = [&a, &b].iter().filter(|x| x.status == StatusCode::OK).count();
        assert_eq!(won, 1, "{a:?} {b:?}");
    }

    async fn a_refresh_token_expires(world: World) {
        let first = world.anon().post("/api/auth/signup", sign_up_body("owner@example.com")).await.expect(201);
        world.clock.advance(chrono::TimeDelta::days(31));
        let late = world.anon().post("/api/auth/refresh", json!({"refreshToken": first["refreshToken"]})).await;
        assert_eq!(late.code(401), "auth.token");
    }

    async fn no_session_lives_longer_than_its_longest_life_however_much_it_is_used(world: World) {
        let first = world.anon().post("/api/auth/signup", sign_up_body("owner@example.com")).await.expect(201);
        let again = json!({"email": "owner@example.com", "password": crate::world::PASSWORD});
        let entered = world.anon().with("x-session-mode", "cookie").post("/api/auth/signin", again).await;
        let browser = world.anon().with("cookie", &entered.cookies());
        let mut token = first["refreshToken"].clone();
        for _ in 0..5 {
            world.clock.advance(chrono::TimeDelta::days(5));
            let renewed = world.anon().post("/api/auth/refresh", json!({"refreshToken": token})).await.expect(200);
            token = renewed["refreshToken"].clone();
            browser.get("/api/auth/session").await.expect(200);
        }
        world.clock.advance(chrono::TimeDelta::days(4));
        let seen = browser.get("/api/auth/session").await;
        let left: i64 = seen.header("set-cookie").split("Max-Age=").nth(1).unwrap().split(';').next().unwrap().parse().unwrap();
        assert!(left <= 24 * 60 * 60, "the cookie ends with the session: {left}");
        world.clock.advance(chrono::TimeDelta::days(1));
        assert_eq!(browser.get("/api/auth/session").await.code(401), "auth.expired");
        let late = world.anon().post("/api/auth/refresh", json!({"refreshToken": token})).await;
        assert_eq!(late.code(401), "auth.token");
    }

    async fn a_longest_life_that_was_shortened_counts_for_sessions_there_are(world: World) {
        let (_, client) = browser(&world, "owner@example.com").await;
        world.clock.advance(chrono::TimeDelta::days(3));
        client.get("/api/auth/session").await.expect(200);
        let settings = settings::Settings::from_sources(settings::Sources {
            file: None,
            environment: vec![
                ("RAPPORT_DATA_DIR".to_owned(), world.database.folder.path().display().to_string()),
                ("RAPPORT_DATABASE_URL".to_owned(), world.database.url().to_owned()),
                ("RAPPORT_SESSION_MAX_AGE_DAYS".to_owned(), "2".to_owned()),
            ],
        });
        let played = std::sync::Arc::new(crate::played::Played);
        let app = server::compose::App::over(world.db().clone(), settings.unwrap().settings, played).unwrap();
        assert_eq!(client.at(app.router()).get("/api/auth/session").await.code(401), "auth.expired");
    }

    async fn a_browser_gets_cookies_and_no_tokens(world: World) {
        let (answer, client) = browser(&world, "owner@example.com").await;
        let body = answer.expect(201);
        assert!(body["accessToken"].is_null() && body["refreshToken"].is_null());
        let set: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap()).collect();
        assert!(set[0].starts_with("rapport_session=") && set[0].contains("HttpOnly") && set[0].contains("SameSite=Lax"));
        assert!(set[1].starts_with("rapport_csrf=") && !set[1].contains("HttpOnly"));
        client.get("/api/auth/session").await.expect(200);
    }

    async fn a_cookie_alone_changes_nothing(world: World) {
        let (answer, client) = browser(&world, "owner@example.com").await;
        let body = json!({"name": "Other"});
        assert_eq!(client.put("/api/users/profile", body.clone()).await.code(403), "csrf.invalid");
        let forged = client.with("x-csrf-token", &"0".repeat(64));
        assert_eq!(forged.put("/api/users/profile", body.clone()).await.code(403), "csrf.invalid");
        let honest = client.with("x-csrf-token", &csrf(&answer));
        honest.put("/api/users/profile", body.clone()).await.expect(200);
        let elsewhere = honest.with("origin", "https://evil.example").with("host", "localhost:3000");
        assert_eq!(elsewhere.put("/api/users/profile", body.clone()).await.code(403), "csrf.invalid");
        let own = honest.with("origin", "http://localhost:3000").with("host", "localhost:3000");
        own.put("/api/users/profile", body).await.expect(200);
    }

    async fn signing_out_closes_the_session_and_takes_the_cookies_away(world: World) {
        let (answer, client) = browser(&world, "owner@example.com").await;
        let out = client.with("x-csrf-token", &csrf(&answer)).post("/api/auth/signout", json!({})).await;
        assert_eq!(out.status, StatusCode::NO_CONTENT);
        assert!(out.header("set-cookie").contains("Max-Age=0"));
        assert_eq!(client.get("/api/auth/session").await.code(401), "auth.expired");
    }

    async fn sessions_are_listed_and_revoked(world: World) {
        let first = world.owner().await;
        let again = world.anon().with("user-agent", "Phone").post("/api/auth/signin",
            json!({"email": "owner@example.com", "password": crate::world::PASSWORD})).await.expect(200);
        let second = world.anon().signed_in(&again);
        let list = first.get("/api/auth/sessions").await.expect(200);
        let items = list["items"].as_array().unwrap();
        assert_eq!(items.len(), 2);
        let other = items.iter().find(|s| s["current"] == false).unwrap();
        assert_eq!(other["userAgent"], "Phone");
        assert_eq!(first.delete(&format!("/api/auth/sessions/{}", other["id"].as_str().unwrap())).await.status, 204);
        assert_eq!(second.get("/api/auth/session").await.code(401), "auth.expired");
        first.get("/api/auth/session").await.expect(200);
    }

    async fn everything_else_is_signed_out_at_once(world: World) {
        let first = world.owner().await;
        let body = json!({"email": "owner@example.com", "password": crate::world::PASSWORD});
        let second = world.anon().signed_in(&world.anon().post("/api/auth/signin", body).await.expect(200));
        assert_eq!(second.delete("/api/auth/sessions").await.status, 204);
        assert_eq!(first.get("/api/auth/session").await.code(401), "auth.expired");
        second.get("/api/auth/session").await.expect(200);
    }

    async fn another_persons_session_cannot_be_revoked(world: World) {
        let owner = world.owner().await;
        let stranger = world.sign_up("stranger@example.com").await;
        let list = owner.get("/api/auth/sessions").await.expect(200);
        let id = list["items"][0]["id"].as_str().unwrap();
        assert_eq!(stranger.delete(&format!("/api/auth/sessions/{id}")).await.code(404), "not_found");
        owner.get("/api/auth/session").await.expect(200);
    }

    async fn a_person_works_in_several_organizations(world: World) {
        let owner = world.owner().await;
        let made = owner.post("/api/auth/organizations", json!({"name": "Second"})).await.expect(201);
        let path = format!("/api/auth/organizations/{}/switch", made["id"].as_str().unwrap());
        let there = owner.signed_in(&owner.post(&path, json!({})).await.expect(200));
        let session = there.get("/api/auth/session").await.expect(200);
        assert_eq!(session["organization"]["name"], "Second");
        assert_eq!(session["organizations"].as_array().unwrap().len(), 2);
        let stranger = world.sign_up("stranger@example.com").await;
        assert_eq!(stranger.post(&path, json!({})).await.code(404), "not_found");
    }

    async fn a_role_decides_what_a_session_may_do(world: World) {
        let owner = world.owner().await;
        let viewer = world.colleague(&owner, Role::Viewer).await;
        let session = viewer.get("/api/auth/session").await.expect(200);
        assert_eq!(session["role"], "viewer");
        assert!(!session["permissions"].as_array().unwrap().contains(&json!("crm.contacts.write")));
        let matrix = viewer.get("/api/auth/permissions").await.expect(200);
        let row = matrix["matrix"].as_array().unwrap().iter().find(|r| r["permission"] == "crm.contacts.import").unwrap().clone();
        assert_eq!(row["roles"], json!(["owner", "admin", "manager"]));
        let members = viewer.get("/api/team/members?search=OWNER").await.expect(200);
        assert_eq!(members["items"].as_array().unwrap().len(), 1);
    }
}
