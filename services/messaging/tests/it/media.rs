//! Files: uploaded, sent, read in ranges.

use std::{collections::HashMap, ops::Range, sync::Mutex};

use axum::{body::Body, http::Request};
use bytes::Bytes;
use contracts::channels::{Action, Inbox, MediaKind, Origin, Seen, SeenMedia, SeenMessage};
use futures_util::{StreamExt, TryStreamExt, stream};
use kernel::OrgId;
use messaging::{Files, FilesError, Kept, Pieces};
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{World, id_of, message, private};

/// Files in memory.
#[derive(Default)]
pub struct Shelf(Mutex<HashMap<String, Bytes>>);

#[async_trait::async_trait]
impl Files for Shelf {
    async fn keep(&self, org: OrgId, pieces: Pieces, limit: u64) -> Result<Kept, FilesError> {
        let parts: Vec<Bytes> = pieces.try_collect().await.map_err(FilesError::Other)?;
        let bytes = Bytes::from(parts.concat());
        if bytes.len() as u64 > limit {
            return Err(FilesError::TooLarge);
        }
        let key = format!("{}/{}", org.0, self.0.lock().unwrap().len());
        let size_bytes = bytes.len() as u64;
        self.0.lock().unwrap().insert(key.clone(), bytes);
        Ok(Kept { key, size_bytes })
    }

    async fn open(&self, org: OrgId, key: &str, range: Range<u64>) -> Result<Pieces, FilesError> {
        let files = self.0.lock().unwrap();
        let bytes = files.get(key).filter(|_| key.starts_with(&org.0.to_string())).ok_or(FilesError::Absent)?;
        let part = bytes.slice(usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap());
        Ok(stream::iter([Ok(part)]).boxed())
    }
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0 and the rest of it";

async fn upload(world: &World, name: &str, bytes: &'static [u8]) -> (u16, Value) {
    let uri = format!("/api/messaging/uploads?fileName={name}");
    let request = Request::builder().method("POST").uri(uri).body(Body::from(bytes)).unwrap();
    world.send_request(&world.agent, request).await
}

on_both! {
    async fn a_file_is_uploaded_sent_and_read(world: World) {
        let chat = world.hear(7, 1, "Show me").await;
        let (status, kept) = upload(&world, "C%3A%5Ccat.png", PNG).await;
        assert_eq!(status, 201, "{kept}");
        assert_eq!((&kept["kind"], &kept["mimeType"], &kept["fileName"]), (&json!("photo"), &json!("image/png"), &json!("cat.png")));
        assert_eq!((&kept["width"], &kept["height"]), (&json!(640), &json!(480)));
        let (_, second) = upload(&world, "notes.html", b"<script>alert(1)</script>").await;
        assert_eq!((&second["kind"], &second["mimeType"]), (&json!("file"), &json!("application/octet-stream")));
        let body = json!({"chatId": chat, "media": [kept["id"], second["id"]], "text": "Here", "undoSeconds": 0,
            "clientId": world.clock.new_id()});
        let foreign = world.refused(&world.manager, "POST", "/send", body.clone()).await;
        assert_eq!(foreign, ["media[0] reference.unknown"], "uploads are one's own");
        let sent = world.ok(&world.agent, "POST", "/send", body, 201).await;
        let errand = world.errands().await.remove(0);
        let Action::Send { files, text, .. } = &errand.action else { panic!("{errand:?}") };
        assert_eq!((files.len(), text.as_str(), files[0].kind, files[0].width), (2, "Here", MediaKind::Photo, Some(640)));
        assert!(files[0].random_id != files[1].random_id);
        let list = world.get(&world.agent, &format!("/messages?chatId={chat}")).await;
        let album: Vec<_> = list["items"].as_array().unwrap()[1..].iter().map(|m| &m["albumId"]).collect();
        assert!(album.len() == 2 && album[0] == album[1] && !album[0].is_null());
        let url = sent["media"][0]["url"].as_str().unwrap().strip_prefix("/api/messaging").unwrap().to_owned();
        for (range, status, length) in [(None, 200, PNG.len()), (Some("bytes=1-3"), 206, 3), (Some("bytes=999-"), 416, 0)] {
            let mut request = Request::builder().uri(format!("/api/messaging{url}"));
            if let Some(range) = range {
                request = request.header("range", range);
            }
            let (got, bytes) = world.raw(&world.manager, request.body(Body::empty()).unwrap()).await;
            assert_eq!((got, bytes.len()), (status, length), "{range:?}");
        }
        assert_eq!(world.call(&world.stranger, "GET", &url, Value::Null).await.0, 404);
        assert_eq!(upload(&world, "empty", b"").await.0, 422);
    }

    async fn a_file_that_is_with_the_channel_is_asked_for(world: World) {
        let media = SeenMedia {
            kind: MediaKind::File, reference: vec![9], file_name: Some("Price list.pdf".to_owned()),
            mime_type: "application/pdf".to_owned(), size_bytes: 4, width: None, height: None, duration_ms: None,
            waveform: None, preview: None,
        };
        let seen = SeenMessage { media: Some(media), ..message(7, 1, "") };
        world.see(world.account, Origin::Live, &[private(7, "Boris")], vec![Seen::Message(seen)]).await;
        let list = world.get(&world.manager, &format!("/messages?chatId={}", world.chat_of(7).await)).await;
        let id = id_of(&list["items"][0]["media"][0]);
        let system = world.system();
        assert!(world.service.wanted_media(&system, world.account, 10).await.unwrap().is_empty());
        let pending = world.ok(&world.agent, "GET", &format!("/media/{id}"), Value::Null, 202).await;
        assert_eq!(pending, json!({"state": "wanted"}));
        let wanted = world.service.wanted_media(&system, world.account, 10).await.unwrap();
        assert_eq!((wanted.len(), wanted[0].chat_id, wanted[0].message_id, &wanted[0].reference), (1, 7, 1, &vec![9]));
        assert!(world.house.woken.lock().unwrap().contains(&world.account));
        world.service.media_arrived(&system, wanted[0].id, None).await.unwrap();
        assert_eq!(world.call(&world.agent, "GET", &format!("/media/{id}"), Value::Null).await.0, 404, "it cannot be had");
        assert_eq!(world.get(&world.agent, "/search?q=price").await["items"].as_array().unwrap().len(), 1, "found by its name");
    }
}
