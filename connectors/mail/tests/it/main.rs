//! SMTP against aiosmtpd (`scripts/with-smtp`).

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test stops at the first surprise")]

mod smtp;

use mail_transport::{Message, Sender};

pub fn message(to: &str) -> Message {
    Message {
        to: to.to_owned(),
        from: Sender::parse("Рапорт <crm@example.com>").unwrap(),
        reply_to: None,
        subject: "Подтвердите адрес – «Łódź»".to_owned(),
        text: "Здравствуйте, Анна!\n\nhttps://crm.example.com/verify?token=abc\n".to_owned(),
        html: "<p>Здравствуйте, <b>Анна</b>!</p>".to_owned(),
        message_id: "01890000-0000-7000-8000-000000000001@example.com".to_owned(),
        headers: vec![("Auto-Submitted", "auto-generated".to_owned())],
    }
}
