//! A world in which one can sign in through others, and browsers that go there and come back.

use std::{
    collections::HashMap,
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, Method, header},
    routing::{get, post},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use bytes::Bytes;
use chrono::TimeDelta;
use kernel::Clock;
use outbound::Outbound;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use settings::AllowedTarget;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use testkit::Backend;
use tokio::net::TcpListener;
use url::Url;
use uuid::Uuid;

use crate::world::{Answer, Client, World};

const HOME: &str = "http://localhost:3000";
const SECRET: &str = "a secret of tests: with + and %";

/// A process that goes with the test.
struct Provider(Child);

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Provider {
    /// None where it is not installed; else with its issuer. Over TLS with a folder of a certificate and its key.
    fn start(logouts: &str, certificate: Option<&Path>) -> Option<(Self, String)> {
        let script = settings::test_variable("OIDC_PROVIDER")?;
        let mut child = Command::new("node")
            .args([script, "0".to_owned(), format!("{HOME}/auth/oidc")])
            .env("OIDC_LOGOUT_URI", logouts)
            .envs(certificate.map(|folder| ("OIDC_TLS", folder)))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Warnings may come first.
        let issuer = lines.find_map(|line| line.ok().filter(|line| line.starts_with("http"))).unwrap();
        Some((Self(child), issuer))
    }
}

/// Logout tokens that the provider has sent, the last one at the end.
type Logouts = Arc<Mutex<Vec<String>>>;

/// Where the provider sends logout tokens: its word is passed on by the test.
async fn receiver() -> (String, Logouts) {
    async fn receive(State(logouts): State<Logouts>, form: String) {
        let token = url::form_urlencoded::parse(form.as_bytes()).find(|(name, _)| name == "logout_token");
        logouts.lock().unwrap().push(token.unwrap().1.into_owned());
    }
    let logouts = Logouts::default();
    let router = Router::new().route("/logout", post(receive)).with_state(logouts.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/logout", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, logouts)
}

fn pem(kind: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", lines.join("\n"))
}

/// A certificate for `localhost` that is its own authority, and its key.
fn certificate() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(folder.path().join("cert.pem"), pem("CERTIFICATE", made.cert.der())).unwrap();
    fs::write(folder.path().join("key.pem"), pem("PRIVATE KEY", &made.signing_key.serialize_der())).unwrap();
    folder
}

/// Whom the played GitHub knows, by the code that they come back with: the challenge of PKCE, and what its API says.
type People = Arc<Mutex<HashMap<String, (String, Value, Value)>>>;

async fn played_github() -> (String, People) {
    let people = People::default();
    let router = Router::new()
        .route("/login/oauth/access_token", post(token))
        .route("/api/v3/user", get(account))
        .route("/api/v3/user/emails", get(emails))
        .with_state(people.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, people)
}

/// As GitHub: refusals come with a 200. The token is the code.
async fn token(State(people): State<People>, form: String) -> Json<Value> {
    let form: HashMap<String, String> = url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    let people = people.lock().unwrap();
    let proved = people.get(&form["code"]).is_some_and(|(challenge, ..)| {
        *challenge == URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes()))
    });
    let is_us = form["client_id"] == "us" && form["client_secret"] == "secret";
    let right = proved && is_us && form["redirect_uri"] == format!("{HOME}/auth/github");
    Json(if right {
        json!({"access_token": form["code"], "token_type": "bearer", "scope": "read:user,user:email"})
    } else {
        json!({"error": "bad_verification_code"})
    })
}

/// Whom a token is of.
fn known(people: &People, headers: &HeaderMap) -> (String, Value, Value) {
    let token = headers[header::AUTHORIZATION].to_str().unwrap().strip_prefix("Bearer ").unwrap();
    people.lock().unwrap()[token].clone()
}

async fn account(State(people): State<People>, headers: HeaderMap) -> Json<Value> {
    Json(known(&people, &headers).1)
}

async fn emails(State(people): State<People>, headers: HeaderMap) -> Json<Value> {
    Json(known(&people, &headers).2)
}

/// A world in which one can sign in through all of them.
pub struct Federated {
    pub world: World,
    /// None where the provider is not installed.
    provider: Option<Provider>,
    issuer: String,
    logouts: Logouts,
    /// By which its pages are asked.
    outbound: Outbound,
    people: People,
}

