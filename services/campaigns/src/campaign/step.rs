//! A step of a campaign: what it does, how input becomes it. What people send and what is stored is [`ActionInput`]. No I/O.

use std::collections::HashSet;

use kernel::{
    Fields,
    filter::Filter,
    values::{Line, Paragraph, Problem, optional},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

pub use super::wait::{Wait, WaitInput};
use super::{
    Channel,
    wait::{MAX_WAIT_DAYS, within},
};
use crate::{rules::template::Template, words::words};

/// Most steps of a campaign, and most variants of one.
pub const MAX_STEPS: usize = 50;
pub const MAX_VARIANTS: usize = 5;
/// Longest text, in characters; what is sent may be cut by the channel.
pub const MAX_TEXT: usize = 4096;
/// Most files of a message.
pub const MAX_MEDIA: usize = 10;
/// Largest weight of a variant, and largest sample asked for.
const MAX_WEIGHT: u32 = 100;
const MAX_SAMPLE: u32 = 1_000_000;

words! {
    /// How a variant fares.
    VariantState {
        Running = "running",
        Won = "won",
        Lost = "lost",
    }
}

words! {
    /// What variants are compared by.
    Metric {
        Replied = "replied",
        Positive = "positive",
        Read = "read",
    }
}

words! {
    /// What the message of a step came to.
    Fate {
        Delivered = "delivered",
        Read = "read",
        Replied = "replied",
        Positive = "positive",
        Failed = "failed",
    }
}

/// One text among those that a step may send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Variant {
    pub id: Uuid,
    pub name: String,
    /// Its part of those that are sent: this, of the sum of all weights.
    pub weight: u32,
    /// The template whose text this was.
    #[serde(default)]
    pub template_id: Option<Uuid>,
    pub text: String,
    /// Uploads that go along.
    #[serde(default)]
    pub media: Vec<Uuid>,
    #[serde(default = "running")]
    pub state: VariantState,
}

fn running() -> VariantState {
    VariantState::Running
}

/// How variants are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Experiment {
    pub metric: Metric,
    /// How often each variant has to be sent before they are compared.
    pub minimum_sample: u32,
    /// Whether the better one goes to everybody once it is known.
    pub automatic: bool,
}

impl Default for Experiment {
    fn default() -> Self {
        Self { metric: Metric::Replied, minimum_sample: 100, automatic: true }
    }
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Message {
    /// That of the campaign unless given.
    #[serde(default)]
    pub channel: Option<Channel>,
    pub variants: Vec<Variant>,
    #[serde(default)]
    pub experiment: Experiment,
}

/// What is asked of a contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Question {
    /// What the message of an earlier step came to; of the last one that was sent unless given.
    Message { fate: Fate, step_id: Option<Uuid> },
    /// Whether a deal of the contact is in one of these stages.
    Stage { stage_ids: Vec<Uuid> },
    /// Whether the contact fits a node of the filter language.
    Fields { filter: Value },
}

/// Where it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Target {
    Next,
    /// A later step.
    Step {
        step_id: Uuid,
    },
    Stop,
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Condition {
    pub question: Question,
    pub then: Target,
    pub otherwise: Target,
}

/// A task for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Task {
    pub title: String,
    #[serde(default)]
    pub note: Option<String>,
    /// Days until it is due.
    pub due_in_days: u32,
    /// The owner of the contact unless given.
    #[serde(default)]
    pub assignee_id: Option<Uuid>,
}

/// A step as it is sent and stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum ActionInput {
    Message(Message),
    Wait {
        wait: WaitInput,
    },
    Condition(Condition),
    Task(Task),
    /// The open deals of the contact go to this stage.
    MoveStage {
        stage_id: Uuid,
    },
    Stop,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "ActionInput", try_from = "ActionInput")]
pub enum Action {
    Message(Message),
    Wait(Wait),
    Condition(Condition),
    Task(Task),
    MoveStage { stage_id: Uuid },
    Stop,
}

