//! Second factors: setting them up, signing in with them, giving them up.

use std::process::Command;

use identity::Role;
use serde_json::{Value, json};
use testkit::on_both;
use totp_rs::{Builder, Secret, Totp};
use uuid::Uuid;

use crate::{
    sessions::csrf,
    world::{Answer, Client, PASSWORD, World, sign_up_body},
};

/// Somebody's authenticator app.
pub struct App(Totp);

impl App {
    /// The code that it shows now.
    pub fn code(&self, world: &World) -> String {
        self.0.generate(u64::try_from(world.clock.now().timestamp()).unwrap()).to_string()
    }

    /// The code of the next step, so that none was used before.
    pub fn next(&self, world: &World) -> String {
        world.clock.advance(chrono::TimeDelta::seconds(30));
        self.code(world)
    }
}

/// Another code than the right one.
fn wrong(code: &str) -> String {
    let (first, rest) = code.split_at(1);
    format!("{}{rest}", (first.parse::<u8>().unwrap() + 1) % 10)
}

pub async fn started(client: &Client) -> App {
    let start = client.post("/api/auth/mfa/totp", json!({})).await.expect(201);
    let secret = Secret::try_from_base32(start["secret"].as_str().unwrap()).unwrap();
    assert!(start["uri"].as_str().unwrap().contains(start["secret"].as_str().unwrap()));
    App(Builder::new().with_secret(secret).build().unwrap())
}

