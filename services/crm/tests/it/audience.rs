//! Audiences: who is in one, read part by part, what there is to write to them, and who meets a condition.

use axum::{body::Body, http::Request};
use contracts::audience::{Addressee, Audience, AudienceError, AudienceQuery, AudienceSize};
use kernel::{Grants, Scope, filter::Filter};
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{World, id_of};

const CONTACTS: &str = "/api/crm/contacts";

async fn contact(world: &World, body: Value) -> Uuid {
    world.tick();
    id_of(&world.post(&world.manager, CONTACTS, body).await).parse().unwrap()
}

fn filter(field: &str, op: &str, value: &Value) -> Filter {
    Filter::parse(&json!({"field": field, "op": op, "value": value}).to_string()).unwrap()
}

/// All of an audience, read in parts of two.
async fn all(world: &World, who: &Scope, wanted: &AudienceQuery) -> Vec<Uuid> {
    let mut found: Vec<Uuid> = Vec::new();
    loop {
        let part = world.crm.ids(who, wanted, found.last().copied(), 2).await.unwrap();
        let is_last = part.len() < 2;
        found.extend(part);
        if is_last {
            let size = world.crm.size(who, wanted).await.unwrap();
            assert_eq!(size, AudienceSize { count: found.len() as u64, is_estimate: false });
            return found;
        }
    }
}

/// `field code` of the refusal.
async fn refused(world: &World, who: &Scope, wanted: AudienceQuery) -> String {
    match world.crm.ids(who, &wanted, None, 10).await.expect_err("a refusal") {
        AudienceError::Refused { field, code } => format!("{field} {code}"),
        AudienceError::Away(error) => error.to_string(),
    }
}

async fn import(world: &World, csv: &str, policy: &str) -> Uuid {
    world.tick();
    let request = Request::post("/api/crm/imports?recordType=contact&fileName=a.csv")
        .header("content-type", "application/octet-stream")
        .body(Body::from(csv.to_owned()))
        .unwrap();
    let (status, uploaded) = world.send(&world.manager, request).await;
    assert_eq!(status, 201, "{uploaded}");
    let id = id_of(&uploaded);
    let targets = ["name", "email", "timeZone"].into_iter().enumerate();
    let mapping: Vec<Value> = targets.map(|(n, target)| json!({"column": n, "target": target})).collect();
    let body = json!({"mapping": mapping, "duplicatePolicy": policy});
    world.ok(&world.manager, "POST", &format!("/api/crm/imports/{id}/start"), body, 202).await;
    world.settle().await;
    id.parse().unwrap()
}