/// A step as it is sent. Its id is made by who sends it, so that conditions can name it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct StepInput {
    pub id: Uuid,
    pub action: ActionInput,
}

/// A step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub id: Uuid,
    /// Grows along the campaign, each once. Who passed a place never comes back to it.
    pub place: i32,
    /// Taken out of a running campaign; its place stays taken.
    pub retired: bool,
    pub action: Action,
}

impl Action {
    /// The word of its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Message(_) => "message",
            Self::Wait(_) => "wait",
            Self::Condition(_) => "condition",
            Self::Task(_) => "task",
            Self::MoveStage { .. } => "moveStage",
            Self::Stop => "stop",
        }
    }
}

impl Variant {
    fn parse(&self, at: &str, refused: &mut Fields) -> Self {
        let name = refused.take(&format!("{at}.name"), Line::<60>::parse(&self.name)).map(Line::into_string);
        within(refused, &format!("{at}.weight"), self.weight, 1, MAX_WEIGHT);
        let field = format!("{at}.text");
        // A message may be files only.
        let text = if self.media.is_empty() {
            Paragraph::<MAX_TEXT>::parse(&self.text).map(Some)
        } else {
            optional(&self.text, Paragraph::<MAX_TEXT>::parse)
        };
        let text = refused.take(&field, text).flatten().map(Paragraph::into_string).unwrap_or_default();
        for problem in Template::parse(&text).problems() {
            refused.refuse(&field, problem.code());
        }
        if self.media.len() > MAX_MEDIA {
            refused.refuse_with(&format!("{at}.media"), Problem::TooMany { max: MAX_MEDIA });
        }
        Self { name: name.unwrap_or_default(), text, ..self.clone() }
    }
}

impl Message {
    fn parse(&self, at: &str, refused: &mut Fields) -> Self {
        let field = format!("{at}.variants");
        if self.variants.is_empty() {
            refused.refuse_with(&field, Problem::Required);
        }
        if self.variants.len() > MAX_VARIANTS {
            refused.refuse_with(&field, Problem::TooMany { max: MAX_VARIANTS });
            return self.clone();
        }
        let (mut ids, mut names) = (HashSet::new(), HashSet::new());
        let mut variants = Vec::new();
        for (index, variant) in self.variants.iter().enumerate() {
            let at = format!("{field}[{index}]");
            let variant = variant.parse(&at, refused);
            if !ids.insert(variant.id) {
                refused.refuse(&format!("{at}.id"), "campaign.id.twice");
            }
            if !names.insert(variant.name.to_lowercase()) {
                refused.refuse(&format!("{at}.name"), "campaign.name.twice");
            }
            variants.push(variant);
        }
        let sample = format!("{at}.experiment.minimumSample");
        within(refused, &sample, self.experiment.minimum_sample, 10, MAX_SAMPLE);
        if self.channel == Some(Channel::Api) {
            refused.refuse(&format!("{at}.channel"), "campaign.channel.receives_only");
        }
        Self { variants, ..self.clone() }
    }
}

impl Question {
    fn check(&self, at: &str, refused: &mut Fields) {
        match self {
            Self::Stage { stage_ids } if stage_ids.is_empty() => {
                refused.refuse_with(&format!("{at}.stageIds"), Problem::Required);
            }
            Self::Stage { stage_ids } if stage_ids.len() > MAX_STEPS => {
                refused.refuse_with(&format!("{at}.stageIds"), Problem::TooMany { max: MAX_STEPS });
            }
            Self::Message { .. } | Self::Stage { .. } => {}
            Self::Fields { filter } => {
                if let Err(error) = Filter::parse(&filter.to_string()) {
                    refused.refuse(&format!("{at}.filter"), error.code);
                }
            }
        }
    }
}

