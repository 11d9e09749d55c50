//! Nobody sees or touches what is another organization's.

use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{DEALS, LEAD, World, texts};

on_both! {
    async fn a_foreign_id_is_unknown_to_every_route(world: World) {
        let sales = world.sales(&world.manager).await;
        let own = world.sales(&world.stranger).await;
        let (stage, deal) = (&sales.stages[LEAD], world.deal(&sales.stages[LEAD], "Secret").await);
        let at = format!("{DEALS}/{deal}");
        let pipeline = format!("/api/pipeline/{}", sales.id);
        for (method, path, body) in [
            ("GET", at.clone(), Value::Null),
            ("PATCH", at.clone(), json!({"title": "B"})),
            ("PUT", at.clone(), json!({"title": "B"})),
            ("DELETE", at.clone(), Value::Null),
            ("POST", format!("{at}/restore"), Value::Null),
            ("DELETE", format!("{at}/purge"), Value::Null),
            ("GET", format!("{at}/history"), Value::Null),
            ("PATCH", format!("{at}/stage"), json!({"stageId": own.stages[LEAD]})),
            ("GET", pipeline.clone(), Value::Null),
            ("PUT", pipeline.clone(), json!({"name": "B"})),
            ("DELETE", format!("{pipeline}?moveTo={}", own.id), Value::Null),
            ("GET", format!("{pipeline}/board"), Value::Null),
            ("GET", format!("{pipeline}/board/{stage}"), Value::Null),
            ("GET", format!("/api/pipeline/{}/board/{stage}", own.id), Value::Null),
            ("PUT", format!("/api/pipeline/stages/{stage}"), json!({"name": "B"})),
            ("DELETE", format!("/api/pipeline/stages/{stage}"), Value::Null),
            ("GET", format!("/api/pipeline/stages/{stage}/history"), Value::Null),
            ("GET", format!("/api/pipeline/stages?pipelineId={}", sales.id), Value::Null),
        ] {
            let refused = world.refused(&world.stranger, method, &path, body).await;
            assert_eq!(refused, (404, "not_found".to_owned()), "{method} {path}");
        }
        let kept = world.get(&world.manager, &at).await;
        assert_eq!((&kept["title"], &kept["version"]), (&json!("Secret"), &json!(1)));
    }

    async fn foreign_stages_and_people_cannot_be_named(world: World) {
        let sales = world.sales(&world.manager).await;
        let own = world.sales(&world.stranger).await;
        let contact = world.contact(&world.manager, "Anna", None, None);
        for (field, value) in [("stageId", &sales.stages[LEAD]), ("pipelineId", &sales.id), ("contactId", &contact)] {
            let body = json!({"title": "A", field: value});
            let refused = world.refused(&world.stranger, "POST", DEALS, body).await;
            assert_eq!(refused, (422, format!("{field} reference.unknown")));
        }
        world.deal(&sales.stages[LEAD], "Secret").await;
        let mine = world.post(&world.stranger, DEALS, json!({"title": "Mine"})).await;
        let body = json!({"stageId": sales.stages[LEAD]});
        let path = format!("{DEALS}/{}/stage", mine["id"].as_str().unwrap());
        assert_eq!(world.refused(&world.stranger, "PATCH", &path, body).await.1, "stageId reference.unknown");
        assert_eq!(texts(&world.get(&world.stranger, DEALS).await, "/title"), ["Mine"]);
        assert_eq!(texts(&world.get(&world.stranger, &format!("{DEALS}?search=secret")).await, "/title"), Vec::<String>::new());
        let export = world.get(&world.stranger, &format!("{DEALS}/export.csv?columns=title")).await;
        assert_eq!(export, "\u{feff}title\r\nMine\r\n");
        let board = world.get(&world.stranger, &format!("/api/pipeline/{}/board", own.id)).await;
        assert_eq!(board["columns"][LEAD]["total"], 1);
    }

    async fn the_openapi_document_has_every_operation_once(world: World) {
        let operations = world.operations();
        let unique: std::collections::BTreeSet<_> = operations.iter().map(|o| o.rsplit(' ').next().unwrap()).collect();
        assert_eq!(unique.len(), operations.len());
        assert!(operations.contains(&"PATCH /api/crm/deals/{id}/stage moveDeal".to_owned()), "{operations:#?}");
        assert!(operations.contains(&"PUT /api/pipeline/clients/{id}/stage moveClient".to_owned()));
    }
}