on_both! {
    async fn an_audience_is_everybody_in_the_order_of_their_ids(world: World) {
        let mut ids = Vec::new();
        for n in 0..5 {
            ids.push(contact(&world, json!({"name": format!("N{n}")})).await);
        }
        let gone = contact(&world, json!({"name": "Gone"})).await;
        world.ok(&world.manager, "DELETE", &format!("{CONTACTS}/{gone}"), Value::Null, 204).await;
        world.post(&world.stranger, CONTACTS, json!({"name": "Elsewhere"})).await;
        let everybody = AudienceQuery::default();
        assert_eq!(all(&world, &world.manager, &everybody).await, ids);
        assert_eq!(all(&world, &world.stranger, &everybody).await.len(), 1);
        let system = Scope::system(world.manager.org_id, "test");
        assert_eq!(all(&world, &system, &everybody).await, ids);
        assert!(world.crm.ids(&world.manager, &everybody, ids.last().copied(), 10).await.unwrap().is_empty());
    }

    async fn it_is_who_fits_the_filter_the_search_and_the_view(world: World) {
        let anna = contact(&world, json!({"name": "Anna", "tags": ["vip"], "leadScore": 80})).await;
        let boris = contact(&world, json!({"name": "Boris", "tags": ["vip"], "timeZone": "Europe/Berlin"})).await;
        let vera = contact(&world, json!({"name": "Anna Vera", "companyName": "Acme", "timeZone": "asia/kamchatka"})).await;
        let who = &world.manager;
        let vip = || Some(filter("tags", "has", &json!("vip")));
        let of = async |wanted: AudienceQuery| all(&world, who, &wanted).await;
        let found = AudienceQuery { filter: vip(), ..AudienceQuery::default() };
        assert_eq!(of(found.clone()).await, [anna, boris]);
        let searched = AudienceQuery { search: Some("ann".to_owned()), ..AudienceQuery::default() };
        assert_eq!(of(searched.clone()).await, [anna, vera]);
        assert_eq!(of(AudienceQuery { filter: vip(), ..searched }).await, [anna]);
        let berlin = filter("timeZone", "in", &json!(["Europe/Berlin", "Asia/Kamchatka"]));
        assert_eq!(of(AudienceQuery { filter: Some(berlin), ..AudienceQuery::default() }).await, [boris, vera]);
        let acme = filter("companyName", "startsWith", &json!("ACME"));
        assert_eq!(of(AudienceQuery { filter: Some(acme), ..AudienceQuery::default() }).await, [vera]);

        let query = json!({"filter": {"field": "tags", "op": "has", "value": "vip"}, "search": "a", "sort": "name"});
        let body = json!({"recordType": "contact", "name": "VIP", "query": query});
        let view = id_of(&world.post(&world.agent, "/api/crm/views", body).await).parse().unwrap();
        let viewed = AudienceQuery { view_id: Some(view), ..AudienceQuery::default() };
        assert_eq!(all(&world, &world.agent, &viewed).await, [anna]);
        let scored = AudienceQuery { filter: Some(filter("leadScore", "lt", &json!(50))), ..viewed.clone() };
        assert!(all(&world, &world.agent, &scored).await.is_empty());
        assert_eq!(refused(&world, who, viewed.clone()).await, "viewId reference.unknown", "it is private");
        let system = Scope::system(world.manager.org_id, "test");
        assert_eq!(all(&world, &system, &viewed).await, [anna], "who goes on with what the agent began");

        let both = Some(vec![boris, vera, boris, Uuid::max()]);
        assert_eq!(of(AudienceQuery { ids: both.clone(), ..AudienceQuery::default() }).await, [boris, vera]);
        assert_eq!(of(AudienceQuery { ids: both, ..found }).await, [boris]);
        assert!(of(AudienceQuery { ids: Some(Vec::new()), ..AudienceQuery::default() }).await.is_empty());
    }

    async fn what_does_not_fit_is_refused_by_its_field(world: World) {
        let company = json!({"recordType": "company", "name": "A", "query": {}});
        let other = id_of(&world.post(&world.manager, "/api/crm/views", company).await).parse().unwrap();
        let none = AudienceQuery::default;
        for (wanted, refusal) in [
            (AudienceQuery { filter: Some(filter("nope", "eq", &json!("x"))), ..none() }, "nope filter.unknown_field"),
            (AudienceQuery { filter: Some(filter("name", "gt", &json!("x"))), ..none() }, "name filter.operator"),
            (AudienceQuery { view_id: Some(other), ..none() }, "viewId reference.unknown"),
            (AudienceQuery { view_id: Some(Uuid::max()), ..none() }, "viewId reference.unknown"),
            (AudienceQuery { import_id: Some(Uuid::max()), ..none() }, "importId reference.unknown"),
            (AudienceQuery { ids: Some(vec![Uuid::nil(); 10_001]), ..none() }, "ids field.too_many"),
        ] {
            assert_eq!(refused(&world, &world.manager, wanted).await, refusal);
        }
        let nobody = Scope { grants: Grants::of([]), ..world.manager.clone() };
        assert_eq!(refused(&world, &nobody, none()).await, " permission.denied");
        assert!(world.crm.addressees(&nobody, &[Uuid::nil()]).await.is_err());
        assert!(world.crm.matches(&nobody, &[Uuid::nil()], &filter("name", "isEmpty", &Value::Null)).await.is_err());
    }

    async fn a_member_writes_only_to_whom_they_reach(world: World) {
        let own = |scope: &Scope| json!({"name": "A", "ownerId": scope.user_id()});
        let mine = contact(&world, own(&world.agent)).await;
        let nobodys = contact(&world, json!({"name": "A"})).await;
        let theirs = contact(&world, own(&world.colleague)).await;
        let ids = [mine, nobodys, theirs];
        assert_eq!(all(&world, &world.agent, &AudienceQuery::default()).await, [mine, nobodys]);
        let named = AudienceQuery { ids: Some(ids.to_vec()), ..AudienceQuery::default() };
        assert_eq!(all(&world, &world.agent, &named).await, [mine, nobodys]);
        let me = AudienceQuery { filter: Some(filter("ownerId", "eq", &json!("me"))), ..AudienceQuery::default() };
        assert_eq!(all(&world, &world.agent, &me).await, [mine]);
        assert_eq!(world.crm.addressees(&world.agent, &ids).await.unwrap().len(), 2);
        let every = filter("name", "eq", &json!("a"));
        assert_eq!(world.crm.matches(&world.agent, &ids, &every).await.unwrap().len(), 2);
        assert!(world.crm.addressees(&world.stranger, &ids).await.unwrap().is_empty());
    }

    async fn it_is_whom_an_import_made_or_changed(world: World) {
        let before = contact(&world, json!({"name": "Before", "emails": ["old@example.com"]})).await;
        world.pass_days(1);
        let made = import(&world, "Name,Email,Time Zone\nAnna,a@example.com,europe/berlin\nBoris,b@example.com,\nVera,v@example.com,Mars\n", "skip").await;
        let of = |id: Uuid| AudienceQuery { import_id: Some(id), ..AudienceQuery::default() };
        let status = world.get(&world.manager, &format!("/api/crm/imports/{made}")).await;
        assert_eq!((&status["counts"]["created"], &status["counts"]["failed"]), (&json!(2), &json!(1)), "{status}");
        let first = all(&world, &world.manager, &of(made)).await;
        let named = world.crm.addressees(&world.manager, &first).await.unwrap();
        let mut names: Vec<_> = named.values().map(|one| (one.name.as_str(), one.time_zone.as_deref())).collect();
        names.sort_unstable();
        assert_eq!(names, [("Anna", Some("Europe/Berlin")), ("Boris", None)]);

        let changed = import(&world, "Name,Email,Time Zone\nBefore,old@example.com,Asia/Tokyo\nDora,d@example.com,\n", "update").await;
        let second = all(&world, &world.manager, &of(changed)).await;
        assert_eq!((second.len(), second[0]), (2, before), "who was there before, too");
        let tokyo = AudienceQuery { filter: Some(filter("timeZone", "eq", &json!("Asia/Tokyo"))), ..of(changed) };
        assert_eq!(all(&world, &world.manager, &tokyo).await, [before]);

        world.ok(&world.manager, "POST", &format!("/api/crm/imports/{changed}/revert"), json!({}), 202).await;
        world.settle().await;
        assert!(all(&world, &world.manager, &of(changed)).await.is_empty(), "it was taken back");
        assert_eq!(all(&world, &world.manager, &of(made)).await, first);
        assert_eq!(refused(&world, &world.stranger, of(made)).await, "importId reference.unknown");
    }

    async fn an_addressee_is_all_that_there_is_to_write_to(world: World) {
        let body = json!({"firstName": "Anna", "lastName": "Ek", "companyName": "Acme", "jobTitle": "CTO",
            "emails": ["a@example.com", "b@example.com"], "phones": ["+7 912 555-00-11", "+49 30 901820"],
            "telegramUsername": "anna_ek", "tags": ["vip"], "doNotContact": true, "custom": {"budget": 5}});
        let anna = contact(&world, body).await;
        let boris = contact(&world, json!({"name": "Boris", "timeZone": "Asia/Kamchatka", "phones": ["+49 30 901820"]})).await;
        let gone = contact(&world, json!({"name": "Gone"})).await;
        world.ok(&world.manager, "DELETE", &format!("{CONTACTS}/{gone}"), Value::Null, 204).await;
        let found = world.crm.addressees(&world.manager, &[anna, boris, gone, Uuid::max()]).await.unwrap();
        assert_eq!(found.len(), 2);
        let shown = world.get(&world.manager, &format!("{CONTACTS}/{anna}")).await;
        assert_eq!(found[&anna], Addressee {
            id: anna,
            name: "Anna Ek".to_owned(),
            first_name: Some("Anna".to_owned()),
            last_name: Some("Ek".to_owned()),
            job_title: Some("CTO".to_owned()),
            company_id: shown["companyId"].as_str().and_then(|id| id.parse().ok()),
            company: Some("Acme".to_owned()),
            locale: None,
            time_zone: Some("Europe/Berlin".to_owned()),
            time_zone_by_phone: true,
            phones: vec!["+79125550011".to_owned(), "+4930901820".to_owned()],
            telegram_username: Some("anna_ek".to_owned()),
            emails: vec!["a@example.com".to_owned(), "b@example.com".to_owned()],
            do_not_contact: true,
            owner_id: None,
            source: None,
            tags: vec!["vip".to_owned()],
            custom: json!({"budget": 5}).as_object().cloned().unwrap(),
            created_at: found[&anna].created_at,
        });
        assert_eq!(shown["createdAt"].as_str().and_then(|at| at.parse().ok()), Some(found[&anna].created_at));
        let zone = |id: Uuid| (found[&id].time_zone.as_deref(), found[&id].time_zone_by_phone);
        assert_eq!(zone(boris), (Some("Asia/Kamchatka"), false));
    }

    async fn a_condition_holds_for_some_of_them(world: World) {
        let mut ids = Vec::new();
        for n in 0..6 {
            let body = json!({"name": format!("N{n}"), "leadScore": n * 10, "companyName": format!("Co {}", n % 2)});
            ids.push(contact(&world, body).await);
        }
        let asked = [ids[0], ids[3], ids[5], Uuid::max()];
        let hot = filter("leadScore", "gte", &json!(30));
        let mut found: Vec<Uuid> = world.crm.matches(&world.manager, &asked, &hot).await.unwrap().into_iter().collect();
        found.sort_unstable();
        assert_eq!(found, [ids[3], ids[5]]);
        let odd = filter("companyName", "eq", &json!("CO 1"));
        assert_eq!(world.crm.matches(&world.manager, &ids, &odd).await.unwrap().len(), 3);
        assert!(world.crm.matches(&world.manager, &[], &hot).await.unwrap().is_empty());
        let wrong = world.crm.matches(&world.manager, &asked, &filter("nope", "eq", &json!(1))).await;
        assert!(matches!(wrong, Err(AudienceError::Refused { code, .. }) if code == "filter.unknown_field"));
    }

    async fn what_it_costs_does_not_grow_with_those_who_are_asked_for(world: World) {
        let mut ids = Vec::new();
        for n in 0..30 {
            ids.push(contact(&world, json!({"name": format!("N{n}"), "companyName": format!("Co {}", n % 7)})).await);
        }
        let wanted = AudienceQuery { filter: Some(filter("name", "startsWith", &json!("n"))), ..AudienceQuery::default() };
        let everybody = filter("name", "isNotEmpty", &Value::Null);
        for count in [1, 30] {
            let before = world.db().statement_count();
            assert_eq!(world.crm.ids(&world.manager, &wanted, None, count).await.unwrap().len() as u64, count);
            assert_eq!(world.db().statement_count() - before, 1, "ids");
            let some = &ids[..usize::try_from(count).unwrap()];
            let before = world.db().statement_count();
            assert_eq!(world.crm.addressees(&world.manager, some).await.unwrap().len(), some.len());
            assert_eq!(world.db().statement_count() - before, 1, "addressees, their companies, phones and addresses");
            let before = world.db().statement_count();
            assert_eq!(world.crm.matches(&world.manager, some, &everybody).await.unwrap().len(), some.len());
            assert_eq!(world.db().statement_count() - before, 1, "a condition");
        }
    }
}
