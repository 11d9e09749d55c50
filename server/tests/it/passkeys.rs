//! Passkeys: registered, proved as a second factor and in place of the password, given up.

use serde_json::{Value, json};
use testkit::on_both;

use crate::{
    authenticator::Authenticator,
    world::{Answer, Client, PASSWORD, World},
};

/// Begins and finishes a registration.
async fn register(client: &Client, authenticator: &mut Authenticator) -> Answer {
    let start = client.post("/api/auth/passkeys/options", json!({})).await.expect(200);
    let credential = authenticator.create(&start["options"]);
    let body = json!({"token": start["token"], "name": "Laptop", "credential": credential});
    client.post("/api/auth/passkeys", body).await
}

/// Somebody's passkey, registered; with its id.
pub async fn registered(client: &Client, seed: &str) -> (Authenticator, String) {
    let mut authenticator = Authenticator::new(seed);
    let answer = register(client, &mut authenticator).await.expect(201);
    (authenticator, answer["passkey"]["id"].as_str().unwrap().to_owned())
}

async fn options(world: &World) -> (Value, Value) {
    let start = world.anon().post("/api/auth/passkey/options", json!({})).await.expect(200);
    (start["token"].clone(), start["options"].clone())
}

async fn sign_in(world: &World, authenticator: &mut Authenticator) -> Answer {
    let (token, options) = options(world).await;
    let body = json!({"token": token, "credential": authenticator.get(&options)});
    world.anon().post("/api/auth/passkey", body).await
}

async fn challenge(world: &World) -> Value {
    let body = json!({"email": "owner@example.com", "password": PASSWORD});
    world.anon().post("/api/auth/signin", body).await.expect(200)["challenge"].clone()
}

