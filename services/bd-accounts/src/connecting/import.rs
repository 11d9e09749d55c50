//! Sessions of other programs: a team moves without signing in anew.

use contracts::permissions::ACCOUNTS_WRITE;
use kernel::{
    Fields, Scope,
    values::{Line, optional},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    commands, entering,
    sessions::{self, Kept},
};
use crate::{
    BdAccounts, Error,
    accounts::{
        account::{Network, StoredAccount},
        happening, queries, store,
    },
    telegram::{Me, Refused, SessionFormat, Way},
};

api::words! {
    /// The program that wrote a session.
    Format {
        Telethon = "telethon",
        GramJs = "gramjs",
    }
}

/// A session of another program.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SessionImport {
    pub network: Network,
    pub format: Format,
    /// A string session. End the other program first: one session at two addresses is revoked.
    #[schema(min_length = 1, max_length = 4096)]
    pub session: String,
    #[schema(max_length = 100)]
    pub name: Option<String>,
    /// The app that the session was made with.
    #[schema(minimum = 1)]
    pub api_id: Option<i32>,
    #[schema(min_length = 32, max_length = 32)]
    pub api_hash: Option<String>,
}

/// Longest text of a session, bytes.
const MAX: usize = 4096;

fn refused(refused: Refused) -> Error {
    match refused {
        Refused::SessionInvalid => Error::of_field("session", "bd.session.invalid"),
        Refused::SessionEnded => Error::of_field("session", "bd.session.ended"),
        Refused::PhoneBanned => Error::of_field("session", "bd.phone.banned"),
        other => Error::Network(other),
    }
}

/// Takes a session over, after asking the network whose it is.
///
/// # Errors
/// [`Error::Invalid`]; [`Error::Network`].
pub async fn import(accounts: &BdAccounts, scope: &Scope, input: SessionImport) -> Result<queries::Account, Error> {
    scope.require(ACCOUNTS_WRITE)?;
    let mut fields = Fields::default();
    if !accounts.offers(input.network) {
        fields.refuse("network", "bd.network.unavailable");
    }
    let name = fields.take("name", optional(input.name.as_deref().unwrap_or_default(), Line::<100>::parse)).flatten();
    let app = commands::app_of(input.api_id, input.api_hash.as_deref(), &mut fields);
    if app.is_none() && accounts.options.app.is_none() && input.network == Network::Telegram && fields.0.is_empty() {
        fields.refuse("apiId", "bd.app.needed");
    }
    if input.session.trim().is_empty() || input.session.len() > MAX {
        fields.refuse("session", "bd.session.invalid");
    }
    fields.finish(|| ())?;
    let format = match input.format {
        Format::Telethon => SessionFormat::Telethon,
        Format::GramJs => SessionFormat::GramJs,
    };
    let session = accounts.telegram.session_of(format, input.session.trim()).map_err(refused)?;
    let way = Way {
        network: input.network,
        app: app.clone().or_else(|| accounts.options.app.clone()).filter(|_| input.network == Network::Telegram),
        proxy: None,
    };
    let (session, me) = accounts.telegram.me(&way, session).await.map_err(refused)?;
    let kept = Kept { session, api_hash: app.as_ref().map(|app| app.hash.clone()) };
    let named = name.map(Line::into_string);
    let account = keep(accounts, scope, (input.network, named, app.map(|app| app.id)), &me, &kept).await?;
    accounts.tell(account.id);
    queries::shown(accounts, scope, account).await
}

async fn keep(
    accounts: &BdAccounts,
    scope: &Scope,
    (network, name, api_id): (Network, Option<String>, Option<i32>),
    me: &Me,
    kept: &Kept,
) -> Result<StoredAccount, Error> {
    let tx = accounts.db.begin(scope).await?;
    let now = tx.clock().now();
    let known = match store::find_by_peer(&tx, scope, network, me.peer_id).await? {
        Some(id) => Some(store::hold(&tx, scope, id).await.map_err(|_| taken())?),
        None => match &me.phone {
            Some(phone) => store::find_by_phone(&tx, scope, network, phone).await?,
            None => None,
        },
    };
    let old = match known {
        Some(known) if known.is_signed_in() || !queries::is_theirs(&known, scope) => return Err(taken()),
        Some(known) => known,
        None => {
            let name = name.unwrap_or_else(|| me.name.chars().take(100).collect());
            let owner = scope.user_id().map(Uuid::from);
            let account = StoredAccount::new(tx.clock().new_id(), network, name, owner, now);
            let account = StoredAccount { phone: me.phone.clone(), ..account };
            commands::begin(&tx, scope, &account).await?;
            account
        }
    };
    let entered = entering::entered(&tx, scope, &old, me, now).await?;
    let new = StoredAccount { api_id: api_id.or(entered.api_id), ..entered };
    let new = happening::write(&tx, scope, &old, new).await?;
    sessions::put(&tx, (&accounts.vault, scope), new.id, kept).await?;
    let new = entering::connected(&tx, scope, new, "imported").await?;
    tx.commit().await?;
    Ok(new)
}

fn taken() -> Error {
    Error::of_field("session", "bd.session.taken")
}
