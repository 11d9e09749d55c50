//! Signing in through others (docs/adr/0015): Google, GitHub, any issuer of OpenID Connect, Telegram Login. A browser is sent
//! there with a ticket of its own (`ticket.rs`) and comes back to a page of ours, which tells us what it was given. Whose
//! account it is, tells the subject that was linked before; else a verified address, which both sides must have.

mod github;
mod http;
mod id_token;
mod links;
mod logout;
mod logout_token;
mod oidc;
mod providers;
mod refused;
mod registering;
mod sign_in;
pub mod store;
mod telegram;
mod ticket;

use std::sync::Arc;

use api::Json;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use contracts::events as event;
use db::{Action, Change, Tx, change_log};
use events::NewEvent;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

pub(crate) use logout::note_origin;
pub use providers::{Arrived, Federation, ProviderKind, Providers, Registered};
pub use refused::{MESSAGES, Refused};

use crate::{
    Error, Identity,
    challenges::{begin, finish},
    cookies,
    mfa::store::{challenge, passkey},
    passkeys::{read, written},
    store::user,
    tokens,
};
use providers::{Answer, Journey};
use store::user_identity;
use ticket::Ticket;

/// What a challenge of a round trip is for.
const ROUND_TRIP: &str = "federated";
/// Accounts elsewhere of one person at most.
const MOST: u64 = 20;

/// Who vouches for people here.
#[derive(Serialize, ToSchema)]
pub struct ProviderList {
    items: Vec<ProviderView>,
}

/// One can sign in through it.
#[derive(Serialize, ToSchema)]
pub struct ProviderView {
    id: ProviderKind,
    /// What people call it.
    #[schema(example = "Google")]
    name: String,
}

/// Where the browser is to go.
#[derive(Serialize, ToSchema)]
pub struct RoundTrip {
    #[schema(example = "https://accounts.google.com/o/oauth2/v2/auth?response_type=code&client_id=…")]
    url: String,
}

/// What the page was called with when the browser came back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CameBack {
    #[schema(max_length = 256)]
    state: String,
    #[schema(max_length = 4096)]
    code: Option<String>,
    /// Why there is no code.
    #[schema(max_length = 256)]
    error: Option<String>,
    /// The issuer, where it names itself (RFC 9207).
    #[schema(max_length = 512)]
    iss: Option<String>,
    /// Of Telegram: `tgAuthResult`, as it stood behind the #.
    #[schema(max_length = 8192)]
    telegram: Option<String>,
}

/// What a round trip is to come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Aim {
    SignIn,
    /// Of this id.
    Invitation(Uuid),
    /// To one's own account, in this session.
    Link(Uuid),
    /// A proof of who one is, for this session.
    Confirm(Uuid),
}

impl Aim {
    /// By which the page knows which of the routes finishes it.
    fn word(&self) -> &'static str {
        match self {
            Self::SignIn | Self::Invitation(_) => "in",
            Self::Link(_) | Self::Confirm(_) => "link",
        }
    }
}

/// What is kept of a round trip while the browser is away.
#[derive(Serialize, Deserialize)]
struct Waiting {
    provider: ProviderKind,
    aim: Aim,
}

/// List the providers
///
/// Through whom one can sign in here, besides with a password and a passkey.
#[utoipa::path(get, path = "/api/auth/providers", tag = "Auth", operation_id = "listSignInProviders", security(()),
    responses((status = 200, description = "None where nothing is set up", body = ProviderList)))]
async fn list_providers(State(identity): State<Arc<Identity>>) -> Json<ProviderList> {
    let view = |(id, name): (ProviderKind, &str)| ProviderView { id, name: name.to_owned() };
    Json(ProviderList { items: identity.providers.list().map(view).collect() })
}

/// The routes of signing in through others.
pub fn routes() -> OpenApiRouter<Arc<Identity>> {
    OpenApiRouter::new()
        .routes(routes!(list_providers))
        .routes(routes!(sign_in::start_federated))
        .routes(routes!(sign_in::finish_federated))
        .routes(routes!(registering::register_federated))
        .routes(routes!(links::list_identities))
        .routes(routes!(links::start_link))
        .routes(routes!(links::start_confirmation))
        .routes(routes!(links::finish_link))
        .routes(routes!(links::delete_identity))
        .routes(routes!(logout::back_channel_logout))
}

/// The provider of a path.
fn provider_of(word: &str) -> Result<ProviderKind, Error> {
    ProviderKind::parse(word).ok_or(Error::NotFound)
}

