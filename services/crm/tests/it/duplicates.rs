//! The list of duplicates, and what is said not to be one.

use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{World, id_of};

const CONTACTS: &str = "/api/crm/contacts";
const COMPANIES: &str = "/api/crm/companies";

async fn new(world: &World, list: &str, body: Value) -> String {
    world.tick();
    id_of(&world.post(&world.manager, list, body).await)
}

/// `(matchedOn, ids)` of every group of a page.
fn groups(page: &Value) -> Vec<(Vec<String>, Vec<String>)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let group = |group: &Value| {
        let matched = group["matchedOn"].as_array().unwrap().iter().map(text).collect();
        (matched, group["records"].as_array().unwrap().iter().map(id_of).collect())
    };
    page["items"].as_array().unwrap().iter().map(group).collect()
}

async fn duplicates(world: &World, list: &str) -> Vec<(Vec<String>, Vec<String>)> {
    groups(&world.get(&world.manager, &format!("{list}/duplicates")).await)
}

fn words<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}

on_both! {
    async fn contacts_that_share_an_address_or_a_name_are_shown_once(world: World) {
        let body = json!({"name": "Anna", "emails": ["a@example.com"], "phones": ["+442079460000"]});
        let one = new(&world, CONTACTS, body).await;
        let two = new(&world, CONTACTS, json!({"name": "A. Kowalska", "emails": ["A@Example.com"], "phones": ["+44 20 7946 0000"]})).await;
        let three = new(&world, CONTACTS, json!({"name": "Bob", "telegramUsername": "@bob_the_builder", "companyName": "Acme"})).await;
        let four = new(&world, CONTACTS, json!({"name": "BOB", "telegramUsername": "Bob_The_Builder", "companyName": "Acme"})).await;
        let five = new(&world, CONTACTS, json!({"name": "bob", "companyName": "Acme"})).await;
        new(&world, CONTACTS, json!({"name": "Bob", "companyName": "Other"})).await;
        new(&world, CONTACTS, json!({"name": "Bob"})).await;
        let found = duplicates(&world, CONTACTS).await;
        assert_eq!(found, [
            (words(["email", "phone"]), vec![one, two]),
            (words(["telegram", "name"]), vec![three.clone(), four.clone()]),
            (words(["telegram", "name"]), vec![three, four, five]),
        ]);
        let page = world.get(&world.manager, &format!("{CONTACTS}/duplicates")).await;
        assert_eq!(page["nextCursor"], Value::Null);
        let listed = world.get(&world.manager, &format!("{CONTACTS}?sort=createdAt")).await;
        assert_eq!(page["items"][0]["records"][0], listed["items"][0], "records are as lists give them");
        let again = world.get(&world.manager, &format!("{CONTACTS}/duplicates")).await;
        assert_eq!(again, page, "groups keep their ids");
    }

    async fn companies_that_share_a_site_or_a_name_are_shown(world: World) {
        let one = new(&world, COMPANIES, json!({"name": "ООО «Ромашка»"})).await;
        let two = new(&world, COMPANIES, json!({"name": "Ромашка", "website": "https://www.romashka.example/about"})).await;
        let three = new(&world, COMPANIES, json!({"name": "Daisy", "website": "romashka.example"})).await;
        new(&world, COMPANIES, json!({"name": "Other"})).await;
        let found = duplicates(&world, COMPANIES).await;
        assert_eq!(found, [(words(["website"]), vec![two.clone(), three]), (words(["name"]), vec![one, two])]);
    }

    async fn names_without_a_company_count_and_the_trash_does_not(world: World) {
        let one = new(&world, CONTACTS, json!({"name": "Anna Kowalska", "emails": ["a@example.com"]})).await;
        let two = new(&world, CONTACTS, json!({"name": "anna kowalska"})).await;
        let three = new(&world, CONTACTS, json!({"name": "Z", "emails": ["a@example.com"]})).await;
        assert_eq!(duplicates(&world, CONTACTS).await.len(), 2);
        world.ok(&world.manager, "DELETE", &format!("{CONTACTS}/{three}"), Value::Null, 204).await;
        assert_eq!(duplicates(&world, CONTACTS).await, [(words(["name"]), vec![one, two.clone()])]);
        world.ok(&world.manager, "DELETE", &format!("{CONTACTS}/{two}"), Value::Null, 204).await;
        assert_eq!(duplicates(&world, CONTACTS).await, []);
    }

    async fn what_is_not_the_same_is_not_shown_again(world: World) {
        let mut ids = Vec::new();
        for n in 0..3 {
            ids.push(new(&world, CONTACTS, json!({"name": format!("N{n}"), "emails": ["info@example.com"]})).await);
        }
        let path = format!("{CONTACTS}/duplicates/dismiss");
        let dismiss = async |ids: &[&String]| world.ok(&world.manager, "POST", &path, json!({"ids": ids}), 204).await;
        dismiss(&[&ids[1], &ids[0]]).await;
        let email = words(["email"]);
        assert_eq!(duplicates(&world, CONTACTS).await, [(email.clone(), vec![ids[0].clone(), ids[2].clone()])]);
        dismiss(&[&ids[0], &ids[2]]).await;
        assert_eq!(duplicates(&world, CONTACTS).await, [(email, vec![ids[1].clone(), ids[2].clone()])]);
        dismiss(&[&ids[0], &ids[1], &ids[2], &ids[1]]).await;
        assert_eq!(duplicates(&world, CONTACTS).await, []);
        assert_eq!(world.events("contact.duplicates.dismissed").await, 3);
        new(&world, CONTACTS, json!({"name": "N3", "emails": ["info@example.com"]})).await;
        assert_eq!(duplicates(&world, CONTACTS).await.len(), 1, "a new one is like them all");
    }

    async fn only_records_in_use_can_be_said_to_differ(world: World) {
        let one = new(&world, CONTACTS, json!({"name": "A"})).await;
        let gone = new(&world, CONTACTS, json!({"name": "A"})).await;
        let company = new(&world, COMPANIES, json!({"name": "A"})).await;
        world.ok(&world.manager, "DELETE", &format!("{CONTACTS}/{gone}"), Value::Null, 204).await;
        let path = format!("{CONTACTS}/duplicates/dismiss");
        let nobody = "ffffffff-ffff-ffff-ffff-ffffffffffff".to_owned();
        for other in [gone, company, nobody.clone()] {
            let (status, answer) = world.call(&world.manager, "POST", &path, json!({"ids": [one, other]})).await;
            let refused = (status, &answer["details"][0]["field"], &answer["details"][0]["code"]);
            assert_eq!(refused, (422, &json!("ids[1]"), &json!("reference.unknown")));
        }
        for ids in [json!([]), json!([one]), json!([one, one])] {
            let (status, answer) = world.call(&world.manager, "POST", &path, json!({"ids": ids})).await;
            assert_eq!((status, &answer["details"][0]["code"]), (422, &json!("merge.too_few")));
        }
        let many = vec![nobody; 11];
        assert_eq!(world.refused(&world.manager, "POST", &path, json!({"ids": many})).await.0, 422);
        let denied = (403, "permission.denied".to_owned());
        assert_eq!(world.refused(&world.agent, "POST", &path, json!({"ids": [one, one]})).await, denied);
        let foreign = world.refused(&world.stranger, "POST", &path, json!({"ids": [one, one]})).await;
        assert_eq!(foreign.0, 422);
    }

    async fn agents_see_the_duplicates_of_what_they_reach(world: World) {
        let of = |owner: Option<&kernel::Scope>, name: &str| {
            json!({"name": name, "emails": ["a@example.com"], "ownerId": owner.and_then(kernel::Scope::user_id)})
        };
        let mine = new(&world, CONTACTS, of(Some(&world.agent), "A")).await;
        new(&world, CONTACTS, of(Some(&world.colleague), "B")).await;
        let path = format!("{CONTACTS}/duplicates");
        assert_eq!(groups(&world.get(&world.agent, &path).await), []);
        let shared = new(&world, CONTACTS, of(None, "C")).await;
        assert_eq!(groups(&world.get(&world.agent, &path).await), [(words(["email"]), vec![mine, shared])]);
        assert_eq!(groups(&world.get(&world.manager, &path).await)[0].1.len(), 3);
        assert_eq!(groups(&world.get(&world.viewer, &path).await), []);
        assert_eq!(groups(&world.get(&world.stranger, &path).await), []);
    }

    async fn pages_give_every_group_once_at_the_same_cost(world: World) {
        for n in 0..14 {
            let body = json!({"name": format!("Same {}", n / 4), "emails": [format!("m{}@example.com", n % 7)],
                "companyName": format!("C{}", n % 2)});
            new(&world, CONTACTS, body).await;
        }
        let whole = groups(&world.get(&world.manager, &format!("{CONTACTS}/duplicates?limit=50")).await);
        assert!(whole.len() > 10, "{whole:?}");
        for limit in [1, 3, 5] {
            let (mut all, mut cursor, mut costs) = (Vec::new(), String::new(), std::collections::BTreeSet::new());
            loop {
                let before = world.db().statement_count();
                let page = world.get(&world.manager, &format!("{CONTACTS}/duplicates?limit={limit}{cursor}")).await;
                costs.insert(world.db().statement_count() - before);
                let part = groups(&page);
                assert!(part.len() <= limit);
                all.extend(part);
                let Some(next) = page["nextCursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(all, whole);
            assert!(costs.iter().all(|cost| *cost <= 6), "{costs:?}");
        }
        let refused = world.refused(&world.manager, "GET", &format!("{CONTACTS}/duplicates?cursor=nonsense"), Value::Null).await;
        assert_eq!(refused, (422, "list.cursor".to_owned()));
    }

    async fn a_large_group_has_its_oldest_records_and_goes_on_when_they_are_merged(world: World) {
        let mut ids = Vec::new();
        for n in 0..13 {
            ids.push(new(&world, CONTACTS, json!({"name": format!("N{n}"), "phones": ["+442079460000"]})).await);
        }
        assert_eq!(duplicates(&world, CONTACTS).await, [(words(["phone"]), ids[..10].to_vec())]);
        let body = json!({"into": ids[0], "from": ids[1..10]});
        world.ok(&world.manager, "POST", &format!("{CONTACTS}/merge"), body, 200).await;
        let rest = [&ids[0], &ids[10], &ids[11], &ids[12]].map(Clone::clone).to_vec();
        assert_eq!(duplicates(&world, CONTACTS).await, [(words(["phone"]), rest)]);
    }
}
