use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::campaign::{
    schedule::{Pace, Window, Zone},
    step::{Experiment, Variant, VariantState, Wait},
};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn noon() -> DateTime<Utc> {
    at("2026-11-23T12:00:00Z")
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn always() -> Schedule {
    let whole = Window { days: 0b111_1111, from: chrono::NaiveTime::MIN, to: chrono::NaiveTime::MIN };
    Schedule {
        zone: Zone::Fixed(Tz::UTC),
        windows: vec![whole],
        holidays: BTreeSet::new(),
        yearly: BTreeSet::new(),
        blackouts: Vec::new(),
        pace: Pace::default(),
    }
}

fn message(n: u128) -> Action {
    let variant = Variant {
        id: id(100 + n),
        name: "A".to_owned(),
        weight: 1,
        template_id: None,
        text: "Hi".to_owned(),
        media: Vec::new(),
        state: VariantState::Running,
    };
    Action::Message(Message { channel: None, variants: vec![variant], experiment: Experiment::default() })
}

fn asks(question: Question, then: Target, otherwise: Target) -> Action {
    Action::Condition(Condition { question, then, otherwise })
}

fn to(n: u128) -> Target {
    Target::Step { step_id: id(n) }
}

fn task() -> Action {
    Action::Task(Task { title: "Call".to_owned(), note: None, due_in_days: 1, assignee_id: None })
}

/// Steps with the ids 1, 2, 3 … at the places 0, 1, 2 …
fn plan(actions: Vec<Action>) -> Plan {
    let steps = actions.into_iter().enumerate();
    let step = |(index, action): (usize, Action)| Step {
        id: id(index as u128 + 1),
        place: i32::try_from(index).unwrap(),
        retired: false,
        action,
    };
    Plan::new(steps.map(step).collect())
}

fn standing(place: i32) -> Standing {
    Standing { enrolment_id: id(500), place }
}

fn ask<'a>(plan: &'a Plan, place: i32, facts: &Facts) -> Advance<'a> {
    advance(plan, (&always(), None), &StopOn::default(), standing(place), facts, noon())
}

/// What is done in one word, and the places to keep.
fn told(advance: &Advance<'_>) -> (String, i32, i32) {
    let word = match &advance.next {
        Next::Send { step, .. } => format!("send {}", step.id.as_u128()),
        Next::Wait { until } => format!("wait {}", (*until - noon()).num_hours()),
        Next::Task { step, .. } => format!("task {}", step.id.as_u128()),
        Next::MoveStage { step, .. } => format!("move {}", step.id.as_u128()),
        Next::Stop { cause, .. } => format!("stop {}", cause.as_str()),
        Next::Finish => "finish".to_owned(),
    };
    (word, advance.place, advance.done)
}

fn sent(step: u128, fate: Sent) -> Facts {
    Facts { sent: HashMap::from([(id(step), fate)]), last_sent: Some(id(step)), ..Facts::default() }
}

#[test]
fn a_contact_goes_from_step_to_step() {
    let plan = plan(vec![
        message(1),
        Action::Wait(Wait::Hours(5)),
        task(),
        Action::MoveStage { stage_id: id(60) },
        message(5),
        Action::Stop,
        message(7),
    ]);
    let (mut place, mut words) = (BEFORE_ALL, Vec::new());
    loop {
        let advance = ask(&plan, place, &Facts::default());
        let (word, keep, done) = told(&advance);
        // Asked again before the answer was kept, it says the same.
        assert_eq!(told(&ask(&plan, keep, &Facts::default())), (word.clone(), keep, done));
        let ends = matches!(advance.next, Next::Stop { .. } | Next::Finish);
        words.push(word);
        place = done;
        if ends {
            break;
        }
    }
    assert_eq!(words, ["send 1", "wait 5", "task 3", "move 4", "send 5", "stop step"]);
    assert_eq!(told(&ask(&plan, 6, &Facts::default())).0, "finish");
    assert_eq!((plan.messages(), plan.live().count()), (3, 7));
}

