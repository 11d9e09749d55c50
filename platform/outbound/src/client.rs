//! One request over one connection of its own: look the host up, check what was found, connect to exactly that, send, read
//! a bounded answer. Nothing is kept open, no proxy of the environment is used, no redirect followed.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use settings::AllowedTarget;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};
use tokio_util::task::AbortOnDropHandle;

use crate::{
    guard,
    resolve::{Resolve, System},
    target::{Refused, Target},
};

/// To find a host and to connect to it.
const CONNECTED_WITHIN: Duration = Duration::from_secs(5);
/// From the first look-up to the end of the answer.
const ANSWERED_WITHIN: Duration = Duration::from_secs(15);
/// Bytes of an answer that are read; what comes after them is dropped with the connection.
const READ_AT_MOST: usize = 16 * 1024;
const USER_AGENT: &str = concat!("Rapport/", env!("CARGO_PKG_VERSION"));

/// Why nothing was answered. The text says no more than whoever set the address may know.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error("not sent: {0}")]
    Refused(#[from] Refused),
    #[error("the host was not found")]
    Unknown(#[source] io::Error),
    #[error("no connection could be made")]
    Unreachable(#[source] io::Error),
    #[error("no secure connection could be made: {0}")]
    Insecure(#[source] io::Error),
    #[error("no answer in time")]
    TimedOut,
    #[error("the connection broke")]
    Broken(#[from] hyper::Error),
}

/// Why a text names no authorities to trust.
#[derive(Debug, thiserror::Error)]
pub enum NoAuthority {
    #[error("there is no certificate in it")]
    Missing,
    #[error("a certificate in it cannot be read: {0}")]
    Unreadable(String),
}

/// What was answered, whatever its status.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The first 16 KiB of it, or as much as [`Outbound::reading_at_most`] says.
    pub body: Bytes,
}

/// Sends to the outside. Cheap to clone.
#[derive(Clone)]
pub struct Outbound(Arc<Inner>, usize);

struct Inner {
    allowed: Vec<AllowedTarget>,
    resolver: Box<dyn Resolve>,
    tls: TlsConnector,
    answered_within: Duration,
}

impl Outbound {
    /// With what the operator exempts from the guard.
    #[must_use]
    pub fn new(allowed: Vec<AllowedTarget>) -> Self {
        Self::with(allowed, Box::new(System), ANSWERED_WITHIN)
    }

    /// With another resolver and another limit of time; for tests.
    #[must_use]
    pub fn with(allowed: Vec<AllowedTarget>, resolver: Box<dyn Resolve>, answered_within: Duration) -> Self {
        let tls = TlsConnector::from(Arc::new(trusting(public_roots())));
        Self(Arc::new(Inner { allowed, resolver, tls, answered_within }), READ_AT_MOST)
    }

    /// As [`Self::new`], trusting besides the public authorities those whose certificates are in this PEM text.
    ///
    /// # Errors
    /// [`NoAuthority`].
    pub fn trusting_also(allowed: Vec<AllowedTarget>, pem: &[u8]) -> Result<Self, NoAuthority> {
        let mut roots = public_roots();
        let known = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| NoAuthority::Unreadable(error.to_string()))?;
            roots.add(certificate).map_err(|error| NoAuthority::Unreadable(error.to_string()))?;
        }
        if roots.len() == known { Err(NoAuthority::Missing) } else { Ok(Self::trusting(allowed, roots)) }
    }

    /// As [`Self::new`], with other roots of trust.
    #[must_use]
    pub fn trusting(allowed: Vec<AllowedTarget>, roots: RootCertStore) -> Self {
        let tls = TlsConnector::from(Arc::new(trusting(roots)));
        let inner = Inner { allowed, resolver: Box::new(System), tls, answered_within: ANSWERED_WITHIN };
        Self(Arc::new(inner), READ_AT_MOST)
    }

    /// The same, reading so many bytes of an answer: for whoever the operator named, not a user.
    #[must_use]
    pub fn reading_at_most(self, bytes: usize) -> Self {
        Self(self.0, bytes)
    }

    /// Reads an address, as far as that can be told without asking for the addresses of its host.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn target(&self, text: &str) -> Result<Target, Refused> {
        let target = Target::parse(text, !self.0.allowed.is_empty())?;
        if let Some(ip) = target.literal {
            self.permit(&target, ip)?;
        }
        Ok(target)
    }

    /// Looks where an address leads at present, to refuse it when somebody sets it. A host that is not found is let pass: it
    /// may be there later, and each request looks again.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn look(&self, target: &Target) -> Result<(), Refused> {
        match timeout(CONNECTED_WITHIN, self.addresses(target)).await {
            Ok(Err(SendError::Refused(refused))) => Err(refused),
            _ => Ok(()),
        }
    }

    /// Posts a body; the headers come beside `Host`, `User-Agent` and `Content-Length`.
    ///
    /// # Errors
    /// [`SendError`] when there is no answer. An answer of any status is none.
    pub async fn post(&self, target: &Target, headers: HeaderMap, body: Bytes) -> Result<Answer, SendError> {
        self.send(Method::POST, target, headers, body).await
    }

    /// As [`Self::post`], by another method.
    ///
    /// # Errors
    /// As [`Self::post`].
    pub async fn send(
        &self,
        method: Method,
        target: &Target,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, SendError> {
        let exchange = async {
            let addresses =
                timeout(CONNECTED_WITHIN, self.addresses(target)).await.map_err(|_| SendError::TimedOut)??;
            let stream = timeout(CONNECTED_WITHIN, connect(&addresses, target.port()));
            let stream = stream.await.map_err(|_| SendError::TimedOut)?.map_err(SendError::Unreachable)?;
            let request = request(method, target, headers, body)?;
            if !target.is_encrypted() {
                return send(stream, request, self.1).await;
            }
            let name = ServerName::try_from(target.host().to_owned()).map_err(|_| Refused::Invalid)?;
            let stream = self.0.tls.connect(name, stream).await.map_err(SendError::Insecure)?;
            send(stream, request, self.1).await
        };
        timeout(self.0.answered_within, exchange).await.map_err(|_| SendError::TimedOut)?
    }

    /// The addresses of a host that users set for something other than HTTP, such as a proxy, every one of them permitted.
    /// Whoever connects, connects to one of these.
    ///
    /// # Errors
    /// [`Refused`]; a host that is not found is [`Refused::Invalid`].
    pub async fn addresses_of(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Refused> {
        let found = match host.parse::<IpAddr>() {
            Ok(ip) => vec![ip],
            Err(_) => match timeout(CONNECTED_WITHIN, self.0.resolver.resolve(host)).await {
                Ok(Ok(found)) => found,
                _ => return Err(Refused::Invalid),
            },
        };
        let closed = |ip: &IpAddr| !guard::is_exempt(&self.0.allowed, host, *ip) && !guard::is_public(*ip);
        if found.is_empty() {
            return Err(Refused::Invalid);
        }
        if found.iter().any(closed) {
            return Err(Refused::Private);
        }
        Ok(found.into_iter().map(|ip| SocketAddr::new(ip, port)).collect())
    }

    /// The addresses to connect to, every one of them permitted.
    async fn addresses(&self, target: &Target) -> Result<Vec<IpAddr>, SendError> {
        let found = match target.literal {
            Some(ip) => vec![ip],
            None => self.0.resolver.resolve(target.host()).await.map_err(SendError::Unknown)?,
        };
        if found.is_empty() {
            return Err(SendError::Unknown(io::ErrorKind::NotFound.into()));
        }
        // One closed address among open ones is a trick, or a mistake that would show now and then.
        for ip in &found {
            self.permit(target, *ip)?;
        }
        Ok(found)
    }

    fn permit(&self, target: &Target, ip: IpAddr) -> Result<(), Refused> {
        if guard::is_exempt(&self.0.allowed, target.host(), ip) {
            return Ok(());
        }
        match (guard::is_public(ip), target.is_encrypted()) {
            (false, _) => Err(Refused::Private),
            (true, false) => Err(Refused::Scheme),
            (true, true) => Ok(()),
        }
    }
}

fn public_roots() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

/// Certificates are checked against these roots, with the one crypto library of the server.
fn trusting(roots: RootCertStore) -> ClientConfig {
    let versions =
        ClientConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions();
    #[expect(clippy::expect_used, reason = "ring has the default versions; tests build it")]
    let mut config = versions.expect("ring speaks TLS 1.2 and 1.3").with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config
}

/// Connects to the first that lets itself be connected to.
async fn connect(addresses: &[IpAddr], port: u16) -> io::Result<TcpStream> {
    let mut failed = io::Error::from(io::ErrorKind::NotFound);
    for ip in addresses {
        match TcpStream::connect(SocketAddr::new(*ip, port)).await {
            Ok(stream) => return Ok(stream),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

fn request(method: Method, target: &Target, headers: HeaderMap, body: Bytes) -> Result<Request<Full<Bytes>>, Refused> {
    let host = HeaderValue::from_str(&target.authority()).map_err(|_| Refused::Invalid)?;
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = method;
    *request.uri_mut() = target.path_and_query().parse().map_err(|_| Refused::Invalid)?;
    *request.headers_mut() = headers;
    request.headers_mut().insert(header::HOST, host);
    request.headers_mut().insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
    request.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    Ok(request)
}

async fn send<S>(stream: S, request: Request<Full<Bytes>>, read_at_most: usize) -> Result<Answer, SendError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let _driven = AbortOnDropHandle::new(tokio::spawn(connection));
    let (parts, body) = sender.send_request(request).await?.into_parts();
    Ok(Answer { status: parts.status, headers: parts.headers, body: beginning(body, read_at_most).await? })
}

async fn beginning(mut body: Incoming, read_at_most: usize) -> Result<Bytes, hyper::Error> {
    let mut read = BytesMut::new();
    while read.len() < read_at_most
        && let Some(frame) = body.frame().await
    {
        if let Ok(data) = frame?.into_data() {
            read.extend_from_slice(&data[..data.len().min(read_at_most - read.len())]);
        }
    }
    Ok(read.freeze())
}
