//! The two kinds of store.

use std::{path::PathBuf, sync::Arc};

use opendal_core::{HttpTransporter, OperationContext, Operator};
use opendal_http_transport_reqwest::ReqwestTransport;
use opendal_service_fs::Fs;
use opendal_service_s3::S3;
use percent_encoding::percent_decode_str;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};
use url::Url;

use crate::Error;

/// Where files are kept.
#[derive(Clone, Debug)]
pub enum Store {
    /// In a folder, which is made when it is needed.
    Folder(PathBuf),
    /// In a bucket of an S3-compatible store, which is there.
    Bucket(Bucket),
}

/// A bucket, and who may write into it.
#[derive(Clone)]
pub struct Bucket {
    pub name: String,
    /// Such as `https://s3.eu-central-1.amazonaws.com`.
    pub endpoint: String,
    pub region: String,
    pub access_key_id: String,
    pub secret_access_key: String,
    /// Before every file's name; may be empty.
    pub prefix: String,
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bucket").field("name", &self.name).field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// An address that names no bucket.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("this names no bucket: s3://key:secret@host/bucket/prefix?region=eu-central-1")]
pub struct NotABucket;

impl std::str::FromStr for Bucket {
    type Err = NotABucket;

    /// `s3://key:secret@host/bucket/prefix?region=…`, `s3+http://…` without TLS; key and secret percent-encoded.
    fn from_str(text: &str) -> Result<Self, NotABucket> {
        let url = Url::parse(text).map_err(|_| NotABucket)?;
        let scheme = match url.scheme() {
            "s3" => "https",
            "s3+http" => "http",
            _ => return Err(NotABucket),
        };
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(String::from).map_err(|_| NotABucket);
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(NotABucket)?;
        let path = decoded(url.path().trim_matches('/'))?;
        let (name, prefix) = path.split_once('/').unwrap_or((&path, ""));
        let region = url.query_pairs().find(|(name, _)| name == "region").map(|(_, region)| region.into_owned());
        let bucket = Self {
            name: name.to_owned(),
            endpoint: format!("{scheme}://{host}{port}"),
            region: region.unwrap_or_else(|| "us-east-1".to_owned()),
            access_key_id: decoded(url.username())?,
            secret_access_key: decoded(url.password().unwrap_or_default())?,
            prefix: prefix.to_owned(),
        };
        if bucket.name.is_empty() || bucket.access_key_id.is_empty() { Err(NotABucket) } else { Ok(bucket) }
    }
}

impl Store {
    pub(crate) fn operator(&self) -> Result<Operator, Error> {
        let operator = match self {
            Self::Folder(folder) => Operator::new(Fs::default().root(&folder.to_string_lossy())),
            Self::Bucket(bucket) => {
                let service = S3::default()
                    .bucket(&bucket.name)
                    .endpoint(&bucket.endpoint)
                    .region(&bucket.region)
                    .access_key_id(&bucket.access_key_id)
                    .secret_access_key(&bucket.secret_access_key)
                    .root(&format!("/{}", bucket.prefix.trim_matches('/')))
                    .disable_config_load()
                    .disable_ec2_metadata();
                let transport = HttpTransporter::new(ReqwestTransport::new(client()?));
                Operator::new(service)
                    .map(|operator| operator.with_context(OperationContext::new().with_http_transport(transport)))
            }
        };
        operator.map_err(Error::Store)
    }
}

/// Over TLS it trusts the certificates that browsers do.
fn client() -> Result<reqwest::Client, Error> {
    let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect::<RootCertStore>();
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| failed("TLS", error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls).build().map_err(|error| failed("HTTP", error))
}

fn failed(what: &'static str, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Store(opendal_core::Error::new(opendal_core::ErrorKind::Unexpected, what).set_source(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_read_from_its_address() {
        let bucket: Bucket = "s3+http://key:a%2Fb@127.0.0.1:9000/rapport/of/us?region=eu-west-1".parse().unwrap();
        assert_eq!((bucket.endpoint.as_str(), bucket.name.as_str()), ("http://127.0.0.1:9000", "rapport"));
        assert_eq!((bucket.prefix.as_str(), bucket.region.as_str()), ("of/us", "eu-west-1"));
        assert_eq!((bucket.access_key_id.as_str(), bucket.secret_access_key.as_str()), ("key", "a/b"));
        assert!(!format!("{bucket:?}").contains("a/b"));
        for bad in ["", "s3://host", "s3://host/bucket", "https://key:secret@host/bucket", "s3://key:secret@host/"] {
            assert_eq!(bad.parse::<Bucket>().map(drop), Err(NotABucket), "{bad}");
        }
    }
}
