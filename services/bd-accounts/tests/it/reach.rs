//! Who sees and changes which accounts, and what others are told of that.

use contracts::channels::{Accounts, Usable};
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{PHONE, World, id, items};

on_both! {
    async fn who_does_not_reach_all_sees_their_own_and_those_they_may_use(world: World) {
        let mine = world.connected(&world.agent, PHONE).await;
        let theirs = world.connected(&world.colleague, "+48601234568").await;
        let shared = world.connected(&world.manager, "+48601234569").await;
        let seen = async |who| {
            let list = world.ok(who, "GET", "/", Value::Null, 200).await;
            items(&list).iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(seen(&world.agent).await, std::slice::from_ref(&mine));
        assert_eq!(seen(&world.manager).await.len(), 3);
        let config = format!("/{shared}/config");
        // Nobody's and naming nobody: everybody's.
        world.ok(&world.manager, "PUT", &config, json!({ "ownerId": null }), 200).await;
        assert_eq!(seen(&world.agent).await, [mine.clone(), shared.clone()]);
        // Nobody's and naming the colleague: theirs to use.
        let allow = json!({ "allowedUserIds": [world.colleague.user_id()] });
        world.ok(&world.manager, "PUT", &config, allow, 200).await;
        assert_eq!(seen(&world.agent).await, std::slice::from_ref(&mine));
        assert_eq!(seen(&world.colleague).await, [theirs.clone(), shared.clone()]);
        let used = world.ok(&world.colleague, "GET", &format!("/{shared}"), Value::Null, 200).await;
        assert_eq!(used["isYours"], false);
        // To use, not to change.
        for (method, path, body) in [
            ("PUT", config.clone(), json!({ "name": "Mine" })),
            ("POST", format!("/{shared}/disconnect"), json!({ "logOut": true })),
            ("POST", format!("/{shared}/sync-start"), Value::Null),
            ("GET", format!("/{shared}/dialogs"), Value::Null),
            ("DELETE", format!("/{shared}"), Value::Null),
        ] {
            let refused = world.refused(&world.colleague, method, &path, body.clone()).await;
            assert_eq!(refused, (403, "bd.account.not_yours".to_owned()), "{method} {path}");
            assert_eq!(world.refused(&world.agent, method, &path, body).await.0, 404, "{method} {path}");
        }
        let ids = [id(&mine), id(&theirs), id(&shared)];
        let readers = world.accounts.readers(world.manager.org_id, &ids).await.unwrap();
        let me = |scope: &kernel::Scope| vec![scope.user_id().unwrap().0];
        assert_eq!(readers[&ids[0]], me(&world.agent));
        assert_eq!(readers[&ids[2]], me(&world.colleague));
        assert_eq!(world.accounts.readable(&world.manager).await.unwrap(), Usable::All);
        assert_eq!(world.accounts.writable(&world.colleague).await.unwrap(), Usable::These(vec![ids[1], ids[2]]));
        let names = world.accounts.names(&world.agent, &ids).await.unwrap();
        assert_eq!((names.len(), names[&ids[1]].name.as_str()), (3, "Anna Nowak"));
    }

    async fn nobody_of_another_organization_gets_to_them(world: World) {
        let account = world.connected(&world.manager, PHONE).await;
        let path = |rest: &str| format!("/{account}{rest}");
        let routes = [
            ("GET", path(""), Value::Null),
            ("GET", path("/status"), Value::Null),
            ("GET", path("/health"), Value::Null),
            ("GET", path("/dialogs"), Value::Null),
            ("GET", path("/sync-chats"), Value::Null),
            ("GET", path("/sync-status"), Value::Null),
            ("GET", path("/sessions"), Value::Null),
            ("DELETE", path("/sessions/1"), Value::Null),
            ("PUT", path("/config"), json!({ "name": "Mine" })),
            ("POST", path("/code"), json!({ "code": "1" })),
            ("POST", path("/password"), json!({ "password": "1" })),
            ("POST", path("/resend-code"), Value::Null),
            ("POST", path("/pause"), Value::Null),
            ("POST", path("/reconnect"), Value::Null),
            ("POST", path("/disconnect"), json!({ "logOut": true })),
            ("POST", path("/dialogs/refresh"), Value::Null),
            ("POST", path("/sync-chats"), json!({ "chats": [] })),
            ("POST", path("/sync-start"), Value::Null),
            ("DELETE", path(""), Value::Null),
        ];
        for (method, path, body) in routes {
            assert_eq!(world.refused(&world.stranger, method, &path, body.clone()).await.0, 404, "{method} {path}");
            if method != "GET" {
                assert_eq!(world.refused(&world.viewer, method, &path, body).await.0, 403, "{method} {path}");
            }
        }
        assert!(items(&world.ok(&world.stranger, "GET", "/", Value::Null, 200).await).is_empty());
        let names = world.accounts.names(&world.stranger, &[id(&account)]).await.unwrap();
        assert!(names.is_empty());
    }

    async fn a_list_asks_the_database_the_same_however_long_it_is(world: World) {
        let statements = async || {
            let before = world.db().statement_count();
            world.get("/").await;
            world.db().statement_count() - before
        };
        world.connected(&world.manager, PHONE).await;
        let one = statements().await;
        for last in 0..10 {
            world.connected(&world.manager, &format!("+4860123457{last}")).await;
        }
        assert_eq!(statements().await, one);
        assert!(one <= 9, "{one}");
    }

    async fn orders_are_off(world: World) {
        let order = json!({ "country": "PL", "quantity": 1 });
        let refused = world.refused(&world.manager, "POST", "/purchase", order.clone()).await;
        assert_eq!(refused, (409, "bd.orders.off".to_owned()));
        assert_eq!(world.refused(&world.manager, "GET", "/orders", Value::Null).await.1, "bd.orders.off");
        assert_eq!(world.refused(&world.agent, "POST", "/purchase", order).await.0, 403);
    }
}
