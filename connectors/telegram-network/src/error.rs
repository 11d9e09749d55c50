//! What can go wrong outside a call of a client.

/// The network could not be started, or a question to it has no answer.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    #[error("cannot listen: {0}")]
    Listen(#[source] std::io::Error),
    #[error("cannot use the folder of the network: {0}")]
    Folder(#[from] std::io::Error),
    #[error("line {line} of the file of facts cannot be read: {source}")]
    Facts { line: usize, source: serde_json::Error },
    #[error("the snapshot cannot be read: {0}")]
    Snapshot(#[source] serde_json::Error),
    #[error("the network does not answer: {0}")]
    Away(#[source] std::io::Error),
    #[error("the operating system gives no randomness")]
    Randomness,
    #[error("there is no {0}")]
    Unknown(String),
    #[error("{0}")]
    Refused(String),
}
