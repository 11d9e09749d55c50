//! SMTP against a server that others wrote.

use std::{collections::HashMap, fs, path::PathBuf};

use mail_transport::{Outcome, Smtp, SmtpProblem, Transport};

use crate::message;

struct Server {
    folder: PathBuf,
    ports: HashMap<String, u16>,
}

impl Server {
    /// The one that `scripts/with-smtp` has started; none without it.
    #[expect(clippy::disallowed_methods, reason = "a connector knows no settings")]
    fn find() -> Option<Self> {
        let Some(folder) = std::env::var_os("RAPPORT_TEST_SMTP").map(PathBuf::from) else {
            eprintln!("not tested: scripts/with-smtp starts the server that this needs");
            return None;
        };
        let ports = fs::read_to_string(folder.join("ports")).unwrap();
        let ports = ports.lines().map(|line| line.split_once(' ').unwrap());
        Some(Self { ports: ports.map(|(name, port)| (name.to_owned(), port.parse().unwrap())).collect(), folder })
    }

    fn open(&self, address: &str) -> Transport {
        let mut address = address.to_owned();
        for (name, port) in &self.ports {
            address = address.replace(&format!("{{{name}}}"), &port.to_string());
        }
        let ca = self.folder.join("cert.pem").display().to_string();
        Transport::Smtp(Box::new(Smtp::open(&address.replace("{ca}", &ca)).unwrap()))
    }

    fn plain(&self) -> Transport {
        self.open("smtp://127.0.0.1:{plain}?tls=none")
    }

    /// What came in for an address, the first one first.
    fn mailbox(&self, address: &str) -> Vec<String> {
        let Ok(files) = fs::read_dir(self.folder.join("mail").join(address)) else { return Vec::new() };
        let mut paths: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
        paths.sort();
        paths.into_iter().map(|path| fs::read_to_string(path).unwrap()).collect()
    }
}

const SIGNED_IN: &str = "mailer:s3cret%20pa%3Ass";

#[tokio::test]
async fn a_mail_arrives_with_its_words_in_any_script() {
    let Some(server) = Server::find() else { return };
    let outcome = server.plain().send(&message("words@example.com")).await;
    assert!(matches!(&outcome, Outcome::Accepted { provider_id: Some(id) } if id.contains("T1")), "{outcome:?}");
    let [mail] = &server.mailbox("words@example.com")[..] else { panic!("not one mail") };
    assert!(mail.is_ascii(), "what goes over the wire needs no 8-bit path");
    let headers = mail.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    let encoded = |name: &str| headers.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned();
    assert_eq!(decoded(&encoded("Subject:")), "Подтвердите адрес – «Łódź»");
    assert!(decoded(&encoded("From:")).starts_with("Рапорт"), "{headers}");
    assert_eq!(encoded("Message-ID:"), "<01890000-0000-7000-8000-000000000001@example.com>");
    assert_eq!(encoded("Auto-Submitted:"), "auto-generated");
    assert!(encoded("Content-Type:").starts_with("multipart/alternative"));
    assert!(mail.contains("text/plain") && mail.contains("text/html"));
}

#[tokio::test]
async fn both_ways_of_tls_sign_in() {
    let Some(server) = Server::find() else { return };
    for (way, to) in [
        ("smtp://{}@localhost:{starttls}?ca={ca}", "starttls@x.org"),
        ("smtps://{}@localhost:{tls}?ca={ca}", "tls@x.org"),
    ] {
        let transport = server.open(&way.replace("{}", SIGNED_IN));
        assert_eq!(transport.check().await, Ok(()), "{way}");
        let outcome = transport.send(&message(to)).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{way}: {outcome:?}");
        assert_eq!(server.mailbox(to).len(), 1);
    }
}

#[tokio::test]
async fn a_wrong_password_is_the_operators_affair() {
    let Some(server) = Server::find() else { return };
    let transport = server.open("smtp://mailer:wrong@localhost:{starttls}?ca={ca}");
    let outcome = transport.send(&message("wrong@x.org")).await;
    assert!(matches!(&outcome, Outcome::Unauthorised(text) if text.contains("535")), "{outcome:?}");
    assert!(transport.check().await.unwrap_err().contains("535"));
    // Nobody signs in where it is demanded.
    let nobody = server.open("smtp://localhost:{starttls}?ca={ca}");
    let outcome = nobody.send(&message("wrong@x.org")).await;
    assert!(matches!(&outcome, Outcome::Unauthorised(text) if text.contains("530")), "{outcome:?}");
    assert!(server.mailbox("wrong@x.org").is_empty());
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_and_a_missing_starttls_are_refused() {
    let Some(server) = Server::find() else { return };
    for address in ["smtp://{}@localhost:{starttls}", "smtps://{}@localhost:{tls}", "smtp://127.0.0.1:{plain}"] {
        let outcome = server.open(&address.replace("{}", SIGNED_IN)).send(&message("plain@x.org")).await;
        assert!(!matches!(outcome, Outcome::Accepted { .. } | Outcome::Refused(_)), "{address}: {outcome:?}");
    }
    assert!(server.mailbox("plain@x.org").is_empty(), "nothing went in the clear");
}

#[tokio::test]
async fn a_refusal_says_whether_it_is_for_good_and_whether_the_mailbox_is_meant() {
    let Some(server) = Server::find() else { return };
    let transport = server.plain();
    let told = |outcome: Outcome| match outcome {
        Outcome::Refused(refusal) => (refusal.code, refusal.permanent, refusal.mailbox),
        other => panic!("{other:?}"),
    };
    assert_eq!(told(transport.send(&message("grey.unit@x.org")).await), (451, false, false));
    let again = transport.send(&message("grey.unit@x.org")).await;
    assert!(matches!(again, Outcome::Accepted { .. }), "the greylisted mail is taken the second time");
    assert_eq!(told(transport.send(&message("full@x.org")).await), (452, false, false));
    assert_eq!(told(transport.send(&message("gone@x.org")).await), (550, true, true));
    assert_eq!(told(transport.send(&message("policy@x.org")).await), (550, true, false));
}

#[tokio::test]
async fn a_server_that_is_away_is_unreachable() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let smtp = Smtp::open(&format!("smtp://127.0.0.1:{closed}?tls=none")).unwrap();
    let outcome = Transport::Smtp(Box::new(smtp)).send(&message("a@x.org")).await;
    assert!(matches!(outcome, Outcome::Unreachable(_)), "{outcome:?}");
    assert!(matches!(Smtp::open("smtp://").err(), Some(SmtpProblem::Address)));
}

/// Reads the encoded words of a header (RFC 2047), base64 or quoted.
fn decoded(header: &str) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let mut bytes = Vec::new();
    for word in header.split(' ') {
        let parts: Vec<&str> = word.trim_matches('"').split('?').collect();
        match parts[..] {
            ["=", charset, "b", text, "="] if charset.eq_ignore_ascii_case("utf-8") => {
                bytes.extend(STANDARD.decode(text).unwrap());
            }
            _ => bytes.extend(format!(" {word}").into_bytes()),
        }
    }
    String::from_utf8(bytes).unwrap()
}
