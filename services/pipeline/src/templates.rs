//! What a new pipeline begins with, in both languages.

use api::words;
use kernel::Locale;

use crate::stages::stage::{StageColor, StageKind};

words! {
    /// What a new pipeline begins with.
    PipelineTemplate {
        Bd = "bd",
        InsuranceNewBusiness = "insurance_new_business",
        InsuranceRenewal = "insurance_renewal",
        /// One open stage, and the two ends.
        Empty = "empty",
    }
}

/// A stage of a template.
#[derive(Clone, Copy, Debug)]
pub struct TemplateStage {
    en: &'static str,
    ru: &'static str,
    pub kind: StageKind,
    pub color: StageColor,
    pub probability: i64,
}

impl TemplateStage {
    /// Its name in a language.
    #[must_use]
    pub fn name(&self, locale: Locale) -> &'static str {
        match locale {
            Locale::En => self.en,
            Locale::Ru => self.ru,
        }
    }
}

const fn open(en: &'static str, ru: &'static str, color: StageColor, probability: i64) -> TemplateStage {
    TemplateStage { en, ru, kind: StageKind::Open, color, probability }
}

const fn won(en: &'static str, ru: &'static str) -> TemplateStage {
    TemplateStage { en, ru, kind: StageKind::Won, color: StageColor::Green, probability: 100 }
}

const fn lost(en: &'static str, ru: &'static str) -> TemplateStage {
    TemplateStage { en, ru, kind: StageKind::Lost, color: StageColor::Red, probability: 0 }
}

const BD: &[TemplateStage] = &[
    open("Lead", "Лид", StageColor::Gray, 10),
    open("Qualified", "Квалификация", StageColor::Blue, 20),
    open("Meeting", "Встреча", StageColor::Teal, 40),
    open("Proposal", "Предложение", StageColor::Violet, 60),
    open("Negotiation", "Переговоры", StageColor::Orange, 80),
    won("Won", "Выиграно"),
    lost("Lost", "Проиграно"),
];

const INSURANCE_NEW_BUSINESS: &[TemplateStage] = &[
    open("Request", "Заявка", StageColor::Gray, 10),
    open("Needs found", "Потребности выявлены", StageColor::Blue, 25),
    open("Quotes requested", "Запрошены котировки", StageColor::Teal, 40),
    open("Proposal", "Предложение", StageColor::Violet, 60),
    open("Application", "Заявление", StageColor::Orange, 80),
    won("Policy issued", "Полис оформлен"),
    lost("Lost", "Отказ"),
];

const INSURANCE_RENEWAL: &[TemplateStage] = &[
    open("Due in 90 days", "Истекает через 90 дней", StageColor::Gray, 60),
    open("Review", "Пересмотр условий", StageColor::Blue, 70),
    open("Terms offered", "Условия предложены", StageColor::Violet, 80),
    open("Awaiting payment", "Ожидает оплаты", StageColor::Orange, 90),
    won("Renewed", "Продлено"),
    lost("Not renewed", "Не продлено"),
];

const EMPTY: &[TemplateStage] =
    &[open("New", "Новая", StageColor::Gray, 10), won("Won", "Выиграно"), lost("Lost", "Проиграно")];

impl PipelineTemplate {
    /// Its stages, in order.
    #[must_use]
    pub fn stages(self) -> &'static [TemplateStage] {
        match self {
            Self::Bd => BD,
            Self::InsuranceNewBusiness => INSURANCE_NEW_BUSINESS,
            Self::InsuranceRenewal => INSURANCE_RENEWAL,
            Self::Empty => EMPTY,
        }
    }
}

/// The name of the pipeline that an organization begins with.
#[must_use]
pub fn default_name(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "Sales",
        Locale::Ru => "Продажи",
    }
}

/// The currency of a pipeline when nobody names one.
#[must_use]
pub fn default_currency(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "USD",
        Locale::Ru => "RUB",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_has_an_open_stage_and_both_ends() {
        for word in PipelineTemplate::WORDS {
            let stages = PipelineTemplate::parse(word).unwrap().stages();
            let count = |kind| stages.iter().filter(|stage| stage.kind == kind).count();
            assert_eq!(stages[0].kind, StageKind::Open, "{word}");
            assert_eq!((count(StageKind::Won), count(StageKind::Lost)), (1, 1), "{word}");
            assert!(stages.iter().all(|s| (0..=100).contains(&s.probability) && !s.name(Locale::Ru).is_empty()));
        }
    }
}
