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

    async fn the_forecast_counts_each_deal_in_its_month(world: World) {
        let sales = world.sales(&world.manager).await;
        for (title, stage, amount, currency, day) in [
            ("Late", QUALIFIED, 100, "USD", Some("2026-01-09")),
            ("Soon", QUALIFIED, 1000, "USD", Some("2026-01-20")),
            ("Soon, in euro", QUALIFIED, 7, "EUR", Some("2026-01-31")),
            ("In March", LEAD, 10_000, "USD", Some("2026-03-01")),
            ("Far away", LEAD, 5, "USD", Some("2026-04-01")),
            ("Some day", LEAD, 50, "USD", None),
        ] {
            let body = json!({"title": title, "amountMinor": amount, "currency": currency, "expectedCloseOn": day,
                "stageId": sales.stages[stage]});
            world.post(&world.manager, DEALS, body).await;
        }
        let won = json!({"title": "Won", "amountMinor": 900, "currency": "USD", "expectedCloseOn": "2026-02-02", "stageId": sales.stages[WON]});
        let won_at = world.post(&world.manager, DEALS, won).await["wonAt"].as_str().unwrap()[..7].to_owned();
        let path = format!("/api/pipeline/{}/forecast", sales.id);
        let forecast = world.get(&world.manager, &format!("{path}?from=2026-01&months=3&today=2026-01-10")).await;
        let amount = |currency: &str, minor: i64, weighted: i64| {
            json!({"currency": currency, "minor": minor, "weightedMinor": weighted, "wonMinor": 0})
        };
        let month = |month: Option<&str>, deals: i64, amounts: &[Value]| json!({"month": month, "deals": deals, "amounts": amounts});
        assert_eq!(forecast["months"], json!([
            month(Some("2026-01"), 2, &[amount("EUR", 7, 1), amount("USD", 1000, 200)]),
            month(Some("2026-02"), 0, &[]),
            month(Some("2026-03"), 1, &[amount("USD", 10_000, 1000)]),
            month(None, 1, &[amount("USD", 50, 5)]),
        ]));
        assert_eq!(forecast["overdue"], json!({"deals": 1, "amounts": [amount("USD", 100, 20)]}));
        let then = world.get(&world.manager, &format!("{path}?from={won_at}&months=1&today=2026-01-10")).await;
        let of_won = &then["months"][0]["amounts"].as_array().unwrap().iter().find(|a| a["currency"] == "USD").unwrap()["wonMinor"];
        assert_eq!(of_won, 900);
        let dear = encoded(&json!({"field": "amount", "op": "gt", "value": 500}).to_string());
        let narrowed = world.get(&world.manager, &format!("{path}?from=2026-01&months=1&today=2026-01-10&filter={dear}")).await;
        assert_eq!(narrowed["months"][0]["deals"], 1);
        for from in ["2026-13", "2026-1", "x", "99999-01"] {
            let refused = world.refused(&world.manager, "GET", &format!("{path}?from={from}"), Value::Null).await;
            assert_eq!(refused, (422, "from month.invalid".to_owned()), "{from}");
        }
    }
}
