//! Faults that a test orders: what goes wrong, for whom, at which call, how often.

use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// The call is answered with this error and has no effect: `420 FLOOD_WAIT_90`, `400 PEER_FLOOD` …
    Error { code: i32, text: String },
    /// The call is done, this many milliseconds later.
    Delay { ms: u64 },
    /// The call is done, and the connection ends before its answer.
    AnswerLost,
    /// The connection ends instead of the call.
    Disconnect,
    /// The call is neither done nor answered; the connection stays.
    Silence,
    /// The call is answered with the transport error that says: this key is unknown.
    KeyUnknown,
    /// Updates are not sent to the account's sessions. They can be had by asking for the difference.
    UpdatesLost,
    /// Updates are sent twice.
    UpdatesTwice,
    /// `updates.getDifference` is answered with `differenceTooLong`, and the same for channels.
    DifferenceTooLong,
}

impl Fault {
    /// `FLOOD_WAIT` of this many seconds.
    pub fn flood_wait(seconds: u32) -> Self {
        Self::error(420, format!("FLOOD_WAIT_{seconds}"))
    }

    /// Too many first messages to strangers.
    pub fn peer_flood() -> Self {
        Self::error(400, "PEER_FLOOD")
    }

    pub fn error(code: i32, text: impl Into<String>) -> Self {
        Self::Error { code, text: text.into() }
    }

    /// Whether it concerns what is sent by itself, and not a call.
    fn is_about_updates(&self) -> bool {
        matches!(self, Self::UpdatesLost | Self::UpdatesTwice | Self::DifferenceTooLong)
    }
}

/// An order for faults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultRule {
    /// Everybody when there is none.
    #[serde(default)]
    pub account: Option<i64>,
    /// As in the documentation of Telegram: `messages.sendMessage`. Every call when there is none.
    #[serde(default)]
    pub method: Option<String>,
    #[serde(flatten)]
    pub fault: Fault,
    /// How often; for ever when there is none.
    #[serde(default)]
    pub times: Option<u32>,
}

impl FaultRule {
    /// For everybody and every call, for ever.
    pub fn new(fault: Fault) -> Self {
        Self { account: None, method: None, fault, times: None }
    }

    pub fn account(mut self, account: i64) -> Self {
        self.account = Some(account);
        self
    }

    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    pub fn once(self) -> Self {
        self.times(1)
    }

    fn concerns(&self, account: Option<i64>) -> bool {
        self.account.is_none() || self.account == account
    }
}

/// The orders that are in force, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<FaultRule>,
}

impl Faults {
    pub fn add(&mut self, rule: FaultRule) {
        self.rules.push(rule);
    }

    pub fn len(&self) -> usize {
        self.rules.len()
    }

    pub fn clear(&mut self) {
        self.rules.clear();
    }

    /// The fault of this call, and one time less of it.
    pub fn take_for_call(&mut self, account: Option<i64>, method: &str) -> Option<Fault> {
        self.take(|rule| {
            !rule.fault.is_about_updates()
                && rule.concerns(account)
                && rule.method.as_deref().is_none_or(|named| named == method)
        })
    }

    /// Whether this happens to the account now.
    pub fn take_about_updates(&mut self, account: i64, fault: &Fault) -> bool {
        self.take(|rule| rule.fault == *fault && rule.concerns(Some(account))).is_some()
    }

    fn take(&mut self, matches: impl Fn(&FaultRule) -> bool) -> Option<Fault> {
        let at = self.rules.iter().position(|rule| rule.times != Some(0) && matches(rule))?;
        let rule = self.rules.get_mut(at)?;
        let fault = rule.fault.clone();
        if let Some(times) = &mut rule.times {
            *times -= 1;
            if *times == 0 {
                self.rules.remove(at);
            }
        }
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_in_force_as_often_as_it_says() {
        let mut faults = Faults::default();
        faults.add(FaultRule::new(Fault::flood_wait(3)).method("a.b").times(2));
        assert_eq!(faults.take_for_call(None, "a.c"), None);
        for _ in 0..2 {
            assert_eq!(faults.take_for_call(Some(1), "a.b"), Some(Fault::flood_wait(3)));
        }
        assert_eq!(faults.take_for_call(Some(1), "a.b"), None);
    }

    #[test]
    fn a_rule_of_one_account_spares_the_others() {
        let mut faults = Faults::default();
        faults.add(FaultRule::new(Fault::UpdatesLost).account(7));
        assert!(!faults.take_about_updates(8, &Fault::UpdatesLost));
        assert!(faults.take_about_updates(7, &Fault::UpdatesLost));
        assert_eq!(faults.take_for_call(Some(7), "a.b"), None, "it is not about calls");
    }

    #[test]
    fn a_rule_is_read_from_one_flat_object() {
        let text = r#"{"method":"messages.sendMessage","fault":"error","code":420,"text":"FLOOD_WAIT_2","times":1}"#;
        let rule: FaultRule = serde_json::from_str(text).unwrap();
        assert_eq!(rule, FaultRule::new(Fault::flood_wait(2)).method("messages.sendMessage").once());
    }
}
