//! Files both ways.

use std::sync::Arc;

use futures_util::TryStreamExt;
use telegram::{Connection, Media, MediaKind, NewFile, Reference};
use telegram_network::{Fault, FaultRule};

use crate::world::World;

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at * 31 % 251).unwrap()).collect()
}

fn file(random_id: i64, kind: MediaKind, name: &str, content: Vec<u8>) -> NewFile {
    NewFile {
        random_id,
        kind,
        file_name: name.to_owned(),
        mime_type: if kind == MediaKind::Photo { "image/jpeg" } else { "application/octet-stream" }.to_owned(),
        size_bytes: content.len() as u64,
        width: None,
        height: None,
        duration_ms: None,
        waveform: None,
        content: Box::pin(std::io::Cursor::new(content)),
    }
}

async fn fetched(connection: &Arc<Connection>, media: &Media, from: u64) -> Vec<u8> {
    let reference = Reference::parse(&media.reference.to_bytes()).unwrap();
    let pieces: Vec<bytes::Bytes> = connection.download(reference, from).into_stream().try_collect().await.unwrap();
    pieces.concat()
}

#[tokio::test]
async fn a_file_goes_up_and_comes_down_the_same() {
    let world = World::new().await;
    let ann = world.connect().await;
    let bob = ann.know_bob().await;
    // Less than a part, just a part, several of them, and beyond what goes as a small file.
    for length in [1, 1_000, 512 * 1024, 1_300_000, 11_000_000] {
        let content = bytes(length);
        let random_id = 1 + i64::try_from(length).unwrap();
        let files = vec![file(random_id, MediaKind::File, "report.bin", content.clone())];
        let sent = ann.connection.send_files(bob, files, "see here", &[], None).await.unwrap();
        assert_eq!((sent.len(), sent[0].text.as_str(), sent[0].random_id), (1, "see here", Some(random_id)));
        let media = sent[0].media.clone().unwrap();
        assert_eq!((media.kind, media.file_name.as_deref()), (MediaKind::File, Some("report.bin")));
        assert_eq!(media.size_bytes, i64::try_from(length).unwrap());
        assert!(fetched(&ann.connection, &media, 0).await == content, "{length} bytes");
        let from = length / 2;
        assert!(fetched(&ann.connection, &media, from as u64).await == content[from..], "from the middle of {length}");
    }
}

#[tokio::test]
async fn an_album_is_one_thing_with_a_number_for_each_picture() {
    let world = World::new().await;
    let ann = world.connect().await;
    let bob = ann.know_bob().await;
    let files = (1..=3).map(|number| file(number, MediaKind::File, "page.bin", bytes(2_000))).collect();
    let sent = ann.connection.send_files(bob, files, "three pages", &[], None).await.unwrap();
    let numbers: Vec<Option<i64>> = sent.iter().map(|message| message.random_id).collect();
    assert_eq!(numbers, [Some(1), Some(2), Some(3)]);
    assert!(sent[0].album_id.is_some() && sent.iter().all(|message| message.album_id == sent[0].album_id));
    assert_eq!((sent[0].text.as_str(), sent[1].text.as_str()), ("three pages", ""));
}

#[tokio::test]
async fn an_expired_reference_is_asked_for_again() {
    let world = World::new().await;
    let ann = world.connect().await;
    let bob = ann.know_bob().await;
    let files = vec![file(5, MediaKind::File, "old.bin", bytes(600_000))];
    let sent = ann.connection.send_files(bob, files, "", &[], None).await.unwrap();
    let expired = Fault::error(400, "FILE_REFERENCE_EXPIRED");
    world.network.inject(FaultRule::new(expired).method("upload.getFile").once());
    let content = fetched(&ann.connection, sent[0].media.as_ref().unwrap(), 0).await;
    assert!(content == bytes(600_000));
}

#[tokio::test]
async fn an_upload_outlives_a_dropped_connection() {
    let world = World::new().await;
    let ann = world.connect().await;
    let bob = ann.know_bob().await;
    world.network.inject(FaultRule::new(Fault::Disconnect).method("upload.saveFilePart").times(2));
    let files = vec![file(5, MediaKind::File, "big.bin", bytes(2_000_000))];
    let sent = ann.connection.send_files(bob, files, "", &[], None).await.unwrap();
    assert!(fetched(&ann.connection, sent[0].media.as_ref().unwrap(), 0).await == bytes(2_000_000));
}
