//! The steps of signing in. The network is asked outside of any transaction; what it answers is written in one.

use contracts::{events::ACCOUNT_CONNECT_STARTED, permissions::ACCOUNTS_WRITE};
use db::{Action, Change, image::filled_in};
use kernel::{
    Fields, Scope,
    values::{Line, Phone, Problem, optional},
};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    codes, entering, logins,
    sessions::Kept,
    wizard::{self, Answer, Login, Step},
};
use crate::{
    BdAccounts, Error,
    accounts::{
        account::{Network, StoredAccount, masked},
        happening::{self, KIND},
        queries, store,
    },
    health::timeline,
    telegram::{App, CodeSent, Refused, SessionBlob, SignedIn},
};

/// Most accounts of an organization.
pub const MAX_ACCOUNTS: u64 = 500;

/// An account to connect.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ConnectInput {
    pub network: Network,
    /// With its country code.
    #[schema(min_length = 5, max_length = 64)]
    pub phone: String,
    /// As it is called here; the person's name unless given.
    #[schema(max_length = 100)]
    pub name: Option<String>,
    /// Of an app of one's own at my.telegram.org, in place of the server's.
    #[schema(minimum = 1)]
    pub api_id: Option<i32>,
    #[schema(min_length = 32, max_length = 32)]
    pub api_hash: Option<String>,
}

/// Digits of a number of the sandbox, which no country assigned.
const SANDBOX_DIGITS: std::ops::RangeInclusive<usize> = 5..=15;

fn phone_of(network: Network, text: &str, refused: &mut Fields) -> Option<String> {
    let parsed = Phone::parse(text, None).map(Phone::into_string);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let parsed = match parsed {
        Err(Problem::PhoneInvalid) if network == Network::Sandbox && SANDBOX_DIGITS.contains(&digits.len()) => {
            Ok(format!("+{digits}"))
        }
        parsed => parsed,
    };
    refused.take("phone", parsed)
}

/// The app that is given, if it is given whole.
pub(super) fn app_of(id: Option<i32>, hash: Option<&str>, refused: &mut Fields) -> Option<App> {
    let hash = hash.map(str::trim).filter(|hash| !hash.is_empty());
    let is_hash = |hash: &&str| hash.len() == 32 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    match (id, hash) {
        (None, None) => None,
        (Some(id), Some(hash)) if id > 0 && is_hash(&hash) => Some(App { id, hash: hash.to_ascii_lowercase() }),
        (Some(id), _) if id <= 0 => {
            refused.refuse_with("apiId", Problem::NumberRange { min: 1, max: i32::MAX.into() });
            None
        }
        (None, Some(_)) => {
            refused.refuse_with("apiId", Problem::Required);
            None
        }
        (Some(_), _) => {
            refused.refuse("apiHash", "bd.app.invalid");
            None
        }
    }
}

/// What is to be connected, read.
struct Asked {
    phone: String,
    name: Option<String>,
    app: Option<App>,
}

fn asked(accounts: &BdAccounts, input: &ConnectInput) -> Result<Asked, Error> {
    let mut refused = Fields::default();
    if !accounts.offers(input.network) {
        refused.refuse("network", "bd.network.unavailable");
    }
    let phone = phone_of(input.network, &input.phone, &mut refused);
    let name = refused.take("name", optional(input.name.as_deref().unwrap_or_default(), Line::<100>::parse));
    let app = app_of(input.api_id, input.api_hash.as_deref(), &mut refused);
    let has_app = app.is_some() || accounts.options.app.is_some() || input.api_id.or(Some(0)) != Some(0);
    if input.network == Network::Telegram && !has_app {
        refused.refuse("apiId", "bd.app.needed");
    }
    match (phone, name) {
        (Some(phone), Some(name)) if refused.0.is_empty() => {
            Ok(Asked { phone, name: name.map(Line::into_string), app })
        }
        _ => Err(refused.into()),
    }
}

