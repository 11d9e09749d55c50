//! Files: up, in messages, and down again.

use std::io::Cursor;

use grammers_client::{Client, media::Downloadable, message::InputMessage, tl, update::Update};
use telegram_network::{Media, Network, NewPost, Peer, world::DocumentKind};

use crate::client::{Connected, input};

async fn download(client: &Client, what: &impl Downloadable) -> Vec<u8> {
    let mut chunks = client.iter_download(what).chunk_size(4096);
    let mut bytes = Vec::new();
    while let Some(chunk) = chunks.next().await.unwrap() {
        bytes.extend(chunk);
    }
    bytes
}

async fn pair(network: &Network) -> (Connected, Connected, i64) {
    let (alice, _) = Connected::somebody(network, "15550001", "alice").await;
    let (mut bob, bob_id) = Connected::somebody(network, "15550002", "bob").await;
    bob.listen().await;
    (alice, bob, bob_id)
}

#[tokio::test]
async fn a_document_arrives_whole() {
    let network = Network::in_memory(1).await.unwrap();
    let (alice, mut bob, _) = pair(&network).await;
    let peer = alice.client.resolve_username("bob_here").await.unwrap().unwrap().to_ref().await.unwrap().unwrap();
    let bytes: Vec<u8> = (0..700_000_u32).map(|at| u8::try_from(at * 31 % 251).unwrap()).collect();
    let mut reader = Cursor::new(bytes.clone());
    let file = alice.client.upload_stream(&mut reader, bytes.len(), "offer.pdf".to_owned()).await.unwrap();
    alice.client.send_message(peer, InputMessage::new().text("see below").document(file)).await.unwrap();
    loop {
        if let Update::NewMessage(message) = bob.next().await {
            let Some(grammers_client::media::Media::Document(document)) = message.media() else { panic!("a document") };
            assert_eq!((message.text(), document.name()), ("see below", Some("offer.pdf")));
            assert_eq!(document.size(), Some(bytes.len()));
            assert!(download(&bob.client, &document).await == bytes);
            break;
        }
    }
}

#[tokio::test]
async fn an_album_is_two_messages_of_one_group() {
    let network = Network::in_memory(1).await.unwrap();
    let (alice, mut bob, _) = pair(&network).await;
    let peer = alice.client.resolve_username("bob_here").await.unwrap().unwrap().to_ref().await.unwrap().unwrap();
    let mut pictures = Vec::new();
    for name in ["a.jpg", "b.jpg"] {
        let mut reader = Cursor::new(name.as_bytes().repeat(100));
        let file = alice.client.upload_stream(&mut reader, 500, name.to_owned()).await.unwrap();
        pictures.push(grammers_client::media::InputMedia::new().caption(name).photo(file));
    }
    alice.client.send_album(peer, pictures).await.unwrap();
    let mut groups = Vec::new();
    while groups.len() < 2 {
        if let Update::NewMessage(message) = bob.next().await {
            assert!(matches!(message.media(), Some(grammers_client::media::Media::Photo(_))));
            groups.push(message.grouped_id().unwrap());
        }
    }
    assert_eq!(groups[0], groups[1]);
}

#[tokio::test]
async fn a_voice_message_is_one_and_its_ranges_can_be_had() {
    let network = Network::in_memory(1).await.unwrap();
    let (_alice, mut bob, bob_id) = pair(&network).await;
    let carol = network.add_person(telegram_network::NewPerson::new("15550003", "Carol"));
    let file = network.add_file((0..=255).cycle().take(20_000).collect()).unwrap();
    let kind = DocumentKind::Voice { seconds: 7, waveform: vec![1, 2, 3] };
    let media = Media::Document { file, mime: "audio/ogg".to_owned(), name: None, kind };
    network.send(carol, Peer::User(bob_id), NewPost { media: Some(media), ..NewPost::default() }).unwrap();
    let document = bob.next_raw(|update| match update {
        tl::enums::Update::NewMessage(it) => match &it.message {
            tl::enums::Message::Message(message) => match &message.media {
                Some(tl::enums::MessageMedia::Document(media)) if media.voice => media.document.clone(),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    let tl::enums::Document::Document(document) = document.await else { panic!("a document") };
    let tl::enums::DocumentAttribute::Audio(audio) = &document.attributes[0] else { panic!("audio") };
    assert!(audio.voice && audio.duration == 7);
    let location = |access_hash| tl::types::InputDocumentFileLocation {
        id: document.id,
        access_hash,
        file_reference: document.file_reference.clone(),
        thumb_size: String::new(),
    };
    let get = |access_hash, offset, limit| tl::functions::upload::GetFile {
        precise: true,
        cdn_supported: false,
        location: location(access_hash).into(),
        offset,
        limit,
    };
    let tl::enums::upload::File::File(part) = bob.call(get(document.access_hash, 19_999, 4096)).await else {
        panic!("a file")
    };
    assert_eq!(part.bytes, [31]);
    assert_eq!(bob.refusal(get(1, 0, 4096)).await, "LOCATION_INVALID");
}

#[tokio::test]
async fn media_that_was_made_beforehand_is_sent_by_its_id() {
    let network = Network::in_memory(1).await.unwrap();
    let (alice, mut bob, bob_id) = pair(&network).await;
    let bytes = b"prepared".to_vec();
    alice.call(tl::functions::upload::SaveFilePart { file_id: 1, file_part: 0, bytes }).await;
    let file = tl::types::InputFile { id: 1, parts: 1, name: "a.jpg".to_owned(), md5_checksum: String::new() };
    let uploaded = tl::types::InputMediaUploadedPhoto {
        spoiler: false,
        live_photo: false,
        file: file.into(),
        stickers: None,
        ttl_seconds: None,
        video: None,
    };
    let peer = input(&network, Peer::User(bob_id));
    let (business_connection_id, media) = (None, uploaded.into());
    let made = tl::functions::messages::UploadMedia { business_connection_id, peer: peer.clone(), media };
    let tl::enums::MessageMedia::Photo(made) = alice.call(made).await else { panic!("a photo") };
    let Some(tl::enums::Photo::Photo(photo)) = made.photo else { panic!("a photo") };
    let (id, access_hash, file_reference) = (photo.id, photo.access_hash, photo.file_reference);
    let id = tl::types::InputPhoto { id, access_hash, file_reference }.into();
    let media =
        tl::types::InputMediaPhoto { spoiler: false, live_photo: false, id, ttl_seconds: None, video: None }.into();
    let single = tl::types::InputSingleMedia { media, random_id: 3, message: "prepared".to_owned(), entities: None };
    alice
        .call(tl::functions::messages::SendMultiMedia {
            silent: false,
            background: false,
            clear_draft: false,
            noforwards: false,
            update_stickersets_order: false,
            invert_media: false,
            allow_paid_floodskip: false,
            peer,
            reply_to: None,
            multi_media: vec![single.into()],
            schedule_date: None,
            send_as: None,
            quick_reply_shortcut: None,
            effect: None,
            allow_paid_stars: None,
        })
        .await;
    assert_eq!(bob.next_text().await, "prepared");
}
