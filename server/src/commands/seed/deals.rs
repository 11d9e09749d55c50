//! Deals of the demo data: step by step they come in and move on, by the same commands that people's requests run, so
//! that boards, histories and sums look like those of a year's work.

use anyhow::{Context, Result};
use api::requests::Given;
use chrono::TimeDelta;
use crm::notes::{
    about::About,
    note::{ActivityKind, NoteChanges},
};
use db::Params;
use kernel::Scope;
use pipeline::{
    deals::{self, deal::DealInput},
    moves::commands::{DealMove, move_deal},
    pipelines,
    stages::{
        self,
        stage::{Stage, StageKind, StageReplace},
    },
};
use uuid::Uuid;

use super::mixed;
use crate::compose::App;

const WHAT: [&str; 8] =
    ["pilot", "annual plan", "partnership", "integration", "расширение", "пилот", "renewal", "joint campaign"];
const WHY_LOST: [&str; 5] = ["No budget", "Chose a competitor", "No answer", "Перенесли на год", "Bad timing"];
const TAG: [&str; 4] = ["hot", "strategic", "тендер", "q4"];
/// What people write down when a deal comes in or moves on, and what it was about.
const SAID: [(ActivityKind, Option<i64>, &str); 10] = [
    (ActivityKind::Call, Some(25), "Short intro call. They run three teams and want one inbox for all of them."),
    (ActivityKind::Note, None, "Budget is decided in the second half of the month; ask again on the 20th."),
    (ActivityKind::Meeting, Some(60), "Демо для отдела продаж: больше всего понравилась доска и история сделки."),
    (ActivityKind::Message, None, "Sent the proposal in Telegram, they read it the same evening."),
    (ActivityKind::Note, None, "Юристы просят правки в договоре: срок ответа и адрес."),
    (ActivityKind::Call, Some(10), "No answer twice. Try her colleague."),
    (ActivityKind::Meeting, Some(45), "Met at their stand. The CFO has to sign anything above 20k."),
    (ActivityKind::Note, None, "Сравнивают с двумя другими, решают до конца квартала."),
    (ActivityKind::Message, None, "Asked for references; sent two customers of their size."),
    (ActivityKind::Call, Some(30), "Went through the numbers. A pilot with ten seats first."),
];
const SOURCE: [&str; 5] = ["Conference", "Telegram", "Referral", "LinkedIn", "Website"];
/// Days after which deals in the open stages rot, the first stage first.
const ROT_DAYS: [i64; 5] = [14, 14, 21, 21, 30];
/// Contacts that deals are made with.
const CONTACTS: u64 = 100;

/// The deals under way.
pub(super) struct Deals {
    open: Vec<Stage>,
    won: Uuid,
    lost: Uuid,
    /// Number, id, and place among the open stages.
    under_way: Vec<(u64, Uuid, usize)>,
    made: u64,
}

impl Deals {
    /// Takes the pipeline that the organization began with, and gives its stages something to rot by.
    pub(super) async fn begin(app: &App, scope: &Scope) -> Result<Self> {
        let pipelines = pipelines::queries::list(&app.pipeline, scope).await?;
        let first = pipelines.into_iter().next().context("the organization has no pipeline")?;
        let stages: Vec<Stage> = first.stages.into_iter().map(|overview| overview.stage).collect();
        let of = |kind: StageKind| stages.iter().filter(move |stage| stage.kind == kind);
        let end = |kind| of(kind).next().map(|stage| stage.id).context("the pipeline has no such end");
        let (won, lost) = (end(StageKind::Won)?, end(StageKind::Lost)?);
        let open: Vec<Stage> = of(StageKind::Open).cloned().collect();
        for (stage, days) in open.iter().zip(ROT_DAYS) {
            let change = StageReplace { rot_days: Given::Value(days), ..StageReplace::default() };
            stages::commands::change(&app.pipeline, scope, stage.id, change).await?;
        }
        Ok(Self { open, won, lost, under_way: Vec::new(), made: 0 })
    }

