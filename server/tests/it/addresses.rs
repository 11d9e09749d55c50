//! Addresses and passwords: proving an address, a new password for who forgot theirs, locks, devices. Mail is read in the
//! outbox.

use chrono::TimeDelta;
use identity::Role;
use serde_json::{Value, json};
use testkit::{Backend, on_both};

use crate::world::{Answer, Client, PASSWORD, World, sign_up_body};

const OWNER: &str = "owner@example.com";
const OTHER: &str = "another good password";

async fn sign_in(world: &World, email: &str, password: &str) -> Answer {
    world.anon().post("/api/auth/signin", json!({"email": email, "password": password})).await
}

/// Mails of a kind in the client's organization, the newest first.
async fn mails(client: &Client, kind: &str) -> Vec<Value> {
    let page = client.get("/api/mail/outbox?limit=100").await.expect(200);
    page["items"].as_array().unwrap().iter().filter(|mail| mail["kind"] == kind).cloned().collect()
}

/// What stands in the link of a mail.
fn token(mail: &Value) -> String {
    let text = mail["text"].as_str().unwrap();
    let link = text.lines().find(|line| line.starts_with("http://localhost") && line.contains('#')).unwrap();
    link.split_once('#').unwrap().1.to_owned()
}

async fn verify(world: &World, token: &str) -> Answer {
    world.anon().post("/api/auth/email/verify", json!({"token": token})).await
}

/// The owner with a proven address.
async fn proven(world: &World) -> Client {
    let owner = world.owner().await;
    verify(world, &token(&mails(&owner, "verify-email").await[0])).await.expect(200);
    owner
}

async fn forgot(world: &World, email: &str) -> Answer {
    world.anon().post("/api/auth/password/forgot", json!({"email": email})).await
}

async fn reset(world: &World, token: &str, password: &str) -> Answer {
    world.anon().post("/api/auth/password/reset", json!({"token": token, "password": password})).await
}

/// What does not change from request to request.
fn told(answer: &Answer) -> (u16, Value, String) {
    let mut body: Value = serde_json::from_slice(&answer.bytes).unwrap_or_default();
    if body.is_object() {
        body["requestId"] = Value::Null;
    }
    (answer.status.as_u16(), body, answer.header("retry-after").to_owned())
}

