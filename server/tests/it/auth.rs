//! Signing up and in.

use axum::http::StatusCode;
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{PASSWORD, World, sign_up_body};

fn sign_in_body(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password})
}

on_both! {
    async fn signing_up_makes_a_person_an_organization_and_a_session(world: World) {
        let answer = world.anon().post("/api/auth/signup", sign_up_body(" Owner@Example.COM ")).await.expect(201);
        assert_eq!(answer["user"]["email"], "owner@example.com");
        assert_eq!(answer["organization"]["name"], "Acme");
        assert_eq!(answer["role"], "owner");
        assert_eq!(answer["expiresIn"], 900);
        let client = world.anon().signed_in(&answer);
        let session = client.get("/api/auth/session").await.expect(200);
        assert_eq!(session["user"]["name"], "Anna Kowalska");
        assert!(session["permissions"].as_array().unwrap().contains(&json!("crm.contacts.write")));
        world.settle().await;
        assert_eq!(world.count("select count(*) as n from events where kind = 'organization.created' and position > 0").await, 1);
    }

    async fn a_bad_sign_up_names_every_field(world: World) {
        let body = json!({"email": "nonsense", "password": "short", "name": " ", "organizationName": "x".repeat(121), "timeZone": "Mars/Base"});
        let refused = world.anon().post("/api/auth/signup", body).await.refused(422);
        assert_eq!(refused, [
            "email field.email.invalid", "password field.too_short", "name field.required",
            "organizationName field.too_long", "timeZone time_zone.unknown",
        ]);
        let common = json!({"email": "a@example.com", "password": "password", "name": "A", "organizationName": "A"});
        assert_eq!(world.anon().post("/api/auth/signup", common).await.refused(422), ["password password.common"]);
    }

    async fn a_password_that_is_easy_to_guess_is_refused_wherever_one_is_set(world: World) {
        let refused = async |password: &str| {
            let mut body = sign_up_body("owner@example.com");
            body["password"] = json!(password);
            world.anon().post("/api/auth/signup", body).await.refused(422)
        };
        assert_eq!(refused("trustno1").await, ["password password.common"]);
        assert_eq!(refused("Kowalska1987").await, ["password password.personal"]);
        assert_eq!(refused("Summer2026!").await, ["password password.guessable"]);
        let owner = world.owner().await;
        let change = |new: &str| owner.post("/api/users/password", json!({"currentPassword": PASSWORD, "newPassword": new}));
        assert_eq!(change("annakowalska").await.refused(422), ["newPassword password.personal"]);
        let wrong = json!({"currentPassword": "nope", "newPassword": "qwertyuiop"});
        let both = owner.post("/api/users/password", wrong).await.refused(422);
        assert_eq!(both, ["newPassword password.common", "currentPassword password.current"]);
        let russian = owner.with("accept-language", "ru");
        let common = json!({"currentPassword": PASSWORD, "newPassword": "пароль123"});
        let answer = russian.post("/api/users/password", common).await.expect(422);
        let text = answer["details"][0]["message"].as_str().unwrap();
        assert!(text.starts_with("Этот пароль из тех"), "{text}");
        assert_eq!(world.count("select count(*) as n from users").await, 1, "nobody was made by what was refused");
    }

    async fn where_accounts_are_made_by_invitation_the_first_one_needs_none(world: World) {
        let closed = World::open_with(testkit::Backend::Sqlite, &[("RAPPORT_SIGN_UP", "invited")]).await.unwrap();
        let owner = closed.owner().await;
        let refused = closed.anon().post("/api/auth/signup", sign_up_body("other@example.com")).await;
        assert_eq!(refused.code(403), "auth.sign_up_closed");
        // Nor does who has an account found another organization by signing up.
        let again = closed.anon().post("/api/auth/signup", sign_up_body("owner@example.com")).await;
        assert_eq!(again.code(403), "auth.sign_up_closed");
        let asked = json!({"emails": ["guest@example.com"], "roles": ["agent"]});
        owner.post("/api/team/members/invite", asked).await.expect(201);
        let token = crate::team::token_for(&owner, "guest@example.com").await;
        let answer = json!({"token": token, "name": "Guest", "password": PASSWORD});
        closed.anon().post("/api/auth/invitation/accept", answer).await.expect(200);
        closed.settle().await;
        drop(world);
    }

    async fn messages_come_in_the_callers_language(world: World) {
        let body = json!({"email": "x", "password": PASSWORD, "name": "A", "organizationName": "A"});
        let ru = world.anon().with("accept-language", "ru-RU,ru;q=0.9").post("/api/auth/signup", body.clone()).await.expect(422);
        assert_eq!(ru["details"][0]["message"], "Это не адрес электронной почты.");
        let en = world.anon().post("/api/auth/signup", body).await.expect(422);
        assert_eq!(en["details"][0]["message"], "This is not an e-mail address.");
    }

    async fn a_known_address_gets_the_same_answer_and_reaches_nothing_of_the_other_account(world: World) {
        let first = world.owner().await;
        let mut body = sign_up_body("owner@example.com");
        body["password"] = json!("another good password");
        let answer = world.anon().post("/api/auth/signup", body).await.expect(201);
        let second = world.anon().signed_in(&answer);
        assert_ne!(first.user_id, second.user_id);
        assert_ne!(first.org_id, second.org_id);
        // Each password leads to its own account.
        let one = world.anon().post("/api/auth/signin", sign_in_body("owner@example.com", PASSWORD)).await.expect(200);
        assert_eq!(one["user"]["id"], json!(first.user_id));
        let two = world.anon().post("/api/auth/signin", sign_in_body("owner@example.com", "another good password")).await.expect(200);
        assert_eq!(two["user"]["id"], json!(second.user_id));
    }

    async fn signing_up_again_with_the_right_password_adds_an_organization(world: World) {
        let first = world.owner().await;
        let answer = world.anon().post("/api/auth/signup", sign_up_body("owner@example.com")).await.expect(201);
        let again = world.anon().signed_in(&answer);
        assert_eq!(again.user_id, first.user_id);
        assert_ne!(again.org_id, first.org_id);
        let organizations = again.get("/api/auth/organizations").await.expect(200);
        assert_eq!(organizations["items"].as_array().unwrap().len(), 2);
    }

    async fn a_wrong_password_and_an_unknown_address_get_the_same_answer(world: World) {
        world.owner().await;
        let wrong = world.anon().post("/api/auth/signin", sign_in_body("owner@example.com", "wrong password")).await;
        let unknown = world.anon().post("/api/auth/signin", sign_in_body("nobody@example.com", "wrong password")).await;
        let strip = |mut v: Value| { v["requestId"] = Value::Null; v };
        assert_eq!(strip(wrong.expect(401)), strip(unknown.expect(401)));
        assert_eq!(wrong.code(401), "auth.credentials");
    }

    async fn an_account_is_tried_only_so_often(world: World) {
        let strict = World::open_with(testkit::Backend::Sqlite, &[("RAPPORT_RATE_LIMIT_AUTH_PER_15MIN", "3")]).await.unwrap();
        for _ in 0..3 {
            let answer = strict.anon().post("/api/auth/signin", sign_in_body("owner@example.com", "wrong password")).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        }
        let refused = strict.anon().post("/api/auth/signin", sign_in_body("owner@example.com", "wrong password")).await;
        assert_eq!(refused.code(429), "rate.limited");
        assert_eq!(refused.header("ratelimit-remaining"), "0");
        assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
        drop(world);
    }

    async fn a_token_is_verified(world: World) {
        let answer = world.anon().post("/api/auth/signup", sign_up_body("owner@example.com")).await.expect(201);
        let info = world.anon().post("/api/auth/verify", json!({"token": answer["accessToken"]})).await.expect(200);
        assert_eq!((&info["user"]["id"], &info["role"]), (&answer["user"]["id"], &json!("owner")));
        assert_eq!(world.anon().post("/api/auth/verify", json!({"token": "nonsense"})).await.code(401), "auth.token");
    }

    async fn an_expired_access_token_is_refused(world: World) {
        let owner = world.owner().await;
        world.clock.advance(chrono::TimeDelta::minutes(16));
        assert_eq!(owner.get("/api/auth/session").await.code(401), "auth.token");
    }

    async fn nobody_and_nonsense_are_refused(world: World) {
        assert_eq!(world.anon().get("/api/auth/session").await.code(401), "auth.required");
        let nonsense = world.anon().with("authorization", "Bearer nonsense");
        assert_eq!(nonsense.get("/api/auth/session").await.code(401), "auth.token");
        let basic = world.anon().with("authorization", "Basic abc");
        assert_eq!(basic.get("/api/auth/session").await.code(401), "auth.token");
    }
}
