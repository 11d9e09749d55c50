//! Digests by mail, from what happened to the mailbox and back by the link that ends them.

use std::fs;

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use chrono::{DateTime, TimeDelta, Utc};
use identity::Role;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use testkit::{Backend, on_both};

use crate::world::{Client, PASSWORD, World};

const OWNER: &str = "owner@example.com";
const DIGEST: &str = "/api/v1/notifications/digest";

/// Whoever has this address, signed in anew: tokens run out as time passes.
async fn again(world: &World, email: &str) -> Client {
    let answer = world.anon().post("/api/auth/signin", json!({"email": email, "password": PASSWORD})).await;
    world.anon().signed_in(&answer.expect(200))
}

/// Digests in the outbox of an organization, the newest first.
async fn digests(owner: &Client) -> Vec<Value> {
    let page = owner.get("/api/mail/outbox?limit=100").await.expect(200);
    page["items"].as_array().unwrap().iter().filter(|mail| mail["kind"] == "digest").cloned().collect()
}

/// What stands behind a part of an address in the text of a mail.
fn behind(mail: &Value, part: &str) -> String {
    let (_, rest) = mail["text"].as_str().unwrap().split_once(part).unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

/// A colleague mentions somebody on a contact of this name; gives the contact.
async fn mention(who: &Client, whom: &Client, contact: &str) -> Value {
    let contact = who.post("/api/crm/contacts", json!({"name": contact})).await.expect(201);
    let note = json!({"body": format!("Look at this @[Anna](user:{})", whom.user_id)});
    let path = format!("/api/crm/contacts/{}/notes", contact["id"].as_str().unwrap());
    who.post(&path, note).await.expect(201);
    contact
}

/// Waits for the next digest of somebody's.
async fn wait(world: &World, who: &Client) {
    let next: DateTime<Utc> = who.get(DIGEST).await.expect(200)["nextAt"].as_str().unwrap().parse().unwrap();
    world.clock.advance(next - world.clock.now());
    world.settle().await;
}

on_both! {
    async fn a_digest_is_mailed_once_the_address_is_proved_and_ended_by_its_link(world: World) {
        let owner = world.owner().await;
        let colleague = world.colleague(&owner, Role::Admin).await;
        mention(&colleague, &owner, "Before").await;
        world.settle().await;
        let preferences = owner.get("/api/v1/notifications/preferences").await.expect(200);
        assert_eq!(preferences["channels"]["email"], json!({"available": false, "address": OWNER}));
        assert_eq!(owner.get(DIGEST).await.expect(200)["nextAt"], Value::Null);
        let outbox = owner.get("/api/mail/outbox").await.expect(200);
        let asked = |mail: &&Value| mail["kind"] == "verify-email" && mail["to"] == OWNER;
        let token = behind(outbox["items"].as_array().unwrap().iter().find(asked).unwrap(), "/auth/verify#");
        world.anon().post("/api/auth/email/verify", json!({"token": token})).await.expect(200);

        let contact = mention(&colleague, &owner, "Elena Sokolova").await;
        world.settle().await;
        let next = owner.get(DIGEST).await.expect(200);
        assert_eq!((&next["count"], &next["groups"][0]["title"]), (&json!(1), &json!("Elena Sokolova")));
        assert_eq!(digests(&owner).await.len(), 0);
        wait(&world, &owner).await;
        let owner = again(&world, OWNER).await;
        let [digest] = &digests(&owner).await[..] else { panic!("not one digest") };
        assert_eq!((&digest["to"], &digest["subject"]), (&json!(OWNER), &json!("1 notification from Rapport")));
        let (text, html) = (digest["text"].as_str().unwrap(), digest["html"].as_str().unwrap());
        let link = format!("/contacts/{}", contact["id"].as_str().unwrap());
        assert!(text.contains("Elena Sokolova\n- Anna Kowalska mentioned you in a note\n"), "{text}");
        assert!(text.contains(&link) && html.contains(&link) && html.contains("/settings/notifications"), "{html}");
        assert!(!text.contains("Before"), "what happened before the proof was not planned for it");
        world.clock.advance(TimeDelta::days(1));
        world.settle().await;
        let owner = again(&world, OWNER).await;
        assert_eq!(digests(&owner).await.len(), 1);

        let path = format!("{DIGEST}/unsubscribe?token={}", behind(digest, "/auth/unsubscribe#"));
        let looked = world.anon().get(&path).await;
        assert_eq!(looked.status, StatusCode::SEE_OTHER);
        assert!(looked.header("location").contains("/auth/unsubscribe#"));
        world.anon().post(&path, json!({})).await.expect(204);
        let preferences = owner.get("/api/v1/notifications/preferences").await.expect(200);
        assert_eq!(preferences["digestTimes"], json!([]));
        assert_eq!(owner.get(DIGEST).await.expect(200)["nextAt"], Value::Null);
        world.settle().await;
    }
}

/// The address of the SMTP server that `scripts/with-smtp` has started, and its folder; none without it.
fn smtp() -> Option<(String, String)> {
    let Some(folder) = settings::test_variable("SMTP") else {
        eprintln!("not tested: scripts/with-smtp starts the server that this needs");
        return None;
    };
    let ports = fs::read_to_string(format!("{folder}/ports")).unwrap();
    let port = ports.lines().find_map(|line| line.strip_prefix("plain ")).unwrap();
    Some((format!("smtp://127.0.0.1:{port}?tls=none"), folder))
}

#[tokio::test]
async fn a_digest_arrives_with_the_header_by_which_a_mail_program_ends_it() {
    let Some((url, folder)) = smtp() else { return };
    let environment = [
        ("RAPPORT_MAIL_TRANSPORT", "smtp"),
        ("RAPPORT_MAIL_SMTP_URL", url.as_str()),
        ("RAPPORT_PUBLIC_URL", "https://crm.example.com"),
    ];
    let world = World::open_with(Backend::Sqlite, &environment).await.unwrap();
    let email = "digest.server@mail.example.org";
    let owner = world.sign_up(email).await;
    let colleague = world.colleague(&owner, Role::Admin).await;
    let sql = "update users set email_verified_at = $1 where email = $2";
    let values = [world.clock.now().into(), email.into()];
    let tx = world.db().begin_system().await.unwrap();
    tx.execute_raw(Statement::from_sql_and_values(world.db().backend(), sql, values)).await.unwrap();
    tx.commit().await.unwrap();
    mention(&colleague, &owner, "Elena Sokolova").await;
    world.settle().await;
    wait(&world, &owner).await;

    let files = fs::read_dir(format!("{folder}/mail/{email}")).unwrap();
    let mails: Vec<String> = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    let digests: Vec<&String> = mails.iter().filter(|mail| mail.contains("List-Unsubscribe: ")).collect();
    let [digest] = &digests[..] else { panic!("not one digest: {mails:?}") };
    assert!(digest.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{digest}");
    assert!(digest.contains("\r\nSubject: 1 notification from Rapport\r\n"), "{digest}");
    let header = digest.lines().find_map(|line| line.strip_prefix("List-Unsubscribe: <")).unwrap();
    let path = header.trim_end_matches('>').strip_prefix("https://crm.example.com").unwrap();
    let (body, kind) = (Body::from("List-Unsubscribe=One-Click"), Some("application/x-www-form-urlencoded"));
    assert_eq!(world.anon().send(Method::POST, path, body, kind).await.status, StatusCode::NO_CONTENT);
    let preferences = again(&world, email).await.get("/api/v1/notifications/preferences").await.expect(200);
    assert_eq!(preferences["digestTimes"], json!([]));
}
