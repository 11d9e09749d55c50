//! What stages ask for, whoever writes: one table of rules, gone through by every way in which a deal gets a stage.

use std::sync::Arc;

use contracts::imports::DealRow;
use exchange::import::{DuplicatePolicy, Fate, Keeper, Plan};
use fields::FieldKind;
use kernel::Scope;
use pipeline::ImportedDeals;
use serde_json::{Map, Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{DEALS, LEAD, LOST, QUALIFIED, Sales, World, id_of, texts};

/// A way in which a deal gets into a stage.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Writer {
    Create,
    Move,
    MoveOfClient,
    NewForClient,
    Bulk,
    Import,
    ImportOverKnown,
}

const WRITERS: [Writer; 7] = [
    Writer::Create,
    Writer::Move,
    Writer::MoveOfClient,
    Writer::NewForClient,
    Writer::Bulk,
    Writer::Import,
    Writer::ImportOverKnown,
];

impl Writer {
    /// Whether it makes the deal: then it leaves no stage.
    fn makes(self) -> bool {
        matches!(self, Self::Create | Self::NewForClient | Self::Import)
    }
}

/// How it is tried.
#[derive(Clone, Copy, Debug)]
struct Try {
    /// By the manager, else by an agent.
    manager: bool,
    /// With the source and the custom field filled in.
    filled: bool,
    /// With room in the stage.
    room: bool,
    lost_reason: bool,
}

const WELL: Try = Try { manager: true, filled: true, room: true, lost_reason: true };

struct Rule {
    name: &'static str,
    of_first: Value,
    of_target: Value,
    target: usize,
    lacking: Try,
    /// Of the stage that is left: no rule for who makes the deal.
    on_leaving: bool,
}

fn table() -> Vec<Rule> {
    let rule = |name, of_target: Value, lacking| Rule {
        name,
        of_first: json!({}),
        of_target,
        target: QUALIFIED,
        lacking,
        on_leaving: false,
    };
    let leaving =
        |name, of_first: Value, lacking| Rule { of_first, on_leaving: true, ..rule(name, json!({}), lacking) };
    let empty = Try { filled: false, ..WELL };
    let agent = Try { manager: false, ..WELL };
    vec![
        rule("a field", json!({"entryRules": {"requiredFields": ["source"]}}), empty),
        rule("a field of their own", json!({"entryRules": {"requiredFields": ["custom.tier"]}}), empty),
        rule("a role", json!({"entryRules": {"roles": ["manager"]}}), agent),
        rule("room", json!({"wipLimit": 1}), Try { room: false, ..WELL }),
        leaving("a field on leaving", json!({"exitRules": {"requiredFields": ["source"]}}), empty),
        leaving("a field of their own on leaving", json!({"exitRules": {"requiredFields": ["custom.tier"]}}), empty),
        leaving("a role on leaving", json!({"exitRules": {"roles": ["manager"]}}), agent),
        Rule { target: LOST, ..rule("why it is lost", json!({}), Try { lost_reason: false, ..WELL }) },
    ]
}

async fn ask(world: &World, stage: &str, rules: &Value) {
    let mut body = json!({"entryRules": {}, "exitRules": {}, "wipLimit": null});
    body.as_object_mut().unwrap().extend(rules.as_object().unwrap().clone());
    world.ok(&world.manager, "PUT", &format!("/api/pipeline/stages/{stage}"), body, 200).await;
}

/// Takes every deal away.
async fn clear(world: &World) {
    for id in texts(&world.get(&world.manager, &format!("{DEALS}?limit=100")).await, "/id") {
        world.ok(&world.manager, "DELETE", &format!("{DEALS}/{id}"), Value::Null, 204).await;
    }
}

/// Whether the writer brings a deal into the stage, when it is tried so.
async fn gets_in(world: &World, sales: &Sales, rule: &Rule, writer: Writer, how: Try) -> bool {
    let (first, target) = (&sales.stages[LEAD], &sales.stages[rule.target]);
    for stage in [first, target] {
        ask(world, stage, &json!({})).await;
    }
    clear(world).await;
    if !how.room {
        world.deal(target, "In the way").await;
    }
    let who = if how.manager { &world.manager } else { &world.agent };
    let contact = world.contact(&world.manager, "Anna", None, None);
    let custom = if how.filled { json!({"tier": "a"}) } else { json!({}) };
    let mut body = json!({"title": "A", "stageId": first, "contactId": contact, "custom": custom});
    if how.filled {
        body["source"] = json!("Web");
    }
    let deal = if writer.makes() { None } else { Some(id_of(&world.post(&world.manager, DEALS, body.clone()).await)) };
    ask(world, first, &rule.of_first).await;
    ask(world, target, &rule.of_target).await;
    let before = world.column(&sales.id, target).await.len();
    let lost_reason = how.lost_reason.then_some("Price");
    let wanted = json!({"stageId": target, "lostReason": lost_reason});
    match writer {
        Writer::Create => {
            body["stageId"] = json!(target);
            body["lostReason"] = json!(lost_reason);
            world.call(who, "POST", DEALS, body).await;
        }
        Writer::Move => {
            world.call(who, "PATCH", &format!("{DEALS}/{}/stage", deal.unwrap()), wanted).await;
        }
        Writer::MoveOfClient | Writer::NewForClient => {
            world.call(who, "PUT", &format!("/api/pipeline/clients/{contact}/stage"), wanted).await;
        }
        Writer::Bulk => {
            let body = json!({"action": "move", "stageId": target, "lostReason": lost_reason, "ids": [deal]});
            world.call(who, "POST", &format!("{DEALS}/bulk"), body).await;
            world.settle().await;
        }
        Writer::Import | Writer::ImportOverKnown => {
            let row = DealRow {
                title: "A".to_owned(),
                stage: Some(if rule.target == LOST { "Lost" } else { "Qualified" }.to_owned()),
                lost_reason: lost_reason.map(str::to_owned),
                contact_id: Some(contact.parse().unwrap()),
                source: how.filled.then(|| "Web".to_owned()),
                custom: custom.as_object().unwrap().clone(),
                ..DealRow::default()
            };
            import(world, who, row).await;
        }
    }
    world.column(&sales.id, target).await.len() > before
}