/// Sets up an authenticator app; gives the backup codes too.
pub async fn enrolled(world: &World, client: &Client) -> (App, Vec<String>) {
    let app = started(client).await;
    let confirmed = client.post("/api/auth/mfa/totp/confirm", json!({"code": app.code(world)})).await.expect(200);
    let codes = confirmed["backupCodes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned());
    (app, codes.collect())
}

/// A browser that the owner trusts, by its id.
pub async fn trusted(world: &World, owner: &Client) -> Uuid {
    let (app, _) = enrolled(world, owner).await;
    let body = json!({"token": challenge(world).await, "method": "totp", "code": app.next(world), "trustDevice": true});
    world.anon().with("x-session-mode", "cookie").post("/api/auth/challenge", body).await.expect(200);
    let shown = owner.get("/api/auth/mfa").await.expect(200);
    shown["trustedDevices"][0]["id"].as_str().unwrap().parse().unwrap()
}

async fn sign_in(client: &Client) -> Answer {
    client.post("/api/auth/signin", json!({"email": "owner@example.com", "password": PASSWORD})).await
}

/// The token of a challenge.
async fn challenge(world: &World) -> String {
    let answer = sign_in(&world.anon()).await.expect(200);
    assert!(answer["accessToken"].is_null(), "no session before the second factor: {answer}");
    answer["challenge"]["token"].as_str().unwrap().to_owned()
}

async fn answer(client: &Client, token: &str, method: &str, code: &str) -> Answer {
    client.post("/api/auth/challenge", json!({"token": token, "method": method, "code": code})).await
}

on_both! {
    async fn an_app_counts_once_its_first_code_is_confirmed(world: World) {
        let owner = world.owner().await;
        let app = started(&owner).await;
        sign_in(&world.anon()).await.expect(200)["accessToken"].as_str().expect("nothing is asked for yet");
        let code = app.code(&world);
        let refused = owner.post("/api/auth/mfa/totp/confirm", json!({"code": wrong(&code)})).await.refused(422);
        assert_eq!(refused, ["code mfa.code"]);
        // Another secret takes the place of the one that waits.
        let other = started(&owner).await;
        assert_eq!(owner.post("/api/auth/mfa/totp/confirm", json!({"code": code})).await.refused(422), ["code mfa.code"]);
        let confirm = json!({"code": other.code(&world)});
        let codes = owner.post("/api/auth/mfa/totp/confirm", confirm.clone()).await.expect(200);
        assert_eq!(codes["backupCodes"].as_array().unwrap().len(), 10);
        assert_eq!(owner.post("/api/auth/mfa/totp/confirm", confirm).await.code(409), "mfa.totp.not_pending");
        assert_eq!(owner.post("/api/auth/mfa/totp", json!({})).await.code(409), "mfa.totp.exists");
        let view = owner.get("/api/auth/mfa").await.expect(200);
        assert_eq!((&view["totp"]["enabled"], &view["backupCodes"]["left"]), (&json!(true), &json!(10)));
        world.settle().await;
        assert_eq!(world.count("select count(*) as n from events where kind = 'user.mfa.enabled'").await, 1);
        assert_eq!(world.count("select count(*) as n from totp_secrets where secret like 'v1.%'").await, 1, "sealed");
    }

    async fn the_password_alone_gives_a_challenge_and_its_answer_the_session(world: World) {
        let owner = world.owner().await;
        let (app, _) = enrolled(&world, &owner).await;
        let asked = sign_in(&world.anon()).await.expect(200);
        assert_eq!(asked["challenge"]["methods"], json!(["totp", "backup"]));
        let token = asked["challenge"]["token"].as_str().unwrap();
        let code = app.next(&world);
        let refused = answer(&world.anon(), token, "totp", &wrong(&code)).await;
        assert_eq!((refused.code(401).as_str(), &refused.json()["triesLeft"]), ("mfa.code", &json!(4)));
        assert_eq!(answer(&world.anon(), "nonsense", "totp", &code).await.code(410), "mfa.challenge");
        let session = answer(&world.anon(), token, "totp", &code).await.expect(200);
        world.anon().signed_in(&session).get("/api/auth/session").await.expect(200);
        assert_eq!(answer(&world.anon(), token, "totp", &app.next(&world)).await.code(410), "mfa.challenge");
        world.settle().await;
    }

    async fn a_code_is_taken_once(world: World) {
        let owner = world.owner().await;
        let (app, _) = enrolled(&world, &owner).await;
        // The code that confirmed the app was used by that.
        let token = challenge(&world).await;
        assert_eq!(answer(&world.anon(), &token, "totp", &app.code(&world)).await.code(401), "mfa.code");
        let code = app.next(&world);
        let (one, two) = (challenge(&world).await, challenge(&world).await);
        let (anon, again) = (world.anon(), world.anon());
        let (a, b) = tokio::join!(answer(&anon, &one, "totp", &code), answer(&again, &two, "totp", &code));
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401], "{a:?} {b:?}");
        // Nor one that is older than it.
        world.clock.advance(chrono::TimeDelta::seconds(-30));
        assert_eq!(answer(&world.anon(), &challenge(&world).await, "totp", &app.code(&world)).await.code(401), "mfa.code");
    }

    async fn a_backup_code_works_once_and_new_ones_end_the_old(world: World) {
        let owner = world.owner().await;
        let (_, codes) = enrolled(&world, &owner).await;
        let (one, two) = (challenge(&world).await, challenge(&world).await);
        let written = codes[0].to_uppercase().replace('-', " ");
        let (anon, again) = (world.anon(), world.anon());
        let (a, b) = tokio::join!(answer(&anon, &one, "backup", &codes[0]), answer(&again, &two, "backup", &written));
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401], "{a:?} {b:?}");
        assert_eq!(owner.get("/api/auth/mfa").await.expect(200)["backupCodes"]["left"], 9);
        let new = owner.post("/api/auth/mfa/backup-codes", json!({})).await.expect(200);
        let token = challenge(&world).await;
        assert_eq!(answer(&world.anon(), &token, "backup", &codes[1]).await.code(401), "mfa.code");
        answer(&world.anon(), &token, "backup", new["backupCodes"][0].as_str().unwrap()).await.expect(200);
        // What is kept of them tells nothing.
        let kept = "select count(*) as n from backup_codes where length(code_hash) = 32 and length(salt) = 16";
        assert_eq!(world.count(kept).await, 10);
        world.settle().await;
    }

    async fn a_challenge_is_tried_five_times_and_a_person_ten(world: World) {
        let owner = world.owner().await;
        let (app, codes) = enrolled(&world, &owner).await;
        for _ in 0..2 {
            let token = challenge(&world).await;
            for _ in 0..5 {
                assert_eq!(answer(&world.anon(), &token, "backup", "00000-00000").await.code(401), "mfa.code");
            }
            assert_eq!(answer(&world.anon(), &token, "backup", &codes[0]).await.code(410), "mfa.challenge");
        }
        // A new challenge does not help.
        let token = challenge(&world).await;
        let refused = answer(&world.anon(), &token, "totp", &app.next(&world)).await;
        assert_eq!(refused.code(429), "rate.limited");
        assert!(refused.header("retry-after").parse::<u64>().unwrap() > 600);
        world.clock.advance(chrono::TimeDelta::minutes(15));
        let token = challenge(&world).await;
        answer(&world.anon(), &token, "totp", &app.next(&world)).await.expect(200);
    }

    async fn a_challenge_ends_with_its_time_and_with_the_password(world: World) {
        let owner = world.owner().await;
        let (app, _) = enrolled(&world, &owner).await;
        let late = challenge(&world).await;
        world.clock.advance(chrono::TimeDelta::minutes(10));
        assert_eq!(answer(&world.anon(), &late, "totp", &app.next(&world)).await.code(410), "mfa.challenge");
        let stolen = challenge(&world).await;
        let change = json!({"currentPassword": PASSWORD, "newPassword": "another good password"});
        owner.post("/api/users/password", change).await.expect(204);
        assert_eq!(answer(&world.anon(), &stolen, "totp", &app.next(&world)).await.code(410), "mfa.challenge");
    }

    async fn a_trusted_browser_is_not_asked_again(world: World) {
        let owner = world.owner().await;
        let (app, _) = enrolled(&world, &owner).await;
        let browser = world.anon().with("x-session-mode", "cookie");
        let trust = json!({"token": challenge(&world).await, "method": "totp", "code": app.next(&world), "trustDevice": true});
        let opened = browser.post("/api/auth/challenge", trust).await;
        assert!(opened.expect(200)["accessToken"].is_null());
        let set: Vec<_> = opened.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap().to_owned()).collect();
        let device = set.iter().find(|cookie| cookie.starts_with("rapport_device=")).expect("a cookie of the device");
        assert!(device.contains("HttpOnly") && device.contains("Max-Age=2592000"), "{device}");
        let device = device.split(';').next().unwrap();
        let trusted = browser.with("cookie", device);
        let entered = sign_in(&trusted).await;
        assert!(entered.expect(200)["challenge"].is_null());
        // Password and browser are not what is asked for what is dangerous.
        let inside = world.anon().with("cookie", &entered.cookies()).with("x-csrf-token", &csrf(&entered));
        assert_eq!(inside.post("/api/auth/mfa/backup-codes", json!({})).await.code(403), "auth.step_up");
        let confirm = json!({"method": "totp", "code": app.next(&world)});
        inside.post("/api/auth/step-up", confirm).await.expect(204);
        inside.post("/api/auth/mfa/backup-codes", json!({})).await.expect(200);
        assert!(sign_in(&browser).await.expect(200)["challenge"].is_object(), "another browser");
        // It is listed, and ends by hand.
        let shown = owner.with("cookie", device).get("/api/auth/mfa").await.expect(200)["trustedDevices"].clone();
        assert_eq!((shown.as_array().unwrap().len(), &shown[0]["current"]), (1, &json!(true)));
        let path = format!("/api/auth/mfa/devices/{}", shown[0]["id"].as_str().unwrap());
        let stranger = world.sign_up("stranger@example.com").await;
        assert_eq!(stranger.delete(&path).await.code(404), "not_found");
        owner.delete(&path).await.expect(204);
        assert!(sign_in(&trusted).await.expect(200)["challenge"].is_object());
        world.settle().await;
    }

    async fn trust_ends_after_thirty_days_and_with_the_password(world: World) {
        let owner = world.owner().await;
        let (app, _) = enrolled(&world, &owner).await;
        let browser = world.anon().with("x-session-mode", "cookie");
        let device = async || {
            let trust = json!({"token": challenge(&world).await, "method": "totp", "code": app.next(&world), "trustDevice": true});
            let cookies = browser.post("/api/auth/challenge", trust).await.cookies();
            browser.with("cookie", &cookies)
        };
        let trusted = device().await;
        world.clock.advance(chrono::TimeDelta::days(30));
        let session = sign_in(&trusted).await.expect(200);
        assert!(session["challenge"].is_object());
        let trusted = device().await;
        assert!(sign_in(&trusted).await.expect(200)["challenge"].is_null());
        let code = app.next(&world);
        let owner = owner.signed_in(&answer(&world.anon(), &challenge(&world).await, "totp", &code).await.expect(200));
        let change = json!({"currentPassword": PASSWORD, "newPassword": "another good password"});
        owner.post("/api/users/password", change).await.expect(204);
        let body = json!({"email": "owner@example.com", "password": "another good password"});
        assert!(trusted.post("/api/auth/signin", body).await.expect(200)["challenge"].is_object());
    }

    async fn signing_up_again_is_no_way_around_it(world: World) {
        let owner = world.owner().await;
        enrolled(&world, &owner).await;
        let again = world.anon().post("/api/auth/signup", sign_up_body("owner@example.com")).await;
        assert_eq!(again.code(403), "mfa.signin");
    }

    async fn without_the_app_the_password_is_enough_again(world: World) {
        let owner = world.owner().await;
        enrolled(&world, &owner).await;
        owner.delete("/api/auth/mfa/totp").await.expect(204);
        assert_eq!(owner.delete("/api/auth/mfa/totp").await.code(404), "not_found");
        assert_eq!(owner.get("/api/auth/mfa").await.expect(200)["backupCodes"]["left"], 0);
        assert_eq!(owner.post("/api/auth/mfa/backup-codes", json!({})).await.code(409), "mfa.none");
        sign_in(&world.anon()).await.expect(200)["accessToken"].as_str().expect("a session");
        world.settle().await;
        assert_eq!(world.count("select count(*) as n from events where kind = 'user.mfa.disabled'").await, 1);
    }

    async fn what_is_dangerous_asks_for_a_proof_of_the_last_minutes(world: World) {
        let owner = world.owner().await;
        let export = async || owner.get("/api/crm/contacts/export.csv").await;
        let step_up = async |body: Value| owner.post("/api/auth/step-up", body).await;
        assert_eq!(export().await.status, 200, "just signed up");
        world.clock.advance(chrono::TimeDelta::minutes(10));
        for path in ["/api/crm/contacts/export.csv", "/api/crm/companies/export.csv", "/api/crm/deals/export.csv"] {
            assert_eq!(owner.get(path).await.code(403), "auth.step_up");
        }
        for path in ["/api/auth/mfa/totp", "/api/auth/mfa/backup-codes"] {
            assert_eq!(owner.post(path, json!({})).await.code(403), "auth.step_up");
        }
        assert_eq!(owner.delete("/api/auth/mfa/totp").await.code(403), "auth.step_up");
        assert_eq!(owner.get("/api/auth/mfa").await.expect(200)["stepUp"], json!(["password"]));
        let wrong = step_up(json!({"method": "password", "password": "wrong password"})).await;
        assert_eq!(wrong.refused(422), ["password password.current"]);
        assert_eq!(step_up(json!({"method": "password"})).await.refused(422), ["password field.required"]);
        assert_eq!(step_up(json!({"method": "totp", "code": "1"})).await.refused(422), ["method mfa.method"]);
        assert_eq!(export().await.code(403), "auth.step_up");
        step_up(json!({"method": "password", "password": PASSWORD})).await.expect(204);
        assert_eq!(export().await.status, 200);
        world.settle().await;
        assert_eq!(world.count("select count(*) as n from events where kind = 'session.confirmed'").await, 1);
    }

    async fn who_has_a_second_factor_proves_that_and_not_the_password(world: World) {
        let owner = world.owner().await;
        let (app, codes) = enrolled(&world, &owner).await;
        world.clock.advance(chrono::TimeDelta::minutes(11));
        let step_up = async |body: Value| owner.post("/api/auth/step-up", body).await;
        assert_eq!(owner.get("/api/auth/mfa").await.expect(200)["stepUp"], json!(["totp", "backup"]));
        let password = step_up(json!({"method": "password", "password": PASSWORD})).await;
        assert_eq!(password.refused(422), ["method mfa.method"]);
        let code = app.code(&world);
        assert_eq!(step_up(json!({"method": "totp", "code": wrong(&code)})).await.refused(422), ["code mfa.code"]);
        assert_eq!(owner.delete("/api/auth/mfa/totp").await.code(403), "auth.step_up");
        step_up(json!({"method": "totp", "code": code})).await.expect(204);
        assert_eq!(step_up(json!({"method": "totp", "code": code})).await.refused(422), ["code mfa.code"], "taken once");
        step_up(json!({"method": "backup", "code": codes[3]})).await.expect(204);
        assert_eq!(step_up(json!({"method": "backup", "code": codes[3]})).await.refused(422), ["code mfa.code"]);
        owner.delete("/api/auth/mfa/totp").await.expect(204);
    }

    async fn a_proof_is_of_its_session_alone(world: World) {
        let owner = world.owner().await;
        world.clock.advance(chrono::TimeDelta::minutes(11));
        let other = owner.signed_in(&sign_in(&world.anon()).await.expect(200));
        assert_eq!(other.get("/api/crm/contacts/export.csv").await.status, 200);
        assert_eq!(owner.get("/api/crm/contacts/export.csv").await.code(403), "auth.step_up");
    }

    async fn where_a_second_factor_is_asked_for_nobody_gets_on_without(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        assert_eq!(owner.patch("/api/organization", json!({"mfaRequired": true})).await.code(409), "mfa.none");
        let (app, _) = enrolled(&world, &owner).await;
        let refused = agent.patch("/api/organization", json!({"mfaRequired": true})).await;
        assert_eq!(refused.code(403), "permission.denied");
        agent.get("/api/crm/contacts").await.expect(200);
        let changed = owner.patch("/api/organization", json!({"mfaRequired": true, "version": 1})).await.expect(200);
        assert_eq!((&changed["mfaRequired"], &changed["version"]), (&json!(true), &json!(2)));
        let late = owner.patch("/api/organization", json!({"mfaRequired": false, "version": 1})).await;
        assert_eq!(late.code(409), "version.conflict");
        // Everything is closed to who has none, but what leads to one.
        for path in ["/api/crm/contacts", "/api/users/profile", "/api/organization", "/api/v1/streams/all", "/api/v1/events"] {
            assert_eq!(agent.get(path).await.code(403), "mfa.required", "{path}");
        }
        assert_eq!(agent.get("/api/auth/session").await.expect(200)["factorRequired"], true);
        assert_eq!(agent.get("/api/auth/mfa").await.expect(200)["enforced"], true);
        let (theirs, _) = enrolled(&world, &agent).await;
        agent.get("/api/crm/contacts").await.expect(200);
        assert_eq!(agent.get("/api/auth/session").await.expect(200)["factorRequired"], false);
        // The last one stays as long as it is asked for, in whichever organization they work just now.
        assert_eq!(agent.delete("/api/auth/mfa/totp").await.code(409), "mfa.enforced");
        let home = agent.get("/api/auth/organizations").await.expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
        let home = agent.signed_in(&agent.post(&format!("/api/auth/organizations/{home}/switch"), json!({})).await.expect(200));
        assert_eq!(home.delete("/api/auth/mfa/totp").await.code(409), "mfa.enforced");
        world.clock.advance(chrono::TimeDelta::minutes(11));
        assert_eq!(owner.patch("/api/organization", json!({"mfaRequired": false})).await.code(403), "auth.step_up");
        owner.post("/api/auth/step-up", json!({"method": "totp", "code": app.code(&world)})).await.expect(204);
        owner.patch("/api/organization", json!({"mfaRequired": false})).await.expect(200);
        home.post("/api/auth/step-up", json!({"method": "totp", "code": theirs.next(&world)})).await.expect(204);
        home.delete("/api/auth/mfa/totp").await.expect(204);
        world.settle().await;
        assert_eq!(world.count("select count(*) as n from events where kind = 'organization.updated'").await, 2);
    }

    async fn in_another_organization_one_needs_none(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        enrolled(&world, &owner).await;
        owner.patch("/api/organization", json!({"mfaRequired": true})).await.expect(200);
        assert_eq!(agent.get("/api/crm/contacts").await.code(403), "mfa.required");
        let all = agent.get("/api/auth/organizations").await.expect(200)["items"].clone();
        let home = all.as_array().unwrap().iter().find(|one| one["role"] == "owner").unwrap()["id"].clone();
        let path = format!("/api/auth/organizations/{}/switch", home.as_str().unwrap());
        let home = agent.signed_in(&agent.post(&path, json!({})).await.expect(200));
        home.get("/api/crm/contacts").await.expect(200);
    }

    async fn what_another_program_shows_is_taken(world: World) {
        if !has_oathtool() {
            eprintln!("skipped: oathtool is not there and cannot be installed");
            return;
        }
        let owner = world.owner().await;
        let start = owner.post("/api/auth/mfa/totp", json!({})).await.expect(201);
        let shown = |world: &World| {
            let at = format!("@{}", world.clock.now().timestamp());
            let secret = start["secret"].as_str().unwrap();
            let output = Command::new("oathtool").args(["--totp", "--base32", "--now", &at, secret]).output().unwrap();
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        owner.post("/api/auth/mfa/totp/confirm", json!({"code": shown(&world)})).await.expect(200);
        world.clock.advance(chrono::TimeDelta::seconds(61));
        answer(&world.anon(), &challenge(&world).await, "totp", &shown(&world)).await.expect(200);
    }
}

/// Whether the program is there, or could be installed.
fn has_oathtool() -> bool {
    let there = || Command::new("oathtool").arg("--version").output().is_ok_and(|output| output.status.success());
    let install = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/install-packages");
    there() || (Command::new(install).arg("oathtool").status().is_ok_and(|status| status.success()) && there())
}
