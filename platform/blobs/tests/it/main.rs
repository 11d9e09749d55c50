//! The same for a folder and for a bucket of a server that speaks S3.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::{collections::HashSet, path::Path, time::Duration};

use blobs::{Blobs, Bucket, Error, Store};
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use kernel::{Clock, OrgId};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use tempfile::TempDir;
use uuid::Uuid;

const ORG: OrgId = OrgId(Uuid::from_u128(1));
const OTHER: OrgId = OrgId(Uuid::from_u128(2));

async fn s3(folder: &Path) -> Store {
    std::fs::create_dir(folder.join("bucket")).unwrap();
    let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder).unwrap());
    service.set_auth(SimpleAuth::from_single("rapport", "a secret"));
    let service = service.build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), service).await;
            });
        }
    });
    Store::Bucket(Bucket {
        name: "bucket".into(),
        endpoint,
        region: "us-east-1".into(),
        access_key_id: "rapport".into(),
        secret_access_key: "a secret".into(),
        prefix: "files of rapport".into(),
    })
}

async fn both() -> Vec<(Blobs, TempDir)> {
    let (folder, bucket) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let stores = [Store::Folder(folder.path().to_owned()), s3(bucket.path()).await];
    stores.iter().map(|store| Blobs::new(store, Clock::system()).unwrap()).zip([folder, bucket]).collect()
}

fn files_in(folder: &Path) -> HashSet<std::path::PathBuf> {
    let mut found = HashSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                found.insert(entry.path());
            }
        }
    }
    found.retain(|path| !path.file_name().unwrap().to_string_lossy().starts_with('.'));
    found
}

#[tokio::test]
async fn what_is_kept_is_read_from_anywhere_in_it() {
    for (blobs, _folder) in both().await {
        blobs.check().await.unwrap();
        let all: Vec<u8> = (0..9_000_000_u32).map(|n| (n % 251) as u8).collect();
        let pieces: Vec<_> = all.chunks(70_000).map(|piece| Ok::<_, Error>(Bytes::copy_from_slice(piece))).collect();
        let kept = blobs.keep(ORG, stream::iter(pieces), 10_000_000).await.unwrap();
        assert_eq!(kept.size_bytes, 9_000_000);
        assert_eq!(blobs.size(&kept.key).await.unwrap(), 9_000_000);
        let piece: Vec<Bytes> = blobs.open(&kept.key, 8_999_990..9_000_000).await.unwrap().try_collect().await.unwrap();
        assert_eq!(piece.concat(), all[8_999_990..]);
        let whole: Vec<Bytes> = blobs.open(&kept.key, 0..9_000_000).await.unwrap().try_collect().await.unwrap();
        assert!(whole.concat() == all);
        assert!(matches!(blobs.read(&kept.key, 100).await, Err(Error::TooLarge { limit: 100 })));
        blobs.remove(&kept.key).await.unwrap();
        blobs.remove(&kept.key).await.unwrap();
        assert!(matches!(blobs.size(&kept.key).await, Err(Error::Absent)));
        assert!(matches!(blobs.open(&kept.key, 0..1).await.map(drop), Err(Error::Absent) | Ok(())));
    }
}

#[tokio::test]
async fn the_same_bytes_are_kept_once_in_each_organization() {
    for (blobs, folder) in both().await {
        let (once, again) = tokio::join!(
            blobs.keep_all(ORG, Bytes::from_static(b"a picture")),
            blobs.keep_all(ORG, Bytes::from_static(b"a picture"))
        );
        assert_eq!(once.unwrap(), again.unwrap());
        assert_eq!(files_in(folder.path()).len(), 1);
        let other = blobs.keep_all(OTHER, Bytes::from_static(b"a picture")).await.unwrap();
        assert!(other.key.is_of(OTHER) && !other.key.is_of(ORG));
        assert_eq!(files_in(folder.path()).len(), 2);
        assert_eq!(blobs.read(&other.key, 100).await.unwrap(), "a picture");
    }
}

#[tokio::test]
async fn what_does_not_come_whole_is_not_kept() {
    for (blobs, folder) in both().await {
        let large = stream::repeat_with(|| Ok::<_, Error>(Bytes::from(vec![7; 100_000]))).take(200);
        assert!(matches!(blobs.keep(ORG, large, 10_000_000).await, Err(Error::TooLarge { limit: 10_000_000 })));
        let broken = stream::iter([Ok(Bytes::from_static(b"half")), Err("gone")]);
        assert!(matches!(blobs.keep(ORG, broken, 100).await, Err(Error::Source(_))));
        assert!(files_in(folder.path()).is_empty());
    }
}

#[tokio::test]
async fn files_of_an_organization_are_found_when_they_have_been_there_for_long() {
    for (blobs, _folder) in both().await {
        assert!(blobs.answers().await.is_ok());
        let list = async |org, age| -> HashSet<blobs::Key> {
            blobs.list(org, age).await.unwrap().try_collect().await.unwrap()
        };
        assert!(list(ORG, Duration::ZERO).await.is_empty());
        let one = blobs.keep_all(ORG, Bytes::from_static(b"one")).await.unwrap().key;
        let two = blobs.keep_all(ORG, Bytes::from_static(b"two")).await.unwrap().key;
        blobs.keep_all(OTHER, Bytes::from_static(b"one")).await.unwrap();
        // What a store counts by is no finer than a second.
        tokio::time::sleep(Duration::from_millis(1100)).await;
        assert_eq!(list(ORG, Duration::ZERO).await, HashSet::from([one, two]));
        assert!(list(ORG, Duration::from_hours(1)).await.is_empty());
    }
    let taken = TempDir::new().unwrap();
    std::fs::write(taken.path().join("files"), b"no folder").unwrap();
    if let Ok(blobs) = Blobs::new(&Store::Folder(taken.path().join("files")), Clock::system()) {
        assert!(blobs.check().await.is_err());
    }
}

#[tokio::test]
async fn parts_of_a_process_that_died_are_cleared_away() {
    let clock = Clock::manual(Clock::system().now(), 1);
    let folder = TempDir::new().unwrap();
    let blobs = Blobs::new(&Store::Folder(folder.path().to_owned()), clock.clone()).unwrap();
    let kept = blobs.keep_all(ORG, Bytes::from_static(b"whole")).await.unwrap();
    std::fs::write(folder.path().join("parts/left"), b"half").unwrap();
    assert_eq!(blobs.forget_parts(Duration::from_mins(1)).await.unwrap(), 0);
    clock.advance(chrono::TimeDelta::minutes(2));
    assert_eq!(blobs.forget_parts(Duration::from_mins(1)).await.unwrap(), 1);
    assert_eq!(blobs.size(&kept.key).await.unwrap(), 5);
}
