//! Lists: search, filters, sorting, paging, tags, the global search and exports.

use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{World, encoded, id_of, texts};

const CONTACTS: &str = "/api/crm/contacts";

async fn found(world: &World, query: &str) -> Vec<String> {
    let mut names = texts(&world.get(&world.manager, &format!("{CONTACTS}?{query}")).await, "/name");
    names.sort();
    names
}

async fn search(world: &World, question: &str) -> Vec<String> {
    found(world, &format!("search={}", encoded(question))).await
}

async fn filter(world: &World, filter: Value) -> Vec<String> {
    found(world, &format!("filter={}", encoded(&filter.to_string()))).await
}

async fn people(world: &World) {
    for body in [
        json!({"firstName": "Анна", "lastName": "Смирнова", "emails": ["anna.s@example.com"], "phones": ["+79125550011"],
            "companyName": "ООО «Ромашка»", "tags": ["VIP", "рус"], "leadScore": 70, "jobTitle": "Директор"}),
        json!({"name": "Семён Ёлкин", "telegramUsername": "SemyonE", "tags": ["vip"], "source": "Выставка"}),
        json!({"name": "John O'Neil", "emails": ["john@acme.example"], "companyName": "Acme Companies", "leadScore": 10,
            "doNotContact": true}),
        json!({"name": "Zoë Müller", "phones": ["+49 30 901820"], "description": "100% <b>sure</b>"}),
    ] {
        world.tick();
        world.post(&world.manager, CONTACTS, body).await;
    }
}

