//! What a column can be imported into, for each kind of record.

pub use fields::RecordType;
use serde::{Deserialize, Serialize};

/// A field of a record as the target of a column; serialized as in the API (`firstName`, …).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ImportTarget {
    Name,
    FirstName,
    MiddleName,
    LastName,
    JobTitle,
    CompanyName,
    Email,
    Phone,
    TimeZone,
    TelegramUsername,
    Website,
    LinkedinUrl,
    Industry,
    Size,
    Address,
    Source,
    Tags,
    Description,
    LeadScore,
    Title,
    Pipeline,
    Stage,
    Status,
    Amount,
    Currency,
    /// The contact of a deal; `email` and `phone` are theirs too.
    ContactName,
    Owner,
    ExpectedCloseOn,
    LostReason,
    Custom,
}

impl ImportTarget {
    /// The targets that records of this type have, in the order in which they are offered.
    #[must_use]
    pub fn of(record_type: RecordType) -> &'static [Self] {
        use ImportTarget as T;
        match record_type {
            RecordType::Contact => &[
                T::Name,
                T::FirstName,
                T::MiddleName,
                T::LastName,
                T::JobTitle,
                T::CompanyName,
                T::Email,
                T::Phone,
                T::TimeZone,
                T::TelegramUsername,
                T::Website,
                T::LinkedinUrl,
                T::Source,
                T::Tags,
                T::Description,
                T::LeadScore,
                T::Custom,
            ],
            RecordType::Company => &[
                T::Name,
                T::Industry,
                T::Size,
                T::Description,
                T::Website,
                T::Email,
                T::Phone,
                T::Address,
                T::Source,
                T::Tags,
                T::Custom,
            ],
            RecordType::Deal => &[
                T::Title,
                T::Pipeline,
                T::Stage,
                T::Status,
                T::Amount,
                T::Currency,
                T::CompanyName,
                T::ContactName,
                T::Email,
                T::Phone,
                T::Owner,
                T::ExpectedCloseOn,
                T::LostReason,
                T::Source,
                T::Tags,
                T::Description,
                T::Custom,
            ],
        }
    }

    /// Whether several columns may be imported into it, and a cell may hold several values (custom: several keys).
    #[must_use]
    pub fn may_repeat(self) -> bool {
        self.has_many_values() || self == Self::Custom
    }

    pub(super) fn has_many_values(self) -> bool {
        matches!(self, Self::Email | Self::Phone | Self::Tags)
    }
}
