//! Bulk operations, undoing them, and taking back what a batch created.

use crm::{bulk, companies, contacts, record::Standing};
use db::Action;
use kernel::Scope;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{World, id_of, texts};

const CONTACTS: &str = "/api/crm/contacts";

async fn contacts(world: &World, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..count {
        let body = json!({"name": format!("N{n}"), "source": if n % 2 == 0 { "even" } else { "odd" }, "tags": ["old"]});
        ids.push(id_of(&world.post(&world.manager, CONTACTS, body).await));
    }
    ids
}

async fn bulk(world: &World, who: &Scope, body: Value) -> String {
    id_of(&world.ok(who, "POST", "/api/crm/contacts/bulk", body, 202).await)
}

async fn batch(world: &World, id: &str) -> Value {
    world.get(&world.manager, &format!("/api/crm/batches/{id}")).await
}

async fn undo(world: &World, id: &str) -> Value {
    let undo = world.ok(&world.manager, "POST", &format!("/api/crm/batches/{id}/undo"), Value::Null, 202).await;
    assert_eq!((&undo["kind"], &undo["status"]), (&json!("undo"), &json!("running")));
    world.settle().await;
    batch(world, &id_of(&undo)).await
}

async fn all(world: &World) -> Vec<Value> {
    let mut items = world.get(&world.manager, "/api/crm/contacts?sort=name&limit=100").await["items"].clone();
    for item in items.as_array_mut().unwrap() {
        item["version"].take();
        item["updatedAt"].take();
    }
    items.as_array().unwrap().clone()
}

