//! Fields that the organization makes up: defining them, their values in contacts and companies, in lists and exports.

use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{World, encoded, id_of, texts};

const FIELDS: &str = "/api/crm/fields";
const CONTACTS: &str = "/api/crm/contacts";
const COMPANIES: &str = "/api/crm/companies";

async fn define(world: &World, body: Value) -> Value {
    world.post(&world.manager, FIELDS, body).await
}

/// A field of contacts with this kind; its key is the name.
async fn field(world: &World, name: &str, kind: &str, more: Value) -> Value {
    let mut body = json!({"recordType": "contact", "name": name, "kind": kind});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    define(world, body).await
}

/// What a value is refused with, as `field code`.
async fn refused(world: &World, method: &str, path: &str, body: Value) -> Vec<String> {
    let (status, answer) = world.call(&world.manager, method, path, body).await;
    assert_eq!(status, 422, "{answer}");
    let details = answer["details"].as_array().unwrap().iter();
    details.map(|d| format!("{} {}", d["field"].as_str().unwrap(), d["code"].as_str().unwrap())).collect()
}

fn at(id: &str) -> String {
    format!("{CONTACTS}/{id}")
}

/// One field of every kind, and what the choices are called by.
struct Kinds {
    red: String,
    blue: String,
    one: String,
    two: String,
    acme: String,
    mary: String,
}

async fn every_kind(world: &World) -> Kinds {
    let options = |names: [&str; 2]| json!({"options": names.map(|label| json!({"label": label}))});
    for kind in ["text", "longText", "number", "date", "checkbox", "url", "email", "phone", "user"] {
        field(world, &kind.to_lowercase(), kind, json!({})).await;
    }
    field(world, "money", "money", json!({"currency": "EUR"})).await;
    let select = field(world, "select", "select", options(["Red", "Blue, light"])).await;
    let multi = field(world, "multi", "multiSelect", options(["One", "Two"])).await;
    field(world, "relation", "relation", json!({"relation": "company"})).await;
    let acme = id_of(&world.post(&world.manager, COMPANIES, json!({"name": "Acme"})).await);
    let option = |field: &Value, index: usize| field["options"][index]["id"].as_str().unwrap().to_owned();
    Kinds {
        red: option(&select, 0),
        blue: option(&select, 1),
        one: option(&multi, 0),
        two: option(&multi, 1),
        acme,
        mary: world.manager.user_id().unwrap().0.to_string(),
    }
}

async fn names(world: &World, query: &str) -> Vec<String> {
    texts(&world.get(&world.manager, &format!("{CONTACTS}?{query}")).await, "/name")
}

async fn filtered(world: &World, test: Value) -> String {
    let mut names = names(world, &format!("filter={}", encoded(&test.to_string()))).await;
    names.sort();
    names.concat()
}

/// The names of every page of two, one after the other.
async fn paged(world: &World, sort: &str) -> String {
    let mut all = String::new();
    let mut path = format!("{CONTACTS}?limit=2&sort={}", encoded(sort));
    loop {
        let page = world.get(&world.manager, &path).await;
        all.push_str(&texts(&page, "/name").concat());
        let Some(cursor) = page["page"]["nextCursor"].as_str() else { return all };
        path = format!("{CONTACTS}?limit=2&sort={}&cursor={cursor}", encoded(sort));
    }
}

