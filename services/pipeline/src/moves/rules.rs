//! What stages ask of a deal that enters or leaves them. No I/O.

use std::borrow::Cow;

use api::{messages, words};
use fields::{CustomField, FieldKind, key_of_path, path};
use kernel::{FieldError, Locale};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, Ref, RefOr, Schema, Type, schema::AnyOfBuilder},
};

use crate::{
    deals::deal::DealFields,
    stages::stage::{Stage, StageRules},
};

words! {
    /// What a rule can ask of a deal; `reason` is that of the move.
    DealField {
        Amount = "amount",
        Company = "company",
        Contact = "contact",
        Owner = "owner",
        ExpectedCloseOn = "expectedCloseOn",
        Source = "source",
        Description = "description",
        Reason = "reason",
    }
}

/// What a rule asks of a deal: one of the known fields, or `custom.<key>` for one that the organization made up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RequiredField {
    Known(DealField),
    /// The key.
    Own(String),
}

impl RequiredField {
    /// The word stored and shown.
    #[must_use]
    pub fn word(&self) -> Cow<'static, str> {
        match self {
            Self::Known(field) => Cow::Borrowed(field.as_str()),
            Self::Own(key) => Cow::Owned(path(key)),
        }
    }
}

impl Serialize for RequiredField {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.word())
    }
}

impl<'de> Deserialize<'de> for RequiredField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let own = key_of_path(&word).map(|key| Self::Own(key.to_owned()));
        let known = || DealField::parse(&word).map(Self::Known);
        own.or_else(known).ok_or_else(|| D::Error::unknown_variant(&word, DealField::WORDS))
    }
}

// By hand: a derive cannot tell that one of the two is a pattern.
impl PartialSchema for RequiredField {
    fn schema() -> RefOr<Schema> {
        let own = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^custom\\.[a-z][a-z0-9_]*$"));
        let description = "What a rule asks of a deal: one of the known fields, or a custom one.";
        let either = AnyOfBuilder::new().item(Ref::from_schema_name("DealField")).item(own);
        either.description(Some(description)).into()
    }
}

impl ToSchema for RequiredField {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("RequiredField")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((DealField::name().into_owned(), DealField::schema()));
    }
}

words! {
    /// Whose members a rule lets pass.
    StageRole {
        Owner = "owner",
        Admin = "admin",
        Manager = "manager",
        Agent = "agent",
        Viewer = "viewer",
    }
}

words! {
    /// What sort of rule was not met.
    MissingRule {
        Field = "field",
        Role = "role",
        Wip = "wip",
    }
}

/// A rule that was not met.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Missing {
    pub rule: MissingRule,
    /// With `field`: which one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub field: Option<RequiredField>,
    pub message: String,
}

/// What a deal lacks for a move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    Field(DealField),
    /// A field that the organization made up.
    Own {
        key: String,
        name: String,
    },
    Role,
    /// The stage is full.
    Room {
        limit: i64,
    },
}

impl Lack {
    /// As it is shown.
    #[must_use]
    pub fn told(&self, locale: Locale) -> Missing {
        let (rule, field) = match self {
            Self::Field(field) => (MissingRule::Field, Some(RequiredField::Known(*field))),
            Self::Own { key, .. } => (MissingRule::Field, Some(RequiredField::Own(key.clone()))),
            Self::Role => (MissingRule::Role, None),
            Self::Room { .. } => (MissingRule::Wip, None),
        };
        Missing { rule, field, message: messages::text(locale, self.code(), &self.params()) }
    }

    /// The word of the rule, or of the field.
    #[must_use]
    pub fn word(&self) -> Cow<'static, str> {
        match self {
            Self::Field(field) => Cow::Borrowed(field.as_str()),
            Self::Own { key, .. } => Cow::Owned(path(key)),
            Self::Role => Cow::Borrowed(MissingRule::Role.as_str()),
            Self::Room { .. } => Cow::Borrowed(MissingRule::Wip.as_str()),
        }
    }

    /// As a refusal of the stage.
    #[must_use]
    pub fn refusal(&self) -> FieldError {
        FieldError { field: "stage".to_owned(), code: Cow::Borrowed(self.code()), params: self.params() }
    }

    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Room { limit } => vec![("limit", limit.to_string())],
            Self::Own { name, .. } => vec![("name", name.clone())],
            _ => Vec::new(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Field(DealField::Amount) => "stage.asks.amount",
            Self::Field(DealField::Company) => "stage.asks.company",
            Self::Field(DealField::Contact) => "stage.asks.contact",
            Self::Field(DealField::Owner) => "stage.asks.owner",
            Self::Field(DealField::ExpectedCloseOn) => "stage.asks.expected_close_on",
            Self::Field(DealField::Source) => "stage.asks.source",
            Self::Field(DealField::Description) => "stage.asks.description",
            Self::Field(DealField::Reason) => "stage.asks.reason",
            Self::Own { .. } => "stage.asks.own",
            Self::Role => "stage.asks.role",
            Self::Room { .. } => "stage.asks.room",
        }
    }
}