on_both! {
    async fn chosen_contacts_go_to_the_trash_and_come_back_by_undo(world: World) {
        let ids = contacts(&world, 4).await;
        let before = all(&world).await;
        let batch_id = bulk(&world, &world.manager, json!({"action": "delete", "ids": &ids[..3]})).await;
        assert_eq!(batch(&world, &batch_id).await["status"], "running");
        world.settle().await;
        let done = batch(&world, &batch_id).await;
        assert_eq!((&done["status"], &done["total"], &done["done"]), (&json!("completed"), &json!(3), &json!(3)));
        assert!(done["finishedAt"].is_string());
        assert_eq!(texts(&world.get(&world.manager, CONTACTS).await, "/id"), ids[3..]);
        let undone = undo(&world, &batch_id).await;
        assert_eq!((&undone["status"], &undone["done"], &undone["conflicts"]), (&json!("completed"), &json!(3), &json!(0)));
        assert_eq!(batch(&world, &batch_id).await["status"], "reverted");
        assert_eq!(all(&world).await, before);
        let again = world.refused(&world.manager, "POST", &format!("/api/crm/batches/{batch_id}/undo"), Value::Null).await;
        assert_eq!(again, (409, "batch.reverted".to_owned()));
    }

    async fn all_that_match_are_changed_and_what_comes_later_is_not(world: World) {
        let ids = contacts(&world, 5).await;
        let filter = json!({"field": "source", "op": "eq", "value": "even"});
        let batch_id =
            bulk(&world, &world.manager, json!({"action": "addTags", "all": true, "filter": filter, "tags": ["new", "OLD"]})).await;
        assert_eq!(batch(&world, &batch_id).await["total"], 3);
        world.tick();
        world.post(&world.manager, CONTACTS, json!({"name": "Z", "source": "even"})).await;
        world.settle().await;
        let tagged = world.get(&world.manager, "/api/crm/contacts?sort=name&filter=%7B%22field%22%3A%22tags%22%2C%22op%22%3A%22has%22%2C%22value%22%3A%22new%22%7D").await;
        assert_eq!(texts(&tagged, "/id"), [&ids[0], &ids[2], &ids[4]].map(Clone::clone));
        assert_eq!(tagged["items"][0]["tags"], json!(["old", "new"]));
        assert_eq!(tagged["items"][0]["version"], 2);
    }

    async fn an_undo_leaves_alone_what_was_changed_since(world: World) {
        let ids = contacts(&world, 3).await;
        let owner = world.agent.user_id();
        let batch_id = bulk(&world, &world.manager, json!({"action": "assign", "all": true, "ownerId": owner})).await;
        world.settle().await;
        world.patch(&world.manager, &format!("{CONTACTS}/{}", ids[1]), json!({"name": "Mine"})).await;
        let undone = undo(&world, &batch_id).await;
        assert_eq!((&undone["done"], &undone["conflicts"]), (&json!(2), &json!(1)));
        let owners: Vec<_> = all(&world).await.iter().map(|c| c["ownerName"].clone()).collect();
        assert_eq!(owners.iter().filter(|name| !name.is_null()).count(), 1);
    }

    async fn a_job_that_died_goes_on_where_it_stopped(world: World) {
        let mut ids = contacts(&world, 3).await;
        ids.sort();
        let batch_id = bulk(&world, &world.manager, json!({"action": "addTags", "tags": ["new"], "ids": ids})).await;
        let tx = world.db().begin(&world.manager).await.unwrap();
        let reached = Uuid::parse_str(&ids[1]).unwrap();
        let statement = sea_orm::Statement::from_sql_and_values(
            tx.get_database_backend(),
            "update batches set reached = $1, done = 2 where id = $2",
            [reached.into(), Uuid::parse_str(&batch_id).unwrap().into()],
        );
        tx.execute_raw(statement).await.unwrap();
        tx.commit().await.unwrap();
        world.settle().await;
        assert_eq!(batch(&world, &batch_id).await["done"], 3);
        let versions: Vec<_> = world.get(&world.manager, "/api/crm/contacts?sort=createdAt").await["items"]
            .as_array().unwrap().iter().map(|c| c["version"].as_i64().unwrap()).collect();
        assert_eq!(versions, [1, 1, 2], "only what was left is done");
    }

    async fn agents_change_only_what_they_reach_and_see_only_their_batches(world: World) {
        let mine = json!({"name": "A", "ownerId": world.agent.user_id()});
        let theirs = json!({"name": "B", "ownerId": world.colleague.user_id()});
        world.post(&world.manager, CONTACTS, mine).await;
        let theirs = id_of(&world.post(&world.manager, CONTACTS, theirs).await);
        let everything = bulk(&world, &world.agent, json!({"action": "delete", "all": true})).await;
        let by_id = bulk(&world, &world.agent, json!({"action": "delete", "ids": [theirs]})).await;
        world.settle().await;
        assert_eq!(texts(&world.get(&world.manager, CONTACTS).await, "/id"), [theirs]);
        for id in [&everything, &by_id] {
            assert_eq!(batch(&world, id).await["status"], "completed");
            for other in [&world.colleague, &world.stranger] {
                assert_eq!(world.refused(other, "GET", &format!("/api/crm/batches/{id}"), Value::Null).await.0, 404);
                assert_eq!(world.refused(other, "POST", &format!("/api/crm/batches/{id}/undo"), Value::Null).await.0, 404);
            }
        }
        assert_eq!(world.refused(&world.viewer, "POST", "/api/crm/contacts/bulk", json!({"action": "delete", "all": true})).await.0, 403);
    }

    async fn companies_are_changed_in_bulk_too(world: World) {
        let id = id_of(&world.post(&world.manager, "/api/crm/companies", json!({"name": "Acme", "tags": ["a"]})).await);
        let body = json!({"action": "removeTags", "tags": ["A"], "all": true, "search": "acm"});
        let batch_id = id_of(&world.ok(&world.manager, "POST", "/api/crm/companies/bulk", body, 202).await);
        world.settle().await;
        let path = format!("/api/crm/companies/{id}");
        assert_eq!(world.get(&world.manager, &path).await["tags"], json!([]));
        undo(&world, &batch_id).await;
        assert_eq!(world.get(&world.manager, &path).await["tags"], json!(["a"]));
    }

    async fn taking_back_a_batch_removes_what_it_created_and_keeps_what_is_in_use(world: World) {
        let scope = world.manager.in_batch(world.db().clock().new_id());
        let batch_id = scope.batch_id.unwrap();
        let tx = world.db().begin(&scope).await.unwrap();
        let made = companies::store::find_or_create_many(&tx, &["Acme".to_owned(), "Beta".to_owned()]).await.unwrap();
        let acme = made.values().find(|c| c.1 == "Acme").unwrap().0;
        let new = |name: &str| contacts::store::NewContact {
            id: tx.clock().new_id(),
            fields: contacts::contact::ContactFields {
                name: name.to_owned(), company_id: Some(acme), emails: vec![format!("{name}@example.com")], ..Default::default()
            },
            company_name: Some("Acme".to_owned()),
        };
        let people = [new("kept"), new("gone")];
        contacts::store::insert_many(&tx, &people).await.unwrap();
        db::change_log::record(&tx, people.iter().map(contacts::commands::created)).await.unwrap();
        tx.commit().await.unwrap();
        world.patch(&world.manager, &format!("{CONTACTS}/{}", people[0].id), json!({"jobTitle": "CTO"})).await;

        let undo = world.manager.in_batch(world.db().clock().new_id());
        let (mut next, mut total) = (None, (0, 0));
        loop {
            let tx = world.db().begin(&undo).await.unwrap();
            let step = bulk::revert::step(&world.crm, &tx, batch_id, next).await.unwrap();
            tx.commit().await.unwrap();
            total = (total.0 + step.reverted, total.1 + step.conflicts);
            next = step.next;
            if next.is_none() { break }
        }
        assert_eq!(total, (2, 2), "one contact and one company each way");
        assert_eq!(texts(&world.get(&world.manager, CONTACTS).await, "/name"), ["kept"]);
        assert_eq!(texts(&world.get(&world.manager, "/api/crm/companies").await, "/name"), ["Acme"]);
        let hints = world.post(&world.manager, CONTACTS, json!({"name": "X", "emails": ["gone@example.com"]})).await;
        assert_eq!(hints["duplicates"], json!([]), "nothing of it is left to be recognised");
        let log = db::change_log::of_records(&world.db().reader(&undo), &undo, &[people[1].id], None, 10).await.unwrap();
        let kept = log.iter().map(|e| (e.action.as_str(), e.before.is_some() || e.after.is_some())).collect::<Vec<_>>();
        assert_eq!(kept, [("reverted", false), ("created", false)]);
    }

    async fn any_sequence_of_changes_in_a_batch_is_taken_back_exactly(world: World) {
        let mut random: u64 = 7;
        let mut pick = |below: usize| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(random >> 33).unwrap() % below
        };
        for n in 0..6 {
            let body = json!({"name": format!("N{n}"), "companyName": format!("C{}", n % 2), "emails": [format!("n{n}@example.com")]});
            world.post(&world.manager, CONTACTS, body).await;
        }
        let before = all(&world).await;
        let found = |email: &'static str| json!({"emails": [email]});
        let check_before = world.ok(&world.manager, "POST", "/api/crm/contacts/check-duplicates", found("n3@example.com"), 200).await;
        let ids: Vec<Uuid> = before.iter().map(|c| c["id"].as_str().unwrap().parse().unwrap()).collect();
        let scope = world.manager.in_batch(world.db().clock().new_id());
        for _ in 0..60 {
            let id = ids[pick(ids.len())];
            let tx = world.db().begin(&scope).await.unwrap();
            let loaded = contacts::store::get(&tx, &scope, id).await.unwrap();
            let (mut fields, mut deleted_at) = (loaded.contact.fields.clone(), loaded.contact.deleted_at);
            match pick(7) {
                0 => fields.tags.push(format!("t{}", pick(100))),
                1 => fields.emails = (0..pick(3)).map(|n| format!("e{n}{}@example.com", pick(50))).collect(),
                2 => fields.name = format!("Renamed {}", pick(100)),
                3 => fields.company_id = None,
                4 => fields.lead_score = Some(i64::try_from(pick(100)).unwrap()),
                5 => deleted_at = if deleted_at.is_some() { None } else { Some(tx.clock().now()) },
                _ => { fields.custom.insert(format!("k{}", pick(3)), json!(pick(9))); }
            }
            if fields == loaded.contact.fields && deleted_at == loaded.contact.deleted_at {
                continue;
            }
            let update = contacts::store::Update { fields, standing: Standing { deleted_at, merged_into: None }, company_name: loaded.company_name, old: loaded.contact };
            let changes = contacts::many::write(&tx, vec![update], Action::Updated).await.unwrap();
            db::change_log::record(&tx, changes).await.unwrap();
            tx.commit().await.unwrap();
        }
        assert_ne!(all(&world).await, before);
        let undo = world.manager.in_batch(world.db().clock().new_id());
        let mut next = None;
        loop {
            let tx = world.db().begin(&undo).await.unwrap();
            let step = bulk::revert::step(&world.crm, &tx, scope.batch_id.unwrap(), next).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(step.conflicts, 0);
            next = step.next;
            if next.is_none() { break }
        }
        assert_eq!(all(&world).await, before);
        let check = world.ok(&world.manager, "POST", "/api/crm/contacts/check-duplicates", found("n3@example.com"), 200).await;
        assert_eq!(check, check_before);
    }
}
