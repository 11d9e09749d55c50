//! A person's own profile, preferences and password.

use serde_json::json;
use testkit::on_both;

use crate::world::{PASSWORD, World};

on_both! {
    async fn a_profile_is_changed_once_per_version(world: World) {
        let owner = world.owner().await;
        let before = owner.get("/api/users/profile").await.expect(200);
        let body = json!({"name": "  Анна\u{200b}  Ковальска ", "phone": "+7 (912) 555-00-11", "version": before["version"]});
        let after = owner.put("/api/users/profile", body.clone()).await.expect(200);
        assert_eq!((&after["name"], &after["phone"]), (&json!("Анна Ковальска"), &json!("+79125550011")));
        let stale = owner.put("/api/users/profile", json!({"name": "Other", "phone": null, "version": before["version"]})).await.expect(409);
        assert_eq!(stale["code"], "version.conflict");
        assert_eq!(stale["conflict"]["current"]["name"], "Анна Ковальска");
        let header = owner.with("if-match", "\"1\"").put("/api/users/profile", json!({"name": "Other"})).await;
        assert_eq!(header.code(409), "version.conflict");
    }

    async fn bad_fields_of_a_profile_are_named(world: World) {
        let owner = world.owner().await;
        let refused = owner.put("/api/users/profile", json!({"name": "", "phone": "12"})).await.refused(422);
        assert_eq!(refused, ["name field.required", "phone field.phone.invalid"]);
        let unknown = owner.put("/api/users/profile", json!({"name": "A", "nick": "B"})).await.refused(422);
        assert_eq!(unknown, ["nick field.unknown"]);
    }

    async fn preferences_choose_the_language_of_messages(world: World) {
        let owner = world.owner().await;
        let changed = owner.put("/api/users/preferences", json!({"locale": "ru", "theme": "dark", "timeZone": "Europe/Moscow"})).await.expect(200);
        assert_eq!((&changed["locale"], &changed["theme"], &changed["timeZone"]), (&json!("ru"), &json!("dark"), &json!("Europe/Moscow")));
        let refused = owner.put("/api/users/preferences", json!({"timeZone": "Nowhere"})).await.expect(422);
        assert_eq!(refused["details"][0]["message"], "Такого часового пояса нет.");
        let unknown = owner.put("/api/users/preferences", json!({"locale": "de"})).await.refused(422);
        assert_eq!(unknown, ["locale field.choice.unknown"]);
    }

    async fn own_shortcuts_are_kept_and_replaced_as_a_whole(world: World) {
        let owner = world.owner().await;
        assert_eq!(owner.get("/api/auth/session").await.expect(200)["user"]["shortcuts"], json!({}));
        let mine = json!({"create": "Q", "go.contacts": "7", "views": null, "undo": "Mod+U"});
        let changed = owner.put("/api/users/preferences", json!({"shortcuts": mine})).await.expect(200);
        assert_eq!(changed["shortcuts"], mine);
        let kept = owner.put("/api/users/preferences", json!({"theme": "dark"})).await.expect(200);
        assert_eq!(kept["shortcuts"], mine);
        assert_eq!(owner.get("/api/auth/session").await.expect(200)["user"]["shortcuts"], mine);
        let other = json!({"edit": "\\"});
        let replaced = owner.put("/api/users/preferences", json!({"shortcuts": other})).await.expect(200);
        assert_eq!(replaced["shortcuts"], other);
        assert_eq!(owner.get("/api/users/preferences").await.expect(200)["shortcuts"], other);
        let stale = owner.put("/api/users/preferences", json!({"shortcuts": {}, "version": changed["version"]})).await.expect(409);
        assert_eq!(stale["conflict"]["current"]["shortcuts"], other);
        assert_eq!(owner.put("/api/users/preferences", json!({"shortcuts": {}})).await.expect(200)["shortcuts"], json!({}));
    }

    async fn bad_shortcuts_are_named(world: World) {
        let owner = world.owner().await;
        let bad = json!({"shortcuts": {"create": "Й", "Edit": "E", "filter": "F"}});
        let refused = owner.put("/api/users/preferences", bad.clone()).await.refused(422);
        assert_eq!(refused, ["shortcuts.Edit shortcut.action", "shortcuts.create shortcut.key"]);
        let many: serde_json::Map<String, serde_json::Value> = (0..101).map(|i| (format!("a{i}"), json!("Q"))).collect();
        let refused = owner.put("/api/users/preferences", json!({"shortcuts": many})).await.refused(422);
        assert_eq!(refused, ["shortcuts field.too_many"]);
        owner.put("/api/users/preferences", json!({"locale": "ru"})).await.expect(200);
        let russian = owner.put("/api/users/preferences", bad).await.expect(422);
        assert_eq!(russian["details"][0]["message"], "Такого действия нет.");
        assert_eq!(owner.get("/api/users/preferences").await.expect(200)["shortcuts"], json!({}));
    }

    async fn a_new_password_needs_the_old_one_and_closes_other_sessions(world: World) {
        let owner = world.owner().await;
        let body = json!({"email": "owner@example.com", "password": PASSWORD});
        let other = world.anon().signed_in(&world.anon().post("/api/auth/signin", body.clone()).await.expect(200));
        let wrong = owner.post("/api/users/password", json!({"currentPassword": "nope", "newPassword": "short"})).await.refused(422);
        assert_eq!(wrong, ["newPassword field.too_short", "currentPassword password.current"]);
        let change = json!({"currentPassword": PASSWORD, "newPassword": "an even better one"});
        assert_eq!(owner.post("/api/users/password", change).await.status, 204);
        assert_eq!(other.get("/api/auth/session").await.code(401), "auth.expired");
        owner.get("/api/auth/session").await.expect(200);
        assert_eq!(world.anon().post("/api/auth/signin", body).await.code(401), "auth.credentials");
    }
}