impl Task {
    fn parse(&self, at: &str, refused: &mut Fields) -> Self {
        let title = refused.take(&format!("{at}.title"), Line::<200>::parse(&self.title)).map(Line::into_string);
        let note = self.note.as_deref().unwrap_or_default();
        let note = refused.take(&format!("{at}.note"), optional(note, Paragraph::<2000>::parse)).flatten();
        within(refused, &format!("{at}.dueInDays"), self.due_in_days, 0, MAX_WAIT_DAYS);
        Self { title: title.unwrap_or_default(), note: note.map(Paragraph::into_string), ..self.clone() }
    }
}

impl ActionInput {
    /// What the step does; what is refused is noted below `at`.
    pub fn parse(&self, at: &str, refused: &mut Fields) -> Option<Action> {
        let before = refused.0.len();
        let action = match self {
            Self::Message(message) => Action::Message(message.parse(at, refused)),
            Self::Wait { wait } => Action::Wait(wait.parse(&format!("{at}.wait"), refused)?),
            Self::Condition(condition) => {
                condition.question.check(&format!("{at}.question"), refused);
                Action::Condition(condition.clone())
            }
            Self::Task(task) => Action::Task(task.parse(at, refused)),
            Self::MoveStage { stage_id } => Action::MoveStage { stage_id: *stage_id },
            Self::Stop => Action::Stop,
        };
        (refused.0.len() == before).then_some(action)
    }
}

impl From<Action> for ActionInput {
    fn from(action: Action) -> Self {
        match action {
            Action::Message(message) => Self::Message(message),
            Action::Wait(wait) => Self::Wait { wait: wait.into() },
            Action::Condition(condition) => Self::Condition(condition),
            Action::Task(task) => Self::Task(task),
            Action::MoveStage { stage_id } => Self::MoveStage { stage_id },
            Action::Stop => Self::Stop,
        }
    }
}

impl TryFrom<ActionInput> for Action {
    type Error = Fields;

    fn try_from(input: ActionInput) -> Result<Self, Fields> {
        let mut refused = Fields::default();
        input.parse("action", &mut refused).ok_or(refused)
    }
}

/// The steps of a campaign in their order, from place 0. What is refused is noted below `at`.
pub fn parse_steps(inputs: &[StepInput], at: &str, refused: &mut Fields) -> Vec<Step> {
    if inputs.len() > MAX_STEPS {
        // Whatever is wrong with them: not all of them are looked at.
        refused.refuse_with(at, Problem::TooMany { max: MAX_STEPS });
        return Vec::new();
    }
    let mut steps: Vec<Step> = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        let at = format!("{at}[{index}]");
        if inputs[..index].iter().any(|earlier| earlier.id == input.id) {
            refused.refuse(&format!("{at}.id"), "campaign.id.twice");
        }
        references(inputs, index, &at, refused);
        if let Some(mut action) = input.action.parse(&format!("{at}.action"), refused) {
            begin_anew(&mut action);
            steps.push(Step { id: input.id, place: i32::try_from(index).unwrap_or(i32::MAX), retired: false, action });
        }
    }
    steps
}

/// How variants fare is found out, not said: all of them run.
fn begin_anew(action: &mut Action) {
    if let Action::Message(message) = action {
        for variant in &mut message.variants {
            variant.state = VariantState::Running;
        }
    }
}

/// Refuses a condition that asks of a message that did not come before it, or goes on at a step that does not come after.
fn references(inputs: &[StepInput], index: usize, at: &str, refused: &mut Fields) {
    let ActionInput::Condition(Condition { question, then, otherwise }) = &inputs[index].action else { return };
    if let Question::Message { step_id: Some(id), .. } = question {
        let asks = |step: &StepInput| step.id == *id && matches!(step.action, ActionInput::Message(_));
        if !inputs[..index].iter().any(asks) {
            refused.refuse(&format!("{at}.action.question.stepId"), "campaign.step.not_before");
        }
    }
    for (name, target) in [("then", then), ("otherwise", otherwise)] {
        if let Target::Step { step_id } = target
            && !inputs[index + 1..].iter().any(|step| step.id == *step_id)
        {
            refused.refuse(&format!("{at}.action.{name}.stepId"), "campaign.step.not_after");
        }
    }
}

#[cfg(test)]
mod tests;
