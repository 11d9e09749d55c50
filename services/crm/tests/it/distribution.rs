//! Giving contacts out: to one, to nobody, by turns, by load; and the contacts that are nobody's.

use std::collections::BTreeMap;

use kernel::Scope;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{World, encoded, id_of, texts};

const ASSIGN: &str = "/api/team/clients/assign";
const SHARED: &str = "/api/team/clients/shared";
const CONTACTS: &str = "/api/crm/contacts";

async fn contacts(world: &World, count: usize, owner: Option<&Scope>) -> Vec<String> {
    let owner = owner.and_then(Scope::user_id);
    let mut ids = Vec::new();
    for n in 0..count {
        let body = json!({"name": format!("N{n}"), "ownerId": owner, "source": "expo"});
        ids.push(id_of(&world.post(&world.manager, CONTACTS, body).await));
    }
    ids.sort();
    ids
}

/// Gives out and waits until it is done; the batch.
async fn assign(world: &World, who: &Scope, body: Value) -> Value {
    let id = id_of(&world.ok(who, "POST", ASSIGN, body, 202).await);
    world.settle().await;
    world.get(&world.manager, &format!("/api/crm/batches/{id}")).await
}

/// How many contacts each has, by name; nobody's under an empty one.
async fn holdings(world: &World) -> BTreeMap<String, usize> {
    let list = world.get(&world.manager, &format!("{CONTACTS}?limit=100")).await;
    texts(&list, "/ownerName").into_iter().fold(BTreeMap::new(), |mut counts, name| {
        *counts.entry(name).or_default() += 1;
        counts
    })
}

