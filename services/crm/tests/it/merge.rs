//! Merging contacts and companies, and taking that apart.

use std::{collections::HashMap, sync::Arc};

use batches::{BatchRecord, Children, Deed, PortError, PutBack};
use contracts::ports::Clients;
use crm::Crm;
use db::Tx;
use kernel::{Level, Levels, Reach, Scope};
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{World, id_of, texts};

const CONTACTS: &str = "/api/crm/contacts";
const COMPANIES: &str = "/api/crm/companies";

async fn new(world: &World, list: &str, body: Value) -> String {
    world.tick();
    id_of(&world.post(&world.manager, list, body).await)
}

fn at(list: &str, id: &str) -> String {
    format!("{list}/{id}")
}

async fn merge(world: &World, list: &str, body: Value) -> Value {
    world.tick();
    world.ok(&world.manager, "POST", &format!("{list}/merge"), body, 200).await
}

async fn unmerge(world: &World, list: &str, merged: &Value) -> Value {
    world.tick();
    let body = json!({"batchId": merged["batch"]["id"]});
    world.ok(&world.manager, "POST", &format!("{list}/unmerge"), body, 200).await
}

/// A record without what every change changes.
async fn kept(world: &World, list: &str, id: &str) -> Value {
    let mut record = world.get(&world.manager, &at(list, id)).await;
    record["version"].take();
    record["updatedAt"].take();
    record
}

async fn identities(world: &World) -> Vec<String> {
    let mut rows = world.raw(&world.manager, "record_identities", "record_kind, kind, value").await;
    rows.sort();
    rows
}

/// `field code` of what was refused.
async fn refused(world: &World, list: &str, body: Value) -> Vec<String> {
    let (status, answer) = world.call(&world.manager, "POST", &format!("{list}/merge"), body).await;
    assert_eq!(status, 422, "{answer}");
    let text = |one: &Value| format!("{} {}", one["field"].as_str().unwrap(), one["code"].as_str().unwrap());
    answer["details"].as_array().unwrap().iter().map(text).collect()
}

/// What hangs on records elsewhere and cannot follow.
struct Broken;

#[async_trait::async_trait]
impl Children for Broken {
    fn kind(&self) -> BatchRecord {
        BatchRecord::Deal
    }

    async fn follow(&self, _: &Tx, _: &batches::Merge) -> Result<u64, PortError> {
        Err("broken".into())
    }

    async fn put_back(&self, _: &Tx, _: HashMap<Uuid, Deed>) -> Result<PutBack, PortError> {
        Err("broken".into())
    }
}

