//! Deals as a CSV file.

use fields::FieldKind;
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{DEALS, LEAD, LOST, World, encoded};

fn lines(file: &Value) -> Vec<&str> {
    let file = file.as_str().unwrap();
    file.strip_prefix('\u{feff}').expect("a byte order mark").lines().collect()
}

on_both! {
    async fn an_export_has_names_and_whole_units(world: World) {
        let sales = world.sales(&world.manager).await;
        world.define("tier", FieldKind::Select, &["Gold", "Silver"]).await;
        world.define("boss", FieldKind::User, &[]).await;
        let company = world.company(&world.manager, "Acme, Inc.");
        let contact = world.contact(&world.manager, "Anna", None, Some(&company));
        let mary = world.manager.user_id();
        world.post(&world.manager, DEALS, json!({
            "title": "=1+1", "stageId": sales.stages[LOST], "lostReason": "Price", "amountMinor": 123_405,
            "currency": "EUR", "companyId": company, "contactId": contact, "ownerId": mary,
            "expectedCloseOn": "2026-12-31", "source": "Web", "tags": ["a", "b"], "description": "Two\nlines",
            "custom": {"tier": "a", "boss": mary},
        })).await;
        let yen = json!({"title": "Yen", "amountMinor": 500, "currency": "JPY"});
        world.post(&world.manager, DEALS, yen).await;
        world.post(&world.manager, DEALS, json!({"title": "Bare"})).await;
        let file = world.get(&world.manager, &format!("{DEALS}/export.csv?sort=title")).await;
        let file = lines(&file);
        let head = "title,pipeline,stage,status,amount,currency,companyName,contactName,ownerName,expectedCloseOn,source,tags,\
                    description,wonAt,lostAt,lostReason,TIER,BOSS,custom,createdAt,updatedAt";
        assert_eq!(file[0], head);
        let lost = "'=1+1,Sales,Lost,lost,1234.05,EUR,\"Acme, Inc.\",Anna,Mary Manager,2026-12-31,Web,a; b,\"Two";
        assert_eq!(file[1], lost);
        assert!(file[2].starts_with("lines\",,2026-") && file[2].contains(",Price,Gold,Mary Manager,,"), "{file:?}");
        assert!(file[3].starts_with("Bare,Sales,Lead,open,,,,,,,,,,,,,,,,"), "{file:?}");
        assert!(file[4].starts_with("Yen,Sales,Lead,open,500,JPY,"), "{file:?}");
        assert_eq!((file.len(), world.events("export.completed").await), (5, 1));
    }

    async fn any_list_can_be_exported_with_chosen_columns(world: World) {
        let sales = world.sales(&world.manager).await;
        let mut row = json!({"stageId": sales.stages[LEAD]});
        for n in 0..1010 {
            row["title"] = json!(format!("D{n:04}"));
            row["amountMinor"] = json!(n * 100);
            world.post(&world.manager, DEALS, row.clone()).await;
        }
        let filter = encoded(&json!({"field": "amount", "op": "gte", "value": 500}).to_string());
        let file = world.get(&world.manager, &format!("{DEALS}/export.csv?sort=-title&columns=amount,title&filter={filter}")).await;
        let file = lines(&file);
        assert_eq!(file[..3], ["amount,title", "1009.00,D1009", "1008.00,D1008"], "more than a chunk, in the order asked for");
        assert_eq!((file.len(), file[1005]), (1006, "5.00,D0005"));
        let found = world.get(&world.manager, &format!("{DEALS}/export.csv?search=d0007&columns=title")).await;
        assert_eq!(lines(&found), ["title", "D0007"]);
        for wrong in ["columns=title,nothing", "columns=custom.nothing", "sort=nothing", "filter=x"] {
            let path = format!("{DEALS}/export.csv?{wrong}");
            assert!((400..=422).contains(&world.refused(&world.manager, "GET", &path, Value::Null).await.0), "{wrong}");
        }
        let path = format!("{DEALS}/export.csv");
        assert_eq!(world.refused(&world.agent, "GET", &path, Value::Null).await, (403, "permission.denied".to_owned()));
    }
}