#[test]
fn conditions_lead_forward_and_stay_decided() {
    let read = |step| Question::Message { fate: Fate::Read, step_id: step };
    let plan = plan(vec![
        message(1),
        asks(read(None), to(4), Target::Next),
        message(3),
        asks(Question::Stage { stage_ids: vec![id(60)] }, Target::Stop, to(6)),
        message(5),
        asks(Question::Fields { filter: json!({}) }, Target::Next, to(99)),
        message(7),
    ]);
    let none = Facts::default();
    let was_read = sent(1, Sent { read: true, ..Sent::default() });
    let in_stage = Facts { stages: HashSet::from([id(60)]), ..was_read.clone() };
    let cases = [
        (0, &none, ("send 3", 1, 2)),
        // Read: over the third and, as no deal is in the stage, over the fifth to the last.
        (0, &was_read, ("send 7", 5, 6)),
        (0, &in_stage, ("stop step", 2, 3)),
        (2, &none, ("send 7", 5, 6)),
        // What was decided is not asked again, whatever is known by then.
        (1, &was_read, ("send 3", 1, 2)),
    ];
    for (place, facts, (word, keep, done)) in cases {
        assert_eq!(told(&ask(&plan, place, facts)), (word.to_owned(), keep, done), "{place} {facts:?}");
    }
    let questions = |place| {
        let questions = plan.questions(place);
        let filters: Vec<u128> = questions.filters.iter().map(|(step, _)| step.as_u128()).collect();
        (filters, questions.stages, questions.sent)
    };
    assert_eq!(questions(BEFORE_ALL), (vec![], false, false));
    assert_eq!(questions(0), (vec![6], true, true));
    assert_eq!(questions(4), (vec![6], false, false));
}

#[test]
fn what_came_of_a_message_is_asked_of_its_step_or_of_the_last() {
    let asked = |fate, step_id, facts: &Facts| {
        let plan = plan(vec![asks(Question::Message { fate, step_id }, Target::Stop, Target::Next)]);
        matches!(ask(&plan, BEFORE_ALL, facts).next, Next::Stop { .. })
    };
    let replied = sent(7, Sent { replied: true, ..Sent::default() });
    // Who answered has read it, and got it.
    for fate in [Fate::Delivered, Fate::Read, Fate::Replied] {
        assert!(asked(fate, None, &replied) && asked(fate, Some(id(7)), &replied), "{fate:?}");
        assert!(!asked(fate, Some(id(8)), &replied) && !asked(fate, None, &Facts::default()), "{fate:?}");
    }
    assert!(!asked(Fate::Failed, None, &replied) && !asked(Fate::Positive, None, &replied));
}

#[test]
fn what_stops_comes_before_everything_and_the_gravest_is_named() {
    let plan = plan(vec![message(1)]);
    let stop_on = StopOn { auto_replies: false, reactions: false, stage_ids: vec![id(60)] };
    let counts_all = StopOn { auto_replies: true, reactions: true, ..stop_on.clone() };
    let cause = |facts: &Facts, stop_on: &StopOn| match advance(
        &plan,
        (&always(), None),
        stop_on,
        standing(BEFORE_ALL),
        facts,
        noon(),
    )
    .next
    {
        Next::Stop { cause, .. } => Some(cause),
        _ => None,
    };
    let none = Facts::default();
    let machine = Facts { auto_replied: true, ..none.clone() };
    let reaction = Facts { reacted: true, ..none.clone() };
    let replied = Facts { replied: true, ..none.clone() };
    let staged = Facts { stages: HashSet::from([id(60)]), ..none.clone() };
    let all = Facts { deleted: true, opted_out: true, ..replied.clone() };
    let cases = [
        (&none, &stop_on, None),
        (&machine, &stop_on, None),
        (&reaction, &stop_on, None),
        (&machine, &counts_all, Some(StopCause::Replied)),
        (&reaction, &counts_all, Some(StopCause::Replied)),
        (&replied, &stop_on, Some(StopCause::Replied)),
        (&staged, &stop_on, Some(StopCause::Stage)),
        (&all, &stop_on, Some(StopCause::Deleted)),
    ];
    for (facts, stop_on, expected) in cases {
        assert_eq!(cause(facts, stop_on), expected, "{facts:?}");
    }
}

#[test]
fn a_step_that_was_sent_or_has_no_variant_left_is_passed() {
    let mut given_up = message(2);
    if let Action::Message(message) = &mut given_up {
        message.variants[0].state = VariantState::Lost;
    }
    let plan = plan(vec![message(1), given_up, message(3)]);
    assert_eq!(told(&ask(&plan, BEFORE_ALL, &sent(1, Sent::default()))), ("send 3".to_owned(), 1, 2));
}