async fn import(world: &World, who: &Scope, row: DealRow) {
    let keeper = ImportedDeals::new(Arc::clone(&world.people) as _);
    let plan =
        Plan { import_id: Uuid::nil(), policy: DuplicatePolicy::Update, default_tags: Vec::new(), owner_id: None };
    let intake = keeper.open(who, &plan).await.unwrap();
    let tx = world.db().begin(who).await.unwrap();
    intake.store(&tx, vec![row]).await.unwrap();
    tx.commit().await.unwrap();
}

on_both! {
    async fn the_rules_of_stages_hold_for_every_writer(world: World) {
        let sales = world.sales(&world.manager).await;
        world.define("tier", FieldKind::Select, &["Gold"]).await;
        for rule in table() {
            for writer in WRITERS {
                // A contact's first deal has nothing but the contact: what it lacks cannot be given along.
                let bare = writer == Writer::NewForClient && !rule.lacking.filled;
                let well = gets_in(&world, &sales, &rule, writer, WELL).await;
                assert_eq!(well, !bare || rule.on_leaving, "{writer:?} meets {}", rule.name);
                let lacking = gets_in(&world, &sales, &rule, writer, rule.lacking).await;
                assert_eq!(lacking, rule.on_leaving && writer.makes(), "{writer:?} lacks {}", rule.name);
            }
        }
    }

    async fn a_chunk_of_rows_is_judged_row_by_row(world: World) {
        let sales = world.sales(&world.manager).await;
        ask(&world, &sales.stages[QUALIFIED], &json!({"wipLimit": 2})).await;
        let row = |n: usize, stage: &str| DealRow { title: format!("D{n}"), stage: Some(stage.to_owned()), ..DealRow::default() };
        let rows: Vec<DealRow> = (0..2000).map(|n| row(n, if n % 500 == 7 { "Qualified" } else { "lead" })).collect();
        let keeper = ImportedDeals::new(Arc::clone(&world.people) as _);
        let plan = Plan { import_id: Uuid::nil(), policy: DuplicatePolicy::Skip, default_tags: Vec::new(), owner_id: None };
        for expected in [(1998, 0, 2), (0, 1998, 2)] {
            let intake = keeper.open(&world.manager, &plan).await.unwrap();
            let tx = world.db().begin(&world.manager).await.unwrap();
            let fates = intake.store(&tx, rows.clone()).await.unwrap();
            tx.commit().await.unwrap();
            let count = |what: fn(&Fate) -> bool| fates.iter().filter(|fate| what(fate)).count();
            let counts = (count(|f| *f == Fate::Created), count(|f| *f == Fate::Skipped), count(|f| matches!(f, Fate::Refused(_))));
            assert_eq!(counts, expected);
        }
        assert_eq!(world.column(&sales.id, &sales.stages[QUALIFIED]).await, ["D7", "D507"]);
        assert_eq!(world.column(&sales.id, &sales.stages[LEAD]).await[..3], ["D0", "D1", "D2"], "in the order of the file");
        assert_eq!((world.count("stage_history", "cause = 'import'").await, world.count("deals", "1 = 1").await), (1998, 1998));
        assert_eq!(world.count("change_log", "subject_kind = 'deal'").await, 1998);
        assert_eq!(world.events("deal.created").await, 2, "one for each stage");
    }

    async fn another_organizations_deals_are_none_that_a_row_is_about(world: World) {
        let deal = id_of(&world.post(&world.manager, DEALS, json!({"title": "A"})).await);
        import(&world, &world.stranger, DealRow { title: "A".to_owned(), source: Some("Web".to_owned()), ..DealRow::default() }).await;
        assert_eq!(world.get(&world.manager, &format!("{DEALS}/{deal}")).await["version"], 1);
        assert_eq!(texts(&world.get(&world.stranger, DEALS).await, "/source"), ["Web"]);
        let hidden = json!({"title": "B", "ownerId": world.colleague.user_id()});
        let hidden = id_of(&world.post(&world.manager, DEALS, hidden).await);
        import(&world, &world.agent, DealRow { title: "B".to_owned(), custom: Map::new(), source: Some("X".to_owned()), ..DealRow::default() }).await;
        assert_eq!(world.get(&world.manager, &format!("{DEALS}/{hidden}")).await["version"], 1, "out of reach is unknown");
    }
}