on_both! {
    async fn a_passkey_signs_in_without_a_password(world: World) {
        let owner = world.owner().await;
        let (mut key, _) = registered(&owner, "one").await;
        let session = sign_in(&world, &mut key).await.expect(200);
        assert_eq!(session["user"]["id"], json!(owner.user_id));
        let client = world.anon().signed_in(&session);
        let view = client.get("/api/auth/mfa").await.expect(200);
        assert_eq!((&view["passkeys"][0]["name"], &view["passkeysAvailable"]), (&json!("Laptop"), &json!(true)));
        assert!(view["passkeys"][0]["lastUsedAt"].is_string());
        assert_eq!(view["backupCodes"]["left"], 10, "the first factor comes with backup codes");
        world.settle().await;
        assert_eq!(world.count("select count(*) as n from events where kind = 'user.mfa.enabled'").await, 1);
    }

    async fn a_passkey_answers_the_challenge_of_a_password(world: World) {
        let owner = world.owner().await;
        let (mut key, _) = registered(&owner, "one").await;
        let asked = challenge(&world).await;
        assert_eq!(asked["methods"], json!(["backup", "passkey"]));
        let early = json!({"token": asked["token"], "method": "passkey", "credential": key.get(&json!({"rpId": "localhost"}))});
        assert_eq!(world.anon().post("/api/auth/challenge", early).await.code(410), "mfa.challenge");
        let start = world.anon().post("/api/auth/challenge/passkey", json!({"token": asked["token"]})).await.expect(200);
        let mut stranger = Authenticator::new("another");
        stranger.user = key.user.clone();
        let answer = |credential: Value| json!({"token": asked["token"], "method": "passkey", "credential": credential});
        let wrong = world.anon().post("/api/auth/challenge", answer(stranger.get(&start["options"]))).await;
        assert_eq!((wrong.code(401).as_str(), &wrong.json()["triesLeft"]), ("mfa.code", &json!(3)));
        let right = answer(key.get(&start["options"]));
        let session = world.anon().post("/api/auth/challenge", right.clone()).await.expect(200);
        assert_eq!(session["user"]["id"], json!(owner.user_id));
        assert_eq!(world.anon().post("/api/auth/challenge", right).await.code(410), "mfa.challenge");
        world.settle().await;
    }

    async fn an_answer_is_good_for_its_own_question_once(world: World) {
        let owner = world.owner().await;
        let (mut key, _) = registered(&owner, "one").await;
        let (token, asked) = options(&world).await;
        let body = json!({"token": token, "credential": key.get(&asked)});
        // The answer to one question is none to another.
        let (other, _) = options(&world).await;
        let moved = json!({"token": other, "credential": body["credential"]});
        assert_eq!(world.anon().post("/api/auth/passkey", moved).await.code(401), "mfa.passkey");
        world.anon().post("/api/auth/passkey", body.clone()).await.expect(200);
        assert_eq!(world.anon().post("/api/auth/passkey", body).await.code(410), "mfa.challenge");
        // Nor is a challenge of one kind one of another.
        let start = owner.post("/api/auth/passkeys/options", json!({})).await.expect(200);
        let crossed = json!({"token": start["token"], "credential": key.get(&asked)});
        assert_eq!(world.anon().post("/api/auth/passkey", crossed).await.code(410), "mfa.challenge");
        let late = options(&world).await;
        world.clock.advance(chrono::TimeDelta::minutes(10));
        let body = json!({"token": late.0, "credential": key.get(&late.1)});
        assert_eq!(world.anon().post("/api/auth/passkey", body).await.code(410), "mfa.challenge");
    }

    async fn what_an_authenticator_must_not_do_is_refused(world: World) {
        let owner = world.owner().await;
        let (key, _) = registered(&owner, "one").await;
        let mut elsewhere = Authenticator { origin: "https://evil.example".to_owned(), ..key.clone() };
        assert_eq!(sign_in(&world, &mut elsewhere).await.code(401), "mfa.passkey");
        let mut unverified = Authenticator { verifies: false, ..key.clone() };
        assert_eq!(sign_in(&world, &mut unverified).await.code(401), "mfa.passkey");
        // A copy that is behind: one of the two is not the real one.
        let mut real = Authenticator { counter: 10, ..key.clone() };
        sign_in(&world, &mut real).await.expect(200);
        let mut copy = Authenticator { counter: 5, ..key };
        assert_eq!(sign_in(&world, &mut copy).await.code(401), "mfa.passkey");
        // Somebody else's passkey that says it is the owner's.
        let stranger = world.sign_up("stranger@example.com").await;
        let (mut theirs, _) = registered(&stranger, "two").await;
        theirs.user = real.user.clone();
        assert_eq!(sign_in(&world, &mut theirs).await.code(401), "mfa.passkey");
        let mut unregistered = Authenticator { user: real.user, ..Authenticator::new("three") };
        assert_eq!(sign_in(&world, &mut unregistered).await.code(401), "mfa.passkey");
        let (token, _) = options(&world).await;
        let body = json!({"token": token, "credential": {"rawId": 1}});
        assert_eq!(world.anon().post("/api/auth/passkey", body).await.refused(422), ["credential.rawId field.type"]);
    }

    async fn a_registration_is_of_who_began_it(world: World) {
        let owner = world.owner().await;
        let stranger = world.sign_up("stranger@example.com").await;
        let start = owner.post("/api/auth/passkeys/options", json!({})).await.expect(200);
        let credential = Authenticator::new("one").create(&start["options"]);
        let body = json!({"token": start["token"], "name": "Laptop", "credential": credential});
        assert_eq!(stranger.post("/api/auth/passkeys", body.clone()).await.code(410), "mfa.challenge");
        let mut wrong = body.clone();
        wrong["credential"]["response"]["attestationObject"] = json!("AAAA");
        assert_eq!(owner.post("/api/auth/passkeys", wrong).await.refused(422), ["credential passkey.answer"]);
        let mut nameless = body.clone();
        nameless["name"] = json!(" ");
        assert_eq!(owner.post("/api/auth/passkeys", nameless).await.refused(422), ["name field.required"]);
        owner.post("/api/auth/passkeys", body.clone()).await.expect(201);
        assert_eq!(owner.post("/api/auth/passkeys", body).await.code(410), "mfa.challenge");
        // The same authenticator is told that it has one already.
        let again = owner.post("/api/auth/passkeys/options", json!({})).await.expect(200);
        assert_eq!(again["options"]["excludeCredentials"].as_array().unwrap().len(), 1);
        world.clock.advance(chrono::TimeDelta::minutes(10));
        assert_eq!(owner.post("/api/auth/passkeys/options", json!({})).await.code(403), "auth.step_up");
    }

    async fn a_passkey_proves_who_one_is(world: World) {
        let owner = world.owner().await;
        let (mut key, id) = registered(&owner, "one").await;
        let path = format!("/api/auth/passkeys/{id}");
        world.clock.advance(chrono::TimeDelta::minutes(11));
        assert_eq!(owner.delete(&path).await.code(403), "auth.step_up");
        let start = owner.post("/api/auth/step-up/passkey", json!({})).await.expect(200);
        let mut stranger = Authenticator::new("another");
        let wrong = json!({"method": "passkey", "token": start["token"], "credential": stranger.get(&start["options"])});
        assert_eq!(owner.post("/api/auth/step-up", wrong).await.refused(422), ["credential mfa.passkey"]);
        let start = owner.post("/api/auth/step-up/passkey", json!({})).await.expect(200);
        let right = json!({"method": "passkey", "token": start["token"], "credential": key.get(&start["options"])});
        owner.post("/api/auth/step-up", right.clone()).await.expect(204);
        assert_eq!(owner.post("/api/auth/step-up", right).await.code(410), "mfa.challenge");
        assert_eq!(owner.patch(&path, json!({"name": "Work laptop"})).await.expect(200)["name"], "Work laptop");
        owner.delete(&path).await.expect(204);
        assert_eq!(owner.delete(&path).await.code(404), "not_found");
        assert_eq!(owner.post("/api/auth/step-up/passkey", json!({})).await.code(409), "mfa.none");
        assert_eq!(sign_in(&world, &mut key).await.code(401), "mfa.passkey");
        assert!(challenge(&world).await.is_null(), "no factor is left");
        world.settle().await;
    }

    async fn a_proven_address_ends_what_was_set_up_without_the_proof(world: World) {
        let squatter = world.sign_up("victim@example.com").await;
        registered(&squatter, "one").await;
        world.anon().post("/api/auth/password/forgot", json!({"email": "victim@example.com"})).await.expect(202);
        let outbox = squatter.get("/api/mail/outbox").await.expect(200);
        let texts: Vec<&str> = outbox["items"].as_array().unwrap().iter().filter_map(|mail| mail["text"].as_str()).collect();
        let token = texts.iter().find_map(|text| text.split("/auth/reset#").nth(1)).unwrap().split_whitespace().next().unwrap();
        let new = "another battery staple";
        world.anon().post("/api/auth/password/reset", json!({"token": token, "password": new})).await.expect(204);
        let entered = world.anon().post("/api/auth/signin", json!({"email": "victim@example.com", "password": new})).await.expect(200);
        assert!(entered["challenge"].is_null(), "{entered}");
        let mfa = world.anon().signed_in(&entered).get("/api/auth/mfa").await.expect(200);
        assert_eq!((&mfa["passkeys"], &mfa["backupCodes"]["left"]), (&json!([]), &json!(0)));
        world.settle().await;
        assert_eq!(world.count("select count(*) as n from events where kind = 'user.mfa.disabled'").await, 1);
    }

    async fn there_are_twenty_passkeys_at_most_however_they_were_begun(world: World) {
        let owner = world.owner().await;
        let mut begun = Vec::new();
        for _ in 0..21 {
            begun.push(owner.post("/api/auth/passkeys/options", json!({})).await.expect(200));
        }
        for (number, start) in begun.iter().enumerate() {
            let credential = Authenticator::new(&format!("key {number}")).create(&start["options"]);
            let body = json!({"token": start["token"], "name": "Laptop", "credential": credential});
            let answer = owner.post("/api/auth/passkeys", body).await;
            if number < 20 {
                answer.expect(201);
            } else {
                assert_eq!(answer.code(409), "passkey.too_many");
            }
        }
    }

    async fn where_a_factor_is_asked_for_a_passkey_is_one(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, identity::Role::Agent).await;
        let (_, id) = registered(&owner, "one").await;
        owner.patch("/api/organization", json!({"mfaRequired": true})).await.expect(200);
        assert_eq!(agent.get("/api/crm/contacts").await.code(403), "mfa.required");
        registered(&agent, "two").await;
        agent.get("/api/crm/contacts").await.expect(200);
        assert_eq!(owner.delete(&format!("/api/auth/passkeys/{id}")).await.code(409), "mfa.enforced");
        // With another one it may go.
        let (_, other) = registered(&owner, "three").await;
        owner.delete(&format!("/api/auth/passkeys/{id}")).await.expect(204);
        assert_eq!(owner.delete(&format!("/api/auth/passkeys/{other}")).await.code(409), "mfa.enforced");
    }
}
