use serde_json::json;

use super::*;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn steps(input: Value) -> (Vec<Step>, Vec<String>) {
    let inputs: Vec<StepInput> = serde_json::from_value(input).unwrap();
    let mut refused = Fields::default();
    let steps = parse_steps(&inputs, "steps", &mut refused);
    (steps, refused.0.iter().map(|refusal| format!("{} {}", refusal.field, refusal.code)).collect())
}

fn variant(n: u128, text: &str) -> Value {
    json!({ "id": id(n), "name": format!("v{n}"), "weight": 50, "text": text })
}

#[test]
fn steps_are_stored_as_they_are_sent() {
    let sent = json!([
        { "id": id(1), "action": { "kind": "message", "variants": [variant(10, " Hello {{contact.firstName|there}} ")] } },
        { "id": id(2), "action": { "kind": "wait", "wait": { "until": "workingDays", "count": 2 } } },
        { "id": id(3), "action": { "kind": "wait", "wait": { "until": "weekday", "weekday": 2, "time": "10:30" } } },
        { "id": id(4), "action": {
            "kind": "condition", "question": { "kind": "message", "fate": "read", "stepId": id(1) },
            "then": { "kind": "step", "stepId": id(6) }, "otherwise": { "kind": "next" },
        } },
        { "id": id(5), "action": { "kind": "task", "title": "Call", "dueInDays": 1 } },
        { "id": id(6), "action": { "kind": "moveStage", "stageId": id(60) } },
        { "id": id(7), "action": { "kind": "stop" } },
    ]);
    let (steps, refused) = steps(sent);
    assert_eq!(refused, Vec::<String>::new());
    assert_eq!(steps.iter().map(|step| step.place).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5, 6]);
    let kinds: Vec<&str> = steps.iter().map(|step| step.action.kind()).collect();
    assert_eq!(kinds, ["message", "wait", "wait", "condition", "task", "moveStage", "stop"]);
    for step in &steps {
        let stored = serde_json::to_value(&step.action).unwrap();
        assert_eq!(stored["kind"], step.action.kind());
        assert_eq!(serde_json::from_value::<Action>(stored).unwrap(), step.action);
    }
    let Action::Message(message) = &steps[0].action else { panic!("{:?}", steps[0]) };
    assert_eq!(message.variants[0].text, "Hello {{contact.firstName|there}}");
    assert_eq!(message.experiment, Experiment::default());
}

#[test]
fn every_bad_part_of_a_step_is_named() {
    let far = json!({ "kind": "step", "stepId": id(99) });
    let (_, refused) = steps(json!([
        { "id": id(1), "action": { "kind": "message", "channel": "api", "variants": [
            { "id": id(10), "name": " ", "weight": 0, "text": "" },
            { "id": id(10), "name": "B", "weight": 101, "text": "{{contact.shoeSize}}" },
            { "id": id(11), "name": "b", "weight": 1, "text": "", "media": [id(12)] },
        ], "experiment": { "metric": "read", "minimumSample": 1, "automatic": false } } },
        { "id": id(2), "action": { "kind": "wait", "wait": { "until": "hours", "count": 0 } } },
        { "id": id(2), "action": { "kind": "wait", "wait": { "until": "weekday", "weekday": 8, "time": "10:3" } } },
        { "id": id(3), "action": {
            "kind": "condition", "question": { "kind": "message", "fate": "read", "stepId": id(2) },
            "then": { "kind": "step", "stepId": id(1) }, "otherwise": far,
        } },
        { "id": id(4), "action": {
            "kind": "condition", "question": { "kind": "fields", "filter": { "nor": [] } },
            "then": { "kind": "stop" }, "otherwise": { "kind": "next" },
        } },
        { "id": id(5), "action": {
            "kind": "condition", "question": { "kind": "stage", "stageIds": [] },
            "then": { "kind": "stop" }, "otherwise": { "kind": "next" },
        } },
        { "id": id(6), "action": { "kind": "task", "title": "", "dueInDays": 1000 } },
        { "id": id(7), "action": { "kind": "message", "variants": [] } },
    ]));
    assert_eq!(
        refused,
        [
            "steps[0].action.variants[0].name field.required",
            "steps[0].action.variants[0].weight field.number.range",
            "steps[0].action.variants[0].text field.required",
            "steps[0].action.variants[1].weight field.number.range",
            "steps[0].action.variants[1].text template.variable.unknown",
            "steps[0].action.variants[1].id campaign.id.twice",
            "steps[0].action.variants[2].name campaign.name.twice",
            "steps[0].action.experiment.minimumSample field.number.range",
            "steps[0].action.channel campaign.channel.receives_only",
            "steps[1].action.wait.count field.number.range",
            "steps[2].id campaign.id.twice",
            "steps[2].action.wait.weekday field.number.range",
            "steps[2].action.wait.time campaign.time.invalid",
            "steps[3].action.question.stepId campaign.step.not_before",
            "steps[3].action.then.stepId campaign.step.not_after",
            "steps[3].action.otherwise.stepId campaign.step.not_after",
            "steps[4].action.question.filter filter.malformed",
            "steps[5].action.question.stageIds field.required",
            "steps[6].action.title field.required",
            "steps[6].action.dueInDays field.number.range",
            "steps[7].action.variants field.required",
        ]
    );
}