on_both! {
    async fn contacts_become_one_that_has_what_they_had(world: World) {
        let one = new(&world, CONTACTS, json!({"name": "Anna", "emails": ["a@example.com"], "tags": ["VIP"], "custom": {"a": 1}})).await;
        let two = json!({"name": "A. Kowalska", "emails": ["b@example.com"], "tags": ["vip", "new"], "jobTitle": "CEO",
            "companyName": "Acme", "custom": {"a": 2, "b": 2}, "doNotContact": true});
        let two = new(&world, CONTACTS, two).await;
        let three = new(&world, CONTACTS, json!({"name": "Anna K", "jobTitle": "CFO", "telegramUsername": "k_kowalska"})).await;
        let body = json!({"into": one, "from": [two, three], "fields": {"name": two, "jobTitle": three}, "versions": {&one: 1}});
        let merged = merge(&world, CONTACTS, body).await;
        let record = &merged["record"];
        let expected = json!({"id": one, "name": "A. Kowalska", "emails": ["a@example.com", "b@example.com"],
            "tags": ["VIP", "new"], "jobTitle": "CFO", "companyName": "Acme", "telegramUsername": "k_kowalska",
            "custom": {"a": 1, "b": 2}, "doNotContact": true, "version": 2, "mergedInto": null, "deletedAt": null});
        for (field, value) in expected.as_object().unwrap() {
            assert_eq!(&record[field], value, "{field}");
        }
        let batch = &merged["batch"];
        assert_eq!((&batch["kind"], &batch["action"], &batch["status"]), (&json!("merge"), &json!("merge"), &json!("completed")));
        assert_eq!((&batch["recordType"], &batch["done"]), (&json!("contact"), &json!(3)));
        assert_eq!(texts(&world.get(&world.manager, CONTACTS).await, "/id"), [one.as_str()]);
        assert_eq!(world.get(&world.manager, &format!("{CONTACTS}?trash=true")).await["page"]["total"], 0);
        assert_eq!(texts(&world.get(&world.manager, &format!("{CONTACTS}?search=anna")).await, "/id"), Vec::<String>::new());
        assert_eq!(texts(&world.get(&world.manager, &format!("{CONTACTS}?search=acme")).await, "/id"), [one.as_str()]);
        assert_eq!(world.get(&world.manager, "/api/search?q=anna").await["items"], json!([]));
        let gone = world.get(&world.manager, &at(CONTACTS, &two)).await;
        assert_eq!((&gone["mergedInto"], &gone["name"]), (&json!(one), &json!("A. Kowalska")));
        assert!(gone["deletedAt"].is_string());
        assert_eq!((world.events("contact.merged").await, world.events("contact.deleted").await), (1, 0));
    }

    async fn who_is_whom_by_merging_is_known_from_any_of_them(world: World) {
        let mut made = Vec::new();
        for name in ["A", "B", "C", "D"] {
            made.push(new(&world, CONTACTS, json!({"name": name})).await);
        }
        // A became B, which became C; D is somebody else.
        merge(&world, CONTACTS, json!({"into": made[1], "from": [made[0]]})).await;
        merge(&world, CONTACTS, json!({"into": made[2], "from": [made[1]]})).await;
        let ids: Vec<Uuid> = made.iter().map(|id| id.parse().unwrap()).collect();
        let unknown = Uuid::from_u128(7);
        let asked = [ids[0], ids[1], ids[2], ids[3], unknown];
        let mut people = world.crm.same_people(&world.manager, &asked).await.unwrap();
        for all in people.values_mut() {
            all.sort_unstable();
        }
        for id in &ids[..3] {
            assert_eq!(people[id], ids[..3], "{id}");
        }
        assert_eq!((&people[&ids[3]], &people[&unknown]), (&vec![ids[3]], &vec![unknown]));
        let elsewhere = world.crm.same_people(&world.stranger, &ids[..1]).await.unwrap();
        assert_eq!(elsewhere[&ids[0]], ids[..1]);
        let words = world.crm.words_of_many(&world.manager, &asked).await.unwrap();
        assert_eq!(words.keys().copied().collect::<std::collections::BTreeSet<_>>(), std::collections::BTreeSet::from([ids[2], ids[3]]), "in use");
    }

    async fn what_was_merged_is_left_alone(world: World) {
        let one = new(&world, CONTACTS, json!({"name": "A"})).await;
        let two = new(&world, CONTACTS, json!({"name": "B"})).await;
        merge(&world, CONTACTS, json!({"into": one, "from": [two]})).await;
        let path = at(CONTACTS, &two);
        let merged = (409, "record.merged".to_owned());
        for (method, path, body) in [
            ("PATCH", path.clone(), json!({"name": "C"})),
            ("PUT", path.clone(), json!({"name": "C"})),
            ("POST", format!("{path}/restore"), Value::Null),
            ("DELETE", format!("{path}/purge"), Value::Null),
            ("POST", format!("{path}/notes"), json!({"body": "x"})),
            ("POST", format!("{CONTACTS}/merge"), json!({"into": one, "from": [two]})),
            ("POST", format!("{CONTACTS}/merge"), json!({"into": two, "from": [one]})),
        ] {
            assert_eq!(world.refused(&world.manager, method, &path, body).await, merged, "{method} {path}");
        }
        world.ok(&world.manager, "DELETE", &path, Value::Null, 204).await;
        for body in [json!({"action": "restore", "ids": [two]}), json!({"action": "restore", "all": true})] {
            world.ok(&world.manager, "POST", &format!("{CONTACTS}/bulk"), body, 202).await;
        }
        world.settle().await;
        let gone = world.get(&world.manager, &path).await;
        assert_eq!((&gone["mergedInto"], &gone["version"]), (&json!(one), &json!(2)));
    }

    async fn a_merge_that_makes_no_sense_is_refused(world: World) {
        let one = new(&world, CONTACTS, json!({"name": "A"})).await;
        let two = new(&world, CONTACTS, json!({"name": "B"})).await;
        let company = new(&world, COMPANIES, json!({"name": "A"})).await;
        let foreign = id_of(&world.post(&world.stranger, CONTACTS, json!({"name": "A"})).await);
        let unknown = refused(&world, CONTACTS, json!({"into": foreign, "from": [two, company]})).await;
        assert_eq!(unknown, ["into reference.unknown", "from[1] reference.unknown"]);
        assert_eq!(refused(&world, CONTACTS, json!({"into": one, "from": [one]})).await, ["from[0] merge.itself"]);
        let fields = json!({"into": one, "from": [two], "fields": {"version": one, "name": company}});
        assert_eq!(refused(&world, CONTACTS, fields).await, ["fields.name merge.not_among", "fields.version field.unknown"]);
        let size = json!({"into": one, "from": [two], "fields": {"size": one}});
        assert_eq!(refused(&world, CONTACTS, size).await, ["fields.size field.unknown"]);
        let stale = json!({"into": one, "from": [two], "versions": {&one: 1, &two: 2}});
        let (status, answer) = world.call(&world.manager, "POST", &format!("{CONTACTS}/merge"), stale).await;
        assert_eq!((status, &answer["code"], &answer["conflict"]["current"]["id"]), (409, &json!("version.conflict"), &json!(two)));
        world.ok(&world.manager, "DELETE", &at(CONTACTS, &two), Value::Null, 204).await;
        let body = json!({"into": one, "from": [two]});
        let path = format!("{CONTACTS}/merge");
        assert_eq!(world.refused(&world.manager, "POST", &path, body.clone()).await, (409, "record.in_trash".to_owned()));
        for who in [&world.agent, &world.viewer] {
            assert_eq!(world.refused(who, "POST", &path, body.clone()).await, (403, "permission.denied".to_owned()));
            let unmerge = world.refused(who, "POST", &format!("{CONTACTS}/unmerge"), json!({"batchId": one})).await;
            assert_eq!(unmerge, (403, "permission.denied".to_owned()));
        }
        assert_eq!(world.get(&world.manager, &at(CONTACTS, &one)).await["version"], 1);
    }

    async fn a_company_takes_contacts_and_notes_along(world: World) {
        let acme = new(&world, COMPANIES, json!({"name": "Acme"})).await;
        let labs = new(&world, COMPANIES, json!({"name": "Acme Labs", "website": "acme.example"})).await;
        let anna = new(&world, CONTACTS, json!({"name": "Anna", "companyId": labs})).await;
        let gone = new(&world, CONTACTS, json!({"name": "Gone", "companyId": labs})).await;
        world.ok(&world.manager, "DELETE", &at(CONTACTS, &gone), Value::Null, 204).await;
        let note = new(&world, &format!("{COMPANIES}/{labs}/notes"), json!({"body": "Called"})).await;
        let before = [kept(&world, COMPANIES, &acme).await, kept(&world, COMPANIES, &labs).await];
        let merged = merge(&world, COMPANIES, json!({"into": acme, "from": [labs], "fields": {"name": labs}})).await;
        assert_eq!((&merged["record"]["name"], &merged["record"]["contactCount"]), (&json!("Acme Labs"), &json!(1)));
        assert_eq!(merged["batch"]["done"], 5);
        assert_eq!(kept(&world, CONTACTS, &anna).await["companyId"], json!(acme));
        assert_eq!(kept(&world, CONTACTS, &gone).await["companyId"], json!(acme));
        assert_eq!(texts(&world.get(&world.manager, &format!("{COMPANIES}/{acme}/notes")).await, "/id"), [note.as_str()]);
        world.settle().await;
        let found = world.get(&world.manager, &format!("{CONTACTS}?search=labs")).await;
        assert_eq!(texts(&found, "/id"), [anna.as_str()]);
        let back = unmerge(&world, COMPANIES, &merged).await;
        assert_eq!((&back["conflicts"], &back["batch"]["done"], &back["batch"]["kind"]), (&json!([]), &json!(5), &json!("undo")));
        assert_eq!([kept(&world, COMPANIES, &acme).await, kept(&world, COMPANIES, &labs).await], before);
        assert_eq!(kept(&world, CONTACTS, &anna).await["companyName"], "Acme Labs");
        assert_eq!(texts(&world.get(&world.manager, &format!("{COMPANIES}/{labs}/notes")).await, "/id"), [note]);
        assert_eq!((world.events("company.merged").await, world.events("company.unmerged").await), (1, 1));
    }

    async fn a_merge_is_told_in_the_timelines_of_all(world: World) {
        let one = new(&world, CONTACTS, json!({"name": "Anna"})).await;
        let two = new(&world, CONTACTS, json!({"name": "Bob", "source": "x"})).await;
        let note = new(&world, &format!("{CONTACTS}/{two}/notes"), json!({"body": "Called"})).await;
        let merged = merge(&world, CONTACTS, json!({"into": one, "from": [two]})).await;
        let timeline = async |id: &str| world.get(&world.manager, &format!("{CONTACTS}/{id}/timeline")).await["items"].clone();
        let of_one = timeline(&one).await;
        let (moved, target) = (&of_one[0], &of_one[1]);
        assert_eq!((&moved["subject"]["id"], &moved["note"]["body"]), (&json!(note), &json!("Called")));
        assert_eq!(moved["changes"], json!([{"field": "contactName", "from": "Bob", "to": "Anna"}]));
        assert_eq!((&target["action"], &target["batchId"]), (&json!("merged"), &merged["batch"]["id"]));
        let changes = target["changes"].as_array().unwrap();
        assert!(changes.contains(&json!({"field": "mergedFrom", "from": null, "to": ["Bob"]})), "{changes:?}");
        assert!(changes.contains(&json!({"field": "source", "from": null, "to": "x"})), "{changes:?}");
        let of_two = timeline(&two).await;
        assert_eq!(of_two[0]["action"], "merged");
        assert_eq!(of_two[0]["changes"], json!([{"field": "mergedInto", "from": null, "to": "Anna"}]));
        unmerge(&world, CONTACTS, &merged).await;
        assert_eq!(timeline(&two).await[1]["action"], "reverted");
        assert_eq!(timeline(&one).await[0]["action"], "reverted");
    }

    async fn a_merge_is_taken_apart_once_and_by_its_own_route(world: World) {
        let one = new(&world, CONTACTS, json!({"name": "A", "emails": ["a@example.com"]})).await;
        let two = new(&world, CONTACTS, json!({"name": "B", "emails": ["b@example.com"], "telegramUsername": "bbbbb"})).await;
        let before = (kept(&world, CONTACTS, &one).await, kept(&world, CONTACTS, &two).await, identities(&world).await);
        let merged = merge(&world, CONTACTS, json!({"into": one, "from": [two]})).await;
        let id = merged["batch"]["id"].as_str().unwrap();
        let (status, answer) = world.call(&world.manager, "POST", &format!("/api/crm/batches/{id}/undo"), Value::Null).await;
        assert_eq!((status, &answer["code"]), (409, &json!("batch.merge")));
        let path = |list: &str| format!("{list}/unmerge");
        let other = world.call(&world.manager, "POST", &path(COMPANIES), json!({"batchId": id})).await;
        assert_eq!((other.0, &other.1["details"][0]["code"]), (422, &json!("merge.other")));
        let foreign = world.call(&world.stranger, "POST", &path(CONTACTS), json!({"batchId": id})).await;
        assert_eq!((foreign.0, &foreign.1["details"][0]["code"]), (422, &json!("reference.unknown")));
        let back = unmerge(&world, CONTACTS, &merged).await;
        assert_eq!((&back["batch"]["status"], &back["batch"]["conflicts"]), (&json!("completed"), &json!(0)));
        let after = (kept(&world, CONTACTS, &one).await, kept(&world, CONTACTS, &two).await, identities(&world).await);
        assert_eq!(after, before);
        assert_eq!(world.get(&world.manager, &format!("/api/crm/batches/{id}")).await["status"], "reverted");
        let again = world.refused(&world.manager, "POST", &path(CONTACTS), json!({"batchId": id})).await;
        assert_eq!(again, (409, "batch.reverted".to_owned()));
        merge(&world, CONTACTS, json!({"into": two, "from": [one]})).await;
    }

    async fn a_merge_is_taken_apart_by_who_still_reaches_it(world: World) {
        let agent = Scope { grants: world.manager.grants, ..world.agent.clone() };
        let owner = json!(agent.user_id());
        let one = new(&world, CONTACTS, json!({"name": "A", "ownerId": owner})).await;
        let two = new(&world, CONTACTS, json!({"name": "B", "ownerId": owner})).await;
        let merged = world.ok(&agent, "POST", &format!("{CONTACTS}/merge"), json!({"into": one, "from": [two]}), 200).await;
        let given = json!({"ownerId": world.colleague.user_id()});
        world.ok(&world.manager, "PATCH", &at(CONTACTS, &one), given, 200).await;
        let body = json!({"batchId": merged["batch"]["id"]});
        let (status, answer) = world.call(&agent, "POST", &format!("{CONTACTS}/unmerge"), body).await;
        assert_eq!((status, &answer["details"][0]["code"]), (422, &json!("reference.unknown")));
        // Of the levels the one of the batch's records counts.
        let batch = format!("/api/crm/batches/{}", merged["batch"]["id"].as_str().unwrap());
        for (clients, deals, status) in [(Level::Organization, Level::Own, 200), (Level::Own, Level::Organization, 404)] {
            let levels = Levels { clients, deals, ..Levels::default() };
            let other = Scope { reach: Reach::new(levels, None), ..world.colleague.clone() };
            assert_eq!(world.call(&other, "GET", &batch, Value::Null).await.0, status);
        }
        unmerge(&world, CONTACTS, &merged).await;
    }

    async fn what_was_changed_since_stays_and_is_named(world: World) {
        let one = new(&world, CONTACTS, json!({"name": "Anna", "emails": ["a@example.com"]})).await;
        let two = new(&world, CONTACTS, json!({"name": "Bob", "emails": ["b@example.com"]})).await;
        let kept_note = new(&world, &format!("{CONTACTS}/{two}/notes"), json!({"body": "Stays\nhere"})).await;
        let gone_note = new(&world, &format!("{CONTACTS}/{two}/notes"), json!({"body": "Goes"})).await;
        let back_note = new(&world, &format!("{CONTACTS}/{two}/notes"), json!({"body": "Goes back"})).await;
        let merged = merge(&world, CONTACTS, json!({"into": one, "from": [two]})).await;
        world.patch(&world.manager, &at(CONTACTS, &one), json!({"jobTitle": "CEO"})).await;
        world.patch(&world.manager, &format!("/api/crm/notes/{kept_note}"), json!({"body": "Stayed\nhere"})).await;
        world.ok(&world.manager, "DELETE", &format!("/api/crm/notes/{gone_note}"), Value::Null, 204).await;
        let back = unmerge(&world, CONTACTS, &merged).await;
        let mut conflicts = back["conflicts"].as_array().unwrap().clone();
        conflicts.sort_by_key(|conflict| conflict["name"].as_str().unwrap_or_default().to_owned());
        assert_eq!(conflicts, [
            json!({"recordType": "note", "id": gone_note, "name": null}),
            json!({"recordType": "contact", "id": one, "name": "Anna"}),
            json!({"recordType": "note", "id": kept_note, "name": "Stayed"}),
        ]);
        assert_eq!((&back["batch"]["done"], &back["batch"]["conflicts"]), (&json!(2), &json!(3)));
        let stays = world.get(&world.manager, &at(CONTACTS, &one)).await;
        assert_eq!((&stays["emails"], &stays["jobTitle"]), (&json!(["a@example.com", "b@example.com"]), &json!("CEO")));
        let back = world.get(&world.manager, &at(CONTACTS, &two)).await;
        assert_eq!((&back["mergedInto"], &back["deletedAt"]), (&Value::Null, &Value::Null));
        let notes = async |id: &str| texts(&world.get(&world.manager, &format!("{CONTACTS}/{id}/notes")).await, "/id");
        assert_eq!((notes(&one).await, notes(&two).await), (vec![kept_note], vec![back_note]));
    }

    async fn purging_takes_along_what_was_merged(world: World) {
        let secret = "Xenophon";
        let one = new(&world, CONTACTS, json!({"name": "A"})).await;
        let two = new(&world, CONTACTS, json!({"name": "B"})).await;
        let three = new(&world, CONTACTS, json!({"name": secret, "emails": ["xenophon@example.com"], "telegramUsername": "xenophon"})).await;
        new(&world, &format!("{CONTACTS}/{three}/notes"), json!({"body": secret})).await;
        let body = json!({"ids": [one, three]});
        world.ok(&world.manager, "POST", &format!("{CONTACTS}/duplicates/dismiss"), body, 204).await;
        merge(&world, CONTACTS, json!({"into": two, "from": [three]})).await;
        let merged = merge(&world, CONTACTS, json!({"into": one, "from": [two]})).await;
        world.ok(&world.manager, "DELETE", &at(CONTACTS, &one), Value::Null, 204).await;
        world.ok(&world.manager, "DELETE", &format!("{CONTACTS}/{one}/purge"), Value::Null, 204).await;
        for id in [&one, &two, &three] {
            assert_eq!(world.refused(&world.manager, "GET", &at(CONTACTS, id), Value::Null).await.0, 404);
        }
        for (table, columns) in [
            ("contacts", "name"),
            ("notes", "body"),
            ("record_identities", "value"),
            ("duplicate_dismissals", "'x'"),
            ("change_log", "cast(before as text), cast(after as text)"),
        ] {
            let rows = world.raw(&world.manager, table, columns).await;
            assert!(rows.iter().all(|row| !row.to_lowercase().contains("xenophon") && row != "x"), "{table}: {rows:?}");
        }
        let back = unmerge(&world, CONTACTS, &merged).await;
        assert_eq!((&back["batch"]["done"], back["conflicts"][0]["name"].clone()), (&json!(0), Value::Null));
    }

    async fn a_merge_happens_as_a_whole_or_not_at_all(world: World) {
        let one = new(&world, CONTACTS, json!({"name": "A"})).await;
        let two = new(&world, CONTACTS, json!({"name": "B"})).await;
        new(&world, &format!("{CONTACTS}/{two}/notes"), json!({"body": "x"})).await;
        let events = world.raw(&world.manager, "events", "kind").await;
        let files = crm::imports::Files { folder: world.database.folder.path().to_owned(), max_bytes: 1 };
        let definitions = Arc::new(fields::Definitions::new(world.db().clone(), None));
        let crm = Crm::new(world.db().clone(), world.directory.clone(), world.deals.clone(), None, files, definitions);
        let broken = crm.followed_by(vec![Arc::new(Broken)]);
        let request = serde_json::from_value(json!({"into": one, "from": [two]})).unwrap();
        assert!(crm::merge::commands::contacts(&broken, &world.manager, request).await.is_err());
        for id in [&one, &two] {
            let record = world.get(&world.manager, &at(CONTACTS, id)).await;
            assert_eq!((&record["version"], &record["mergedInto"]), (&json!(1), &Value::Null));
        }
        assert_eq!(world.get(&world.manager, &format!("{CONTACTS}/{two}/notes")).await["page"]["total"], 1);
        assert_eq!(world.raw(&world.manager, "batches", "kind").await, Vec::<String>::new());
        assert_eq!(world.raw(&world.manager, "events", "kind").await, events);
    }

    async fn two_merges_of_the_same_at_once_become_one(world: World) {
        let one = new(&world, CONTACTS, json!({"name": "A"})).await;
        let two = new(&world, CONTACTS, json!({"name": "B"})).await;
        let path = format!("{CONTACTS}/merge");
        let (here, there) = tokio::join!(
            world.call(&world.manager, "POST", &path, json!({"into": one, "from": [two]})),
            world.call(&world.manager, "POST", &path, json!({"into": two, "from": [one]})),
        );
        let mut statuses = [here.0, there.0];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", here.1, there.1);
        assert_eq!(world.get(&world.manager, CONTACTS).await["page"]["total"], 1);
    }
}
