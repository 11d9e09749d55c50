//! Signing in through others: the certified `oidc-provider` of npm as a process of its own (`scripts/with-oidc`), a GitHub
//! that is played, and Telegram's signature made by the token of the bot.

mod trips;

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::{Digest, Sha256};
use testkit::on_both;
use url::Url;
use uuid::Uuid;

use self::trips::{Federated, Trip, Unvouched, Vouched};
use crate::{
    mfa::enrolled,
    world::{Answer, Client, PASSWORD, World},
};

/// Of the bot of every world.
pub const BOT: &str = "123456:a-token-of-tests";

/// What Telegram says of somebody, signed by the token of a bot.
fn told_by(bot: &str, id: u64, at: i64) -> String {
    let lines = format!("auth_date={at}\nfirst_name=Anna\nid={id}\nusername=anna");
    let mut mac = Hmac::<Sha256>::new_from_slice(&Sha256::digest(bot.as_bytes())).unwrap();
    mac.update(lines.as_bytes());
    let hash = mac.finalize().into_bytes().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    let data = json!({"id": id, "first_name": "Anna", "username": "anna", "auth_date": at, "hash": hash});
    URL_SAFE_NO_PAD.encode(data.to_string())
}

/// The state of a trip to Telegram: it stands in the address to come back to.
fn telegram_state(trip: &Trip) -> String {
    let back: Url = trip.parameter("return_to").parse().unwrap();
    back.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
}

async fn link(world: &World, client: &Client, id: u64) -> Answer {
    let trip = Trip::of(&client.post("/api/auth/link/telegram/start", json!({})).await, "telegram");
    let data = told_by(BOT, id, world.clock.now().timestamp());
    let input = json!({"state": telegram_state(&trip), "telegram": data});
    client.with("cookie", &trip.cookie).post("/api/auth/link/telegram/finish", input).await
}

