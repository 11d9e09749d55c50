//! Webhooks themselves: who may, what is refused, what is kept, what is never shown again.

use contracts::events::{ALL, WEBHOOK_CREATED, WEBHOOK_DELETED, WEBHOOK_UPDATED};
use kernel::{Level, Levels, Reach, Scope};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{World, items};

/// A public address that is written out, so that nothing is looked up.
const PUBLIC: &str = "https://93.184.215.14/hook";

on_both! {
    async fn a_secret_is_shown_once(world: World) {
        let body = json!({ "url": " https://93.184.215.14/hook#x ", "types": ["deal.won"], "description": " CRM  to ERP " });
        let made = world.ok("POST", "/", body, 201).await;
        let secret = made["secret"].as_str().unwrap();
        assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
        assert_eq!((&made["url"], &made["description"], &made["enabled"]), (&json!(PUBLIC), &json!("CRM to ERP"), &json!(true)));
        assert_eq!((&made["createdBy"]["name"], &made["lastDelivery"]), (&json!("Olga Owner"), &Value::Null));
        let id = made["id"].as_str().unwrap();
        let mut without = made.clone();
        without.as_object_mut().unwrap().remove("secret");
        assert_eq!(world.get(&format!("/{id}")).await, without);
        assert_eq!(items(&world.get("/").await), [without]);
        // Nor is it anywhere in the database, as it was shown or as it signs.
        let bare = secret.trim_start_matches("whsec_");
        for (table, columns) in [("webhooks", "secret"), ("change_log", "after"), ("events", "data")] {
            let select = format!("select cast({columns} as text) as t from {table} where org_id = $1");
            let values = [world.owner.org_id.0.into()];
            let statement = Statement::from_sql_and_values(world.db().backend(), select, values);
            let rows = world.db().reader(&world.owner).query_all_raw(statement).await.unwrap();
            assert!(!rows.is_empty() || table == "events", "{table}");
            for row in rows {
                let text: String = row.try_get("", "t").unwrap();
                assert!(!text.contains(bare) && !text.contains("whsec"), "{table}: {text}");
            }
        }
        assert_eq!(world.count("webhooks", "secret like 'v1.%'").await, 1);
    }

    async fn webhooks_are_for_who_reaches_everything(world: World) {
        let (id, _) = world.hook(PUBLIC, &["deal.won"]).await;
        let levels = Levels { chats: Level::Team, ..Levels::all(Level::Organization) };
        let less = Scope { reach: Reach::new(levels, None), ..world.owner.clone() };
        let (one, none) = (format!("/{id}"), Value::Null);
        for (method, path, body) in [
            ("POST", "/".to_owned(), json!({ "url": PUBLIC, "types": ["*"] })),
            ("GET", "/".to_owned(), none.clone()),
            ("GET", one.clone(), none.clone()),
            ("PATCH", one.clone(), json!({ "enabled": false })),
            ("DELETE", one.clone(), none.clone()),
            ("POST", format!("{one}/secret"), json!({ "graceHours": 1 })),
            ("POST", format!("{one}/test"), none.clone()),
            ("GET", format!("{one}/deliveries"), none.clone()),
        ] {
            let refused = world.refused(&less, method, &path, body).await;
            assert_eq!(refused, (403, "webhook.reach".to_owned()), "{method} {path}");
        }
        assert_eq!(world.get(&one).await["enabled"], true);
    }

    async fn every_change_is_logged_and_told(world: World) {
        let (id, _) = world.hook(PUBLIC, &["deal.won"]).await;
        let path = format!("/{id}");
        let changed = world.ok("PATCH", &path, json!({ "types": ["*"], "version": 1 }), 200).await;
        assert_eq!((&changed["types"], &changed["version"]), (&json!(["*"]), &json!(2)));
        let same = world.ok("PATCH", &path, json!({ "types": ["*"], "enabled": true }), 200).await;
        assert_eq!(same["version"], 2, "what changes nothing writes nothing");
        let (status, stale) = world.call(&world.owner, "PATCH", &path, json!({ "enabled": false, "version": 1 })).await;
        assert_eq!((status, &stale["conflict"]["current"]["version"]), (409, &json!(2)));
        world.ok("POST", &format!("{path}/secret"), json!({ "graceHours": 1 }), 200).await;
        world.ok("DELETE", &path, Value::Null, 204).await;
        assert_eq!(world.refused(&world.owner, "GET", &path, Value::Null).await.0, 404);
        for (kind, times) in [(WEBHOOK_CREATED, 1), (WEBHOOK_UPDATED, 2), (WEBHOOK_DELETED, 1)] {
            assert_eq!(world.count("events", &format!("kind = '{kind}'")).await, times, "{kind}");
        }
        for (action, times) in [("created", 1), ("updated", 2), ("deleted", 1)] {
            let logged = format!("subject_kind = 'webhook' and action = '{action}'");
            assert_eq!(world.count("change_log", &logged).await, times, "{action}");
        }
    }

    async fn what_cannot_be_used_is_refused_with_its_field(world: World) {
        let refused = async |body: Value| world.refused(&world.owner, "POST", "/", body).await;
        let with = |url: &str| json!({ "url": url, "types": ["deal.won"] });
        for (url, code) in [
            ("", "field.required"),
            ("example.com", "target.invalid"),
            ("ftp://example.com", "target.scheme"),
            ("http://93.184.215.14/", "target.scheme"),
            ("https://me:secret@93.184.215.14/", "target.credentials"),
            ("https://10.0.0.1/", "target.private"),
            ("https://127.0.0.2/", "target.private"),
            ("https://169.254.169.254/latest/meta-data", "target.private"),
            ("https://[::1]/", "target.private"),
        ] {
            assert_eq!(refused(with(url)).await, (422, format!("url {code}")), "{url}");
        }
        let all_at_once = json!({ "url": "https://10.0.0.1", "types": ["deal.eaten"], "description": "x".repeat(256) });
        let expected = "url target.private, description field.too_long, types[0] field.choice.unknown";
        assert_eq!(refused(all_at_once).await, (422, expected.to_owned()));
        assert_eq!(refused(json!({ "url": PUBLIC, "types": [] })).await, (422, "types field.required".to_owned()));
        let mixed = json!({ "url": PUBLIC, "types": ["*", "deal.won"] });
        assert_eq!(refused(mixed).await, (422, "types webhook.all_or_some".to_owned()));
        let (id, _) = world.hook(PUBLIC, &["*"]).await;
        let inward = json!({ "url": "https://192.168.0.1" });
        let changed = world.refused(&world.owner, "PATCH", &format!("/{id}"), inward).await;
        assert_eq!(changed, (422, "url target.private".to_owned()));
        for hours in [-1, 169] {
            let rotation = json!({ "graceHours": hours });
            let rotated = world.refused(&world.owner, "POST", &format!("/{id}/secret"), rotation).await;
            assert_eq!(rotated, (422, "graceHours field.number.range".to_owned()), "{hours}");
        }
    }

    async fn there_are_twenty_at_most(world: World) {
        for _ in 0..20 {
            world.hook(PUBLIC, &["*"]).await;
        }
        let one_more = json!({ "url": PUBLIC, "types": ["*"] });
        assert_eq!(world.refused(&world.owner, "POST", "/", one_more).await, (409, "webhook.too_many".to_owned()));
        world.hook_of(&world.stranger, PUBLIC, &["*"]).await;
    }

    async fn a_list_asks_the_database_the_same_however_long_it_is(world: World) {
        let statements = async |path: &str| {
            let before = world.db().statement_count();
            world.get(path).await;
            world.db().statement_count() - before
        };
        let (id, _) = world.hook(PUBLIC, &["*"]).await;
        world.ok("POST", &format!("/{id}/test"), Value::Null, 202).await;
        let (one, log_of_one) = (statements("/").await, statements(&format!("/{id}/deliveries")).await);
        for _ in 0..10 {
            world.hook(PUBLIC, &["*"]).await;
            world.ok("POST", &format!("/{id}/test"), Value::Null, 202).await;
        }
        assert_eq!((statements("/").await, statements(&format!("/{id}/deliveries")).await), (one, log_of_one));
        assert!(one <= 1 && log_of_one <= 3, "{one} {log_of_one}");
    }

    async fn nobody_of_another_organization_and_no_agent_gets_to_them(world: World) {
        let (id, _) = world.hook(PUBLIC, &["*"]).await;
        let queued = world.ok("POST", &format!("/{id}/test"), Value::Null, 202).await;
        let delivery = queued["deliveryId"].as_str().unwrap();
        let (other, _) = world.hook_of(&world.stranger, PUBLIC, &["*"]).await;
        let (hook, log) = (format!("/{id}"), format!("/{id}/deliveries"));
        let (one, again) = (format!("{log}/{delivery}"), format!("{log}/{delivery}/resend"));
        let through_own = format!("/{other}/deliveries/{delivery}");
        let routes = [
            ("GET", &hook, Value::Null),
            ("PATCH", &hook, json!({ "enabled": false })),
            ("DELETE", &hook, Value::Null),
            ("POST", &format!("{hook}/secret"), json!({ "graceHours": 0 })),
            ("POST", &format!("{hook}/test"), Value::Null),
            ("GET", &log, Value::Null),
            ("GET", &one, Value::Null),
            ("POST", &again, Value::Null),
        ];
        for (method, path, body) in routes {
            assert_eq!(world.refused(&world.stranger, method, path, body.clone()).await.0, 404, "{method} {path}");
            assert_eq!(world.refused(&world.agent, method, path, body).await.0, 403, "{method} {path}");
        }
        assert_eq!(world.refused(&world.stranger, "GET", &through_own, Value::Null).await.0, 404);
        assert_eq!(items(&world.call(&world.stranger, "GET", "/", Value::Null).await.1).len(), 1);
        assert_eq!(world.get(&hook).await["version"], 1, "nothing of it was touched");
    }

    async fn the_types_are_those_of_the_events(world: World) {
        let types = world.get("/types").await;
        assert!(items(&types).len() >= 50 && items(&types).contains(&json!("deal.won")));
        assert!(items(&types).iter().all(|name| ALL.contains(&name.as_str().unwrap())));
        assert_eq!(world.refused(&world.agent, "GET", "/types", Value::Null).await.0, 403);
    }
}