impl Identity {
    fn journey<'a>(&self, waiting: &Waiting, ticket: &'a str) -> Journey<'a> {
        let ticket = Ticket(ticket);
        Journey {
            state: ticket.state(waiting.aim.word()),
            ticket,
            redirect: format!("{}/auth/{}", self.options.public_url, waiting.provider.as_str()),
            anew: matches!(waiting.aim, Aim::Confirm(_)),
        }
    }

    /// Sends a browser away: where to, and the ticket it is to keep.
    async fn depart(&self, provider: ProviderKind, aim: Aim, user: Option<Uuid>) -> Result<Response, Error> {
        let known = self.providers.find(provider).ok_or(Error::NotFound)?;
        let waiting = Waiting { provider, aim };
        let tx = self.db.begin_system().await?;
        let (ticket, _) = begin(&tx, user, ROUND_TRIP, written(&waiting)?).await?;
        tx.commit().await?;
        // Asked only now: whoever has no address to go to leaves a challenge that nobody has the token of.
        let url = known.address(&self.journey(&waiting, &ticket), &self.options.public_url).await;
        let mut response = Json(RoundTrip { url: url.map_err(told)? }).into_response();
        self.cookies.set_ticket(response.headers_mut(), &ticket, crate::challenges::LIFE.num_seconds());
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }

    /// Takes a browser back, once: what the round trip was for, and whom it brings. The provider is asked after the round
    /// trip has ended, and outside of any transaction.
    async fn arrive(
        &self,
        provider: ProviderKind,
        input: &CameBack,
        headers: &HeaderMap,
        user: Option<Uuid>,
    ) -> Result<(Aim, Arrived), Error> {
        let ticket = cookies::read(headers, self.cookies.ticket).unwrap_or_default();
        let asked = self.open_challenge(tokens::fingerprint(ticket), ROUND_TRIP).await.map_err(over)?;
        let waiting: Waiting = read(&asked.state)?;
        let is_its_own = Ticket(ticket).is_state(waiting.aim.word(), &input.state);
        if !is_its_own || waiting.provider != provider || asked.user_id != user {
            return Err(Refused::State.into());
        }
        self.end(&asked).await?;
        match input.error.as_deref() {
            None => {}
            Some("access_denied") => return Err(Refused::Denied.into()),
            Some(error) => return Err(told(Refused::Provider(format!("the browser came back with {error:.80}")))),
        }
        let known = self.providers.find(provider).ok_or(Error::NotFound)?;
        let answer =
            Answer { code: input.code.as_deref(), issuer: input.iss.as_deref(), data: input.telegram.as_deref() };
        let journey = self.journey(&waiting, ticket);
        let arrived = known.arrived(&journey, answer, self.db.clock()).await.map_err(told)?;
        Ok((waiting.aim, arrived))
    }

    async fn end(&self, asked: &challenge::Model) -> Result<(), Error> {
        let tx = self.db.begin_system().await?;
        finish(&tx, &asked.id_hash).await.map_err(over)?;
        Ok(tx.commit().await?)
    }

    /// Who has linked the account.
    async fn linked_to(&self, arrived: &Arrived) -> Result<Option<user::Model>, Error> {
        let reader = self.db.system_reader();
        match find(&reader, arrived).await? {
            Some(row) => Ok(user::Entity::find_by_id(row.user_id).one(&reader).await?),
            None => Ok(None),
        }
    }

    /// Notes that somebody came by this account; links it if it was not.
    ///
    /// # Errors
    /// [`Refused::Taken`], [`Refused::TooMany`].
    pub(crate) async fn note_arrival(&self, tx: &Tx, user: &user::Model, arrived: &Arrived) -> Result<(), Error> {
        let now = tx.clock().now();
        if let Some(row) = find(tx, arrived).await? {
            if row.user_id != user.id {
                return Err(Refused::Taken.into());
            }
            let used = user_identity::ActiveModel {
                id: Set(row.id),
                email: Set(arrived.email.clone()),
                label: Set(arrived.label.clone()),
                last_used_at: Set(now),
                ..Default::default()
            };
            user_identity::Entity::update(used).exec(tx).await?;
            return Ok(());
        }
        let of_theirs = user_identity::Entity::find().filter(user_identity::Column::UserId.eq(user.id));
        if of_theirs.count(tx).await? >= MOST {
            return Err(Refused::TooMany.into());
        }
        let row = user_identity::Model {
            id: tx.clock().new_id(),
            user_id: user.id,
            provider: arrived.provider.as_str().to_owned(),
            issuer: arrived.issuer.clone(),
            subject: arrived.subject.clone(),
            email: arrived.email.clone(),
            label: arrived.label.clone(),
            created_at: now,
            last_used_at: now,
        };
        let id = row.id;
        let new = user_identity::Entity::insert(user_identity::ActiveModel::from(row));
        match new.exec_without_returning(tx).await.map_err(db::Error::from) {
            // Somebody linked it a moment ago.
            Err(error) if error.is_unique_violation() => return Err(Refused::Taken.into()),
            done => done?,
        };
        let image = json!({"provider": arrived.provider.as_str(), "email": arrived.email});
        crate::accounts::record_created(tx, "user_identity", id, image).await?;
        tell(tx, event::USER_IDENTITY_LINKED, user.id, arrived.provider.as_str()).await?;
        self.tell_of_factor(tx, user, "federated.change.linked").await
    }

    /// Takes an account away from who linked it.
    async fn unlink(&self, tx: &Tx, user: &user::Model, id: Uuid) -> Result<(), Error> {
        let mine = user_identity::Entity::find_by_id(id).filter(user_identity::Column::UserId.eq(user.id));
        let row = mine.one(tx).await?.ok_or(Error::NotFound)?;
        user_identity::Entity::delete_by_id(id).exec(tx).await?;
        let (before, after) = (json!({"provider": row.provider, "email": row.email}), json!({}));
        let change = Change::between("user_identity", id, Action::Deleted, &before, &after, 2);
        change_log::record(tx, [change]).await?;
        tell(tx, event::USER_IDENTITY_UNLINKED, user.id, &row.provider).await?;
        self.tell_of_factor(tx, user, "federated.change.unlinked").await
    }

    /// Takes every account elsewhere away from a person: who linked them need not be who has the address now.
    pub(crate) async fn forget_identities(&self, tx: &Tx, user: &user::Model) -> Result<(), Error> {
        let mine = user_identity::Entity::find().filter(user_identity::Column::UserId.eq(user.id));
        for row in mine.all(tx).await? {
            self.unlink(tx, user, row.id).await?;
        }
        Ok(())
    }

    /// Whoever gives up one way to sign in keeps another: a password, a passkey, or an account elsewhere.
    ///
    /// # Errors
    /// [`Refused::LastWay`].
    pub(crate) async fn keep_a_way_in(&self, tx: &Tx, user: Uuid) -> Result<(), Error> {
        // Of two that give up their last but one at the same moment, one waits for the other.
        let held = "update users set version = version where id = $1";
        crate::mfa::proofs::changed(tx, held, vec![user.into()]).await?;
        let person = user::Entity::find_by_id(user).one(tx).await?.ok_or(Error::NotFound)?;
        if !person.password_hash.is_empty() {
            return Ok(());
        }
        let passkeys = passkey::Entity::find().filter(passkey::Column::UserId.eq(user)).count(tx).await?;
        let elsewhere = user_identity::Entity::find().filter(user_identity::Column::UserId.eq(user)).all(tx).await?;
        if passkeys > 0 || elsewhere.iter().any(|row| self.providers.serves(&row.issuer)) {
            return Ok(());
        }
        Err(Refused::LastWay.into())
    }
}

async fn find(connection: &impl ConnectionTrait, arrived: &Arrived) -> Result<Option<user_identity::Model>, Error> {
    Ok(user_identity::Entity::find()
        .filter(user_identity::Column::Issuer.eq(arrived.issuer.as_str()))
        .filter(user_identity::Column::Subject.eq(arrived.subject.as_str()))
        .one(connection)
        .await?)
}

async fn tell(tx: &Tx, kind: &'static str, user: Uuid, provider: &str) -> Result<(), Error> {
    Ok(events::append(tx, [NewEvent::of(kind, "user", user, json!({"provider": provider}))]).await?)
}

/// A challenge that is over is a round trip that is.
fn over(error: Error) -> Error {
    if matches!(error, Error::Factor(_)) { Refused::State.into() } else { error }
}

/// What went wrong elsewhere is for the operator: who signs in learns only that it did.
fn told(refused: Refused) -> Error {
    match &refused {
        Refused::Provider(what) => tracing::warn!(what, "signing in through another service failed"),
        Refused::Logout(what) => tracing::warn!(what, "a logout token was refused"),
        _ => {}
    }
    refused.into()
}