on_both! {
    async fn signing_up_asks_for_a_proof_and_the_link_gives_it_once(world: World) {
        let owner = world.owner().await;
        let [proof] = &mails(&owner, "verify-email").await[..] else { panic!("not one mail") };
        assert_eq!(proof["to"], OWNER);
        assert!(proof["html"].as_str().unwrap().contains("/auth/verify#"));
        assert_eq!(owner.get("/api/auth/session").await.expect(200)["user"]["emailVerified"], false);
        assert_eq!(verify(&world, "0".repeat(64).as_str()).await.code(404), "link.unknown");
        assert_eq!(verify(&world, &token(proof)).await.expect(200)["email"], OWNER);
        assert_eq!(verify(&world, &token(proof)).await.code(410), "link.used");
        assert_eq!(owner.get("/api/auth/session").await.expect(200)["user"]["emailVerified"], true);
        assert_eq!(owner.get("/api/users/profile").await.expect(200)["emailVerified"], true);
        world.settle().await;
    }

    async fn a_proof_runs_out_and_is_sent_again_with_growing_pauses(world: World) {
        let owner = world.owner().await;
        let refused = owner.post("/api/auth/email/verification", json!({})).await;
        assert_eq!((refused.code(429).as_str(), refused.header("retry-after")), ("rate.limited", "60"));
        world.clock.advance(TimeDelta::seconds(60));
        owner.post("/api/auth/email/verification", json!({})).await.expect(202);
        let refused = owner.post("/api/auth/email/verification", json!({})).await;
        assert_eq!((refused.code(429).as_str(), refused.header("retry-after")), ("rate.limited", "120"));
        let sent = mails(&owner, "verify-email").await;
        assert_eq!(sent.len(), 2);
        world.clock.advance(TimeDelta::days(3));
        assert_eq!(verify(&world, &token(&sent[0])).await.code(410), "link.expired");
    }

    async fn who_proves_an_address_has_it_alone(world: World) {
        let first = world.owner().await;
        let mut body = sign_up_body(OWNER);
        body["password"] = json!(OTHER);
        let second = world.anon().signed_in(&world.anon().post("/api/auth/signup", body).await.expect(201));
        let (one, two) = (mails(&first, "verify-email").await, mails(&second, "verify-email").await);
        verify(&world, &token(&two[0])).await.expect(200);
        // The password of the other account opens nothing any more; its open session stays.
        assert_eq!(sign_in(&world, OWNER, PASSWORD).await.code(401), "auth.credentials");
        let answer = sign_in(&world, OWNER, OTHER).await.expect(200);
        assert_eq!(answer["user"]["id"], json!(second.user_id));
        assert_eq!(first.get("/api/auth/session").await.expect(200)["user"]["email"], "");
        assert_eq!(verify(&world, &token(&one[0])).await.code(410), "link.expired", "it was for an address that is gone");
        world.settle().await;
    }

    async fn signing_up_with_a_proven_address_answers_as_ever_and_tells_its_owner(world: World) {
        let owner = proven(&world).await;
        let mut newcomers = Vec::new();
        for password in [OTHER, "a third good password"] {
            let mut body = sign_up_body(OWNER);
            body["password"] = json!(password);
            let answer = world.anon().post("/api/auth/signup", body).await.expect(201);
            assert_eq!((&answer["user"]["email"], &answer["user"]["emailVerified"]), (&json!(OWNER), &json!(false)));
            newcomers.push(world.anon().signed_in(&answer));
        }
        let mut notes = mails(&owner, "already-registered").await;
        for newcomer in &newcomers {
            notes.extend(mails(newcomer, "already-registered").await);
            assert!(mails(newcomer, "verify-email").await.is_empty(), "nobody else can prove it");
        }
        assert_eq!(notes.len(), 2);
        assert!(notes.iter().all(|note| note["to"] == OWNER && !note["text"].as_str().unwrap().contains("Anna")));
        assert_eq!(sign_in(&world, OWNER, OTHER).await.code(401), "auth.credentials");
        // Each was a try of the owner's password, too.
        assert_eq!(sign_in(&world, OWNER, PASSWORD).await.code(429), "auth.tries");
        world.clock.advance(TimeDelta::seconds(1));
        sign_in(&world, OWNER, PASSWORD).await.expect(200);
    }

    async fn signing_up_is_no_way_around_a_lock_nor_to_its_end(world: World) {
        let owner = proven(&world).await;
        while sign_in(&world, OWNER, "a wrong password").await.status.as_u16() != 423 {
            world.clock.advance(TimeDelta::seconds(70));
        }
        let answer = world.anon().post("/api/auth/signup", sign_up_body(OWNER)).await.expect(201);
        assert_ne!(answer["user"]["id"], json!(owner.user_id), "the right password is not looked at");
        let newcomer = world.anon().signed_in(&answer);
        let path = format!("/api/team/members/{}/unlock", newcomer.user_id);
        assert_eq!(newcomer.post(&path, json!({})).await.code(409), "auth.address_shared");
        assert_eq!(sign_in(&world, OWNER, PASSWORD).await.code(423), "auth.locked");
    }

    async fn an_account_with_the_same_address_does_not_end_the_count(world: World) {
        world.owner().await;
        let mut body = sign_up_body(OWNER);
        body["password"] = json!(OTHER);
        world.anon().post("/api/auth/signup", body).await.expect(201);
        // Signing up was the first wrong one.
        assert_eq!(sign_in(&world, OWNER, "a wrong password").await.code(401), "auth.credentials");
        sign_in(&world, OWNER, OTHER).await.expect(200);
        assert_eq!(sign_in(&world, OWNER, "a wrong password").await.code(401), "auth.credentials");
        assert_eq!(sign_in(&world, OWNER, PASSWORD).await.code(429), "auth.tries");
    }

    async fn a_forgotten_password_is_replaced_by_a_link_that_works_once(world: World) {
        let owner = proven(&world).await;
        let known = forgot(&world, " Owner@Example.com ").await;
        let unknown = forgot(&world, "nobody@example.com").await;
        assert_eq!(told(&known), told(&unknown));
        known.expect(202);
        let [mail] = &mails(&owner, "reset-password").await[..] else { panic!("not one mail") };
        let link = token(mail);
        let hint = world.anon().get(&format!("/api/auth/password/reset/{link}")).await.expect(200);
        assert_eq!(hint["emailHint"], "o…@e….com");
        assert_eq!(reset(&world, &link, "password").await.refused(422), ["password password.common"]);
        assert_eq!(reset(&world, &link, "short").await.refused(422), ["password field.too_short"]);
        reset(&world, &link, OTHER).await.expect(204);
        assert_eq!(owner.get("/api/auth/session").await.status.as_u16(), 401, "every session has ended");
        assert_eq!(sign_in(&world, OWNER, PASSWORD).await.code(401), "auth.credentials");
        let owner = world.anon().signed_in(&sign_in(&world, OWNER, OTHER).await.expect(200));
        assert_eq!(mails(&owner, "password-changed").await.len(), 1);
        assert_eq!(reset(&world, &link, PASSWORD).await.code(410), "link.used");
        let path = format!("/api/auth/password/reset/{link}");
        assert_eq!(world.anon().get(&path).await.code(410), "link.used");
        assert_eq!(reset(&world, "nonsense", PASSWORD).await.code(404), "link.unknown");
        world.settle().await;
    }

    async fn a_link_for_a_new_password_runs_out_and_only_the_first_of_two_works(world: World) {
        let owner = proven(&world).await;
        forgot(&world, OWNER).await.expect(202);
        forgot(&world, OWNER).await.expect(202);
        let sent = mails(&owner, "reset-password").await;
        reset(&world, &token(&sent[1]), OTHER).await.expect(204);
        assert_eq!(reset(&world, &token(&sent[0]), PASSWORD).await.code(410), "link.used", "the others end with it");
        let owner = world.anon().signed_in(&sign_in(&world, OWNER, OTHER).await.expect(200));
        world.clock.advance(TimeDelta::seconds(1));
        forgot(&world, OWNER).await.expect(202);
        let last = token(&mails(&owner, "reset-password").await[0]);
        world.clock.advance(TimeDelta::minutes(30));
        assert_eq!(reset(&world, &last, PASSWORD).await.code(410), "link.expired");
    }

    async fn a_link_for_a_new_password_proves_the_address_of_an_account_that_has_it_alone(world: World) {
        let owner = world.owner().await;
        forgot(&world, OWNER).await.expect(202);
        let link = token(&mails(&owner, "reset-password").await[0]);
        reset(&world, &link, OTHER).await.expect(204);
        let answer = sign_in(&world, OWNER, OTHER).await.expect(200);
        assert_eq!(answer["user"]["emailVerified"], true);
        // Of several accounts nobody can tell whose password is meant.
        let one = world.sign_up("two@example.com").await;
        let mut body = sign_up_body("two@example.com");
        body["password"] = json!(OTHER);
        world.anon().post("/api/auth/signup", body).await.expect(201);
        forgot(&world, "two@example.com").await.expect(202);
        assert!(mails(&one, "reset-password").await.is_empty());
    }

    async fn who_proves_an_address_ends_the_keys_that_a_squatter_made_with_it(world: World) {
        let squatter = world.owner().await;
        let program = |key: &str| world.anon().with("authorization", &format!("Bearer {key}"));
        let elsewhere = squatter.post("/api/auth/organizations", json!({"name": "Second"})).await.expect(201);
        let (_, here) = crate::keys::made(&squatter, &["crm.contacts.read"]).await;
        let path = format!("/api/auth/organizations/{}/switch", elsewhere["id"].as_str().unwrap());
        let there = squatter.signed_in(&squatter.post(&path, json!({})).await.expect(200));
        let (_, second) = crate::keys::made(&there, &["crm.contacts.read"]).await;
        for key in [&here, &second] {
            program(key).get("/api/crm/contacts").await.expect(200);
        }
        forgot(&world, OWNER).await.expect(202);
        let outboxes = [mails(&there, "reset-password").await, {
            let path = format!("/api/auth/organizations/{}/switch", squatter.org_id);
            let back = there.signed_in(&there.post(&path, json!({})).await.expect(200));
            mails(&back, "reset-password").await
        }];
        let mail = outboxes.iter().flatten().next().unwrap();
        reset(&world, &token(mail), OTHER).await.expect(204);
        for key in [&here, &second] {
            assert_eq!(program(key).get("/api/crm/contacts").await.code(401), "auth.token");
        }
        world.settle().await;
        let told = "select count(distinct org_id) as n from events where kind = 'api_key.revoked'";
        assert_eq!(world.count(told).await, 2, "each in the books of its organization");
    }

    async fn a_new_password_of_a_proven_address_ends_no_key(world: World) {
        let owner = proven(&world).await;
        let (_, key) = crate::keys::made(&owner, &["crm.contacts.read"]).await;
        forgot(&world, OWNER).await.expect(202);
        reset(&world, &token(&mails(&owner, "reset-password").await[0]), OTHER).await.expect(204);
        let program = world.anon().with("authorization", &format!("Bearer {key}"));
        program.get("/api/crm/contacts").await.expect(200);
    }

    async fn wrong_passwords_cost_pauses_and_then_lock_known_and_unknown_addresses_alike(world: World) {
        let owner = proven(&world).await;
        let mut codes = Vec::new();
        loop {
            let known = sign_in(&world, OWNER, "a wrong password").await;
            let unknown = sign_in(&world, "nobody@example.com", "a wrong password").await;
            assert_eq!(told(&known), told(&unknown));
            codes.push(known.json()["code"].as_str().unwrap().to_owned());
            match known.status.as_u16() {
                401 => {}
                429 => world.clock.advance(TimeDelta::seconds(known.header("retry-after").parse().unwrap())),
                423 => break,
                status => panic!("{status}"),
            }
        }
        assert_eq!(codes.iter().filter(|code| *code == "auth.credentials").count(), 9);
        assert_eq!(codes.iter().filter(|code| *code == "auth.tries").count(), 7);
        let locked = sign_in(&world, OWNER, PASSWORD).await;
        assert_eq!((locked.code(423).as_str(), locked.json()["retryAfterSeconds"].as_u64()), ("auth.locked", Some(900)));
        assert_eq!(mails(&owner, "account-locked").await.len(), 1);
        world.clock.advance(TimeDelta::minutes(15));
        sign_in(&world, OWNER, PASSWORD).await.expect(200);
        world.settle().await;
        let events = "select count(*) as n from events where kind = 'user.locked'";
        assert_eq!(world.count(events).await, 1, "an address without an account has no events");
    }

    async fn whoever_may_change_members_sees_and_ends_a_lock(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let email = "agent@example.com";
        while sign_in(&world, email, "a wrong password").await.status.as_u16() != 423 {
            world.clock.advance(TimeDelta::seconds(70));
        }
        let shown = async |client: &Client| {
            let list = client.get("/api/team/members").await.expect(200);
            let member = list["items"].as_array().unwrap().iter().find(|member| member["email"] == email).cloned();
            member.unwrap()["lockedUntil"].clone()
        };
        assert!(shown(&owner).await.is_string());
        let path = format!("/api/team/members/{}/unlock", agent.user_id);
        assert_eq!(agent.post(&path, json!({})).await.code(403), "permission.denied");
        owner.post(&path, json!({})).await.expect(204);
        assert!(shown(&owner).await.is_null());
        sign_in(&world, email, PASSWORD).await.expect(200);
        let stranger = world.sign_up("stranger@example.com").await;
        assert_eq!(stranger.post(&path, json!({})).await.code(404), "not_found");
    }

    async fn a_right_password_starts_the_count_anew(world: World) {
        world.owner().await;
        for _ in 0..5 {
            for _ in 0..2 {
                assert_eq!(sign_in(&world, OWNER, "a wrong password").await.code(401), "auth.credentials");
            }
            sign_in(&world, OWNER, PASSWORD).await.expect(200);
        }
    }

    async fn a_sign_in_from_a_new_device_is_told_and_devices_have_names(world: World) {
        let owner = world.owner().await;
        let firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0";
        let body = json!({"email": OWNER, "password": PASSWORD});
        for _ in 0..2 {
            let answer = world.anon().with("user-agent", firefox).post("/api/auth/signin", body.clone()).await;
            answer.expect(200);
        }
        let [mail] = &mails(&owner, "new-device").await[..] else { panic!("not one mail") };
        assert!(mail["text"].as_str().unwrap().contains("Firefox, Windows"), "{mail}");
        sign_in(&world, OWNER, PASSWORD).await.expect(200);
        assert_eq!(mails(&owner, "new-device").await.len(), 1, "the first device is known since signing up");
        let sessions = owner.get("/api/auth/sessions").await.expect(200);
        let named = |name: &str| sessions["items"].as_array().unwrap().iter().any(|s| s["device"]["browser"] == name);
        assert!(named("Firefox"));
    }
}