/// One whose issuer is reached over TLS, with an authority of its own that the server was told of.
pub struct Vouched(pub Federated);

/// The same without a word of that authority.
pub struct Unvouched(pub Federated);

impl Vouched {
    pub async fn open(backend: Backend) -> Option<Self> {
        Federated::open_with(backend, Some((&certificate(), true))).await.map(Self)
    }
}

impl Unvouched {
    pub async fn open(backend: Backend) -> Option<Self> {
        Federated::open_with(backend, Some((&certificate(), false))).await.map(Self)
    }
}

impl Federated {
    pub async fn open(backend: Backend) -> Option<Self> {
        Self::open_with(backend, None).await
    }

    /// Over TLS with a certificate; whether the server is told of its authority.
    async fn open_with(backend: Backend, certificate: Option<(&TempDir, bool)>) -> Option<Self> {
        let (address, logouts) = receiver().await;
        let folder = certificate.map(|(folder, _)| folder.path());
        let (provider, issuer) = Provider::start(&address, folder).unzip();
        let cert = folder.map(|folder| folder.join("cert.pem"));
        let allowed = vec![AllowedTarget::parse_text("localhost").unwrap()];
        let outbound = match &cert {
            Some(cert) => Outbound::trusting_also(allowed, &fs::read(cert).unwrap()).unwrap(),
            None => Outbound::new(allowed),
        };
        let ca = cert.filter(|_| certificate.is_some_and(|(_, told)| told)).map(|cert| cert.display().to_string());
        let (github, people) = played_github().await;
        let mut settings = vec![
            ("RAPPORT_GITHUB_URL", github.as_str()),
            ("RAPPORT_GITHUB_CLIENT_ID", "us"),
            ("RAPPORT_GITHUB_CLIENT_SECRET", "secret"),
        ];
        if let Some(issuer) = &issuer {
            settings.extend([
                ("RAPPORT_OIDC_ISSUER", issuer.as_str()),
                ("RAPPORT_OIDC_CLIENT_ID", "rapport"),
                ("RAPPORT_OIDC_CLIENT_SECRET", SECRET),
                ("RAPPORT_OIDC_NAME", "Example ID"),
            ]);
            settings.extend(ca.as_deref().map(|ca| ("RAPPORT_OIDC_CA", ca)));
        }
        let world = World::open_with(backend, &settings).await?;
        // The provider's clock is that of the machine; ours stands still, a little after it.
        world.clock.advance(Clock::system().now() - world.clock.now() + TimeDelta::minutes(2));
        Some(Self { world, provider, issuer: issuer.unwrap_or_default(), logouts, outbound, people })
    }

    /// Whether there is a provider; says so where there is none.
    pub fn has_provider(&self) -> bool {
        if self.provider.is_none() {
            eprintln!("nothing was tested: there is no OpenID provider, see scripts/with-oidc");
        }
        self.provider.is_some()
    }

    pub async fn leave(&self, provider: &'static str, body: Value) -> Trip {
        Trip::of(&self.world.anon().post(&format!("/api/auth/oauth/{provider}/start"), body).await, provider)
    }

    /// All the way through the provider, as somebody there.
    pub async fn come_as(&self, login: &str) -> Answer {
        let trip = self.leave("oidc", json!({})).await;
        let brought = trip.visit_by(&self.outbound, login).await;
        trip.finish(&self.world, brought).await
    }

    /// What the provider sends when it signs somebody out: of one session there, or of all.
    pub async fn logout_token(&self, person: &str, session: Option<&str>) -> String {
        let session = session.map(|session| format!("&sid={session}")).unwrap_or_default();
        let target = self.outbound.target(&format!("{}/log-out?sub={person}{session}", self.issuer)).unwrap();
        let answer = self.outbound.send(Method::GET, &target, HeaderMap::new(), Bytes::new()).await.unwrap();
        assert_eq!(answer.body, "sent");
        self.logouts.lock().unwrap().pop().unwrap()
    }

    /// Posts a form as the provider does.
    pub async fn log_out(&self, provider: &str, form: &str) -> Answer {
        let path = format!("/api/auth/oidc/{provider}/backchannel-logout");
        let kind = Some("application/x-www-form-urlencoded");
        self.world.anon().send(Method::POST, &path, form.to_owned().into(), kind).await
    }