/// Begins to sign in: sends a code to a number. An account that had the number before is taken up again.
///
/// # Errors
/// [`Error::Invalid`]; [`Error::TooMany`]; [`Error::TooManyCodes`]; [`Error::Network`].
pub async fn send_code(
    accounts: &BdAccounts,
    scope: &Scope,
    input: ConnectInput,
) -> Result<(queries::Account, CodeSent), Error> {
    scope.require(ACCOUNTS_WRITE)?;
    let asked = asked(accounts, &input)?;
    let reader = accounts.db.reader(scope);
    let known = store::find_by_phone(&reader, scope, input.network, &asked.phone).await?;
    if let Some(known) = &known
        && !queries::is_theirs(known, scope)
    {
        return Err(Error::of_field("phone", "bd.phone.connected"));
    }
    let now = accounts.db.clock().now();
    let fresh = || {
        let name = asked.name.clone().unwrap_or_else(|| masked(&asked.phone));
        StoredAccount::new(accounts.db.clock().new_id(), input.network, name, scope.user_id().map(Uuid::from), now)
    };
    let is_new = known.is_none();
    let old = StoredAccount { phone: Some(asked.phone.clone()), ..known.unwrap_or_else(fresh) };
    wizard::may(old.status, None, Step::SendCode, now)?;
    let account = StoredAccount { api_id: asked.app.as_ref().map(|app| app.id).or(old.api_id), ..old.clone() };
    let hash = match (&asked.app, is_new) {
        (Some(app), _) => Some(app.hash.clone()),
        (None, true) => None,
        (None, false) => {
            let kept = super::sessions::find(&reader, (&accounts.vault, scope), account.id).await?;
            kept.and_then(|kept| kept.api_hash)
        }
    };
    let way = accounts.way(scope, &account, hash.as_deref()).await?;
    codes::count(accounts, scope, input.network, &asked.phone).await?;
    let sent = accounts.telegram.send_code(&way, &asked.phone).await;
    let (kept, answer) = match sent {
        Ok((session, code)) => (Some(Kept { session, api_hash: hash }), Ok(Answer::CodeSent(code))),
        Err(refused) => (None, Err(refused)),
    };
    let moved = wizard::after(&account, None, Step::SendCode, answer, now);
    if let Some(refusal) = moved.refusal.clone().filter(|_| is_new) {
        return Err(refusal.into());
    }
    let tx = accounts.db.begin(scope).await?;
    if is_new {
        begin(&tx, scope, &account).await?;
    }
    let held = store::hold(&tx, scope, account.id).await?;
    let old = StoredAccount { api_id: account.api_id, ..held };
    let new = entering::settle(accounts, &tx, scope, &old, &moved, kept.as_ref()).await?;
    tx.commit().await?;
    match (moved.refusal, moved.login) {
        (None, Some(login)) => Ok((queries::shown(accounts, scope, new).await?, login.code)),
        (Some(refusal), _) => Err(refusal.into()),
        (None, None) => Err(Error::NotFound),
    }
}

/// Writes a new account.
pub(super) async fn begin(tx: &db::Tx, scope: &Scope, account: &StoredAccount) -> Result<(), Error> {
    if store::count(tx, scope).await? >= MAX_ACCOUNTS {
        return Err(Error::TooMany { max: MAX_ACCOUNTS });
    }
    store::insert(tx, scope, account).await?;
    let change = Change {
        subject_kind: KIND,
        subject_id: account.id,
        record_id: account.id,
        action: Action::Created,
        before: None,
        after: Some(filled_in(account.image())),
        version: 1,
    };
    db::change_log::record(tx, [change]).await?;
    let phone = account.phone.as_deref().map(masked).unwrap_or_default();
    let data = json!({ "network": account.network, "phone": phone });
    timeline::add(tx, scope, account.id, "connect_started", json!({})).await?;
    events::append(tx, [happening::event(ACCOUNT_CONNECT_STARTED, account.id, data)]).await?;
    Ok(())
}