#[tokio::test]
async fn where_no_mail_is_sent_nothing_waits_for_one() {
    let settings = [("RAPPORT_PUBLIC_URL", "https://crm.example.com")];
    let world = World::open_with(Backend::Sqlite, &settings).await.unwrap();
    let owner = world.owner().await;
    assert_eq!(owner.get("/api/auth/session").await.expect(200)["user"]["emailVerified"], Value::Null);
    owner.post("/api/auth/email/verification", json!({})).await.expect(202);
    forgot(&world, OWNER).await.expect(202);
    assert_eq!(owner.get("/api/mail/outbox").await.code(404), "not_found");
    assert_eq!(world.count("select count(*) as n from one_time_links").await, 0);
    let health = world.anon().get("/health").await.expect(200);
    let names: Vec<&Value> = health["dependencies"].as_array().unwrap().iter().map(|d| &d["name"]).collect();
    assert!(!names.contains(&&json!("mail")), "{names:?}");
}

#[tokio::test]
async fn a_mail_server_that_is_away_is_told_to_the_operator() {
    let settings = [("RAPPORT_MAIL_TRANSPORT", "smtp"), ("RAPPORT_MAIL_SMTP_URL", "smtp://127.0.0.1:9?tls=none")];
    let world = World::open_with(Backend::Sqlite, &settings).await.unwrap();
    let health = world.anon().get("/health").await.expect(200);
    assert_eq!(health["status"], "degraded");
    let mail = health["dependencies"].as_array().unwrap().iter().find(|d| d["name"] == "mail").cloned().unwrap();
    assert_eq!((&mail["kind"], &mail["status"]), (&json!("smtp"), &json!("down")));
    let condition = world.app.mail.condition().await.unwrap();
    assert!(condition.problem.is_some());
}