/// A move to be judged.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// None for a new deal.
    pub from: Option<&'a Stage>,
    pub to: &'a Stage,
    pub deal: &'a DealFields,
    /// The fields that the organization made up; what is not among them, or archived, is not asked for.
    pub own: &'a [CustomField],
    pub reason: Option<&'a str>,
    /// The actor's role; none for the system, which no role binds.
    pub role: Option<&'a str>,
    /// Deals that are in `to` already.
    pub in_stage: u64,
}

impl Attempt<'_> {
    /// Everything that stands against the move, each once.
    #[must_use]
    pub fn lacks(&self) -> Vec<Lack> {
        let mut lacks = Vec::new();
        for rules in self.from.map(|from| &from.exit_rules).into_iter().chain([&self.to.entry_rules]) {
            for lack in self.against(rules) {
                if !lacks.contains(&lack) {
                    lacks.push(lack);
                }
            }
        }
        if let Some(limit) = self.to.wip_limit
            && self.in_stage >= u64::try_from(limit).unwrap_or_default()
        {
            lacks.push(Lack::Room { limit });
        }
        lacks
    }

    fn against(&self, rules: &StageRules) -> Vec<Lack> {
        let empty = rules.required_fields.iter().filter_map(|field| match field {
            RequiredField::Known(field) => (!self.has(*field)).then_some(Lack::Field(*field)),
            RequiredField::Own(key) => self.lacks_own(key),
        });
        let barred = |role: &str| !rules.roles.is_empty() && rules.roles.iter().all(|allowed| allowed.as_str() != role);
        empty.chain(self.role.filter(|role| barred(role)).map(|_| Lack::Role)).collect()
    }

    fn lacks_own(&self, key: &str) -> Option<Lack> {
        let field = self.own.iter().find(|field| field.key == key && !field.archived)?;
        let filled = match self.deal.custom.get(key) {
            None | Some(Value::Null) => false,
            // Who asks for a tick asks for a yes.
            Some(Value::Bool(ticked)) => *ticked || field.kind != FieldKind::Checkbox,
            Some(_) => true,
        };
        (!filled).then(|| Lack::Own { key: field.key.clone(), name: field.name.clone() })
    }

    fn has(&self, field: DealField) -> bool {
        match field {
            DealField::Amount => self.deal.amount_minor.is_some(),
            DealField::Company => self.deal.company_id.is_some(),
            DealField::Contact => self.deal.contact_id.is_some(),
            DealField::Owner => self.deal.owner_id.is_some(),
            DealField::ExpectedCloseOn => self.deal.expected_close_on.is_some(),
            DealField::Source => self.deal.source.is_some(),
            DealField::Description => self.deal.description.is_some(),
            DealField::Reason => self.reason.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::stage::tests::stage;

    fn rules(fields: &[DealField], roles: &[StageRole]) -> StageRules {
        let required_fields = fields.iter().map(|field| RequiredField::Known(*field)).collect();
        StageRules { required_fields, roles: roles.to_vec() }
    }

    #[test]
    fn exit_and_entry_rules_are_told_together_and_once() {
        let asks = [DealField::Amount, DealField::Reason];
        let from = Stage { exit_rules: rules(&asks, &[StageRole::Agent]), ..stage() };
        let entry_rules = rules(&[DealField::Amount, DealField::Source], &[StageRole::Owner]);
        let to = Stage { entry_rules, wip_limit: Some(2), ..stage() };
        let deal = DealFields { source: Some("x".to_owned()), ..DealFields::default() };
        let attempt = Attempt {
            from: Some(&from),
            to: &to,
            deal: &deal,
            own: &[],
            reason: None,
            role: Some("agent"),
            in_stage: 2,
        };
        let amount = Lack::Field(DealField::Amount);
        let expected = [amount.clone(), Lack::Field(DealField::Reason), Lack::Role, Lack::Room { limit: 2 }];
        assert_eq!(attempt.lacks(), expected);
        let entering = Attempt { from: None, role: Some("owner"), in_stage: 1, ..attempt };
        assert_eq!(entering.lacks(), std::slice::from_ref(&amount));
        let system = Attempt { reason: Some("why"), role: None, in_stage: 0, ..attempt };
        assert_eq!(system.lacks(), [amount], "no role binds the system");
    }
}