on_both! {
    async fn a_field_is_defined_changed_moved_and_deleted(world: World) {
        let budget = define(&world, json!({"recordType": "deal", "name": " Бюджет ", "kind": "money", "currency": "eur"})).await;
        assert_eq!((&budget["key"], &budget["name"], &budget["currency"]), (&json!("byudzhet"), &json!("Бюджет"), &json!("EUR")));
        assert_eq!((&budget["position"], &budget["archived"], &budget["version"]), (&json!(0), &json!(false), &json!(1)));
        let second = define(&world, json!({"recordType": "deal", "name": "Бюджет", "kind": "text"})).await;
        let third = define(&world, json!({"recordType": "deal", "name": "X", "kind": "text", "key": "own"})).await;
        assert_eq!((&second["key"], &third["position"]), (&json!("byudzhet_2"), &json!(2)));
        assert_eq!(world.get(&world.viewer, &format!("{FIELDS}?recordType=contact")).await["items"], json!([]));

        let path = format!("{FIELDS}/{}", id_of(&third));
        let moved = world.patch(&world.manager, &path, json!({"position": 0, "name": "First", "version": 1})).await;
        assert_eq!((&moved["position"], &moved["name"], &moved["version"]), (&json!(0), &json!("First"), &json!(2)));
        let list = world.get(&world.agent, &format!("{FIELDS}?recordType=deal")).await;
        assert_eq!(texts(&list, "/key"), ["own", "byudzhet", "byudzhet_2"]);
        assert_eq!(list["items"][1]["version"], 1, "the others only made room");
        let same = world.patch(&world.manager, &path, json!({"name": "First", "position": 0})).await;
        assert_eq!(same["version"], 2, "what changes nothing writes nothing");
        let (status, stale) = world.call(&world.manager, "PATCH", &path, json!({"name": "Y", "version": 1})).await;
        assert_eq!((status, &stale["conflict"]["current"]["version"]), (409, &json!(2)));
        let archived = world.patch(&world.manager, &path, json!({"archived": true})).await;
        assert_eq!(archived["archived"], true);
        world.ok(&world.manager, "DELETE", &path, Value::Null, 204).await;
        assert_eq!(world.refused(&world.manager, "DELETE", &path, Value::Null).await.0, 404);
        for (event, times) in [("field.created", 3), ("field.updated", 2), ("field.deleted", 1)] {
            assert_eq!(world.events(event).await, times, "{event}");
        }
        let log = world.raw(&world.manager, "change_log", "subject_kind, action").await;
        assert_eq!(log.iter().filter(|line| line.starts_with("field ")).count(), 6);
    }

    async fn who_may_not_define_fields_and_what_is_no_field(world: World) {
        let body = json!({"recordType": "contact", "name": "A", "kind": "text"});
        let denied = (403, "permission.denied".to_owned());
        assert_eq!(world.refused(&world.agent, "POST", FIELDS, body.clone()).await, denied);
        let path = format!("{FIELDS}/{}", id_of(&define(&world, body.clone()).await));
        for (method, body) in [("PATCH", json!({"name": "B"})), ("DELETE", Value::Null)] {
            assert_eq!(world.refused(&world.agent, method, &path, body.clone()).await, denied);
            assert_eq!(world.refused(&world.stranger, method, &path, body).await.0, 404);
        }
        assert_eq!(world.get(&world.stranger, &format!("{FIELDS}?recordType=contact")).await["items"], json!([]));
        for (more, expected) in [
            (json!({"name": " "}), "name field.required"),
            (json!({"kind": "color"}), "kind field.choice.unknown"),
            (json!({"recordType": "note"}), "recordType field.choice.unknown"),
            (json!({"key": "a"}), "key field.key.taken"),
            (json!({"key": "A b"}), "key field.key.invalid"),
            (json!({"kind": "money"}), "currency field.required"),
            (json!({"kind": "relation"}), "relation field.required"),
            (json!({"options": [{"label": "A"}]}), "options field.options.unfit"),
        ] {
            let mut bad = body.clone();
            bad.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            assert_eq!(refused(&world, "POST", FIELDS, bad).await, [expected], "{more}");
        }
    }

    async fn at_most_a_hundred_fields_of_a_kind_of_record(world: World) {
        for n in 0..100 {
            field(&world, &format!("f{n}"), "text", json!({})).await;
        }
        let more = json!({"recordType": "contact", "name": "More", "kind": "text"});
        assert_eq!(world.refused(&world.manager, "POST", FIELDS, more).await, (409, "record.too_many".to_owned()));
        define(&world, json!({"recordType": "company", "name": "More", "kind": "text"})).await;
    }

    async fn values_of_every_kind_are_checked_and_kept_in_one_form(world: World) {
        let k = every_kind(&world).await;
        let good = [
            ("text", json!("  A b "), json!("A b")),
            ("longtext", json!("a\r\nb"), json!("a\nb")),
            ("number", json!(1.5), json!(1.5)),
            ("money", json!(-250), json!(-250)),
            ("date", json!("2026-01-31"), json!("2026-01-31")),
            ("select", json!(k.red), json!(k.red)),
            ("multi", json!([k.two, k.one, k.two]), json!([k.two, k.one])),
            ("checkbox", json!(true), json!(true)),
            ("url", json!("http://example.com/a"), json!("http://example.com/a")),
            ("email", json!("a@example.com"), json!("a@example.com")),
            ("phone", json!("+44 20 7946 0000"), json!("+442079460000")),
            ("user", json!(k.mary), json!(k.mary)),
            ("relation", json!(k.acme), json!(k.acme)),
        ];
        let given: serde_json::Map<_, _> = good.iter().map(|(key, given, _)| ((*key).to_owned(), given.clone())).collect();
        let kept: serde_json::Map<_, _> = good.iter().map(|(key, _, kept)| ((*key).to_owned(), kept.clone())).collect();
        let created = world.post(&world.manager, CONTACTS, json!({"name": "A", "custom": given})).await;
        assert_eq!(created["custom"], json!(kept));
        assert_eq!(world.get(&world.manager, &at(&id_of(&created))).await["custom"], json!(kept));

        let id = id_of(&created);
        for (key, bad, code) in [
            ("text", json!(7), "field.type"),
            ("longtext", json!("x".repeat(10_001)), "field.too_long"),
            ("number", json!("7"), "field.type"),
            ("money", json!(1.5), "field.type"),
            ("date", json!("31.01.2026"), "field.day.invalid"),
            ("select", json!("Red"), "field.choice.unknown"),
            ("multi", json!([k.red]), "field.choice.unknown"),
            ("checkbox", json!("yes"), "field.type"),
            ("url", json!("ftp://x.example"), "field.url.scheme"),
            ("email", json!("nobody"), "field.email.invalid"),
            ("phone", json!("12"), "field.phone.invalid"),
            ("user", json!("Mary"), "reference.unknown"),
            ("user", json!(Uuid::max()), "reference.unknown"),
            ("user", json!(world.stranger.user_id()), "reference.unknown"),
            ("relation", json!(Uuid::max()), "reference.unknown"),
            ("relation", json!(id), "reference.unknown"),
        ] {
            for (method, path) in [("POST", CONTACTS.to_owned()), ("PATCH", at(&id)), ("PUT", at(&id))] {
                let body = json!({"name": "A", "custom": {key: bad}});
                assert_eq!(refused(&world, method, &path, body).await, [format!("custom.{key} {code}")], "{method} {bad}");
            }
        }
        let several = json!({"name": "", "custom": {"text": 7, "number": "x", "free": [1]}});
        let expected = ["name field.required", "custom.number field.type", "custom.text field.type"];
        assert_eq!(refused(&world, "POST", CONTACTS, several).await, expected);
    }

    async fn values_are_changed_one_by_one_or_all_together(world: World) {
        let k = every_kind(&world).await;
        let custom = json!({"text": "a", "number": 1, "free": {"x": 1}});
        let id = id_of(&world.post(&world.manager, CONTACTS, json!({"name": "A", "custom": custom})).await);
        let changed = world.patch(&world.manager, &at(&id), json!({"custom": {"number": 2, "select": k.red}})).await;
        assert_eq!(changed["custom"], json!({"text": "a", "number": 2, "select": k.red, "free": {"x": 1}}));
        let less = world.patch(&world.manager, &at(&id), json!({"custom": {"text": null, "number": null, "select": ""}})).await;
        assert_eq!(less["custom"], json!({"free": {"x": 1}}));
        let all = world.ok(&world.manager, "PUT", &at(&id), json!({"name": "A", "custom": {"text": "b"}}), 200).await;
        assert_eq!(all["custom"], json!({"text": "b"}));
        let none = world.ok(&world.manager, "PUT", &at(&id), json!({"name": "A"}), 200).await;
        assert_eq!(none["custom"], json!({}));
        let company = json!({"name": "B", "custom": {"text": 7}});
        world.post(&world.manager, COMPANIES, company).await;
        define(&world, json!({"recordType": "company", "name": "text", "kind": "text"})).await;
        assert_eq!(refused(&world, "POST", COMPANIES, json!({"name": "C", "custom": {"text": 7}})).await, ["custom.text field.type"]);
    }

    async fn what_was_there_before_its_field_or_its_option_may_stay(world: World) {
        let old = id_of(&world.post(&world.manager, CONTACTS, json!({"name": "Old", "custom": {"select": 7, "text": 8}})).await);
        let k = every_kind(&world).await;
        let same = json!({"custom": {"select": 7}, "jobTitle": "CEO"});
        assert_eq!(world.patch(&world.manager, &at(&old), same).await["custom"], json!({"select": 7, "text": 8}));
        assert_eq!(refused(&world, "PATCH", &at(&old), json!({"custom": {"text": 9}})).await, ["custom.text field.type"]);
        for query in ["sort=custom.select", "sort=custom.text", "sort=-custom.number"] {
            assert_eq!(names(&world, query).await, ["Old"], "values of another type count as none");
        }

        let red = id_of(&world.post(&world.manager, CONTACTS, json!({"name": "Red", "custom": {"select": k.red}})).await);
        let list = world.get(&world.manager, &format!("{FIELDS}?recordType=contact")).await;
        let select = list["items"].as_array().unwrap().iter().find(|f| f["key"] == "select").unwrap().clone();
        let only_blue = json!({"options": [{"id": k.blue, "label": "Sky"}]});
        let changed = world.patch(&world.manager, &format!("{FIELDS}/{}", id_of(&select)), only_blue).await;
        assert_eq!((&changed["options"][0]["label"], &changed["options"][1]["archived"]), (&json!("Sky"), &json!(true)));
        let kept = world.patch(&world.manager, &at(&red), json!({"custom": {"select": k.red, "number": 1}})).await;
        assert_eq!(kept["custom"]["select"], json!(k.red));
        let new = json!({"name": "New", "custom": {"select": k.red}});
        assert_eq!(refused(&world, "POST", CONTACTS, new).await, ["custom.select field.choice.unknown"]);
        // Without its field a value is free again, and known at once.
        world.ok(&world.manager, "DELETE", &format!("{FIELDS}/{}", id_of(&select)), Value::Null, 204).await;
        world.post(&world.manager, CONTACTS, json!({"name": "Free", "custom": {"select": 9}})).await;
        assert_eq!(world.get(&world.manager, &at(&red)).await["custom"]["select"], json!(k.red));
    }

    async fn a_relation_names_what_the_actor_reaches(world: World) {
        every_kind(&world).await;
        let theirs = json!({"name": "Theirs", "ownerId": world.colleague.user_id()});
        let theirs = id_of(&world.post(&world.manager, COMPANIES, theirs).await);
        let body = json!({"name": "A", "custom": {"relation": theirs}});
        let (status, answer) = world.call(&world.agent, "POST", CONTACTS, body.clone()).await;
        assert_eq!((status, &answer["details"][0]["field"]), (422, &json!("custom.relation")));
        let id = id_of(&world.post(&world.manager, CONTACTS, body).await);
        let other = json!({"custom": {"relation": theirs, "text": "x"}});
        world.ok(&world.agent, "PATCH", &at(&id), other, 200).await;
        world.ok(&world.manager, "DELETE", &format!("{COMPANIES}/{theirs}"), Value::Null, 204).await;
        let again = json!({"name": "B", "custom": {"relation": theirs}});
        assert_eq!(refused(&world, "POST", CONTACTS, again).await, ["custom.relation reference.unknown"]);
        // Nobody answers for deals in this world.
        field(&world, "deal", "relation", json!({"relation": "deal"})).await;
        let deal = json!({"name": "C", "custom": {"deal": Uuid::max()}});
        assert_eq!(refused(&world, "POST", CONTACTS, deal).await, ["custom.deal reference.unknown"]);
    }

    async fn lists_are_filtered_by_fields_of_every_kind(world: World) {
        let k = every_kind(&world).await;
        let andy = world.agent.user_id().unwrap().0.to_string();
        for (name, custom) in [
            ("a", json!({"text": "Альфа", "longtext": "One\nline", "number": 1.5, "money": 100, "date": "2026-01-31", "select": k.red,
                "multi": [k.one], "checkbox": true, "url": "https://a.example/x", "email": "a@example.com", "phone": "+79125550011",
                "user": k.mary, "relation": k.acme})),
            ("b", json!({"text": "beta", "number": -2, "money": 250, "date": "2026-02-01", "select": k.blue, "multi": [k.one, k.two],
                "checkbox": false, "user": andy})),
            ("c", json!({"number": 10})),
            ("d", json!({})),
        ] {
            world.tick();
            world.post(&world.manager, CONTACTS, json!({"name": name, "custom": custom})).await;
        }
        for (key, op, value, expected) in [
            ("text", "eq", json!("beta"), "b"),
            ("text", "ne", json!("beta"), "acd"),
            ("text", "contains", json!("АЛЬФ"), "a"),
            ("text", "startsWith", json!("BE"), "b"),
            ("text", "in", json!(["beta", "Альфа"]), "ab"),
            ("text", "isEmpty", json!(null), "cd"),
            ("longtext", "contains", json!("line"), "a"),
            ("number", "eq", json!(1.5), "a"),
            ("number", "gt", json!(1), "ac"),
            ("number", "lte", json!(1.5), "ab"),
            ("number", "between", json!([-2, 2]), "ab"),
            ("number", "isEmpty", json!(null), "d"),
            ("money", "gte", json!(250), "b"),
            ("date", "lt", json!("2026-02-01"), "a"),
            ("date", "between", json!(["2026-01-01", "2026-12-31"]), "ab"),
            ("date", "isNotEmpty", json!(null), "ab"),
            ("select", "eq", json!(k.red), "a"),
            ("select", "notIn", json!([k.red]), "bcd"),
            ("multi", "has", json!(k.two), "b"),
            ("multi", "hasAny", json!([k.one, k.two]), "ab"),
            ("multi", "hasAll", json!([k.one, k.two]), "b"),
            ("multi", "isEmpty", json!(null), "cd"),
            ("checkbox", "eq", json!(true), "a"),
            ("checkbox", "eq", json!(false), "bcd"),
            ("url", "contains", json!("a.example"), "a"),
            ("email", "eq", json!("A@EXAMPLE.com"), "a"),
            ("phone", "eq", json!("8 912 555-00-11"), "a"),
            ("phone", "contains", json!("555 00"), "a"),
            ("user", "eq", json!("me"), "a"),
            ("user", "in", json!([andy, "me"]), "ab"),
            ("relation", "eq", json!(k.acme), "a"),
            ("relation", "isEmpty", json!(null), "bcd"),
        ] {
            let test = json!({"field": format!("custom.{key}"), "op": op, "value": value});
            assert_eq!(filtered(&world, test.clone()).await, expected, "{test}");
        }
        let not = json!({"not": {"field": "custom.text", "op": "eq", "value": "beta"}});
        assert_eq!(filtered(&world, not).await, "acd");
        for (key, op, value, code) in [
            ("text", "gt", json!("x"), "filter.operator"),
            ("number", "eq", json!("7"), "filter.value"),
            ("date", "eq", json!("soon"), "filter.value"),
            ("select", "contains", json!("x"), "filter.operator"),
            ("multi", "eq", json!("x"), "filter.operator"),
            ("checkbox", "eq", json!("x"), "filter.value"),
            ("user", "eq", json!(7), "filter.value"),
            ("nothing", "eq", json!("x"), "filter.unknown_field"),
        ] {
            let test = json!({"field": format!("custom.{key}"), "op": op, "value": value}).to_string();
            let path = format!("{CONTACTS}?filter={}", encoded(&test));
            assert_eq!(world.refused(&world.manager, "GET", &path, Value::Null).await, (422, code.to_owned()), "{test}");
        }
        let foreign = encoded(&json!({"field": "custom.text", "op": "isEmpty"}).to_string());
        let path = format!("{CONTACTS}?filter={foreign}");
        assert_eq!(world.refused(&world.stranger, "GET", &path, Value::Null).await.1, "filter.unknown_field");
        let all = json!({"action": "addTags", "tags": ["x"], "all": true, "filter": {"field": "custom.number", "op": "gt", "value": 0}});
        world.ok(&world.manager, "POST", &format!("{CONTACTS}/bulk"), all, 202).await;
        world.settle().await;
        assert_eq!(filtered(&world, json!({"field": "tags", "op": "has", "value": "x"})).await, "ac");
    }

    async fn lists_are_sorted_by_fields_and_paged(world: World) {
        let k = every_kind(&world).await;
        for (name, custom) in [
            ("a", json!({"text": "b", "number": 0.1, "money": 300, "date": "2026-03-01", "select": k.blue, "checkbox": true, "email": "b@x.co"})),
            ("b", json!({"text": "a", "number": 0.3, "money": 100, "date": "2026-01-01", "select": k.red, "checkbox": true, "email": "a@x.co"})),
            ("c", json!({"text": "a", "number": -7, "money": 200, "date": "2026-02-01", "select": k.blue, "email": "c@x.co"})),
            ("d", json!({"number": 0.300_000_000_000_000_04})),
            ("e", json!({"text": "c", "number": 900_000_000_000_000_i64})),
        ] {
            world.tick();
            world.post(&world.manager, CONTACTS, json!({"name": name, "custom": custom})).await;
        }
        for (sort, expected) in [
            ("custom.text,name", "dbcae"),
            ("-custom.text,-name", "eacbd"),
            ("custom.number", "cabde"),
            ("-custom.number", "edbac"),
            ("custom.money,name", "debca"),
            ("-custom.money,name", "acbde"),
            ("custom.date,name", "bcade"),
            ("custom.select,name", "debac"),
            ("-custom.select,name", "acbde"),
            ("custom.checkbox,name", "cdeab"),
            ("custom.email,name", "debac"),
        ] {
            assert_eq!(paged(&world, sort).await, expected, "{sort}");
        }
        for sort in ["custom.user", "custom.multi", "custom.longtext", "custom.relation", "custom.nothing"] {
            let path = format!("{CONTACTS}?sort={sort}");
            assert_eq!(world.refused(&world.manager, "GET", &path, Value::Null).await, (422, "list.sort".to_owned()), "{sort}");
        }
        let mixed = format!("{CONTACTS}?sort=custom.number&search=zzz");
        assert_eq!(world.get(&world.manager, &mixed).await["page"]["total"], 0);
    }

    async fn an_export_has_a_readable_column_for_every_field(world: World) {
        let k = every_kind(&world).await;
        let custom = json!({"text": "=1", "number": 1.5, "money": 125_050, "date": "2026-01-31", "select": k.blue, "multi": [k.one, k.two],
            "checkbox": true, "user": k.mary, "relation": k.acme, "phone": "+442079460000", "free": 7});
        world.post(&world.manager, CONTACTS, json!({"name": "A", "custom": custom})).await;
        let list = world.get(&world.manager, &format!("{FIELDS}?recordType=contact")).await;
        let of = |key: &str| id_of(list["items"].as_array().unwrap().iter().find(|f| f["key"] == key).unwrap());
        world.patch(&world.manager, &format!("{FIELDS}/{}", of("money")), json!({"name": "Budget"})).await;
        world.patch(&world.manager, &format!("{FIELDS}/{}", of("url")), json!({"archived": true})).await;
        let csv = world.get(&world.manager, &format!("{CONTACTS}/export.csv")).await;
        let csv = csv.as_str().unwrap().trim_start_matches('\u{feff}');
        let mut lines = csv.lines();
        let header = lines.next().unwrap();
        assert!(header.contains(",Budget,") && !header.contains("url") && header.contains(",custom,createdAt"), "{header}");
        let wanted = "name,custom.text,custom.number,custom.money,custom.date,custom.select,custom.multi,custom.checkbox,custom.user,custom.relation,custom.phone,custom";
        let chosen = world.get(&world.manager, &format!("{CONTACTS}/export.csv?columns={wanted}")).await;
        let expected = "\u{feff}name,text,number,Budget,date,select,multi,checkbox,user,relation,phone,custom\r\n\
            A,'=1,1.5,1250.50,2026-01-31,\"Blue, light\",One; Two,true,Mary Manager,Acme,+442079460000,\"{\"\"free\"\":7}\"\r\n";
        assert_eq!(chosen, expected);
        let unknown = format!("{CONTACTS}/export.csv?columns=custom.nothing");
        assert_eq!(world.refused(&world.manager, "GET", &unknown, Value::Null).await.0, 422);
    }

    async fn records_without_fields_cost_nothing_more(world: World) {
        every_kind(&world).await;
        let cost = async |body: Value| {
            let before = world.db().statement_count();
            world.post(&world.manager, CONTACTS, body).await;
            world.db().statement_count() - before
        };
        let plain = cost(json!({"name": "A"})).await;
        // Whoever asks first asks the database.
        cost(json!({"name": "B", "custom": {"text": "x"}})).await;
        assert_eq!(cost(json!({"name": "C", "custom": {"text": "x", "free": 1}})).await, plain);
        assert_eq!(cost(json!({"name": "D", "custom": {}})).await, plain);
    }
}
