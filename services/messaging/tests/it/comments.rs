//! Comments beside chats, and templates.

use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{World, id_of, me};

on_both! {
    async fn a_comment_reaches_whom_it_mentions(world: World) {
        let chat = world.hear(7, 1, "Hi").await;
        let path = format!("/chats/{chat}/comments");
        let text = format!("Ask @[Somebody](user:{}) first", me(&world.agent));
        let made = world.ok(&world.manager, "POST", &path, json!({ "text": text }), 201).await;
        assert_eq!(made["text"], format!("Ask @[Andy](user:{}) first", me(&world.agent)));
        assert_eq!((&made["author"]["name"], &made["mentions"]), (&json!("Mary"), &json!([me(&world.agent)])));
        let mentions = async |who| world.get(who, "/inbox?queue=mentions").await["items"].as_array().unwrap().len();
        assert_eq!((mentions(&world.agent).await, mentions(&world.colleague).await), (1, 0));
        assert_eq!(world.get(&world.agent, "/inbox/counts").await["mentions"], 1);
        assert_eq!(world.get(&world.agent, &format!("/chats/{chat}")).await["mentionsUnread"], 1);
        world.ok(&world.agent, "POST", &format!("/chats/{chat}/mark-all-read"), Value::Null, 204).await;
        assert_eq!(mentions(&world.agent).await, 0);
        let own = format!("/comments/{}", id_of(&made));
        assert_eq!(world.call(&world.agent, "PATCH", &own, json!({"text": "x"})).await.0, 403);
        let changed = json!({"text": format!("Ask @[C](user:{})", me(&world.colleague)), "version": 1});
        world.ok(&world.manager, "PATCH", &own, changed.clone(), 200).await;
        world.ok(&world.manager, "PATCH", &own, changed, 409).await;
        assert_eq!((mentions(&world.agent).await, mentions(&world.colleague).await), (0, 1));
        world.ok(&world.manager, "DELETE", &own, Value::Null, 204).await;
        assert_eq!(mentions(&world.colleague).await, 0);
        assert_eq!(world.get(&world.manager, &path).await["items"], json!([]));
        assert_eq!(world.refused(&world.manager, "POST", &path, json!({"text": " "})).await, ["text field.required"]);
        assert_eq!(world.call(&world.viewer, "POST", &path, json!({"text": "x"})).await.0, 403);
        let told: Vec<String> = world.told_names().await.into_iter().filter(|name| name.starts_with("comment")).collect();
        assert_eq!(told, ["comment.created", "comment.updated", "comment.deleted"]);
        world.check_events().await;
    }

    async fn a_template_is_ones_own_or_shared_and_knows_the_chat(world: World) {
        let chat = world.hear(7, 1, "Hi").await;
        let new = json!({"name": "Greeting", "shortcut": "Hi", "text": "Dear {{contact.firstName}}, {{deal.title}}! {{me.name}}"});
        let mine = world.ok(&world.agent, "POST", "/templates", new.clone(), 201).await;
        assert_eq!(world.refused(&world.agent, "POST", "/templates", new).await, ["shortcut template.shortcut.taken"]);
        let path = format!("/templates/{}", id_of(&mine));
        let rendered = world.ok(&world.agent, "POST", &format!("{path}/render"), json!({"chatId": chat}), 200).await;
        assert_eq!(rendered, json!({"text": "Dear Boris, {{deal.title}}! Andy", "missing": ["deal.title"]}));
        assert_eq!(world.get(&world.manager, "/templates").await["items"], json!([]), "nobody else sees it");
        assert_eq!(world.call(&world.manager, "PATCH", &path, json!({"name": "x"})).await.0, 404);
        assert_eq!(world.call(&world.agent, "PATCH", &path, json!({"shared": true})).await.0, 403);
        let shared = json!({"name": "Bye", "text": "Goodbye", "shared": true});
        let shared = world.ok(&world.manager, "POST", "/templates", shared, 201).await;
        assert_eq!(world.get(&world.agent, "/templates").await["items"].as_array().unwrap().len(), 2);
        let path = format!("/templates/{}", id_of(&shared));
        assert_eq!(world.call(&world.agent, "PATCH", &path, json!({"name": "x"})).await.0, 403);
        let changed = world.ok(&world.manager, "PATCH", &path, json!({"shortcut": "bye", "version": 1}), 200).await;
        assert_eq!((&changed["name"], &changed["shortcut"], &changed["version"]), (&json!("Bye"), &json!("bye"), &json!(2)));
        world.ok(&world.manager, "PATCH", &path, json!({"name": "x", "version": 1}), 409).await;
        world.ok(&world.manager, "DELETE", &path, Value::Null, 204).await;
        assert_eq!(world.get(&world.agent, "/templates").await["items"].as_array().unwrap().len(), 1);
        world.check_events().await;
    }
}
