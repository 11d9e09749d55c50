//! Numbers that are kept: they are those of the rows, whatever happens and whoever makes it so, and are read by the same few
//! statements.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::{
    outside::Stand,
    world::{CAMPAIGNS, World},
};

/// What rows add up to, by what stands before the numbers.
type Sums = BTreeMap<String, Vec<i64>>;

const MARKS: &str = "count(sent_at) as a, count(coalesce(delivered_at, read_at, replied_at)) as b, \
     count(coalesce(read_at, replied_at)) as c, count(replied_at) as d, count(case when positive then 1 end) as e, \
     count(case when state = 'failed' then 1 end) as f, count(case when opted_out then 1 end) as g";

async fn sums(world: &World, sql: &str, keys: usize, numbers: usize) -> Sums {
    let statement = Statement::from_sql_and_values(world.db().backend(), sql, [world.manager.org_id.0.into()]);
    let rows = world.db().reader(&world.manager).query_all_raw(statement).await.unwrap();
    let mut sums = Sums::new();
    for row in rows {
        let key = |index: usize| {
            let name = format!("k{index}");
            row.try_get::<Uuid>("", &name)
                .map(|id| id.to_string())
                .or_else(|_| row.try_get::<String>("", &name))
                .unwrap()
        };
        let key = (0..keys).map(key).collect::<Vec<_>>().join(" ");
        let number = |index: usize| row.try_get::<i64>("", ["a", "b", "c", "d", "e", "f", "g"][index]).unwrap();
        let of_row: Vec<i64> = (0..numbers).map(number).collect();
        // A key of which everything was taken back is none.
        if of_row.iter().any(|number| *number != 0) {
            sums.insert(key, of_row);
        }
    }
    sums
}

/// What is kept is what the rows are, in every table.
pub async fn agree(world: &World) {
    let day = |column: &str| match world.db().backend() {
        DbBackend::Postgres => format!("to_char({column} at time zone 'UTC', 'YYYY-MM-DD')"),
        _ => format!("substr({column}, 1, 10)"),
    };
    let sum = |name: &str, as_name: &str| format!("cast(sum({name}) as bigint) as {as_name}");
    let kept_marks = [
        sum("sent", "a"),
        sum("delivered", "b"),
        sum("read", "c"),
        sum("replied", "d"),
        sum("positive", "e"),
        sum("failed", "f"),
        sum("opted_out", "g"),
    ]
    .join(", ");
    let (sent, replied) = (day("sent_at"), day("replied_at"));
    let pairs = [
        (
            "select campaign_id as k0, state as k1, cause as k2, cast(sum(n) as bigint) as a from enrolment_counts \
             where org_id = $1 group by campaign_id, state, cause"
                .to_owned(),
            "select campaign_id as k0, state as k1, coalesce(cause, '') as k2, count(*) as a from enrolments \
             where org_id = $1 group by campaign_id, state, coalesce(cause, '')"
                .to_owned(),
            (3, 1),
        ),
        (
            format!(
                "select campaign_id as k0, step_id as k1, variant_id as k2, account_id as k3, {kept_marks} \
                 from campaign_send_counts where org_id = $1 group by campaign_id, step_id, variant_id, account_id"
            ),
            format!(
                "select campaign_id as k0, step_id as k1, variant_id as k2, account_id as k3, {MARKS} \
                 from campaign_sends where org_id = $1 group by campaign_id, step_id, variant_id, account_id"
            ),
            (4, 7),
        ),
        (
            format!(
                "select campaign_id as k0, day as k1, {}, {}, {} from campaign_day_counts where org_id = $1 \
                 group by campaign_id, day",
                sum("sent", "a"),
                sum("replied", "b"),
                sum("positive", "c")
            ),
            format!(
                "select campaign_id as k0, day as k1, count(sent) as a, count(replied) as b, count(positive) as c from (\
                 select campaign_id, {sent} as day, 1 as sent, null as replied, null as positive from campaign_sends \
                 where org_id = $1 and sent_at is not null union all \
                 select campaign_id, {replied}, null, 1, case when positive then 1 end from campaign_sends \
                 where org_id = $1 and replied_at is not null) marks group by campaign_id, day"
            ),
            (2, 3),
        ),
        (
            "select campaign_id as k0, code as k1, cast(sum(n) as bigint) as a from campaign_refusal_counts \
             where org_id = $1 group by campaign_id, code"
                .to_owned(),
            "select campaign_id as k0, code as k1, count(*) as a from campaign_refusals where org_id = $1 \
             group by campaign_id, code"
                .to_owned(),
            (2, 1),
        ),
    ];
    for (kept, counted, (keys, numbers)) in pairs {
        assert_eq!(sums(world, &kept, keys, numbers).await, sums(world, &counted, keys, numbers).await, "{kept}");
    }
}

async fn apart(world: &World) -> i64 {
    world.count("enrolment_counts", "slot <> 0").await + world.count("campaign_send_counts", "slot <> 0").await
}

async fn stats(world: &World, id: Uuid) -> Value {
    world.get(&world.manager, &format!("{CAMPAIGNS}/{id}/stats")).await
}

