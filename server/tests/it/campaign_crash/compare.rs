//! What is stored, beside what the network says.

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, Utc};
use sea_orm::QueryResult;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::world::{Person, TEXTS, World, username};

/// What is reacted to last may take so long.
const SETTLED: Duration = Duration::from_mins(1);

/// A message of the campaign, as all tables have it.
#[derive(Debug)]
struct Kept {
    step: usize,
    /// Of the campaign, of the message, of the errand.
    state: String,
    status: Option<String>,
    errand: Option<String>,
    went: bool,
    touched: bool,
    started_at: Option<DateTime<Utc>>,
}

/// A contact, as all tables have it.
#[derive(Debug)]
struct Stood {
    state: String,
    cause: Option<String>,
    /// When their answer was stored.
    answered_at: Option<DateTime<Utc>>,
    kept: Vec<Kept>,
    /// Lines of the log, by kind.
    lines: BTreeMap<String, i64>,
}

fn get<T: sea_orm::TryGetable>(row: &QueryResult, column: &str) -> T {
    row.try_get("", column).unwrap()
}

/// What is wrong with a contact, if anything is.
fn wrong(person: &Person, stood: &Stood) -> Option<String> {
    let got: Vec<&str> = person.got.iter().map(|got| got.text.as_str()).collect();
    if got != TEXTS[..got.len().min(TEXTS.len())] {
        return Some(format!("the network has {got:?}"));
    }
    let went: Vec<&str> = stood.kept.iter().filter(|kept| kept.went).map(|kept| TEXTS[kept.step]).collect();
    if went != got {
        return Some(format!("the network has {got:?}, the campaign {:?}", stood.kept));
    }
    for kept in &stood.kept {
        let status = kept.status.as_deref();
        let agree = if kept.went {
            matches!(status, Some("sent" | "delivered" | "read"))
                && kept.errand.as_deref() == Some("done")
                && kept.touched
        } else {
            matches!(kept.state.as_str(), "canceled" | "called_back" | "refused")
                && matches!(status, None | Some("canceled"))
                && !kept.touched
        };
        if !agree {
            return Some(format!("{kept:?}"));
        }
    }
    let lines = |kind: &str| stood.lines.get(kind).copied().unwrap_or_default();
    if lines("sent") != i64::try_from(got.len()).unwrap_or_default() {
        return Some(format!("{} sent, and logged {:?}", got.len(), stood.lines));
    }
    let (state, cause) = (stood.state.as_str(), stood.cause.as_deref());
    if person.answers.is_none() {
        let through = (lines("through"), lines("task"), lines("stopped")) == (1, 1, 0);
        let is_there = (state, cause) == ("finished", None) && got.len() == TEXTS.len() && through;
        return (!is_there).then(|| "is not through".to_owned());
    }
    if (state, cause) != ("stopped", Some("replied"))
        || (lines("through"), lines("stopped")) != (0, 1)
        || lines("task") > 1
    {
        return Some("was not stopped by the answer".to_owned());
    }
    let Some(answered) = stood.answered_at else { return Some("the answer is not stored".to_owned()) };
    let late = stood.kept.iter().filter(|kept| kept.went && kept.started_at.is_none_or(|at| at > answered));
    late.map(|kept| format!("goes after the answer: {kept:?}")).next()
}

impl World {
    /// Waits until everything was reacted to, and compares each contact.
    pub async fn compare(&self) {
        let began = Instant::now();
        loop {
            let wrong = self.wrong().await;
            if wrong.is_empty() {
                break;
            }
            if began.elapsed() > SETTLED {
                let some: Vec<&String> = wrong.iter().take(20).collect();
                panic!("{} contacts are not where they should be: {some:#?}", wrong.len());
            }
            sleep(Duration::from_secs(1)).await;
        }
        // What was on its way while the answer was.
        let crossed = self.people.iter().flat_map(|person| &person.got).filter(|got| got.after_answer).count();
        eprintln!("{crossed} messages crossed an answer on the way");
        self.compare_numbers().await;
    }