/// An account of Telegram that somebody has linked, by its id here.
pub async fn linked(world: &World, client: &Client, id: u64) -> Uuid {
    let all = link(world, client, id).await.expect(200);
    all["items"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().parse().unwrap()
}

async fn come_by_telegram(world: &World, data: &str) -> Answer {
    let trip = Trip::of(&world.anon().post("/api/auth/oauth/telegram/start", json!({})).await, "telegram");
    trip.finish(world, json!({"state": telegram_state(&trip), "telegram": data})).await
}

on_both! {
    async fn somebody_new_registers_and_comes_back(at: Federated) {
        if !at.has_provider() { return }
        let known = at.world.anon().get("/api/auth/providers").await.expect(200);
        let offered = json!([{"id": "github", "name": "GitHub"}, {"id": "oidc", "name": "Example ID"},
            {"id": "telegram", "name": "Telegram"}]);
        assert_eq!(known["items"], offered);
        let offer = at.come_as("anna").await.expect(200)["registration"].clone();
        assert_eq!((&offer["email"], &offer["name"]), (&json!("anna@example.com"), &json!("Anna")));
        assert_eq!(at.world.count("select count(*) as n from users").await, 0, "nothing is made before they say so");
        let body = json!({"token": offer["token"], "name": "Anna K", "organizationName": "Acme"});
        let session = at.world.anon().post("/api/auth/oauth/register", body.clone()).await.expect(201);
        assert_eq!(session["user"]["emailVerified"], true);
        assert_eq!(at.world.anon().post("/api/auth/oauth/register", body).await.code(410), "mfa.challenge");
        let again = at.come_as("anna").await.expect(200);
        assert_eq!(again["user"]["id"], session["user"]["id"]);
        let anna = at.world.anon().signed_in(&again);
        let all = anna.get("/api/auth/identities").await.expect(200);
        assert_eq!((&all["hasPassword"], &all["items"][0]["providerName"]), (&json!(false), &json!("Example ID")));
        assert_eq!(anna.get("/api/auth/mfa").await.expect(200)["stepUp"], json!(["provider"]));
        let guess = json!({"email": "anna@example.com", "password": ""});
        assert_eq!(at.world.anon().post("/api/auth/signin", guess).await.code(401), "auth.credentials");
        at.world.settle().await;
        let told = "select count(*) as n from events where kind = 'user.signed_in' or kind = 'user.identity.linked'";
        assert_eq!((at.linked().await, at.world.count(told).await), (1, 2));
    }

    async fn a_round_trip_works_once_and_in_its_own_browser(at: Federated) {
        if !at.has_provider() { return }
        let trip = at.leave("oidc", json!({})).await;
        let brought = trip.visit("anna").await;
        let stranger = Trip { cookie: String::new(), ..trip.with("x", "x") };
        assert_eq!(stranger.finish(&at.world, brought.clone()).await.code(410), "federated.state");
        let mut other = brought.clone();
        other["state"] = json!("in.0000");
        assert_eq!(trip.finish(&at.world, other).await.code(410), "federated.state");
        let done = trip.finish(&at.world, brought.clone()).await;
        assert!(done.expect(200)["registration"].is_object());
        assert!(done.header("set-cookie").contains("Max-Age=0"), "the ticket is taken away");
        assert_eq!(trip.finish(&at.world, brought.clone()).await.code(410), "federated.state");
        // The code of one trip is none of another, even in the same browser.
        let next = at.leave("oidc", json!({})).await;
        let mut used = brought;
        used["state"] = json!(next.parameter("state"));
        assert_eq!(next.finish(&at.world, used).await.code(410), "federated.state");
        // And time runs out.
        let late = at.leave("oidc", json!({})).await;
        let brought = late.visit("anna").await;
        at.world.clock.advance(TimeDelta::minutes(10));
        assert_eq!(late.finish(&at.world, brought).await.code(410), "federated.state");
    }

    async fn the_code_is_of_our_verifier_and_the_token_of_our_nonce(at: Federated) {
        if !at.has_provider() { return }
        let trip = at.leave("oidc", json!({})).await;
        assert_eq!(trip.parameter("code_challenge_method"), "S256");
        // A code that somebody else began to ask for.
        let other = URL_SAFE_NO_PAD.encode(Sha256::digest(b"another verifier"));
        let brought = trip.with("code_challenge", &other).visit("anna").await;
        assert_eq!(trip.finish(&at.world, brought).await.code(410), "federated.state");
        let trip = at.leave("oidc", json!({})).await;
        let brought = trip.with("nonce", "another").visit("anna").await;
        assert_eq!(trip.finish(&at.world, brought).await.code(503), "federated.provider");
        // An answer that another issuer would give.
        let trip = at.leave("oidc", json!({})).await;
        let mut brought = trip.visit("anna").await;
        brought["iss"] = json!("https://evil.example");
        assert_eq!(trip.finish(&at.world, brought).await.code(503), "federated.provider");
        let trip = at.leave("oidc", json!({})).await;
        let mut brought = trip.visit("anna").await;
        brought.as_object_mut().unwrap().remove("iss");
        assert_eq!(trip.finish(&at.world, brought).await.code(503), "federated.provider");
        let trip = at.leave("oidc", json!({})).await;
        let refused = json!({"state": trip.parameter("state"), "error": "access_denied"});
        assert_eq!(trip.finish(&at.world, refused).await.code(403), "federated.denied");
    }

    async fn who_has_a_proven_address_is_linked_once_the_second_factor_is_proved(at: Federated) {
        if !at.has_provider() { return }
        let owner = at.proven_owner().await;
        let (app, _) = enrolled(&at.world, &owner).await;
        let asked = at.come_as("owner").await.expect(200);
        assert!(asked["accessToken"].is_null());
        assert_eq!(at.linked().await, 0, "not before it is proved");
        let token = asked["challenge"]["token"].as_str().unwrap();
        let answer = json!({"token": token, "method": "totp", "code": app.next(&at.world)});
        let session = at.world.anon().post("/api/auth/challenge", answer).await.expect(200);
        assert_eq!(session["user"]["id"], json!(owner.user_id));
        assert_eq!(at.linked().await, 1);
        // The factor is asked for again, and the account is known by its subject.
        at.run("update users set email = 'moved@example.com' where id = $1", vec![owner.user_id.into()]).await;
        assert!(at.come_as("owner").await.expect(200)["challenge"].is_object());
        at.world.settle().await;
        let told = "select count(*) as n from events where kind = 'user.identity.linked'";
        assert_eq!(at.world.count(told).await, 1);
    }

    async fn an_address_that_one_side_does_not_know_to_be_proved_links_nothing(at: Federated) {
        if !at.has_provider() { return }
        at.world.sign_up("ben@example.com").await;
        assert_eq!(at.come_as("ben").await.code(403), "federated.unproved");
        at.proven_owner().await;
        assert_eq!(at.come_as("unverified-owner").await.code(403), "federated.unverified");
        assert_eq!(at.come_as("unverified-new").await.code(403), "federated.unverified");
        assert_eq!(at.linked().await, 0);
    }

    async fn an_invitation_is_accepted_by_whom_it_went_to(at: Federated) {
        if !at.has_provider() { return }
        let owner = at.world.owner().await;
        let asked = json!({"emails": ["carol@example.com"], "roles": ["agent"]});
        owner.post("/api/team/members/invite", asked).await.expect(201);
        let token = crate::team::token_for(&owner, "carol@example.com").await;
        let trip = at.leave("oidc", json!({"invitation": token})).await;
        let brought = trip.visit("dave").await;
        assert_eq!(trip.finish(&at.world, brought).await.code(409), "invitation.other_address");
        let trip = at.leave("oidc", json!({"invitation": token})).await;
        let brought = trip.visit("carol").await;
        let session = trip.finish(&at.world, brought).await.expect(200);
        assert_eq!((&session["organization"]["id"], &session["role"]), (&json!(owner.org_id), &json!("agent")));
        let used = at.world.anon().post("/api/auth/oauth/oidc/start", json!({"invitation": token})).await;
        assert_eq!(used.code(410), "link.used");
        at.world.settle().await;
    }

    async fn the_last_way_in_stays_and_proves_who_one_is(at: Federated) {
        if !at.has_provider() { return }
        let offer = at.come_as("anna").await.expect(200)["registration"].clone();
        let body = json!({"token": offer["token"], "name": "Anna", "organizationName": "Acme"});
        let session = at.world.anon().post("/api/auth/oauth/register", body).await.expect(201);
        let anna = at.world.anon().signed_in(&session);
        let id = anna.get("/api/auth/identities").await.expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/auth/identities/{id}");
        assert_eq!(anna.delete(&path).await.code(409), "federated.last_way");
        let finish = "/api/auth/link/oidc/finish";
        let trip = Trip::of(&anna.post("/api/auth/link/oidc/confirm", json!({})).await, "oidc");
        assert_eq!((trip.parameter("prompt").as_str(), trip.parameter("max_age").as_str()), ("login", "0"));
        let brought = trip.visit("anna").await;
        anna.with("cookie", &trip.cookie).post(finish, brought).await.expect(200);
        // Somebody else there is not the caller here.
        let trip = Trip::of(&anna.post("/api/auth/link/oidc/confirm", json!({})).await, "oidc");
        let brought = trip.visit("ben").await;
        assert_eq!(anna.with("cookie", &trip.cookie).post(finish, brought).await.code(403), "federated.not_linked");
        at.world.clock.advance(TimeDelta::minutes(11));
        assert_eq!(anna.delete(&path).await.code(403), "auth.step_up");
        // Our clock has run ahead: what was proved there just now is long ago.
        let trip = Trip::of(&anna.post("/api/auth/link/oidc/confirm", json!({})).await, "oidc");
        let brought = trip.visit("anna").await;
        assert_eq!(anna.with("cookie", &trip.cookie).post(finish, brought).await.code(503), "federated.provider");
        at.world.settle().await;
        assert_eq!(at.world.count("select count(*) as n from events where kind = 'session.confirmed'").await, 1);
    }

    async fn telegram_signs_in_who_has_linked_it(world: World) {
        let now = world.clock.now().timestamp();
        let data = told_by(BOT, 7, now);
        assert_eq!(come_by_telegram(&world, &data).await.code(403), "federated.not_linked");
        let owner = world.owner().await;
        let id = linked(&world, &owner, 7).await;
        let session = come_by_telegram(&world, &data).await.expect(200);
        assert_eq!(session["user"]["id"], json!(owner.user_id));
        assert_eq!(come_by_telegram(&world, &told_by("123456:another", 7, now)).await.code(503), "federated.provider");
        assert_eq!(come_by_telegram(&world, &told_by(BOT, 7, now - 86_401)).await.code(410), "federated.state");
        // It is one person's.
        let stranger = world.sign_up("stranger@example.com").await;
        assert_eq!(link(&world, &stranger, 7).await.code(409), "federated.taken");
        assert_eq!(stranger.delete(&format!("/api/auth/identities/{id}")).await.code(404), "not_found");
        owner.delete(&format!("/api/auth/identities/{id}")).await.expect(204);
        assert_eq!(come_by_telegram(&world, &data).await.code(403), "federated.not_linked");
        world.settle().await;
    }

    async fn who_proves_an_address_anew_loses_what_somebody_else_linked(world: World) {
        // Made by who does not have the address; its owner asks for a new password.
        let squatter = world.owner().await;
        linked(&world, &squatter, 7).await;
        world.anon().post("/api/auth/password/forgot", json!({"email": "owner@example.com"})).await.expect(202);
        let page = squatter.get("/api/mail/outbox?limit=100").await.expect(200);
        let mail = page["items"].as_array().unwrap().iter().find(|mail| mail["kind"] == "reset-password").unwrap();
        let token = mail["text"].as_str().unwrap().split("/auth/reset#").nth(1).unwrap().split_whitespace().next().unwrap();
        let reset = json!({"token": token, "password": "another good password"});
        world.anon().post("/api/auth/password/reset", reset).await.expect(204);
        let data = told_by(BOT, 7, world.clock.now().timestamp());
        assert_eq!(come_by_telegram(&world, &data).await.code(403), "federated.not_linked");
        world.settle().await;
    }

    async fn linking_asks_for_a_proof_and_ends_in_the_session_that_began_it(world: World) {
        let owner = world.owner().await;
        let trip = Trip::of(&owner.post("/api/auth/link/telegram/start", json!({})).await, "telegram");
        let input = json!({"state": telegram_state(&trip), "telegram": told_by(BOT, 7, world.clock.now().timestamp())});
        let path = "/api/auth/link/telegram/finish";
        let stranger = world.sign_up("stranger@example.com").await;
        let theirs = stranger.with("cookie", &trip.cookie).post(path, input.clone()).await;
        assert_eq!(theirs.code(410), "federated.state");
        // Nor does it sign anybody in.
        assert_eq!(trip.finish(&world, input.clone()).await.code(410), "federated.state");
        let again = json!({"email": "owner@example.com", "password": PASSWORD});
        let elsewhere = world.anon().signed_in(&world.anon().post("/api/auth/signin", again).await.expect(200));
        assert_eq!(elsewhere.with("cookie", &trip.cookie).post(path, input).await.code(410), "federated.state");
        world.clock.advance(TimeDelta::minutes(11));
        assert_eq!(owner.post("/api/auth/link/telegram/start", json!({})).await.code(403), "auth.step_up");
        assert_eq!(owner.post("/api/auth/link/telegram/confirm", json!({})).await.refused(422), ["method mfa.method"]);
    }

    async fn github_vouches_for_the_primary_address_if_it_is_verified(at: Federated) {
        let anna = || json!({"id": 9, "login": "anna", "name": null});
        let mail = |email: &str, primary: bool, verified: bool| json!({"email": email, "primary": primary, "verified": verified});
        let unverified = json!([mail("anna@example.com", true, false), mail("other@example.com", false, true)]);
        assert_eq!(at.come_by_github(anna(), unverified).await.code(403), "federated.unverified");
        let verified = || json!([mail("other@example.com", false, true), mail("Anna@Example.com", true, true)]);
        let offer = at.come_by_github(anna(), verified()).await.expect(200)["registration"].clone();
        assert_eq!((&offer["email"], &offer["name"]), (&json!("anna@example.com"), &json!("anna")));
        let body = json!({"token": offer["token"], "name": "Anna", "organizationName": "Acme"});
        let session = at.world.anon().post("/api/auth/oauth/register", body).await.expect(201);
        // The number is the person: with another name and another address they are the same.
        let renamed = json!({"id": 9, "login": "anna-k", "name": "Anna K"});
        let again = at.come_by_github(renamed, json!([mail("new@example.com", true, true)])).await.expect(200);
        assert_eq!(again["user"]["id"], session["user"]["id"]);
        let trip = at.leave("github", json!({})).await;
        let unknown = json!({"state": trip.parameter("state"), "code": "no-such-code"});
        assert_eq!(trip.finish(&at.world, unknown).await.code(410), "federated.state");
        at.world.settle().await;
    }

    async fn who_signs_out_there_is_signed_out_here(at: Federated) {
        if !at.has_provider() { return }
        let here = at.proven_owner().await;
        let come = async || at.come_as("owner").await.expect(200);
        let opened = come().await;
        let one = at.world.anon().signed_in(&opened);
        let other = at.world.anon().signed_in(&come().await);
        let is_in = async |client: &Client| client.get("/api/auth/session").await.status.as_u16();
        let (of_one, of_other) = (at.session_there(&one).await, at.session_there(&other).await);
        assert_ne!(of_one, of_other);
        let told = format!("logout_token={}", at.logout_token("owner", Some(&of_one)).await);
        let done = at.log_out("oidc", &told).await;
        assert_eq!((done.status.as_u16(), done.header("cache-control")), (200, "no-store"));
        assert_eq!((is_in(&one).await, is_in(&other).await, is_in(&here).await), (401, 200, 200));
        let refresh = json!({"refreshToken": opened["refreshToken"]});
        assert_eq!(at.world.anon().post("/api/auth/refresh", refresh).await.code(401), "auth.token");
        assert_eq!(at.log_out("oidc", &told).await.code(400), "federated.logout");
        // A session goes with its person only.
        let mixed = at.logout_token("anna", Some(&of_other)).await;
        at.log_out("oidc", &format!("logout_token={mixed}")).await.expect(200);
        assert_eq!((is_in(&other).await, is_in(&here).await), (200, 200));
        // All of a person, but what they opened in another way; and once.
        let everywhere = format!("logout_token={}", at.logout_token("owner", None).await);
        at.log_out("oidc", &everywhere).await.expect(200);
        assert_eq!((is_in(&other).await, is_in(&here).await), (401, 200));
        let again = at.world.anon().signed_in(&come().await);
        assert_eq!(at.log_out("oidc", &everywhere).await.code(400), "federated.logout");
        assert_eq!(is_in(&again).await, 200);
        at.world.settle().await;
        assert_eq!(at.world.count("select count(*) as n from events where kind = 'session.revoked'").await, 2);
    }

    async fn only_the_issuer_signs_out(at: Federated) {
        if !at.has_provider() { return }
        at.proven_owner().await;
        let there = at.world.anon().signed_in(&at.come_as("owner").await.expect(200));
        let session = at.session_there(&there).await;
        let token = at.logout_token("owner", Some(&session)).await;
        let parts: Vec<&str> = token.split('.').collect();
        let claims = json!({"iss": "https://evil.example", "aud": "rapport", "sub": "owner"}).to_string();
        let forged = [parts[0], &URL_SAFE_NO_PAD.encode(claims), parts[2]].join(".");
        for form in ["", "logout_token=", "logout_token=x", "token=x", &format!("logout_token={forged}")] {
            assert_eq!(at.log_out("oidc", form).await.code(400), "federated.logout", "{form}");
        }
        for other in ["google", "github", "telegram", "none"] {
            assert_eq!(at.log_out(other, &format!("logout_token={token}")).await.code(404), "not_found", "{other}");
        }
        there.get("/api/auth/session").await.expect(200);
        at.world.settle().await;
    }

    async fn who_proves_a_second_factor_is_signed_out_too(at: Federated) {
        if !at.has_provider() { return }
        let owner = at.proven_owner().await;
        let (app, _) = enrolled(&at.world, &owner).await;
        let asked = at.come_as("owner").await.expect(200);
        let answer = json!({"token": asked["challenge"]["token"], "method": "totp", "code": app.next(&at.world)});
        let session = at.world.anon().post("/api/auth/challenge", answer).await.expect(200);
        let there = at.world.anon().signed_in(&session);
        let session = at.session_there(&there).await;
        let token = at.logout_token("owner", Some(&session)).await;
        at.log_out("oidc", &format!("logout_token={token}")).await.expect(200);
        assert_eq!(there.get("/api/auth/session").await.status.as_u16(), 401);
        owner.get("/api/auth/session").await.expect(200);
        at.world.settle().await;
    }

    async fn an_issuer_may_have_an_authority_of_its_own(at: Vouched) {
        if !at.0.has_provider() { return }
        let offer = at.0.come_as("anna").await.expect(200)["registration"].clone();
        assert_eq!(offer["email"], "anna@example.com");
    }

    async fn an_authority_that_nobody_named_vouches_for_nothing(at: Unvouched) {
        if !at.0.has_provider() { return }
        let start = at.0.world.anon().post("/api/auth/oauth/oidc/start", json!({})).await;
        assert_eq!(start.code(503), "federated.provider");
    }
}
