//! The audit log: what stands in it, who reads it, and that what was tampered with is found.

use contracts::ports::Sessions;
use identity::Role;
use kernel::{OrgId, Scope};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{Client, World};

const PATH: &str = "/api/audit";

async fn lines(client: &Client, query: &str) -> Vec<Value> {
    client.get(&format!("{PATH}{query}")).await.expect(200)["items"].as_array().unwrap().clone()
}

fn actions(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["action"].as_str().unwrap()).collect()
}

/// A contact that was made and renamed.
async fn renamed(world: &World, owner: &Client) -> Uuid {
    let contact = owner.post("/api/crm/contacts", json!({"name": "Boris"})).await.expect(201);
    let id: Uuid = contact["id"].as_str().unwrap().parse().unwrap();
    owner.patch(&format!("/api/crm/contacts/{id}"), json!({"jobTitle": "CTO"})).await.expect(200);
    world.settle().await;
    id
}

/// Somebody who writes to the database beside us.
async fn tamper(world: &World, owner: &Client, sql: &str) {
    let tx = world.db().begin(&Scope::system(OrgId(owner.org_id), "tamper")).await.unwrap();
    let done = tx.execute_unprepared(sql).await.unwrap();
    assert!(done.rows_affected() > 0, "{sql}");
    tx.commit().await.unwrap();
}

async fn verified(client: &Client) -> Value {
    client.get(&format!("{PATH}/verify")).await.expect(200)
}

