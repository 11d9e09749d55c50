//! MTProto 2.0 as a server sees it: packets of the "full" transport, their encryption, and what is wrapped in what.
//! Nothing here knows what a call means.

pub(crate) mod cipher;
pub(crate) mod envelope;
pub(crate) mod transport;

/// What a peer sent that cannot be MTProto. The connection ends; nobody is told more.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WireError {
    #[error("connection: {0}")]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    Malformed(&'static str),
}

impl From<grammers_tl_types::deserialize::Error> for WireError {
    fn from(_: grammers_tl_types::deserialize::Error) -> Self {
        Self::Malformed("not a TL object")
    }
}

/// `N` bytes of `bytes` from `at`.
pub(crate) fn array<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], WireError> {
    let part = bytes.get(at..at.saturating_add(N)).ok_or(WireError::Malformed("too short"))?;
    part.try_into().map_err(|_| WireError::Malformed("too short"))
}
