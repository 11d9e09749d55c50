//! The board: columns, sums, filters, the rest of a column.

use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{DEALS, LEAD, QUALIFIED, WON, World, encoded, texts};

on_both! {
    async fn the_board_shows_the_first_cards_and_the_sums_of_all(world: World) {
        let sales = world.sales(&world.manager).await;
        for n in 0..7 {
            let currency = if n == 0 { "EUR" } else { "USD" };
            let body = json!({"title": format!("D{n}"), "amountMinor": 1000 + n, "currency": currency, "stageId": sales.stages[QUALIFIED]});
            world.post(&world.manager, DEALS, body).await;
        }
        world.deal(&sales.stages[WON], "Won").await;
        let board = world.get(&world.manager, &format!("/api/pipeline/{}/board?limitPerStage=3", sales.id)).await;
        let columns = board["columns"].as_array().unwrap();
        assert_eq!((columns.len(), &board["pipeline"]["name"]), (7, &json!("Sales")));
        let column = &columns[QUALIFIED];
        assert_eq!((&column["stageId"], &column["total"]), (&json!(sales.stages[QUALIFIED]), &json!(7)));
        let titles: Vec<_> = column["deals"].as_array().unwrap().iter().map(|d| d["title"].clone()).collect();
        assert_eq!(titles, ["D6", "D5", "D4"]);
        let expected = json!([{"currency": "EUR", "amountMinor": 1000, "weightedMinor": 200},
            {"currency": "USD", "amountMinor": 6021, "weightedMinor": 1204}]);
        assert_eq!(column["amounts"], expected);
        assert_eq!(columns[WON]["amounts"], json!([]));
        assert_eq!((&columns[LEAD]["deals"], &columns[LEAD]["nextCursor"]), (&json!([]), &Value::Null));
        let mut path = format!("/api/pipeline/{}/board/{}?limit=3", sales.id, sales.stages[QUALIFIED]);
        let mut rest = Vec::new();
        let mut cursor = column["nextCursor"].as_str().unwrap().to_owned();
        loop {
            let page = world.get(&world.manager, &format!("{path}&cursor={cursor}")).await;
            rest.extend(texts(&page, "/title"));
            let Some(next) = page["nextCursor"].as_str() else { break };
            next.clone_into(&mut cursor);
        }
        assert_eq!(rest, ["D3", "D2", "D1", "D0"]);
        path.push_str("&cursor=00");
        assert_eq!(world.refused(&world.manager, "GET", &path, Value::Null).await, (422, "cursor list.cursor".to_owned()));
        let overview = world.get(&world.manager, "/api/pipeline").await;
        assert_eq!(overview["items"][0]["stages"][QUALIFIED]["totals"], json!({"deals": 7, "amounts": expected}));
    }

    async fn the_board_is_narrowed_by_filter_search_and_owner(world: World) {
        let sales = world.sales(&world.manager).await;
        for (title, owner, amount) in [("Alpha", &world.agent, 10), ("Beta", &world.agent, 20), ("Alpha too", &world.manager, 30)] {
            let body = json!({"title": title, "ownerId": owner.user_id(), "amountMinor": amount});
            world.post(&world.manager, DEALS, body).await;
        }
        let shown = async |query: &str| {
            let board = world.get(&world.manager, &format!("/api/pipeline/{}/board?{query}", sales.id)).await;
            let column = board["columns"][LEAD].clone();
            let mut titles: Vec<String> = column["deals"].as_array().unwrap().iter().map(|d| d["title"].as_str().unwrap().to_owned()).collect();
            titles.sort();
            assert_eq!(column["total"], titles.len(), "sums are of what is shown");
            titles
        };
        let agent = world.agent.user_id().unwrap();
        assert_eq!(shown("search=alph").await, ["Alpha", "Alpha too"]);
        assert_eq!(shown(&format!("ownerId={agent}")).await, ["Alpha", "Beta"]);
        let dear = encoded(&json!({"field": "amount", "op": "gt", "value": 10}).to_string());
        assert_eq!(shown(&format!("filter={dear}&ownerId={agent}")).await, ["Beta"]);
        let rest = format!("/api/pipeline/{}/board/{}?filter={dear}&search=alpha", sales.id, sales.stages[LEAD]);
        assert_eq!(texts(&world.get(&world.manager, &rest).await, "/title"), ["Alpha too"]);
        assert_eq!(shown("").await.len(), 3);
    }
}