    /// Brings so many new deals in, and some of those that are open a stage further, or to an end.
    pub(super) async fn step(&mut self, app: &App, scope: &Scope, step: u64, new: u64) -> Result<()> {
        let contacts = self.contacts(app, scope).await?;
        let mut left = Vec::with_capacity(self.under_way.len());
        for (number, id, stage) in std::mem::take(&mut self.under_way) {
            match mixed(number * 1_000 + step) % 40 {
                0 => self.go(app, scope, id, self.lost, Some(number)).await?,
                1..=9 if stage + 1 == self.open.len() => self.go(app, scope, id, self.won, None).await?,
                1..=9 => {
                    self.go(app, scope, id, self.open[stage + 1].id, None).await?;
                    if mixed(number + step).is_multiple_of(2) {
                        note(app, scope, (About::Deal, id), number * 7 + step).await?;
                    }
                    left.push((number, id, stage + 1));
                }
                _ => left.push((number, id, stage)),
            }
        }
        self.under_way = left;
        for _ in 0..new {
            let number = self.made;
            self.made += 1;
            let id = self.bring_in(app, scope, number, &contacts).await?;
            self.under_way.push((number, id, 0));
        }
        Ok(())
    }

    async fn contacts(&self, app: &App, scope: &Scope) -> Result<Vec<crm::contacts::queries::Contact>> {
        let newest = Params { limit: CONTACTS, ..Params::default() };
        Ok(crm::contacts::queries::list(&app.crm, scope, &newest, false).await?.items)
    }

    async fn bring_in(
        &self,
        app: &App,
        scope: &Scope,
        number: u64,
        contacts: &[crm::contacts::queries::Contact],
    ) -> Result<Uuid> {
        let mixed = mixed(number);
        let index = |shift: u32, length: usize| usize::try_from((mixed >> shift) % length as u64).unwrap_or_default();
        let contact = contacts.get(index(3, contacts.len().max(1))).context("there are no contacts")?;
        let whom = contact.company_name.as_ref().unwrap_or(&contact.name);
        let closes = app.db.clock().now().date_naive() + TimeDelta::days(i64::try_from(mixed % 90).unwrap_or_default());
        let amount = i64::try_from(mixed % 400).unwrap_or_default() * 25_000 + 50_000;
        let input = DealInput {
            title: Given::Value(format!("{whom}: {}", WHAT[index(9, WHAT.len())])),
            amount_minor: if mixed.is_multiple_of(9) { Given::Null } else { Given::Value(amount) },
            currency: if mixed.is_multiple_of(4) { Given::Value("EUR".to_owned()) } else { Given::Absent },
            company_id: contact.company_id.into(),
            contact_id: Given::Value(contact.id),
            owner_id: if mixed.is_multiple_of(3) { Given::Null } else { scope.user_id().map(Uuid::from).into() },
            expected_close_on: Given::Value(closes.to_string()),
            source: Given::Value(SOURCE[index(15, SOURCE.len())].to_owned()),
            tags: if mixed % 5 < 2 { Given::Value(vec![TAG[index(21, TAG.len())].to_owned()]) } else { Given::Absent },
            ..DealInput::default()
        };
        let id = deals::commands::create(&app.pipeline, scope, input).await?.id;
        match mixed % 6 {
            0 => note(app, scope, (About::Deal, id), number).await?,
            1 => note(app, scope, (About::Contact, contact.id), number).await?,
            _ => {}
        }
        Ok(id)
    }

    async fn go(&self, app: &App, scope: &Scope, id: Uuid, stage: Uuid, lost: Option<u64>) -> Result<()> {
        let why = lost.map(|number| WHY_LOST[usize::try_from(number % 5).unwrap_or_default()].to_owned());
        let wanted = DealMove {
            stage_id: stage,
            version: None,
            before_id: None,
            after_id: None,
            reason: None,
            lost_reason: why,
            override_rules: false,
        };
        move_deal(&app.pipeline, scope, id, wanted).await?;
        Ok(())
    }

    /// How many there are.
    pub(super) fn made(&self) -> u64 {
        self.made
    }
}

/// Writes down one of the things that people say.
async fn note(app: &App, scope: &Scope, (about, record): (About, Uuid), number: u64) -> Result<()> {
    let (kind, minutes, body) = SAID[usize::try_from(mixed(number) % SAID.len() as u64).unwrap_or_default()];
    let changes = NoteChanges {
        body: Some(body.to_owned()),
        kind: Some(kind),
        duration_minutes: minutes.into(),
        ..NoteChanges::default()
    };
    crm::notes::commands::create(&app.crm, scope, about, record, changes).await?;
    Ok(())
}
