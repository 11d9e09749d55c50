//! Keys of programs: what they open, what they never do, and when they end.

use identity::Role;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{Answer, Client, World};

const PATH: &str = "/api/api-keys";

fn given(permissions: &[&str]) -> Value {
    json!({"name": "Website", "permissions": permissions, "expiresAt": null})
}

/// A key with these permissions, as it is shown, and its token.
pub async fn made(client: &Client, permissions: &[&str]) -> (Value, String) {
    let answer = client.post(PATH, given(permissions)).await.expect(201);
    (answer["apiKey"].clone(), answer["key"].as_str().unwrap().to_owned())
}

/// A program that has the key.
fn program(world: &World, key: &str) -> Client {
    world.anon().with("authorization", &format!("Bearer {key}"))
}

async fn run(world: &World, sql: &str, values: Vec<sea_orm::Value>) {
    let tx = world.db().begin_system().await.unwrap();
    tx.execute_raw(Statement::from_sql_and_values(world.db().backend(), sql, values)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn shown(owner: &Client) -> Value {
    owner.get(PATH).await.expect(200)["items"][0].clone()
}

on_both! {
    async fn a_key_does_what_it_was_given_and_stands_for_it(world: World) {
        let owner = world.owner().await;
        let (key, token) = made(&owner, &["crm.contacts.write", "crm.contacts.read"]).await;
        assert!(token.starts_with("rk_") && key["prefix"] == format!("{}…", &token[..9]), "{key}");
        assert_eq!(key["permissions"], json!(["crm.contacts.read", "crm.contacts.write"]));
        assert_eq!((&key["state"], &key["createdBy"]["name"]), (&json!("active"), &json!("Anna Kowalska")));
        let program = program(&world, &token);
        let contact = program.post("/api/crm/contacts", json!({"name": "Boris"})).await.expect(201);
        assert_eq!(program.get("/api/crm/companies").await.code(403), "permission.denied");
        let timeline = format!("/api/crm/contacts/{}/timeline", contact["id"].as_str().unwrap());
        let made = owner.get(&timeline).await.expect(200)["items"][0]["actor"].clone();
        assert_eq!(made, json!({"kind": "api_key", "id": key["id"], "name": "Website"}));
        world.settle().await;
        let sql = "select count(*) as n from events where kind = 'contact.created' and actor_kind = 'api_key'";
        assert_eq!(world.count(sql).await, 1);
        assert!(shown(&owner).await["lastUsedAt"].is_string());
        let kept = "select count(*) as n from api_keys where prefix like 'rk_%'";
        assert_eq!(world.count(kept).await, 1);
        let view = owner.get(PATH).await;
        assert!(!String::from_utf8(view.bytes).unwrap().contains(&token), "shown this once");
    }

    async fn a_key_is_never_more_than_who_made_it(world: World) {
        let owner = world.owner().await;
        let admin = world.colleague(&owner, Role::Admin).await;
        assert_eq!(admin.post(PATH, given(&["bd.accounts.purchase"])).await.refused(422), ["permissions keys.beyond"]);
        assert_eq!(admin.post(PATH, given(&["crm.all"])).await.refused(422), ["permissions keys.unknown"]);
        assert_eq!(admin.post(PATH, given(&[])).await.refused(422), ["permissions field.required"]);
        let (_, token) = made(&admin, &["crm.contacts.read", "crm.contacts.purge"]).await;
        let program = program(&world, &token);
        let contact = owner.post("/api/crm/contacts", json!({"name": "Boris", "ownerId": owner.user_id})).await.expect(201);
        let path = format!("/api/crm/contacts/{}", contact["id"].as_str().unwrap());
        program.get(&path).await.expect(200);
        // The maker becomes an agent: the key loses what agents may not do, and what they do not reach.
        let role = "update memberships set roles = '[\"agent\"]' where user_id = $1 and org_id = $2";
        run(&world, role, vec![admin.user_id.into(), owner.org_id.into()]).await;
        assert_eq!(program.get(&path).await.code(404), "not_found");
        assert_eq!(program.delete(&format!("{path}/purge")).await.code(403), "permission.denied");
        // The maker leaves: the key is none.
        let gone = "delete from memberships where user_id = $1 and org_id = $2";
        run(&world, gone, vec![admin.user_id.into(), owner.org_id.into()]).await;
        assert_eq!(program.get("/api/crm/contacts").await.code(401), "auth.token");
    }

    async fn a_key_makes_no_owners_and_repeats_nothing(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let (_, token) = made(&owner, &["team.members.write", "crm.contacts.read", "crm.contacts.write"]).await;
        let program = program(&world, &token);
        let path = format!("/api/team/members/{}/role", agent.user_id);
        assert_eq!(program.put(&path, json!({"roles": ["owner"]})).await.code(403), "members.owner");
        let invitation = json!({"emails": ["new@example.com"], "roles": ["owner"]});
        assert_eq!(program.post("/api/team/members/invite", invitation).await.code(403), "members.owner");
        // The mark of a request and its answer are the key's, and not its maker's.
        let body = json!({"name": "Boris"});
        let once = program.with("idempotency-key", "once");
        let (one, two) = (once.post("/api/crm/contacts", body.clone()).await, once.post("/api/crm/contacts", body.clone()).await);
        assert_eq!(one.expect(201)["id"], two.expect(201)["id"]);
        let makers = owner.with("idempotency-key", "once").post("/api/crm/contacts", body).await;
        assert_ne!(makers.expect(201)["id"], one.json()["id"]);
        world.settle().await;
    }

    async fn a_key_opens_nothing_that_is_its_makers_own(world: World) {
        let owner = world.owner().await;
        let all: Vec<&str> = contracts::permissions::ALL.iter().map(|permission| permission.name).collect();
        let (key, token) = made(&owner, &all).await;
        let program = program(&world, &token);
        for path in ["/api/auth/session", "/api/auth/mfa", "/api/users/profile", PATH, "/api/v1/notifications"] {
            assert_eq!(program.get(path).await.code(403), "auth.key", "{path}");
        }
        assert_eq!(program.post(PATH, given(&["crm.contacts.read"])).await.code(403), "auth.key");
        assert_eq!(program.post("/api/auth/organizations", json!({"name": "x"})).await.code(403), "auth.key");
        // Neither what asks for a fresh proof.
        assert_eq!(program.get("/api/crm/contacts/export.csv").await.code(403), "auth.key");
        assert_eq!(program.patch("/api/organization", json!({"mfaRequired": true})).await.code(403), "auth.key");
        program.get("/api/crm/contacts").await.expect(200);
        assert_eq!(program.delete(&format!("{PATH}/{}", key["id"].as_str().unwrap())).await.code(403), "auth.key");
    }

    async fn a_key_ends_when_it_is_revoked_or_over(world: World) {
        let owner = world.owner().await;
        let (key, token) = made(&owner, &["crm.contacts.read"]).await;
        let first = program(&world, &token);
        first.get("/api/crm/contacts").await.expect(200);
        let path = format!("{PATH}/{}", key["id"].as_str().unwrap());
        owner.delete(&path).await.expect(204);
        assert_eq!(first.get("/api/crm/contacts").await.code(401), "auth.token");
        owner.delete(&path).await.expect(204);
        assert_eq!(shown(&owner).await["state"], "revoked");
        assert_eq!(owner.patch(&path, json!({"name": "x"})).await.code(409), "keys.revoked");
        let soon = world.clock.now() + chrono::TimeDelta::minutes(5);
        let limited = json!({"name": "Fair", "permissions": ["crm.contacts.read"], "expiresAt": soon});
        let answer = owner.post(PATH, limited).await.expect(201);
        let second = program(&world, answer["key"].as_str().unwrap());
        second.get("/api/crm/contacts").await.expect(200);
        world.clock.advance(chrono::TimeDelta::minutes(5));
        assert_eq!(second.get("/api/crm/contacts").await.code(401), "auth.token");
        assert_eq!(shown(&owner).await["state"], "expired");
        let past = json!({"name": "Fair", "permissions": ["crm.contacts.read"], "expiresAt": soon});
        assert_eq!(owner.post(PATH, past).await.refused(422), ["expiresAt keys.past"]);
        for unknown in ["rk_", "rk_AAAA", &token[..token.len() - 1]] {
            assert_eq!(program(&world, unknown).get("/api/crm/contacts").await.code(401), "auth.token");
        }
        world.settle().await;
        assert_eq!(world.count("select count(*) as n from events where kind = 'api_key.revoked'").await, 1);
    }

    async fn a_key_is_changed_by_who_knows_it_and_its_last_use_is_written_now_and_then(world: World) {
        let owner = world.owner().await;
        let (key, token) = made(&owner, &["crm.contacts.read"]).await;
        let path = format!("{PATH}/{}", key["id"].as_str().unwrap());
        let wider = json!({"permissions": ["crm.companies.read"], "version": 1});
        let changed = owner.patch(&path, wider.clone()).await.expect(200);
        assert_eq!((&changed["version"], &changed["permissions"]), (&json!(2), &json!(["crm.companies.read"])));
        assert_eq!(owner.patch(&path, wider).await.code(409), "version.conflict");
        let program = program(&world, &token);
        assert_eq!(program.get("/api/crm/contacts").await.code(403), "permission.denied");
        let first = shown(&owner).await["lastUsedAt"].clone();
        world.clock.advance(chrono::TimeDelta::seconds(59));
        program.get("/api/crm/companies").await.expect(200);
        assert_eq!(shown(&owner).await["lastUsedAt"], first);
        world.clock.advance(chrono::TimeDelta::seconds(1));
        program.get("/api/crm/companies").await.expect(200);
        assert_ne!(shown(&owner).await["lastUsedAt"], first);
        world.clock.advance(chrono::TimeDelta::minutes(10));
        assert_eq!(owner.post(PATH, given(&["crm.contacts.read"])).await.code(403), "auth.step_up");
        let stranger = world.sign_up("stranger@example.com").await;
        assert_eq!(stranger.delete(&path).await.code(404), "not_found");
        assert_eq!(stranger.get(PATH).await.expect(200)["items"], json!([]));
    }

    async fn a_key_is_kept_out_where_its_maker_is_and_is_not_replayed(world: World) {
        let owner = world.owner().await;
        let keyed = owner.with("idempotency-key", "once");
        let one: Answer = keyed.post(PATH, given(&["crm.contacts.read"])).await;
        let two = keyed.post(PATH, given(&["crm.contacts.read"])).await;
        assert_ne!(one.expect(201)["key"], two.expect(201)["key"], "the answer is kept nowhere");
        let agent = world.colleague(&owner, Role::Agent).await;
        assert_eq!(agent.get(PATH).await.code(403), "permission.denied");
        let (_, token) = made(&owner, &["crm.contacts.read"]).await;
        run(&world, "update organizations set mfa_required = true where id = $1", vec![owner.org_id.into()]).await;
        assert_eq!(program(&world, &token).get("/api/crm/contacts").await.code(403), "mfa.required");
    }
}
