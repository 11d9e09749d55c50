//! A hint that something has happened, for whoever then looks for themselves. One that is given while a listener is busy
//! is kept for it; several are one.

use tokio::sync::watch;

/// Gives a hint to its listeners.
#[derive(Debug, Default)]
pub struct Hint(watch::Sender<()>);

/// The hints one listener gets.
#[derive(Clone, Debug)]
pub struct Hints(watch::Receiver<()>);

impl Hint {
    /// Something has happened.
    pub fn give(&self) {
        self.0.send_replace(());
    }

    /// Those that are given from now on.
    #[must_use]
    pub fn listen(&self) -> Hints {
        Hints(self.0.subscribe())
    }
}

impl Hints {
    /// Resolves when a hint was given since the last one taken; never when none can come any more.
    pub async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Takes what was given until now: its listener is about to look anyway.
    pub fn take(&mut self) {
        self.0.mark_unchanged();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn a_hint_waits_for_a_listener_that_is_busy() {
        let hint = Hint::default();
        let (mut busy, mut other) = (hint.listen(), hint.listen());
        assert_eq!(busy.next().now_or_never(), None);
        hint.give();
        hint.give();
        assert_eq!(busy.next().now_or_never(), Some(()));
        assert_eq!(busy.next().now_or_never(), None, "several are one");
        other.take();
        assert_eq!(other.next().now_or_never(), None);
    }
}
