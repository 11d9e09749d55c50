//! Who works in the organization, and as what: members, roles, teams, invitations.

pub mod access;
pub mod invitations;
pub mod joining;
pub mod members;
pub mod own_roles;
mod port;
pub mod removal;
mod sends;
pub mod suspension;
pub mod teams;
pub mod viewing;

use std::sync::Arc;

use api::messages::Message;
use contracts::ports::Owned;
use kernel::{ErrorKind, OrgId};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Identity;

/// What is asked about members and what they hold.
pub type Asked = (Arc<Identity>, Arc<[Arc<dyn Owned>]>);

/// The routes that tell what members hold, with who keeps it.
pub fn routes(identity: Arc<Identity>, keepers: Vec<Arc<dyn Owned>>) -> OpenApiRouter {
    let asked: Asked = (identity, keepers.into());
    OpenApiRouter::new()
        .routes(routes!(members::list_members))
        .routes(routes!(removal::get_holdings))
        .routes(routes!(removal::remove_member))
        .with_state(asked)
}

/// Why something of the team is refused though every field is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("an organization keeps an owner")]
    LastOwner,
    #[error("only an owner gives or takes what is an owner's")]
    OwnersOnly,
    #[error("nobody removes themselves")]
    Oneself,
    #[error("nobody switches their own access off")]
    OneselfSuspended,
    #[error("the member may do more than the actor")]
    Beyond,
    #[error("nobody looks as themselves")]
    ViewOneself,
    #[error("the member's access is off")]
    ViewSuspended,
    #[error("what the member may do or reaches goes beyond the viewer")]
    ViewBeyond,
    #[error("members have the role, and none was named in its place")]
    RoleInUse,
    #[error("there are as many roles as there may be")]
    TooManyRoles,
    #[error("there are as many teams as there may be")]
    TooManyTeams,
    #[error("there are as many open invitations as there may be")]
    TooManyInvitations,
    #[error("as many people were asked within a day as may be")]
    TooManyAsked,
    #[error("the address has an account: its owner signs in")]
    SignIn,
    #[error("the invitation went to another address")]
    OtherAddress,
}

impl Refused {
    pub(crate) fn kind(self) -> ErrorKind {
        match self {
            Self::OwnersOnly | Self::Beyond | Self::ViewBeyond => ErrorKind::Forbidden,
            _ => ErrorKind::Conflict,
        }
    }

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::LastOwner => "members.last_owner",
            Self::OwnersOnly => "members.owner",
            Self::Oneself => "members.self",
            Self::OneselfSuspended => "members.self_suspended",
            Self::Beyond => "members.beyond",
            Self::ViewOneself => "members.view_self",
            Self::ViewSuspended => "members.view_suspended",
            Self::ViewBeyond => "members.view_beyond",
            Self::RoleInUse => "roles.in_use",
            Self::TooManyRoles => "roles.too_many",
            Self::TooManyTeams => "teams.too_many",
            Self::TooManyInvitations => "invitations.too_many",
            Self::TooManyAsked => "invitations.too_many_today",
            Self::SignIn => "invitation.sign_in",
            Self::OtherAddress => "invitation.other_address",
        }
    }
}

impl Identity {
    /// Rights in an organization changed: what was looked up is looked up again.
    pub(crate) fn forget_org(&self, org: OrgId) {
        self.live.forget(move |live| live.org_id == org.0);
    }
}

/// Texts of the codes that only the team uses.
pub const MESSAGES: &[Message] = &[
    (
        "members.last_owner",
        "An organization keeps at least one owner. Make somebody else an owner first.",
        "В организации должен остаться хотя бы один владелец. Сначала назначьте другого.",
    ),
    (
        "members.owner",
        "Only an owner can give or take what is an owner's.",
        "Дать владельцу права или лишить его их может только владелец.",
    ),
    ("members.self_suspended", "You cannot switch off your own access.", "Нельзя отключить доступ самому себе."),
    (
        "members.beyond",
        "This person may do more than you. Ask somebody who may do as much.",
        "У этого человека больше прав, чем у вас. Обратитесь к тому, у кого их не меньше.",
    ),
    ("members.self", "You cannot remove yourself.", "Нельзя удалить самого себя."),
    ("members.view_self", "You see Rapport as yourself already.", "Вы и так видите Rapport от своего имени."),
    (
        "members.view_suspended",
        "Their access is off. Switch it on first.",
        "Доступ этого человека отключён. Сначала включите его.",
    ),
    (
        "members.view_beyond",
        "You can look only as somebody who may do and sees nothing beyond what you do.",
        "Смотреть можно только от имени того, чьи права и доступ не шире ваших.",
    ),
    ("members.unknown", "This person is not a member.", "Этот человек не состоит в организации."),
    (
        "roles.in_use",
        "Members have this role. Choose the one they get instead.",
        "Роль занята. Выберите, какую роль получат её обладатели.",
    ),
    (
        "roles.too_many",
        "An organization can have 50 roles of its own.",
        "У организации может быть не больше 50 своих ролей.",
    ),
    ("roles.unknown", "There is no such role.", "Такой роли нет."),
    ("roles.none", "A member needs at least one role.", "Нужна хотя бы одна роль."),
    ("roles.owner", "A role cannot count as owner.", "Роль не может считаться владельцем."),
    ("roles.permission", "There is no such permission.", "Такого права нет."),
    ("roles.beyond", "You cannot give more than you have yourself.", "Нельзя дать больше прав, чем есть у вас."),
    ("roles.name_taken", "There is a role of this name.", "Роль с таким названием уже есть."),
    ("teams.too_many", "An organization can have 100 teams.", "У организации может быть не больше 100 команд."),
    ("teams.name_taken", "There is a team of this name.", "Команда с таким названием уже есть."),
    ("teams.unknown", "There is no such team.", "Такой команды нет."),
    (
        "teams.beyond",
        "You can put only your teammates into a team, and not join another one yourself.",
        "В команду можно добавить только людей из своих команд; вступить в чужую команду самому нельзя.",
    ),
    (
        "invitations.too_many",
        "There are 500 open invitations. Withdraw some of them first.",
        "Уже 500 открытых приглашений. Сначала отзовите часть из них.",
    ),
    (
        "invitations.too_many_today",
        "200 people were invited within a day. Go on tomorrow.",
        "За сутки уже приглашено 200 человек. Продолжите завтра.",
    ),
    (
        "invitation.sign_in",
        "This address has an account. Sign in to accept the invitation.",
        "У этого адреса есть учётная запись. Войдите, чтобы принять приглашение.",
    ),
    (
        "invitation.other_address",
        "The invitation went to another address. Sign in with that one.",
        "Приглашение отправлено на другой адрес. Войдите под ним.",
    ),
];