on_both! {
    async fn search_finds_words_and_beginnings_in_both_languages(world: World) {
        people(&world).await;
        let anna = ["Анна Смирнова"];
        for question in ["анн", "СМИРН", "смирнову", "ромашка анна", "anna.s@example.com", "912 555", "0011",
                         "8 (912) 555-00-11", "директор"] {
            assert_eq!(search(&world, question).await, anna, "{question}");
        }
        for question in ["елкин", "Ёлк", "semyon", "@SemyonE"] {
            assert_eq!(search(&world, question).await, ["Семён Ёлкин"], "{question}");
        }
        for question in ["company", "o'neil", "neil"] {
            assert_eq!(search(&world, question).await, ["John O'Neil"], "{question}");
        }
        assert_eq!(search(&world, "zoe muller").await, ["Zoë Müller"]);
        for question in ["анна петрова", "' or 1=1 --", "\"", "*", "%", "text:x", "NEAR(a b)", "(((", "\u{200B}"] {
            assert!(search(&world, question).await.is_empty(), "{question}");
        }
    }

    async fn search_results_are_newest_first_and_page(world: World) {
        for n in 0..25 {
            world.tick();
            world.post(&world.manager, CONTACTS, json!({"name": format!("Anna {n}")})).await;
        }
        for query in ["search=ann", "search=ann&sort=-createdAt"] {
            let mut names = Vec::new();
            let mut path = format!("{CONTACTS}?{query}&limit=10");
            loop {
                let page = world.get(&world.manager, &path).await;
                assert_eq!(page["page"]["total"], 25);
                names.extend(texts(&page, "/name"));
                let Some(cursor) = page["page"]["nextCursor"].as_str() else { break };
                path = format!("{CONTACTS}?{query}&limit=10&cursor={cursor}");
            }
            let expected: Vec<_> = (0..25).rev().map(|n| format!("Anna {n}")).collect();
            assert_eq!(names, expected, "{query}");
        }
        let second = world.get(&world.manager, &format!("{CONTACTS}?search=ann&limit=10&page=2")).await;
        assert_eq!((&second["items"][0]["name"], &second["page"]["page"]), (&json!("Anna 14"), &json!(2)));
        let wrong = format!("{CONTACTS}?search=ann&cursor=00");
        assert_eq!(world.refused(&world.manager, "GET", &wrong, Value::Null).await, (422, "list.cursor".to_owned()));
    }

    async fn the_index_follows_changes(world: World) {
        let id = id_of(&world.post(&world.manager, CONTACTS, json!({"name": "Anna", "companyName": "Acme"})).await);
        let company = world.get(&world.manager, "/api/crm/companies").await["items"][0]["id"].as_str().unwrap().to_owned();
        world.patch(&world.manager, &format!("{CONTACTS}/{id}"), json!({"name": "Berta"})).await;
        assert!(search(&world, "anna").await.is_empty());
        assert_eq!(search(&world, "berta acme").await, ["Berta"]);
        world.patch(&world.manager, &format!("/api/crm/companies/{company}"), json!({"name": "Umbrella"})).await;
        world.settle().await;
        assert_eq!(search(&world, "umbrella").await, ["Berta"]);
        assert!(search(&world, "acme").await.is_empty());
        assert_eq!(world.get(&world.manager, &format!("{CONTACTS}/{id}")).await["version"], 2, "an index is no change");
        world.ok(&world.manager, "DELETE", &format!("{CONTACTS}/{id}"), Value::Null, 204).await;
        assert!(search(&world, "berta").await.is_empty());
        assert_eq!(found(&world, "search=berta&trash=true").await, ["Berta"]);
        world.ok(&world.manager, "DELETE", &format!("{CONTACTS}/{id}/purge"), Value::Null, 204).await;
        assert!(found(&world, "search=berta&trash=true").await.is_empty());
    }

    async fn filters_compare_as_people_mean_it(world: World) {
        people(&world).await;
        let test = |field: &str, op: &str, value: Value| json!({"field": field, "op": op, "value": value});
        assert_eq!(filter(&world, test("name", "contains", json!("анна смир"))).await, ["Анна Смирнова"]);
        assert_eq!(filter(&world, test("name", "eq", json!("СЕМЕН ЁЛКИН"))).await, ["Семён Ёлкин"]);
        assert_eq!(filter(&world, test("companyName", "contains", json!("РОМАШ"))).await, ["Анна Смирнова"]);
        assert_eq!(filter(&world, test("tags", "has", json!("VIP"))).await, ["Анна Смирнова"]);
        assert_eq!(filter(&world, test("tags", "hasAny", json!(["рус", "vip"]))).await, ["Анна Смирнова", "Семён Ёлкин"]);
        assert_eq!(filter(&world, test("tags", "hasAll", json!(["рус", "vip"]))).await.len(), 0);
        assert_eq!(filter(&world, test("tags", "isEmpty", Value::Null)).await, ["John O'Neil", "Zoë Müller"]);
        assert_eq!(filter(&world, test("emails", "has", json!("JOHN@acme.example"))).await, ["John O'Neil"]);
        assert_eq!(filter(&world, test("phones", "has", json!("8 912 555-00-11"))).await, ["Анна Смирнова"]);
        assert_eq!(filter(&world, test("leadScore", "between", json!([10, 50]))).await, ["John O'Neil"]);
        assert_eq!(filter(&world, test("doNotContact", "eq", json!(true))).await, ["John O'Neil"]);
        assert_eq!(filter(&world, test("description", "contains", json!("100%"))).await, ["Zoë Müller"]);
        assert_eq!(filter(&world, test("description", "contains", json!("1_0%"))).await.len(), 0);
        assert_eq!(filter(&world, test("createdAt", "gte", json!({"daysAgo": 1}))).await.len(), 4);
        assert_eq!(filter(&world, test("ownerId", "eq", json!("me"))).await.len(), 0);
        assert_eq!(filter(&world, json!({"not": test("companyName", "contains", json!("acme"))})).await.len(), 3);
        let either = json!({"or": [test("name", "startsWith", json!("zo")), test("source", "isNotEmpty", Value::Null)]});
        assert_eq!(filter(&world, either).await, ["Zoë Müller", "Семён Ёлкин"]);
        let unknown = format!("{CONTACTS}?filter={}", encoded(&test("x", "eq", json!(1)).to_string()));
        let refused = world.refused(&world.manager, "GET", &unknown, Value::Null).await;
        assert_eq!(refused, (422, "filter.unknown_field".to_owned()));
    }

    async fn every_sort_pages_through_every_row_once(world: World) {
        people(&world).await;
        for n in 0..6 {
            let body = json!({"name": format!("Same {}", n % 2), "companyName": format!("Co {}", n % 3), "leadScore": n % 2});
            world.post(&world.manager, CONTACTS, body).await;
        }
        for (path, sorts) in [
            (CONTACTS, &["name", "-name", "leadScore,-name", "companyName", "-updatedAt", "jobTitle,lastName", "doNotContact", "source", "timeZone"][..]),
            ("/api/crm/companies", &["name", "-size", "contactCount,-name", "-createdAt", "industry"][..]),
        ] {
            let whole = world.get(&world.manager, &format!("{path}?limit=100")).await;
            let mut all = texts(&whole, "/id");
            all.sort();
            for sort in sorts {
                let mut ids = Vec::new();
                let mut cursor = String::new();
                loop {
                    let page = world.get(&world.manager, &format!("{path}?limit=3&sort={sort}{cursor}")).await;
                    ids.extend(texts(&page, "/id"));
                    let Some(next) = page["page"]["nextCursor"].as_str() else { break };
                    cursor = format!("&cursor={next}");
                }
                let by_page = world.get(&world.manager, &format!("{path}?limit=100&sort={sort}")).await;
                assert_eq!(ids, texts(&by_page, "/id"), "{path} {sort}");
                ids.sort();
                assert_eq!(ids, all, "{path} {sort}");
            }
        }
        let refused = world.refused(&world.manager, "GET", "/api/crm/contacts?sort=emails", Value::Null).await;
        assert_eq!(refused, (422, "list.sort".to_owned()));
    }

    async fn tags_in_use_are_counted(world: World) {
        for (path, tags) in [(CONTACTS, json!(["VIP", "a"])), (CONTACTS, json!(["VIP"])), ("/api/crm/companies", json!(["VIP", "Б"]))] {
            world.post(&world.manager, path, json!({"name": "A", "tags": tags})).await;
        }
        let tags = world.get(&world.manager, "/api/crm/tags").await;
        assert_eq!(tags["items"], json!([{"name": "VIP", "count": 3}, {"name": "a", "count": 1}, {"name": "Б", "count": 1}]));
        let some = world.get(&world.manager, &format!("/api/crm/tags?search={}", encoded("б"))).await;
        assert_eq!(texts(&some, "/name"), ["Б"]);
        assert_eq!(world.get(&world.stranger, "/api/crm/tags").await["items"], json!([]));
    }

    async fn one_search_finds_people_and_companies(world: World) {
        people(&world).await;
        let all = world.get(&world.manager, &format!("/api/search?q={}", encoded("рома"))).await;
        let found: Vec<_> = all["items"].as_array().unwrap().iter().map(|r| (r["kind"].clone(), r["name"].clone(), r["subtitle"].clone())).collect();
        assert_eq!(found, [
            (json!("contact"), json!("Анна Смирнова"), json!("ООО «Ромашка»")),
            (json!("company"), json!("ООО «Ромашка»"), Value::Null),
        ]);
        for question in ["%20", "%22", "zzz"] {
            assert_eq!(world.get(&world.manager, &format!("/api/search?q={question}")).await["items"], json!([]));
        }
        assert_eq!(world.get(&world.stranger, "/api/search?q=john").await["items"], json!([]));
    }

    async fn a_slip_of_the_finger_is_understood(world: World) {
        people(&world).await;
        world.post(&world.manager, CONTACTS, json!({"name": "Secretive", "ownerId": world.manager.user_id()})).await;
        let asked = async |who: &kernel::Scope, question: &str| {
            let found = world.get(who, &format!("/api/search?q={}", encoded(question))).await;
            let first = found["items"][0]["name"].as_str().unwrap_or_default().to_owned();
            (first, found["corrected"].as_str().map(str::to_owned))
        };
        for (question, name, meant) in [
            ("jhon", "John O'Neil", "john"),
            ("Смрнова", "Анна Смирнова", "смирнова"),
            ("анна смирнва", "Анна Смирнова", "анна смирнова"),
            ("gtnhjd", "", ""),
            ("cvbhyjdf", "Анна Смирнова", "смирнова"),
            ("secretve", "Secretive", "secretive"),
        ] {
            let meant = Some(meant.to_owned()).filter(|meant| !meant.is_empty());
            assert_eq!(asked(&world.manager, question).await, (name.to_owned(), meant), "{question}");
        }
        let none = (String::new(), None);
        assert_eq!(asked(&world.agent, "secretve").await, none, "out of reach, and not told to be there");
        assert_eq!(asked(&world.stranger, "jhon").await, none);
        assert_eq!(asked(&world.manager, "john").await, ("John O'Neil".to_owned(), None));
    }

    async fn an_export_has_every_row_of_the_list(world: World) {
        people(&world).await;
        world.post(&world.manager, CONTACTS, json!({"name": "=HYPERLINK(\"x\")", "tags": ["a", "b"], "custom": {"k": "v"}})).await;
        let path = format!("{CONTACTS}/export.csv?sort=name&columns=name,phones,tags,companyName");
        let text = world.get(&world.manager, &path).await;
        let text = text.as_str().unwrap();
        assert!(text.starts_with("\u{FEFF}name,phones,tags,companyName\r\n"), "{text}");
        let lines: Vec<_> = text.trim_start_matches('\u{FEFF}').trim_end().split("\r\n").collect();
        assert_eq!(lines.len(), 6);
        assert!(lines.contains(&"Анна Смирнова,+79125550011,VIP; рус,ООО «Ромашка»"), "{text}");
        assert!(lines.contains(&"\"'=HYPERLINK(\"\"x\"\")\",,a; b,"), "{text}");
        let some = world.get(&world.manager, &format!("{CONTACTS}/export.csv?search=anna&columns=name")).await;
        assert_eq!(some, "\u{FEFF}name\r\nАнна Смирнова\r\n");
        let companies = world.get(&world.manager, "/api/crm/companies/export.csv?columns=name,contactCount&sort=name").await;
        assert_eq!(companies, "\u{FEFF}name,contactCount\r\nAcme Companies,1\r\nООО «Ромашка»,1\r\n");
        assert_eq!(world.refused(&world.agent, "GET", &path, Value::Null).await.0, 403);
        for wrong in ["columns=secret", "sort=x", "filter=x"] {
            let wrong = format!("{CONTACTS}/export.csv?{wrong}");
            assert_eq!(world.refused(&world.manager, "GET", &wrong, Value::Null).await.0, 422);
        }
        assert_eq!(world.events("export.completed").await, 3);
    }
}