    /// The session of the provider by which a person's session here was opened.
    pub async fn session_there(&self, client: &Client) -> String {
        let id: Uuid =
            client.get("/api/auth/session").await.expect(200)["sessionId"].as_str().unwrap().parse().unwrap();
        let sql = "select origin_session from sessions where id = $1";
        let asked = Statement::from_sql_and_values(self.world.db().backend(), sql, [id.into()]);
        let row = self.world.db().system_reader().query_one_raw(asked).await.unwrap().unwrap();
        row.try_get("", "origin_session").unwrap()
    }

    /// All the way through the played GitHub.
    pub async fn come_by_github(&self, account: Value, emails: Value) -> Answer {
        let trip = self.leave("github", json!({})).await;
        let code = format!("code-{}", self.people.lock().unwrap().len());
        self.people.lock().unwrap().insert(code.clone(), (trip.parameter("code_challenge"), account, emails));
        trip.finish(&self.world, json!({"state": trip.parameter("state"), "code": code})).await
    }

    pub async fn run(&self, sql: &str, values: Vec<sea_orm::Value>) {
        let tx = self.world.db().begin_system().await.unwrap();
        tx.execute_raw(Statement::from_sql_and_values(self.world.db().backend(), sql, values)).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The owner, whose address is proved.
    pub async fn proven_owner(&self) -> Client {
        let owner = self.world.owner().await;
        let sql = "update users set email_verified_at = $2 where id = $1";
        self.run(sql, vec![owner.user_id.into(), self.world.clock.now().into()]).await;
        owner
    }

    pub async fn linked(&self) -> i64 {
        self.world.count("select count(*) as n from user_identities").await
    }
}

/// A browser that is away.
pub struct Trip {
    pub provider: &'static str,
    pub url: Url,
    pub cookie: String,
}

impl Trip {
    pub fn of(answer: &Answer, provider: &'static str) -> Self {
        let url = answer.expect(200)["url"].as_str().unwrap().parse().unwrap();
        let set = answer.header("set-cookie");
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
        Self { provider, url, cookie: answer.cookies() }
    }

    pub fn parameter(&self, name: &str) -> String {
        let found = self.url.query_pairs().find(|(known, _)| known == name);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    }

    /// The same with another value in the address.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let pairs: Vec<(String, String)> =
            self.url.query_pairs().into_owned().filter(|(known, _)| known != name).collect();
        let mut url = self.url.clone();
        url.query_pairs_mut().clear().extend_pairs(pairs).append_pair(name, value);
        Self { provider: self.provider, url, cookie: self.cookie.clone() }
    }

    /// Through the pages of the provider, as a browser follows them; gives what our page is called with.
    pub async fn visit(&self, login: &str) -> Value {
        let outbound = Outbound::new(vec![AllowedTarget::parse_text("localhost").unwrap()]);
        self.visit_by(&outbound, login).await
    }

    /// The same, asking the provider like this.
    async fn visit_by(&self, outbound: &Outbound, login: &str) -> Value {
        let (mut url, mut jar) = (self.with("login_hint", login).url, HashMap::<String, String>::new());
        for _ in 0..10 {
            if url.as_str().starts_with(HOME) {
                return url.query_pairs().map(|(k, v)| (k.into_owned(), Value::from(v.into_owned()))).collect();
            }
            let cookies: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let headers = HeaderMap::from_iter([(header::COOKIE, cookies.join("; ").parse().unwrap())]);
            let target = outbound.target(url.as_str()).unwrap();
            let answer = outbound.send(Method::GET, &target, headers, Bytes::new()).await.unwrap();
            for set in answer.headers.get_all(header::SET_COOKIE) {
                let (name, value) = set.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
                jar.insert(name.to_owned(), value.to_owned());
            }
            let Some(next) = answer.headers.get(header::LOCATION) else {
                panic!("{url} answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body))
            };
            url = url.join(next.to_str().unwrap()).unwrap();
        }
        panic!("the provider does not send the browser back");
    }

    pub async fn finish(&self, world: &World, input: Value) -> Answer {
        let path = format!("/api/auth/oauth/{}/finish", self.provider);
        world.anon().with("cookie", &self.cookie).post(&path, input).await
    }
}
