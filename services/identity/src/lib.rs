#![doc = include_str!("../README.md")]

mod accounts;
mod authenticator;
mod barred;
mod challenges;
mod cookies;
mod devices;
mod directory;
mod enforcement;
mod error;
mod federated;
mod guessable;
mod keys;
mod links;
mod lockout;
mod mfa;
mod opened;
mod organizations;
mod passkeys;
mod passwords;
mod profile;
mod resets;
mod rights;
mod roles;
mod sessions;
mod shortcuts;
mod step_up;
mod store;
mod team;
mod tokens;
mod turns;
mod verification;
mod views;
mod watch;

use std::{sync::Arc, time::Duration};

use api::rate_limit::{Allowance, Gcra};
use chrono::TimeDelta;
use contracts::ports::Owned;
use db::{Db, Migration};
use mailing::Mailer;
use utoipa_axum::{router::OpenApiRouter, routes};
use vault::Vault;

pub use cookies::CookieNames;
pub use error::{Error, MESSAGES};
pub use federated::{Federation, MESSAGES as FEDERATED_MESSAGES, Registered};
pub use mfa::MESSAGES as FACTOR_MESSAGES;
pub use roles::Role;
pub use team::MESSAGES as TEAM_MESSAGES;
pub use tokens::TokenOptions;

pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "identity_0001_identity", sql: include_str!("../migrations/0001_identity.sql") },
    Migration { name: "identity_0002_shortcuts", sql: include_str!("../migrations/0002_shortcuts.sql") },
    Migration { name: "identity_0003_addresses", sql: include_str!("../migrations/0003_addresses.sql") },
    Migration { name: "identity_0004_second_factor", sql: include_str!("../migrations/0004_second_factor.sql") },
    Migration { name: "identity_0005_access", sql: include_str!("../migrations/0005_access.sql") },
    Migration { name: "identity_0006_api_keys", sql: include_str!("../migrations/0006_api_keys.sql") },
    Migration { name: "identity_0007_federated", sql: include_str!("../migrations/0007_federated.sql") },
    Migration { name: "identity_0008_access_off", sql: include_str!("../migrations/0008_access_off.sql") },
    Migration { name: "identity_0009_view_as", sql: include_str!("../migrations/0009_view_as.sql") },
    Migration {
        name: "identity_0010_backchannel_logout",
        sql: include_str!("../migrations/0010_backchannel_logout.sql"),
    },
];

/// Where its secrets stand. They belong to no organization: their places name the nil one.
pub const SEALED: &[vault::Column] =
    &[vault::Column { table: "totp_secrets", row: "user_id", column: "secret", place: "secret" }];

/// How identity is set up.
pub struct Options {
    /// Scheme, host and perhaps port: what passkeys are bound to.
    pub public_url: String,
    pub tokens: TokenOptions,
    /// Whether anybody may make an account, invited or not.
    pub sign_up_open: bool,
    /// Life of a program's session without a refresh.
    pub refresh_ttl: TimeDelta,
    /// Life of a browser's session without a visit.
    pub session_ttl: TimeDelta,
    /// Longest life of any session, however much it is used.
    pub session_max_age: TimeDelta,
    /// Served over https: cookies are `Secure` and carry the `__Host-` prefix.
    pub https: bool,
    /// Origins besides our own that may send cookies.
    pub allowed_origins: Vec<String>,
    pub trust_proxy: bool,
    /// Tries per account and quarter of an hour; zero: no limit.
    pub signin_tries: u32,
    pub mailer: Arc<dyn Mailer>,
    /// Others through whom one can sign in.
    pub federation: Federation,
}

/// The service.
pub struct Identity {
    db: Db,
    vault: Arc<Vault>,
    tokens: tokens::Tokens,
    passwords: passwords::Passwords,
    live: authenticator::LiveSessions,
    tries: Gcra<[u8; 32]>,
    names: directory::Names,
    cookies: CookieNames,
    relying_party: Option<passkeys::RelyingParty>,
    providers: federated::Providers,
    options: Options,
}

impl Identity {
    #[must_use]
    pub fn new(db: Db, vault: Arc<Vault>, mut options: Options) -> Arc<Self> {
        let federation = std::mem::take(&mut options.federation);
        Arc::new(Self {
            tokens: tokens::Tokens::new(options.tokens.clone(), db.clock().clone()),
            passwords: passwords::Passwords::new(db.clock().clone()),
            live: authenticator::LiveSessions::default(),
            tries: Gcra::default(),
            names: directory::Names::default(),
            cookies: CookieNames::new(options.https),
            providers: federated::Providers::new(federation, db.clock()),
            db,
            vault,
            relying_party: passkeys::RelyingParty::new(&options.public_url, &options.allowed_origins),
            options,
        })
    }

    fn try_allowance(&self) -> Allowance {
        Allowance { requests: self.options.signin_tries, window: Duration::from_mins(15) }
    }

    /// The routes of the service; `keepers` keep the records that members hold.
    pub fn routes(self: &Arc<Self>, keepers: Vec<Arc<dyn Owned>>) -> OpenApiRouter {
        OpenApiRouter::new()
            .routes(routes!(accounts::sign_up))
            .routes(routes!(accounts::sign_in))
            .routes(routes!(challenges::answer_challenge))
            .routes(routes!(step_up::step_up))
            .routes(routes!(sessions::verify_token))
            .routes(routes!(sessions::refresh_tokens))
            .routes(routes!(sessions::sign_out))
            .routes(routes!(sessions::get_session))
            .routes(routes!(sessions::list_sessions, sessions::revoke_other_sessions))
            .routes(routes!(sessions::revoke_session))
            .routes(routes!(organizations::list_organizations, organizations::create_organization))
            .routes(routes!(organizations::switch_organization))
            .routes(routes!(organizations::list_permissions))
            .routes(routes!(profile::get_profile, profile::update_profile))
            .routes(routes!(profile::get_preferences, profile::update_preferences))
            .routes(routes!(profile::change_password))
            .routes(routes!(team::members::set_member_roles))
            .routes(routes!(team::suspension::suspend_member))
            .routes(routes!(team::suspension::restore_member))
            .routes(routes!(team::suspension::end_member_sessions))
            .routes(routes!(team::access::explain_access))
            .routes(routes!(team::viewing::view_as, team::viewing::stop_viewing_as))
            .routes(routes!(team::own_roles::http::list_roles, team::own_roles::http::create_role))
            .routes(routes!(team::own_roles::http::update_role, team::own_roles::http::delete_role))
            .routes(routes!(team::teams::http::list_teams, team::teams::http::create_team))
            .routes(routes!(team::teams::http::update_team, team::teams::http::delete_team))
            .routes(routes!(team::invitations::http::list_invitations))
            .routes(routes!(team::invitations::http::invite_members))
            .routes(routes!(team::invitations::http::resend_invitation))
            .routes(routes!(team::invitations::http::revoke_invitation))
            .routes(routes!(team::joining::get_invitation))
            .routes(routes!(team::joining::accept_invitation))
            .routes(routes!(team::joining::join_organization))
            .routes(routes!(enforcement::get_organization, enforcement::update_organization))
            .merge(mfa::routes())
            .routes(routes!(verification::send_verification))
            .routes(routes!(verification::verify_email))
            .routes(routes!(resets::forgot_password))
            .routes(routes!(resets::get_password_reset))
            .routes(routes!(resets::reset_password))
            .routes(routes!(lockout::unlock_member))
            .merge(passkeys::routes())
            .merge(federated::routes())
            .merge(keys::routes())
            .with_state(Arc::clone(self))
            .merge(team::routes(Arc::clone(self), keepers))
    }
}