on_both! {
    async fn a_line_says_who_did_what_when_and_from_where(world: World) {
        let owner = world.owner().await;
        // Its first pipeline.
        world.settle().await;
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";
        let again = json!({"email": "owner@example.com", "password": crate::world::PASSWORD});
        let session = world.anon().with("user-agent", firefox).post("/api/auth/signin", again).await.expect(200);
        let owner = owner.signed_in(&session);
        let contact = renamed(&world, &owner).await;
        let all = lines(&owner, "?limit=3").await;
        assert_eq!(actions(&all), ["contact.updated", "contact.created", "user.signed_in"]);
        let line = &all[0];
        assert_eq!(line["actor"], json!({"kind": "user", "id": owner.user_id, "name": "Anna Kowalska"}));
        assert_eq!(line["subject"], json!({"kind": "contact", "ids": [contact], "count": 1}));
        assert_eq!(line["changes"], json!([{"field": "jobTitle", "before": null, "after": "CTO"}]));
        assert_eq!(line["device"], "Firefox, Linux");
        assert!(line["ip"].is_string() && line["requestId"].is_string() && line["at"].is_string(), "{line}");
        assert_eq!(all[2]["device"], "Firefox, Linux", "of the session that this opened");
        let numbers: Vec<_> = all.iter().map(|line| line["number"].as_i64().unwrap()).collect();
        assert!(numbers.windows(2).all(|pair| pair[0] == pair[1] + 1), "{numbers:?}");
    }

    async fn lines_are_found_by_time_actor_action_and_subject(world: World) {
        let owner = world.owner().await;
        let contact = renamed(&world, &owner).await;
        let later = world.clock.now() + chrono::TimeDelta::minutes(1);
        world.clock.advance(chrono::TimeDelta::minutes(2));
        owner.post("/api/crm/companies", json!({"name": "Acme"})).await.expect(201);
        world.settle().await;
        let of_contact = lines(&owner, &format!("?subject={contact}")).await;
        assert_eq!(actions(&of_contact), ["contact.updated", "contact.created"]);
        assert_eq!(actions(&lines(&owner, "?subject=company").await), ["company.created"]);
        assert_eq!(actions(&lines(&owner, "?action=contact.created").await), ["contact.created"]);
        assert_eq!(actions(&lines(&owner, "?action=contact.").await).len(), 2);
        let at = later.format("%Y-%m-%dT%H:%M:%SZ");
        assert_eq!(actions(&lines(&owner, &format!("?from={at}")).await), ["company.created"]);
        assert!(!actions(&lines(&owner, &format!("?to={at}")).await).contains(&"company.created"));
        assert_eq!(lines(&owner, &format!("?actor={contact}")).await, Vec::<Value>::new());
        let page = owner.get(&format!("{PATH}?limit=2")).await.expect(200);
        let next = page["page"]["nextCursor"].as_str().unwrap();
        let rest = lines(&owner, &format!("?limit=2&cursor={next}")).await;
        assert_eq!(rest[0]["number"].as_i64(), page["items"][1]["number"].as_i64().map(|number| number - 1));
        assert_eq!(owner.get(&format!("{PATH}?subject=a-b")).await.refused(422), ["subject field.type"]);
    }

    async fn everybody_reads_what_they_did_and_those_who_may_read_all(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        renamed(&world, &owner).await;
        agent.post("/api/crm/contacts", json!({"name": "Clara"})).await.expect(201);
        world.settle().await;
        let own = lines(&agent, "").await;
        assert!(own.iter().all(|line| line["actor"]["id"] == json!(agent.user_id)), "{own:?}");
        assert_eq!(actions(&own), ["contact.created"]);
        assert_eq!(lines(&agent, &format!("?actor={}", owner.user_id)).await, Vec::<Value>::new());
        assert_eq!(agent.get(&format!("{PATH}/verify")).await.code(403), "permission.denied");
        assert_eq!(agent.get(&format!("{PATH}/export.csv")).await.code(403), "permission.denied");
        let stranger = world.sign_up("stranger@example.com").await;
        world.settle().await;
        let theirs = lines(&stranger, "").await;
        let of_us = |line: &Value| [json!(owner.user_id), json!(agent.user_id)].contains(&line["actor"]["id"]);
        assert!(!theirs.is_empty() && !theirs.iter().any(of_us), "{theirs:?}");
        assert_eq!(verified(&stranger).await["lines"], theirs.len());
        // A key's own are the key's, and not its maker's.
        let (key, token) = crate::keys::made(&owner, &["crm.contacts.read", "crm.contacts.write"]).await;
        let program = world.anon().with("authorization", &format!("Bearer {token}"));
        program.post("/api/crm/contacts", json!({"name": "Dora"})).await.expect(201);
        world.settle().await;
        let of_key = lines(&program, "").await;
        assert_eq!(actions(&of_key), ["contact.created"]);
        assert_eq!(of_key[0]["actor"]["id"], key["id"]);
    }

    async fn a_request_id_that_comes_again_tells_nothing_of_others(world: World) {
        let owner = world.owner().await;
        let admin = world.colleague(&owner, Role::Admin).await;
        let (one, two) = (owner.with("x-request-id", "the-same"), admin.with("x-request-id", "the-same"));
        let contact = one.post("/api/crm/contacts", json!({"name": "Boris"})).await.expect(201);
        let path = format!("/api/crm/contacts/{}", contact["id"].as_str().unwrap());
        one.patch(&path, json!({"jobTitle": "CTO"})).await.expect(200);
        two.patch(&path, json!({"jobTitle": "CEO"})).await.expect(200);
        world.settle().await;
        let all = lines(&owner, &format!("?subject={}", contact["id"].as_str().unwrap())).await;
        assert_eq!(all[0]["changes"], json!([{"field": "jobTitle", "before": "CTO", "after": "CEO"}]), "the admin's");
        assert_eq!((all[1]["requestId"].as_str(), all[2]["requestId"].as_str()), (Some("the-same"), Some("the-same")));
        let says = |line: &Value, title: &str| line["changes"].to_string().contains(title);
        assert!(says(&all[1], "CTO") && !says(&all[1], "CEO"), "{}", all[1]);
        assert!(!says(&all[2], "CTO"), "made before: {}", all[2]);
    }

    async fn an_event_without_a_line_is_a_fault(world: World) {
        let owner = world.owner().await;
        renamed(&world, &owner).await;
        assert_eq!((&verified(&owner).await["intact"], &verified(&owner).await["missing"]), (&json!(true), &json!(0)));
        let sql = "insert into event_dead_letters (handler, event_id, org_id, error, failed_at) \
                   select 'audit.write', event_id, org_id, 'away', at from audit_lines where number = 1";
        tamper(&world, &owner, sql).await;
        let found = verified(&owner).await;
        assert_eq!((&found["intact"], &found["brokenAt"], &found["missing"]), (&json!(false), &json!(null), &json!(1)));
        let chains = server::commands::audit::chains(&world.app.audit, world.app.identity.as_ref()).await.unwrap();
        assert!(!chains[0].1.intact);
    }

    async fn the_file_has_every_line_and_taking_it_is_one(world: World) {
        let owner = world.owner().await;
        renamed(&world, &owner).await;
        let answer = owner.get(&format!("{PATH}/export.csv?action=contact.")).await;
        let file = String::from_utf8(answer.bytes).unwrap();
        let rows: Vec<&str> = file.trim_end().split("\r\n").collect();
        assert_eq!(rows.len(), 3, "{file}");
        assert!(rows[0].starts_with("\u{FEFF}number,at,actorKind") && rows[1].contains("jobTitle: null → \"\"CTO\"\""), "{file}");
        world.settle().await;
        let taken = lines(&owner, "?limit=1").await;
        assert_eq!(actions(&taken), ["audit.exported"]);
        let asked = json!([
            {"field": "action", "before": null, "after": "contact."},
            {"field": "lines", "before": null, "after": 2},
        ]);
        assert_eq!(taken[0]["changes"], asked);
        world.clock.advance(chrono::TimeDelta::minutes(10));
        assert_eq!(owner.get(&format!("{PATH}/export.csv")).await.code(403), "auth.step_up");
    }

    async fn what_was_tampered_with_is_found(world: World) {
        let owner = world.owner().await;
        renamed(&world, &owner).await;
        let good = verified(&owner).await;
        assert_eq!((&good["intact"], &good["brokenAt"]), (&json!(true), &json!(null)));
        let last = good["lines"].as_i64().unwrap();
        let all = lines(&owner, "?limit=1").await;
        assert_eq!((&all[0]["number"], &all[0]["hash"]), (&json!(last), &good["head"]));
        let broken = |answer: Value| {
            assert_eq!(answer["intact"], false, "{answer}");
            answer["brokenAt"].as_i64().unwrap()
        };
        let again = |before: i64, sql: String| {
            let (world, owner) = (&world, &owner);
            async move {
                tamper(world, owner, &sql).await;
                assert_eq!(broken(verified(owner).await), before, "{sql}");
            }
        };
        again(2, "update audit_lines set action = 'nothing.happened' where number = 2".to_owned()).await;
        again(1, "update audit_lines set at = '2026-01-01T00:00:00+00:00' where number = 1".to_owned()).await;
        again(1, "delete from audit_lines where number = 1".to_owned()).await;
    }

    async fn history_that_was_rewritten_and_a_chain_that_was_cut_are_found(world: World) {
        let owner = world.owner().await;
        renamed(&world, &owner).await;
        let chains = server::commands::audit::chains(&world.app.audit, world.app.identity.as_ref()).await.unwrap();
        assert!(chains.len() == 1 && chains[0].1.intact);
        let last = verified(&owner).await["lines"].as_i64().unwrap();
        tamper(&world, &owner, &format!("delete from audit_lines where number = {last}")).await;
        assert_eq!(verified(&owner).await["brokenAt"], last, "its end is missing");
        tamper(&world, &owner, &format!("update audit_chains set number = {}", last - 1)).await;
        assert_eq!(verified(&owner).await["brokenAt"], last - 1, "the head is another");
        let chains = server::commands::audit::chains(&world.app.audit, world.app.identity.as_ref()).await.unwrap();
        assert!(!chains[0].1.intact);
    }

    async fn who_is_deleted_for_good_is_forgotten_and_the_chain_holds(world: World) {
        let owner = world.owner().await;
        let contact = renamed(&world, &owner).await;
        let path = format!("/api/crm/contacts/{contact}");
        owner.delete(&path).await;
        owner.delete(&format!("{path}/purge")).await.expect(204);
        world.settle().await;
        let of_contact = lines(&owner, &format!("?subject={contact}")).await;
        assert_eq!(actions(&of_contact), ["contact.purged", "contact.deleted", "contact.updated", "contact.created"]);
        assert!(of_contact.iter().all(|line| line["changes"] == json!([])), "{of_contact:?}");
        assert_eq!(verified(&owner).await["intact"], true);
        // What is not blank must say what it said.
        let renamed = renamed(&world, &owner).await;
        let made = lines(&owner, &format!("?subject={renamed}&action=contact.updated")).await;
        tamper(&world, &owner, "update change_log set after = '{\"jobTitle\": \"CEO\"}' where action = 'updated' and after is not null and subject_kind = 'contact'").await;
        assert_eq!(verified(&owner).await["brokenAt"], made[0]["number"]);
    }

    async fn the_device_of_a_session_is_told_by_its_id(world: World) {
        let owner = world.owner().await;
        let session: Uuid =
            owner.get("/api/auth/session").await.expect(200)["sessionId"].as_str().unwrap().parse().unwrap();
        let identity = &world.app.identity;
        assert!(identity.device(session).await.unwrap().is_some());
        assert!(identity.device(Uuid::nil()).await.unwrap().is_none());
        let statement = Statement::from_string(world.db().backend(), "select count(*) as n from events where session_id is null");
        let row = world.db().system_reader().query_one_raw(statement).await.unwrap().unwrap();
        assert!(row.try_get::<i64>("", "n").unwrap() > 0, "nobody is signed in at sign-up");
    }
}