fn counts(of: &[(&str, usize)]) -> BTreeMap<String, usize> {
    of.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

fn ids_of(people: &[&Scope]) -> Vec<Uuid> {
    people.iter().map(|person| person.user_id().unwrap().0).collect()
}

on_both! {
    async fn by_turns_everybody_gets_as_many_and_an_undo_takes_all_back(world: World) {
        let ids = contacts(&world, 7, None).await;
        let people = ids_of(&[&world.colleague, &world.agent, &world.viewer]);
        let before = world.events("contact.updated").await;
        let batch = assign(&world, &world.manager, json!({"ids": ids, "people": people, "how": "roundRobin"})).await;
        assert_eq!((&batch["action"], &batch["status"]), (&json!("distribute"), &json!("completed")));
        assert_eq!((&batch["total"], &batch["done"], &batch["conflicts"]), (&json!(7), &json!(7), &json!(0)));
        let expected = counts(&[("Cole League", 3), ("Andy Agent", 2), ("Vera Viewer", 2)]);
        assert_eq!(holdings(&world).await, expected, "the first named has the odd one");
        assert_eq!(world.events("contact.updated").await, before + 1, "one event for the chunk");
        let undo = format!("/api/crm/batches/{}/undo", batch["id"].as_str().unwrap());
        world.ok(&world.manager, "POST", &undo, Value::Null, 202).await;
        world.settle().await;
        assert_eq!(holdings(&world).await, counts(&[("", 7)]));
    }

    async fn a_job_that_died_goes_on_with_the_next_turn(world: World) {
        let ids = contacts(&world, 5, None).await;
        let people = ids_of(&[&world.agent, &world.colleague]);
        let body = json!({"ids": ids, "people": people, "how": "roundRobin"});
        let batch = id_of(&world.ok(&world.manager, "POST", ASSIGN, body, 202).await);
        // Three are done; with two of them there was nothing to do: one turn is over.
        let tx = world.db().begin(&world.manager).await.unwrap();
        let statement = sea_orm::Statement::from_sql_and_values(
            tx.get_database_backend(),
            "update batches set reached = $1, done = 3, conflicts = 2 where id = $2",
            [Uuid::parse_str(&ids[2]).unwrap().into(), Uuid::parse_str(&batch).unwrap().into()],
        );
        tx.execute_raw(statement).await.unwrap();
        tx.commit().await.unwrap();
        world.settle().await;
        let owner = async |id: &str| world.get(&world.manager, &format!("{CONTACTS}/{id}")).await["ownerName"].clone();
        assert_eq!(owner(&ids[2]).await, Value::Null, "what was done stays as it is");
        assert_eq!((owner(&ids[3]).await, owner(&ids[4]).await), (json!("Cole League"), json!("Andy Agent")));
    }

    async fn what_is_in_the_trash_takes_nobodys_turn(world: World) {
        let ids = contacts(&world, 5, None).await;
        for id in &ids[1..3] {
            world.ok(&world.manager, "DELETE", &format!("{CONTACTS}/{id}"), Value::Null, 204).await;
        }
        let people = ids_of(&[&world.agent, &world.colleague]);
        let batch = assign(&world, &world.manager, json!({"ids": ids, "people": people, "how": "roundRobin"})).await;
        assert_eq!((&batch["done"], &batch["conflicts"]), (&json!(5), &json!(2)));
        assert_eq!(holdings(&world).await, counts(&[("Andy Agent", 2), ("Cole League", 1)]));
    }

    async fn by_load_whoever_has_the_fewest_is_next(world: World) {
        contacts(&world, 4, Some(&world.agent)).await;
        contacts(&world, 1, Some(&world.viewer)).await;
        let gone = contacts(&world, 3, Some(&world.colleague)).await;
        for id in &gone {
            world.ok(&world.manager, "DELETE", &format!("{CONTACTS}/{id}"), Value::Null, 204).await;
        }
        let ids = contacts(&world, 6, None).await;
        let people = ids_of(&[&world.agent, &world.viewer, &world.colleague]);
        assign(&world, &world.manager, json!({"ids": ids, "people": people, "how": "byLoad"})).await;
        let expected = counts(&[("Andy Agent", 4), ("Vera Viewer", 4), ("Cole League", 3)]);
        assert_eq!(holdings(&world).await, expected, "what is in the trash is no load");
    }

    async fn what_is_given_out_anew_does_not_count_for_who_had_it(world: World) {
        let ids = contacts(&world, 4, Some(&world.agent)).await;
        let people = ids_of(&[&world.agent, &world.colleague]);
        let filter = json!({"field": "source", "op": "eq", "value": "expo"});
        let body = json!({"all": true, "filter": filter, "people": people, "how": "byLoad"});
        let batch = assign(&world, &world.manager, body).await;
        assert_eq!(batch["total"], ids.len());
        assert_eq!(holdings(&world).await, counts(&[("Andy Agent", 2), ("Cole League", 2)]));
    }

    async fn to_one_and_to_nobody(world: World) {
        let ids = contacts(&world, 3, None).await;
        let batch = assign(&world, &world.manager, json!({"ids": &ids[..2], "people": ids_of(&[&world.agent])})).await;
        assert_eq!(batch["action"], "assign");
        assert_eq!(holdings(&world).await, counts(&[("", 1), ("Andy Agent", 2)]));
        assign(&world, &world.manager, json!({"all": true, "people": []})).await;
        assert_eq!(holdings(&world).await, counts(&[("", 3)]));
    }

    async fn companies_are_given_out_likewise(world: World) {
        for name in ["Acme", "Beta"] {
            world.post(&world.manager, "/api/crm/companies", json!({"name": name})).await;
        }
        let people = ids_of(&[&world.agent, &world.colleague]);
        let body = json!({"recordType": "company", "all": true, "people": people, "how": "byLoad"});
        let batch = assign(&world, &world.manager, body).await;
        assert_eq!(batch["recordType"], "company");
        let list = world.get(&world.manager, "/api/crm/companies?sort=createdAt").await;
        assert_eq!(texts(&list, "/ownerName"), ["Andy Agent", "Cole League"]);
    }

    async fn only_members_within_reach_are_given_anything(world: World) {
        contacts(&world, 2, None).await;
        let fields = async |who: &Scope, people: &[Uuid]| {
            let body = json!({"all": true, "people": people, "how": "roundRobin"});
            let (status, answer) = world.call(who, "POST", ASSIGN, body).await;
            assert_eq!(status, 422, "{answer}");
            let details = answer["details"].as_array().unwrap();
            let field = |detail: &Value| {
                format!("{} {}", detail["field"].as_str().unwrap(), detail["code"].as_str().unwrap())
            };
            details.iter().map(field).collect::<Vec<_>>()
        };
        let (manager, agent) = (world.manager.clone(), world.agent.clone());
        let with_stranger = ids_of(&[&world.agent, &world.stranger]);
        assert_eq!(fields(&manager, &with_stranger).await, ["people[1] reference.unknown"]);
        let with_colleague = ids_of(&[&world.agent, &world.colleague]);
        assert_eq!(fields(&agent, &with_colleague).await, ["people[1] owner.not_allowed"]);
        let refused = world.refused(&world.viewer, "POST", ASSIGN, json!({"all": true, "people": []})).await;
        assert_eq!(refused.0, 403);
        let batch = assign(&world, &agent, json!({"all": true, "people": ids_of(&[&agent])})).await;
        assert_eq!(batch["status"], "completed");
        assert_eq!(holdings(&world).await, counts(&[("Andy Agent", 2)]), "an agent takes what is nobody's");
    }

    async fn nobodys_contacts_are_a_list_like_any_other(world: World) {
        contacts(&world, 3, None).await;
        contacts(&world, 1, Some(&world.manager)).await;
        contacts(&world, 1, Some(&world.agent)).await;
        let gone = contacts(&world, 1, None).await;
        world.ok(&world.manager, "DELETE", &format!("{CONTACTS}/{}", gone[0]), Value::Null, 204).await;
        for who in [&world.manager, &world.agent, &world.viewer] {
            let page = world.get(who, &format!("{SHARED}?sort=name&limit=2")).await;
            assert_eq!((texts(&page, "/name"), &page["page"]["total"]), (vec!["N0".to_owned(), "N1".to_owned()], &json!(3)));
            let next = page["page"]["nextCursor"].as_str().unwrap();
            let rest = world.get(who, &format!("{SHARED}?sort=name&limit=2&cursor={}", encoded(next))).await;
            assert_eq!(texts(&rest, "/name"), ["N2"]);
        }
        let filter = json!({"or": [{"field": "name", "op": "eq", "value": "N1"}, {"field": "ownerId", "op": "isNotEmpty"}]});
        let page = world.get(&world.manager, &format!("{SHARED}?filter={}", encoded(&filter.to_string()))).await;
        assert_eq!(texts(&page, "/name"), ["N1"], "a filter narrows it and does not widen it");
        assert_eq!(world.get(&world.manager, &format!("{SHARED}?search=n2")).await["page"]["total"], 1);
        assert_eq!(world.get(&world.stranger, SHARED).await["page"]["total"], 0);
    }
}
