//! The kinds of notification, and how a person is told of each who said nothing about it.

use api::words;

words! {
    /// What somebody is told of.
    #[schema(as = NotificationKind)]
    Kind {
        Mention = "mention",
        AssignedContact = "assigned.contact",
        AssignedCompany = "assigned.company",
        AssignedDeal = "assigned.deal",
        AssignedChat = "assigned.chat",
        /// Somebody wrote into a chat that one has.
        Message = "message",
        ImportCompleted = "import.completed",
        ExportCompleted = "export.completed",
        BulkCompleted = "bulk.completed",
        DealWon = "deal.won",
        DealLost = "deal.lost",
        DealRotting = "deal.rotting",
        /// It goes on only once somebody mends and resumes it.
        CampaignPaused = "campaign.paused",
        /// It was to begin by itself, and is a draft again.
        CampaignNotStarted = "campaign.not_started",
        CampaignFinished = "campaign.finished",
        /// One of its texts is better than chance would make it, and goes to everybody.
        CampaignVariantWon = "campaign.variant_won",
        WebhookDisabled = "webhook.disabled",
        /// An account has not been connected for some minutes, or cannot go on.
        AccountDisconnected = "account.disconnected",
        /// Its session is no longer taken: somebody has to sign in again.
        AccountSignedOut = "account.signed_out",
        /// It may not write, or not to anybody new.
        AccountRestricted = "account.restricted",
        AccountBanned = "account.banned",
        /// It has to wait for long.
        AccountFlood = "account.flood",
        /// What somebody sends to themselves.
        Test = "test",
    }
}

words! {
    /// What notifications are grouped by.
    #[schema(as = NotificationCategory)]
    Category {
        Mentions = "mentions",
        Assigned = "assigned",
        Sla = "sla",
        System = "system",
    }
}

words! {
    /// A way to a person.
    #[schema(as = NotificationChannel)]
    Channel {
        InApp = "inApp",
        Email = "email",
        Telegram = "telegram",
        Push = "push",
    }
}

words! {
    /// When a person is told: not at all, at once, or together with others at the times of the digest.
    #[schema(as = NotificationMode)]
    Mode {
        Off = "off",
        Instant = "instant",
        Digest = "digest",
    }
}

impl Kind {
    /// All that one can choose about, in the order they are shown.
    pub const ALL: [Self; 22] = [
        Self::Mention,
        Self::AssignedContact,
        Self::AssignedCompany,
        Self::AssignedDeal,
        Self::AssignedChat,
        Self::Message,
        Self::DealWon,
        Self::DealLost,
        Self::DealRotting,
        Self::CampaignPaused,
        Self::CampaignNotStarted,
        Self::CampaignFinished,
        Self::CampaignVariantWon,
        Self::ImportCompleted,
        Self::ExportCompleted,
        Self::BulkCompleted,
        Self::WebhookDisabled,
        Self::AccountDisconnected,
        Self::AccountSignedOut,
        Self::AccountRestricted,
        Self::AccountBanned,
        Self::AccountFlood,
    ];

    #[must_use]
    pub fn category(self) -> Category {
        match self {
            Self::Mention => Category::Mentions,
            Self::AssignedContact | Self::AssignedCompany | Self::AssignedDeal | Self::AssignedChat | Self::Message => {
                Category::Assigned
            }
            Self::DealRotting => Category::Sla,
            Self::ImportCompleted
            | Self::ExportCompleted
            | Self::BulkCompleted
            | Self::DealWon
            | Self::DealLost
            | Self::CampaignPaused
            | Self::CampaignNotStarted
            | Self::CampaignFinished
            | Self::CampaignVariantWon
            | Self::WebhookDisabled
            | Self::AccountDisconnected
            | Self::AccountSignedOut
            | Self::AccountRestricted
            | Self::AccountBanned
            | Self::AccountFlood
            | Self::Test => Category::System,
        }
    }

    /// How a person is told who said nothing: by somebody else in person at once, of what runs by itself in the app only.
    #[must_use]
    pub fn default_mode(self, channel: Channel) -> Mode {
        // An account that is out of work keeps a whole team waiting, a campaign that stands still everybody in it.
        let urgent = matches!(
            self,
            Self::AccountDisconnected
                | Self::AccountSignedOut
                | Self::AccountRestricted
                | Self::AccountBanned
                | Self::CampaignPaused
                | Self::CampaignNotStarted
        );
        let personal = matches!(self.category(), Category::Mentions | Category::Assigned);
        match channel {
            Channel::InApp => Mode::Instant,
            Channel::Push | Channel::Telegram if personal || urgent => Mode::Instant,
            Channel::Email if urgent => Mode::Instant,
            // They are many, and read in the inbox.
            Channel::Email if self == Self::Message => Mode::Off,
            Channel::Email if personal => Mode::Digest,
            Channel::Email if matches!(self, Self::DealRotting | Self::WebhookDisabled) => Mode::Digest,
            Channel::Push | Channel::Telegram | Channel::Email => Mode::Off,
        }
    }
}

impl Channel {
    /// Those that leave the house.
    pub const OUTWARD: [Self; 3] = [Self::Email, Self::Telegram, Self::Push];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_shown_once() {
        let mut shown: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        shown.push(Kind::Test.as_str());
        let mut words = Kind::WORDS.to_vec();
        shown.sort_unstable();
        words.sort_unstable();
        assert_eq!(shown, words);
    }
}
