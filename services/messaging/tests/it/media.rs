//! Files: uploaded, sent, read in ranges.

use std::{
    collections::HashMap,
    io::Cursor,
    ops::Range,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{body::Body, http::Request};
use bytes::Bytes;
use chrono::TimeDelta;
use contracts::channels::{Action, Inbox, MediaKind, Origin, Seen, SeenMedia, SeenMessage};
use futures_util::{StreamExt, TryStreamExt, stream};
use kernel::OrgId;
use messaging::{Files, FilesError, Kept, Keys, Pieces};
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{World, id_of, message, private};

/// Files in memory, the same bytes once.
#[derive(Default)]
pub struct Shelf(pub Mutex<HashMap<String, Bytes>>, AtomicUsize);

impl Shelf {
    pub fn has(&self, bytes: &[u8]) -> bool {
        self.0.lock().unwrap().values().any(|kept| kept == bytes)
    }
}

#[async_trait::async_trait]
impl Files for Shelf {
    async fn keep(&self, org: OrgId, pieces: Pieces, limit: u64) -> Result<Kept, FilesError> {
        let parts: Vec<Bytes> = pieces.try_collect().await.map_err(FilesError::Other)?;
        let bytes = Bytes::from(parts.concat());
        if bytes.len() as u64 > limit {
            return Err(FilesError::TooLarge);
        }
        let size_bytes = bytes.len() as u64;
        let known =
            self.0.lock().unwrap().iter().find(|(key, kept)| **kept == bytes && is_of(org, key)).map(|f| f.0.clone());
        if let Some(key) = known {
            return Ok(Kept { key, size_bytes });
        }
        let key = format!("{}/{}", org.0, self.1.fetch_add(1, Ordering::Relaxed));
        self.0.lock().unwrap().insert(key.clone(), bytes);
        Ok(Kept { key, size_bytes })
    }

    async fn open(&self, org: OrgId, key: &str, range: Range<u64>) -> Result<Pieces, FilesError> {
        let files = self.0.lock().unwrap();
        let bytes = files.get(key).filter(|_| is_of(org, key)).ok_or(FilesError::Absent)?;
        let part = bytes.slice(usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap());
        Ok(stream::iter([Ok(part)]).boxed())
    }

    async fn size(&self, org: OrgId, key: &str) -> Result<u64, FilesError> {
        let files = self.0.lock().unwrap();
        files.get(key).filter(|_| is_of(org, key)).map(|bytes| bytes.len() as u64).ok_or(FilesError::Absent)
    }

    async fn remove(&self, org: OrgId, key: &str) -> Result<(), FilesError> {
        self.0.lock().unwrap().retain(|known, _| known != key || !is_of(org, key));
        Ok(())
    }

    async fn list(&self, org: OrgId, _: Duration) -> Result<Keys, FilesError> {
        let keys: Vec<_> = self.0.lock().unwrap().keys().filter(|key| is_of(org, key)).cloned().map(Ok).collect();
        Ok(stream::iter(keys).boxed())
    }
}

fn is_of(org: OrgId, key: &str) -> bool {
    key.starts_with(&org.0.to_string())
}

/// A photo of a size, in a format.
pub fn photo(width: u32, height: u32, format: image::ImageFormat) -> Vec<u8> {
    let pixels =
        image::ImageBuffer::from_fn(width, height, |x, y| image::Rgb([x.to_le_bytes()[0], y.to_le_bytes()[0], 90]));
    let mut bytes = Cursor::new(Vec::new());
    image::DynamicImage::ImageRgb8(pixels).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn get(path: &str) -> Request<Body> {
    Request::builder().uri(path).body(Body::empty()).unwrap()
}

/// A file that is with the channel.
fn remote(kind: MediaKind, mime_type: &str) -> SeenMedia {
    SeenMedia {
        kind,
        reference: vec![9],
        file_name: None,
        mime_type: mime_type.to_owned(),
        size_bytes: 4,
        width: None,
        height: None,
        duration_ms: None,
        waveform: None,
        preview: None,
    }
}

pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0 and the rest of it";

pub async fn upload(world: &World, name: &str, bytes: impl Into<Body>) -> (u16, Value) {
    let uri = format!("/api/messaging/uploads?fileName={name}");
    let request = Request::builder().method("POST").uri(uri).body(bytes.into()).unwrap();
    world.send_request(&world.agent, request).await
}

on_both! {
    async fn a_file_is_uploaded_sent_and_read(world: World) {
        let chat = world.hear(7, 1, "Show me").await;
        let (status, kept) = upload(&world, "C%3A%5Ccat.png", PNG).await;
        assert_eq!(status, 201, "{kept}");
        assert_eq!((&kept["kind"], &kept["mimeType"], &kept["fileName"]), (&json!("photo"), &json!("image/png"), &json!("cat.png")));
        assert_eq!((&kept["width"], &kept["height"]), (&json!(640), &json!(480)));
        let (_, second) = upload(&world, "notes.html", "<script>alert(1)</script>").await;
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
        assert_eq!(upload(&world, "empty", Body::empty()).await.0, 422);
    }

    async fn a_photo_has_a_small_picture_before_it_is_sent_and_after(world: World) {
        let chat = world.hear(7, 1, "Show me").await;
        for (format, name) in [(image::ImageFormat::Jpeg, "a.jpg"), (image::ImageFormat::Png, "a.png"), (image::ImageFormat::WebP, "a.webp")] {
            let whole = photo(1200, 600, format);
            let (status, kept) = upload(&world, name, whole.clone()).await;
            assert_eq!((status, &kept["width"], &kept["height"]), (201, &json!(1200), &json!(600)), "{kept}");
            let (url, thumb) = (kept["url"].as_str().unwrap(), kept["thumbUrl"].as_str().unwrap());
            assert!(world.raw(&world.agent, get(url)).await.1 == whole);
            let small = image::load_from_memory(&world.raw(&world.agent, get(thumb)).await.1).unwrap();
            assert_eq!((small.width(), small.height()), (480, 240));
            for other in [&world.manager, &world.stranger] {
                assert_eq!(world.raw(other, get(url)).await.0, 404, "of whoever uploaded it");
                assert_eq!(world.raw(other, get(thumb)).await.0, 404);
            }
            let body = json!({"chatId": chat, "media": [kept["id"]], "undoSeconds": 0, "clientId": world.clock.new_id()});
            let sent = world.ok(&world.agent, "POST", "/send", body, 201).await;
            let thumb = sent["media"][0]["thumbUrl"].as_str().unwrap();
            assert!(thumb.ends_with("?thumb=1"));
            let (status, bytes) = world.raw(&world.manager, get(thumb)).await;
            assert_eq!((status, image::guess_format(&bytes).unwrap()), (200, image::ImageFormat::Jpeg));
            assert_eq!(world.raw(&world.stranger, get(thumb)).await.0, 404);
        }
        let (_, none) = upload(&world, "notes.txt", "only words").await;
        assert_eq!(none["thumbUrl"], Value::Null);
        let url = none["url"].as_str().unwrap();
        assert_eq!(world.raw(&world.agent, get(&format!("{url}?thumb=1"))).await.0, 404);
        assert_eq!(world.raw(&world.agent, get(&format!("{url}?thumb=2"))).await.0, 422);
    }

    async fn a_photo_that_comes_from_the_channel_has_a_small_picture(world: World) {
        let seen = SeenMessage { media: Some(remote(MediaKind::Photo, "image/jpeg")), ..message(7, 1, "") };
        world.see(world.account, Origin::Live, &[private(7, "Boris")], vec![Seen::Message(seen)]).await;
        let path = format!("/messages?chatId={}", world.chat_of(7).await);
        let media = world.get(&world.manager, &path).await["items"][0]["media"][0].clone();
        assert_eq!((&media["state"], &media["thumbUrl"]), (&json!("remote"), &Value::Null));
        world.ok(&world.agent, "GET", &format!("/media/{}", id_of(&media)), Value::Null, 202).await;
        let photo = Bytes::from(photo(900, 1800, image::ImageFormat::Jpeg));
        let kept = world.shelf.keep(world.manager.org_id, stream::iter([Ok(photo)]).boxed(), 1 << 30).await.unwrap();
        let id = id_of(&media).parse().unwrap();
        world.service.media_arrived(&world.system(), id, Some(&kept.key)).await.unwrap();
        let media = world.get(&world.manager, &path).await["items"][0]["media"][0].clone();
        assert_eq!(media["state"], "ready");
        let (status, bytes) = world.raw(&world.agent, get(media["thumbUrl"].as_str().unwrap())).await;
        let small = image::load_from_memory(&bytes).unwrap();
        assert_eq!((status, small.width(), small.height()), (200, 240, 480));
        assert_eq!(world.told_names().await.iter().filter(|name| *name == "media.ready").count(), 1);
    }

    async fn bytes_go_when_nothing_speaks_of_them_and_not_before(world: World) {
        let chat = world.hear(7, 1, "Show me").await;
        let (one, two, three) = (photo(50, 60, image::ImageFormat::Png), photo(60, 50, image::ImageFormat::Png), b"in two messages");
        let mut sent = Vec::new();
        for bytes in [one.clone(), three.to_vec(), three.to_vec()] {
            let (_, kept) = upload(&world, "a", bytes).await;
            let body = json!({"chatId": chat, "media": [kept["id"]], "undoSeconds": 0, "clientId": world.clock.new_id()});
            sent.push(id_of(&world.ok(&world.agent, "POST", "/send", body, 201).await));
        }
        upload(&world, "never.png", two.clone()).await;
        assert_eq!(world.shelf.0.lock().unwrap().len(), 5, "two photos, their small pictures, a file");
        let day = |world: &World| world.pass(TimeDelta::hours(25));
        let clean = async |world: &World| {
            world.work("messaging.clear").await;
            world.work("messaging.remove_files").await;
        };
        // A message with the first photo goes, and one of the two with the same file.
        world.send_and_forget(&sent[..2]).await;
        clean(&world).await;
        assert!(world.shelf.has(&one), "not at once");
        for _ in 0..9 {
            day(&world);
            clean(&world).await;
        }
        assert!(!world.shelf.has(&one) && !world.shelf.has(&two), "neither what was deleted nor what was never sent");
        assert!(world.shelf.has(three), "another message has it");
        let there = world.shelf.0.lock().unwrap().len();
        assert_eq!((there, world.count("let_go", "1 = 1").await), (1, 0));
        // A process died between keeping bytes and writing of them.
        let lost = Bytes::from_static(b"lost");
        world.shelf.keep(world.manager.org_id, stream::iter([Ok(lost)]).boxed(), 100).await.unwrap();
        world.work("messaging.sweep_files").await;
        for _ in 0..2 {
            clean(&world).await;
            day(&world);
        }
        clean(&world).await;
        assert!(!world.shelf.has(b"lost") && world.shelf.has(three));
    }

    async fn bytes_that_are_being_removed_are_given_to_nobody(world: World) {
        let (_, kept) = upload(&world, "a", "some bytes").await;
        world.run("update let_go set removing = true").await;
        assert_eq!(world.count("let_go", "1 = 1").await, 0, "what is spoken of is not let go");
        let blob: String = world.text("select blob as text from uploads").await;
        world.run(&format!("insert into let_go (org_id, blob, removing) select org_id, '{blob}', true from uploads")).await;
        let (status, refused) = upload(&world, "b", "some bytes").await;
        assert_eq!((status, &refused["code"]), (409, &json!("media.again")), "{refused}");
        let chat = world.hear(7, 1, "Show me").await;
        let body = json!({"chatId": chat, "media": [kept["id"]], "undoSeconds": 0, "clientId": world.clock.new_id()});
        world.ok(&world.agent, "POST", "/send", body.clone(), 409).await;
        // A removal that was interrupted goes on; the upload is older than that here, and its bytes are gone.
        world.work("messaging.remove_files").await;
        assert_eq!(world.count("let_go", "1 = 1").await, 0);
        assert_eq!(upload(&world, "b", "some bytes").await.0, 201);
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
