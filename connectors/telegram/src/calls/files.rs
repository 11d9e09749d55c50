//! Files lie in other data centres than the account's own: a connection beside the account's, to one at a time.

use std::sync::Arc;

use grammers_tl_types::{enums, functions as f};

use crate::connection::Connection;
use crate::line::Line;
use crate::refused::Refused;

pub(crate) struct FilesLine {
    pub(crate) line: Arc<Line>,
    dc: i32,
}

impl Connection {
    /// A way to where the file lies, with the right to fetch it.
    pub(super) async fn line_to(&self, dc: i32) -> Result<Arc<Line>, Refused> {
        if dc == self.line.session().dc() || dc == 0 {
            return Ok(Arc::clone(&self.line));
        }
        let mut files = self.files.lock().await;
        if let Some(files) = files.as_ref().filter(|files| files.dc == dc) {
            return Ok(Arc::clone(&files.line));
        }
        let session = Arc::clone(self.line.session());
        let line = Line::open(session, self.line.endpoint().clone(), self.line.clock(), None).await?;
        let line = Arc::new(line);
        self.take_along(&line, dc).await?;
        if let Some(old) = files.replace(FilesLine { line: Arc::clone(&line), dc }) {
            old.line.close().await;
        }
        Ok(line)
    }

    /// Tells the other data centre who we are.
    async fn take_along(&self, line: &Line, dc_id: i32) -> Result<(), Refused> {
        let enums::auth::ExportedAuthorization::Authorization(pass) =
            self.line.ask(&f::auth::ExportAuthorization { dc_id }).await?;
        let request = f::auth::ImportAuthorization { id: pass.id, bytes: pass.bytes };
        line.ask_at(dc_id, &request).await.map(drop)
    }
}
