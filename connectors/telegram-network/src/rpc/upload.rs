//! Bytes up and down.

use grammers_tl_types::{enums, functions as f, types};

use super::{Answer, Call, Refusal, bad};
use crate::view;

/// The largest part of a file, up or down.
const MAX_PART: usize = 1 << 20;

pub(super) fn save_part(call: &mut Call<'_>, request: f::upload::SaveFilePart) -> Answer<bool> {
    put(call, request.file_id, request.file_part, request.bytes)
}

pub(super) fn save_big_part(call: &mut Call<'_>, request: f::upload::SaveBigFilePart) -> Answer<bool> {
    put(call, request.file_id, request.file_part, request.bytes)
}

fn put(call: &mut Call<'_>, upload: i64, part: i32, bytes: Vec<u8>) -> Answer<bool> {
    let is_kept = call.core.files.put_part(call.me, upload, part, bytes);
    if is_kept { Ok(true) } else { Err(bad("FILE_PART_INVALID")) }
}

pub(super) fn get_file(call: &mut Call<'_>, request: f::upload::GetFile) -> Answer<enums::upload::File> {
    let file = view::inner_file(&call.core.world, &request.location).ok_or(bad("LOCATION_INVALID"))?;
    let offset = u64::try_from(request.offset).map_err(|_| bad("OFFSET_INVALID"))?;
    let limit = usize::try_from(request.limit).ok().filter(|limit| (1..=MAX_PART).contains(limit));
    let limit = limit.ok_or(bad("LIMIT_INVALID"))?;
    let bytes = call.core.files.read(file, offset, limit).map_err(|error| {
        tracing::error!(%error, file, "a file of the network could not be read");
        Refusal::new(500, "FILE_READ_FAILED")
    })?;
    let mtime = call.core.world.files.get(&file).map_or(0, |record| record.created_at);
    Ok(types::upload::File { r#type: enums::storage::FileType::FileUnknown, mtime, bytes }.into())
}
