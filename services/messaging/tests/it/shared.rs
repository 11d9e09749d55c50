//! What was shared in a chat: files of each kind and links, in pages.

use contracts::channels::{Entity, MediaKind, Origin, Seen, SeenMedia, SeenMessage};
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{World, message, private};

fn with(kind: MediaKind, seen: SeenMessage) -> Seen {
    let media = SeenMedia {
        kind,
        reference: vec![9],
        file_name: Some(format!("{}.bin", seen.id)),
        mime_type: "application/octet-stream".to_owned(),
        size_bytes: 4,
        width: None,
        height: None,
        duration_ms: None,
        waveform: None,
        preview: None,
    };
    Seen::Message(SeenMessage { media: Some(media), ..seen })
}

fn texts(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["text"].as_str().unwrap()).collect()
}

on_both! {
    async fn what_was_shared_is_listed_by_kind_the_newest_first(world: World) {
        use MediaKind::{Animation, Audio, File, Photo, Sticker, Video, VideoNote, Voice};
        let kinds = [Photo, Video, Voice, File, Animation, Sticker, Audio, VideoNote, Photo, Photo];
        let mut news: Vec<Seen> = (1_i64..).zip(kinds).map(|(id, kind)| with(kind, message(7, id, &id.to_string()))).collect();
        let url = Entity { kind: "url".to_owned(), offset: 4, length: 11, value: None };
        news.push(Seen::Message(SeenMessage { entities: vec![url], ..message(7, 11, "see example.com") }));
        news.push(Seen::Message(message(7, 12, "or https://a.org/x")));
        news.push(Seen::Message(message(7, 13, "no link")));
        news.push(with(Photo, message(8, 1, "of another chat")));
        world.see(world.account, Origin::Live, &[private(7, "Boris"), private(8, "Anna")], news).await;
        let chat = world.chat_of(7).await;
        for (kind, expected) in [
            ("?kind=photo", vec!["10", "9", "1"]),
            ("?kind=video", vec!["8", "5", "2"]),
            ("?kind=file", vec!["7", "4"]),
            ("?kind=voice", vec!["3"]),
            ("?kind=link", vec!["or https://a.org/x", "see example.com"]),
            ("", vec!["10", "9", "8", "7", "5", "4", "3", "2", "1"]),
        ] {
            let list = world.get(&world.agent, &format!("/chats/{chat}/media{kind}")).await;
            assert_eq!((texts(&list), &list["page"]["nextCursor"]), (expected, &Value::Null), "{kind}");
        }
        let links = world.get(&world.agent, &format!("/chats/{chat}/media?kind=link")).await;
        assert_eq!(links["items"][1]["links"], json!([{"url": "https://example.com", "title": "example.com"}]));
        assert_eq!((&links["items"][0]["media"], &links["items"][0]["sender"]["name"]), (&Value::Null, &json!("Boris Client")));
        let (mut cursor, mut found) = (String::new(), Vec::new());
        loop {
            let list = world.get(&world.agent, &format!("/chats/{chat}/media?limit=2&cursor={cursor}")).await;
            found.extend(texts(&list).into_iter().map(str::to_owned));
            let Some(next) = list["page"]["nextCursor"].as_str() else { break };
            next.clone_into(&mut cursor);
        }
        assert_eq!(found, ["10", "9", "8", "7", "5", "4", "3", "2", "1"]);
    }

    async fn what_was_deleted_is_not_shared_and_strangers_see_nothing(world: World) {
        let news = vec![with(MediaKind::Photo, message(7, 1, "a")), Seen::Message(message(7, 2, "https://a.org"))];
        world.see(world.account, Origin::Live, &[private(7, "Boris")], news).await;
        let path = format!("/chats/{}/media", world.chat_of(7).await);
        for (who, status) in [(&world.viewer, 200), (&world.stranger, 404)] {
            assert_eq!(world.call(who, "GET", &path, Value::Null).await.0, status);
        }
        for bad in ["?kind=sticker", "?cursor=x", "?limit=x"] {
            let status = world.call(&world.agent, "GET", &format!("{path}{bad}"), Value::Null).await.0;
            assert!(matches!(status, 400 | 422), "{bad}: {status}");
        }
        let gone = vec![Seen::Deleted { chat_id: None, ids: vec![1, 2] }];
        world.see(world.account, Origin::Live, &[], gone).await;
        for kind in ["photo", "link"] {
            assert_eq!(texts(&world.get(&world.agent, &format!("{path}?kind={kind}")).await), Vec::<&str>::new());
        }
    }

    async fn the_lists_are_read_off_their_indexes(world: World) {
        world.hear(7, 1, "https://a.org").await;
        // Statistics of an empty table mislead nobody: what is checked is that the conditions are those of the indexes.
        for (index, condition) in [
            ("messages_files", "m.media_kind is not null and m.deleted_at is null"),
            ("messages_links", match world.db().backend() {
                sea_orm::DbBackend::Postgres => "m.deleted_at is null and (strpos(m.text, '://') > 0 or m.entities @> \
                    '[{\"kind\": \"url\"}]' or m.entities @> '[{\"kind\": \"link\"}]')",
                _ => "m.deleted_at is null and (instr(m.text, '://') > 0 or instr(m.entities, '\"kind\":\"url\"') > 0 \
                    or instr(m.entities, '\"kind\":\"link\"') > 0)",
            }),
        ] {
            let plan = world.plan(&format!("select m.id from messages m where m.org_id = $1 and m.chat_id = $1 and {condition} \
                order by m.sent_at desc, m.id desc limit 50")).await;
            assert!(plan.contains(index) || plan.contains("chat_id_sent_at_id"), "{plan}");
        }
    }
}