on_both! {
    async fn days_stops_and_refusals_are_told(world: World) {
        world.policy(json!({ "total": { "day": 1 } })).await;
        let account = world.account("Desk");
        let contacts = world.contacts(4);
        let id = world.started(&contacts, &[account], vec![world.message("Hi"), world.message("And?")]).await;
        let failing = world.keys(Stand::Waiting)[3];
        world.fail(failing).await;
        world.send_all().await;
        world.go().await;
        world.pass(TimeDelta::days(2));
        world.reply(contacts[0], "Yes, I am interested").await;
        world.reply(contacts[1], "Unsubscribe").await;
        world.settle().await;
        let told = stats(&world, id).await;
        assert_eq!(told["stops"], json!({ "replied": 1, "opted_out": 1, "failed": 1 }), "{told}");
        let days = told["days"].as_array().unwrap();
        assert_eq!(days[0], json!({ "day": "2027-03-01", "sent": 3, "replied": 0, "positive": 0 }));
        assert_eq!(days[1], json!({ "day": "2027-03-02", "sent": 0, "replied": 0, "positive": 0 }));
        assert_eq!(days[2], json!({ "day": "2027-03-03", "sent": 0, "replied": 2, "positive": 1 }));
        assert_eq!((days.len(), &told["totals"]["replied"]), (3, &json!(2)));
        let refused = &told["refusals"][0];
        assert_eq!((refused["code"].as_str(), refused["count"].as_u64()), (Some("policy.day_cap"), Some(3)), "{told}");
        assert_eq!(refused["message"], "As many messages in a day as there may be.");

        let list = world.get(&world.manager, CAMPAIGNS).await;
        let row = &list["items"][0];
        assert_eq!(row["stops"], told["stops"]);
        let days = row["days"].as_array().unwrap();
        assert_eq!((days.len(), &days[13]["day"], &days[11]["sent"]), (14, &json!("2027-03-03"), &json!(3)), "{row}");
        assert_eq!(row["totals"], told["totals"]);

        let log = world.get(&world.manager, &format!("{CAMPAIGNS}/{id}/log?limit=100")).await;
        let lines = log["items"].as_array().unwrap();
        let of = |kind: &str| lines.iter().find(|line| line["kind"] == kind).unwrap();
        assert!(of("enrolled")["message"].is_null(), "a number says no reason");
        assert_eq!(of("stopped")["message"], "The contact replied.");
        agree(&world).await;
    }

    async fn what_is_taken_back_is_counted_no_more(world: World) {
        let account = world.account("Desk");
        let contacts = world.contacts(3);
        let id = world.started(&contacts, &[account], vec![world.message("Hi"), world.wait_hours(30), world.message("And?")]).await;
        world.send_all().await;
        let page = world.get(&world.manager, &format!("{CAMPAIGNS}/{id}/enrolments")).await;
        let enrolment = page["items"][0]["id"].as_str().unwrap();
        for what in ["stop", "resume", "pause", "resume"] {
            world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/enrolments/{enrolment}/{what}"), json!({}), 200).await;
            agree(&world).await;
        }
        assert_eq!(stats(&world, id).await["stops"], json!({}), "whoever goes on was not stopped");
        world.tell(contracts::events::CONTACT_PURGED, ("contact", contacts[1]), json!({})).await;
        world.settle().await;
        agree(&world).await;
        world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/{id}/finish"), json!({}), 200).await;
        world.settle().await;
        assert_eq!(stats(&world, id).await["totals"]["stopped"], 3);
        agree(&world).await;
    }

    async fn folding_changes_no_number(world: World) {
        let account = world.account("Desk");
        let contacts = world.contacts(5);
        let id = world.started(&contacts, &[account], vec![world.message("Hi")]).await;
        world.send_all().await;
        let before = stats(&world, id).await["totals"].clone();
        if world.db().backend() == DbBackend::Postgres {
            assert!(apart(&world).await > 0, "transactions write apart");
        }
        let system = world.system();
        let (one, other) = tokio::join!(
            campaigns::counting::fold(&world.service, &system),
            campaigns::counting::fold(&world.service, &system)
        );
        one.unwrap();
        other.unwrap();
        assert_eq!((apart(&world).await, stats(&world, id).await["totals"].clone()), (0, before));
        agree(&world).await;
    }

    async fn a_number_costs_the_same_for_twenty_five_campaigns_as_for_one(world: World) {
        let account = world.account("Desk");
        // It waits, and goes on until the end.
        let steps = vec![world.message("Hi"), world.wait_hours(1), world.message("And?")];
        let first = world.started(&world.contacts(1), &[account], steps).await;
        world.send_all().await;
        let list = async |expected: usize| {
            // Their number is kept for a while.
            world.get(&world.manager, CAMPAIGNS).await;
            let before = world.db().statement_count();
            let page = world.get(&world.manager, &format!("{CAMPAIGNS}?limit=25")).await;
            assert_eq!(page["items"].as_array().map(Vec::len), Some(expected));
            world.db().statement_count() - before
        };
        let one = list(1).await;
        let before = world.db().statement_count();
        stats(&world, first).await;
        let of_few = world.db().statement_count() - before;
        for _ in 0..24 {
            world.started(&world.contacts(4), &[account], vec![world.message("Hi"), world.message("And?")]).await;
        }
        world.send_all().await;
        assert_eq!(list(25).await, one);
        let more = json!({ "contactIds": world.contacts(40) });
        world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/{first}/enrolments"), more, 200).await;
        let before = world.db().statement_count();
        stats(&world, first).await;
        assert_eq!(world.db().statement_count() - before, of_few);
    }
}