#[test]
fn edits_of_a_running_campaign_count_for_who_is_not_past_them() {
    let mut steps = vec![message(1), Action::Wait(Wait::Hours(5)), message(3)].into_iter().enumerate();
    let mut steps: Vec<Step> = steps
        .by_ref()
        .map(|(n, action)| Step {
            id: id(n as u128 + 1),
            place: i32::try_from(n).unwrap() * 10,
            retired: false,
            action,
        })
        .collect();
    steps[1].retired = true;
    steps.push(Step { id: id(9), place: 15, retired: false, action: message(9) });
    let plan = Plan::new(steps);
    // Who stands in the wait that is gone goes on with what was put behind it.
    assert_eq!(told(&ask(&plan, 10, &Facts::default())).0, "send 9");
    assert_eq!(told(&ask(&plan, 0, &Facts::default())).0, "send 9");
    assert_eq!(told(&ask(&plan, 15, &Facts::default())).0, "send 3");
}

/// Any steps: conditions go to any id, also to such as are not there or lie behind.
fn plans() -> impl Strategy<Value = Plan> {
    let target = prop_oneof![Just(Target::Next), Just(Target::Stop), (1_u128..12).prop_map(to)];
    let condition = (any::<bool>(), target.clone(), target).prop_map(|(field, then, otherwise)| {
        let message = Question::Message { fate: Fate::Read, step_id: None };
        asks(if field { Question::Fields { filter: json!({}) } } else { message }, then, otherwise)
    });
    let action = prop_oneof![
        3 => (1_u128..12).prop_map(message),
        2 => (1_u32..100).prop_map(|hours| Action::Wait(Wait::Hours(hours))),
        3 => condition,
        1 => Just(task()),
    ];
    prop::collection::vec((action, prop::bool::weighted(0.1)), 0..10).prop_map(|actions| {
        let step = |(index, (action, retired)): (usize, (Action, bool))| Step {
            id: id(index as u128 + 1),
            place: i32::try_from(index).unwrap(),
            retired,
            action,
        };
        Plan::new(actions.into_iter().enumerate().map(step).collect())
    })
}

proptest! {
    /// Crashes before the answer is kept, after it was done and before that is noted, repeated wake-ups, facts that change
    /// each time it is asked: whatever comes, a step happens once, and it comes to an end.
    #[test]
    fn each_step_happens_at_most_once_whatever_is_repeated(
        plan in plans(), chances in prop::collection::vec((0_u8..4, any::<bool>(), any::<bool>()), 400),
    ) {
        let (mut place, mut now) = (BEFORE_ALL, noon());
        // Sends by step, as the unique index of the table keeps them; what else was done.
        let (mut sends, mut done) = (HashMap::<Uuid, u32>::new(), HashMap::<Uuid, u32>::new());
        let mut ended = false;
        for (crash, read, fits) in chances {
            let fate = Sent { read, ..Sent::default() };
            let facts = Facts {
                sent: sends.keys().map(|step| (*step, fate)).collect(),
                last_sent: sends.keys().copied().max(),
                fits: if fits { plan.live().map(|step| step.id).collect() } else { HashSet::new() },
                ..Facts::default()
            };
            let advance = advance(&plan, (&always(), None), &StopOn::default(), standing(place), &facts, now);
            prop_assert!(place <= advance.place && advance.place <= advance.done);
            // The process died before anything was written.
            if crash == 0 {
                continue;
            }
            place = advance.place;
            match advance.next {
                // Put off: window, policy, room.
                Next::Send { .. } if crash == 1 => {}
                Next::Send { step, .. } => {
                    *sends.entry(step.id).or_default() += 1;
                    place = advance.done;
                }
                Next::Wait { until } => {
                    prop_assert!(until > now);
                    (place, now) = (advance.done, until);
                }
                Next::Task { step, .. } | Next::MoveStage { step, .. } => {
                    *done.entry(step.id).or_default() += 1;
                    place = advance.done;
                }
                Next::Stop { .. } | Next::Finish => {
                    ended = true;
                    break;
                }
            }
        }
        prop_assert!(ended, "it goes on for ever");
        prop_assert!(sends.values().chain(done.values()).all(|times| *times == 1));
    }

    #[test]
    fn what_may_be_asked_is_foretold(plan in plans(), place in -1_i32..10) {
        let asked = plan.questions(place);
        // Without the facts that are said not to matter, the answer is the same.
        let whole = Facts {
            fits: plan.live().map(|step| step.id).collect(),
            last_sent: Some(id(77)),
            sent: HashMap::from([(id(77), Sent { read: true, ..Sent::default() })]),
            ..Facts::default()
        };
        let part = Facts {
            fits: asked.filters.iter().map(|(step, _)| *step).collect(),
            last_sent: whole.last_sent.filter(|_| asked.sent),
            ..whole.clone()
        };
        prop_assert_eq!(told(&ask(&plan, place, &whole)), told(&ask(&plan, place, &part)));
        prop_assert!(ask(&plan, place, &whole).done < 12);
    }
}
