use lettre::Message;
use lettre::address::AddressError;
use lettre::error::Error;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use practice_domain::port::Letter;

/// A letter that cannot be put into the form of a mail.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unwritable {
    #[error("this address cannot be written in a mail")]
    Address(#[from] AddressError),
    #[error("this letter cannot be written as a mail")]
    Message(#[from] Error),
}

/// The mail for a letter: text and HTML, marked as sent by a machine, and with the same `Message-ID` at every attempt.
pub(crate) fn message(letter: &Letter, from: &Mailbox) -> Result<Message, Unwritable> {
    let id = format!("<{}@{}>", letter.notice, from.email.domain());
    let to = Mailbox::new(None, letter.to.as_typed().parse()?);
    Ok(Message::builder()
        .from(from.clone())
        .to(to)
        .subject(one_line(&letter.subject))
        .message_id(Some(id))
        .date_now()
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))?)
}

/// A subject is one line, whatever went into it.
fn one_line(subject: &str) -> String {
    subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Tells machines not to answer (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use practice_domain::value::{Email, NoticeId};
    use uuid::Uuid;

    use super::*;

    fn written(subject: &str) -> String {
        let letter = Letter {
            notice: NoticeId(Uuid::from_u128(7)),
            to: Email::parse("Ann@example.org").expect("an address"),
            subject: subject.to_owned(),
            text: "Hello\n\n.\nhttps://portal.example.com/register/abc\n".to_owned(),
            html: "<p>Hällo</p>".to_owned(),
        };
        let from = "Practice Portal <no-reply@portal.example.com>".parse().expect("a sender");
        String::from_utf8(message(&letter, &from).expect("a mail").formatted()).expect("ASCII")
    }

    #[test]
    fn a_mail_says_what_machines_must_know() {
        let mail = written("Join Bright Smile Dental");
        let (head, body) = mail.split_once("\r\n\r\n").expect("a head and a body");
        for line in [
            "Message-ID: <00000000-0000-0000-0000-000000000007@portal.example.com>",
            "Auto-Submitted: auto-generated",
            "To: Ann@example.org",
            "Subject: Join Bright Smile Dental",
            "MIME-Version: 1.0",
        ] {
            assert!(head.lines().any(|l| l == line), "{line} is not in\n{head}");
        }
        assert!(head.contains("\r\nDate: "));
        assert!(head.starts_with("From: \"Practice Portal\" <no-reply@portal.example.com>\r\n"), "{head}");
        assert!(body.contains("text/plain") && body.contains("text/html"));
        assert!(mail.is_ascii());
        assert!(mail.lines().all(|line| line.len() <= 998));
    }

    /// IN-02
    #[test]
    fn a_subject_cannot_become_another_header() {
        for subject in
            ["x\r\nBcc: eve@evil.example", "x\nBcc: eve@evil.example", "x\rBcc: eve@evil.example", "x\0Bcc: e"]
        {
            let mail = written(subject);
            let head = mail.split_once("\r\n\r\n").expect("a head").0.to_lowercase();
            assert!(!head.lines().any(|line| line.starts_with("bcc")), "{head}");
            assert_eq!(head.matches("\r\nsubject:").count(), 1);
        }
    }

    #[test]
    fn a_subject_may_hold_any_letter() {
        let mail = written("Clínica Niño 漢字");
        assert!(mail.contains("Subject: =?utf-8?b?"), "{mail}");
    }
}