/// A step of a sign-in that has begun: asks the network, and writes what it answered.
async fn step<F, A>(
    accounts: &BdAccounts,
    scope: &Scope,
    id: Uuid,
    step: Step,
    ask: F,
) -> Result<(StoredAccount, Option<Login>), Error>
where
    F: FnOnce(crate::telegram::Way, SessionBlob, String, String) -> A,
    A: Future<Output = Result<(SessionBlob, Answer), Refused>>,
{
    let reader = accounts.db.reader(scope);
    let account = queries::own(&reader, scope, id).await?;
    let now = accounts.db.clock().now();
    let login = logins::find(&reader, (&accounts.vault, scope), id).await?;
    wizard::may(account.status, login.as_ref(), step, now)?;
    let Some(begun) = login else { return Err(Error::WrongStep("new")) };
    let (way, kept) = accounts.session(scope, &account).await?;
    let phone = account.phone.clone().unwrap_or_default();
    let answered = ask(way, kept.session, phone, begun.code.hash.clone()).await;
    let (session, answer) = match answered {
        Ok((session, answer)) => (Some(Kept { session, api_hash: kept.api_hash }), Ok(answer)),
        Err(refused) => (None, Err(refused)),
    };
    let tx = accounts.db.begin(scope).await?;
    let old = store::hold(&tx, scope, id).await?;
    // Somebody else may have taken the same step, or begun anew, while the network was asked.
    let current = logins::find(&tx, (&accounts.vault, scope), id).await?;
    if old.status != account.status || current.as_ref().map(|login| login.started_at) != Some(begun.started_at) {
        return Err(Error::WrongStep("changed"));
    }
    let moved = wizard::after(&old, current, step, answer, tx.clock().now());
    let new = entering::settle(accounts, &tx, scope, &old, &moved, session.as_ref()).await?;
    tx.commit().await?;
    accounts.tell(id);
    match moved.refusal {
        Some(refusal) => Err(refusal.into()),
        None => Ok((new, moved.login)),
    }
}

/// Signs in with the code.
///
/// # Errors
/// [`Error::Invalid`] with the field `code`; [`Error::WrongStep`]; [`Error::NotFound`].
pub async fn verify_code(
    accounts: &BdAccounts,
    scope: &Scope,
    id: Uuid,
    code: &str,
) -> Result<(queries::Account, Option<String>), Error> {
    scope.require(ACCOUNTS_WRITE)?;
    let code: String = code.chars().filter(char::is_ascii_digit).take(16).collect();
    let telegram = &accounts.telegram;
    let ask = |way, session, phone: String, hash: String| async move {
        if code.is_empty() {
            return Err(Refused::CodeWrong);
        }
        let (session, signed_in) = telegram.sign_in(&way, session, &phone, &hash, &code).await?;
        Ok(match signed_in {
            SignedIn::Done(me) => (session, Answer::SignedIn(me)),
            SignedIn::PasswordRequired { hint } => (session, Answer::PasswordRequired { hint }),
        })
    };
    let (account, login) = step(accounts, scope, id, Step::Code, ask).await?;
    Ok((queries::shown(accounts, scope, account).await?, login.and_then(|login| login.password_hint)))
}

/// Goes on with the password of two-step verification.
///
/// # Errors
/// [`Error::Invalid`] with the field `password`; [`Error::WrongStep`]; [`Error::NotFound`].
pub async fn check_password(
    accounts: &BdAccounts,
    scope: &Scope,
    id: Uuid,
    password: &str,
) -> Result<queries::Account, Error> {
    scope.require(ACCOUNTS_WRITE)?;
    let telegram = &accounts.telegram;
    let ask = |way, session, _, _| async move {
        let (session, me) = telegram.check_password(&way, session, password).await?;
        Ok((session, Answer::SignedIn(me)))
    };
    let (account, _) = step(accounts, scope, id, Step::Password, ask).await?;
    queries::shown(accounts, scope, account).await
}

/// Has the code sent by another way.
///
/// # Errors
/// [`Error::Invalid`]; [`Error::WrongStep`]; [`Error::TooManyCodes`]; [`Error::NotFound`].
pub async fn resend_code(
    accounts: &BdAccounts,
    scope: &Scope,
    id: Uuid,
) -> Result<(queries::Account, CodeSent), Error> {
    scope.require(ACCOUNTS_WRITE)?;
    let reader = accounts.db.reader(scope);
    let account = queries::own(&reader, scope, id).await?;
    let login = logins::find(&reader, (&accounts.vault, scope), id).await?;
    wizard::may(account.status, login.as_ref(), Step::Resend, accounts.db.clock().now())?;
    codes::count(accounts, scope, account.network, account.phone.as_deref().unwrap_or_default()).await?;
    let telegram = &accounts.telegram;
    let ask = |way, session, phone: String, hash: String| async move {
        let (session, code) = telegram.resend_code(&way, session, &phone, &hash).await?;
        Ok((session, Answer::CodeSent(code)))
    };
    let (account, login) = step(accounts, scope, id, Step::Resend, ask).await?;
    let code = login.map(|login| login.code).ok_or(Error::NotFound)?;
    Ok((queries::shown(accounts, scope, account).await?, code))
}