    /// Numbers that people read.
    async fn compare_numbers(&self) {
        let stats = self.get(&format!("/api/campaigns/{}/stats", self.campaign));
        let answer = self.people.iter().filter(|person| person.answers.is_some()).count() as u64;
        let sent = self.people.iter().map(|person| person.got.len()).sum::<usize>() as u64;
        let all = self.people.len() as u64;
        let number = |name: &str| stats["totals"][name].as_u64().unwrap();
        let numbers = ["enrolled", "finished", "stopped", "replied", "sent", "failed"].map(number);
        assert_eq!(numbers, [all, all - answer, answer, answer, sent, 0], "{}", stats["totals"]);
        let told = self.rows("select count(*) as n from events where kind = 'enrolment.step.sent'").await;
        assert_eq!(get::<i64>(&told[0], "n"), i64::try_from(sent).unwrap(), "each message is told of once");
    }

    async fn wrong(&self) -> Vec<String> {
        let stood = self.stood().await;
        let mut all = Vec::new();
        for (number, person) in self.people.iter().enumerate() {
            match stood.get(&username(number)) {
                Some(stood) => all.extend(wrong(person, stood).map(|wrong| format!("{number}: {wrong}\n{stood:?}"))),
                None => all.push(format!("{number}: is not in the campaign")),
            }
        }
        if stood.len() != self.people.len() {
            all.push(format!("{} contacts are in the campaign", stood.len()));
        }
        all
    }

    /// Contacts by their names.
    async fn stood(&self) -> BTreeMap<String, Stood> {
        let rows = self
            .rows(
                "select c.telegram_username as name, e.state, e.cause, (select max(h.last_received_at) from chats h \
                 where h.org_id = e.org_id and h.contact_id = e.contact_id) as answered_at \
                 from enrolments e join contacts c on c.org_id = e.org_id and c.id = e.contact_id",
            )
            .await;
        let mut all = BTreeMap::new();
        for row in rows {
            let name: String = get(&row, "name");
            let stood = Stood {
                state: get(&row, "state"),
                cause: get(&row, "cause"),
                answered_at: get(&row, "answered_at"),
                kept: Vec::new(),
                lines: BTreeMap::new(),
            };
            assert!(all.insert(name.clone(), stood).is_none(), "{name} is in the campaign twice");
        }
        let rows = self
            .rows(
                "select c.telegram_username as name, s.step_id, s.state, s.sent_at, m.status, m.external_id, \
                 d.status as errand, d.started_at, t.id as touch from campaign_sends s \
                 join contacts c on c.org_id = s.org_id and c.id = s.contact_id \
                 left join messages m on m.org_id = s.org_id and m.id = s.id \
                 left join errands d on d.org_id = s.org_id and d.message_id = s.id and d.kind = 'send' \
                 left join touches t on t.org_id = s.org_id and t.id = s.id order by s.queued_at, s.id",
            )
            .await;
        for row in rows {
            let step: Uuid = get(&row, "step_id");
            let kept = Kept {
                step: self.steps.iter().position(|one| *one == step).unwrap(),
                state: get(&row, "state"),
                status: get(&row, "status"),
                errand: get(&row, "errand"),
                went: get::<Option<DateTime<Utc>>>(&row, "sent_at").is_some(),
                touched: get::<Option<Uuid>>(&row, "touch").is_some(),
                started_at: get(&row, "started_at"),
            };
            all.get_mut(&get::<String>(&row, "name")).unwrap().kept.push(kept);
        }
        let rows = self
            .rows(
                "select c.telegram_username as name, l.kind, count(*) as n from campaign_log l \
                 join contacts c on c.org_id = l.org_id and c.id = l.contact_id group by c.telegram_username, l.kind",
            )
            .await;
        for row in rows {
            all.get_mut(&get::<String>(&row, "name")).unwrap().lines.insert(get(&row, "kind"), get(&row, "n"));
        }
        all
    }
}
