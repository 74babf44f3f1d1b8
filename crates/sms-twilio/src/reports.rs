//! What Twilio reports by calling us: what became of a text or call, and what somebody answered to a text.

use practice_domain::port::{TextReports, Unsigned};
use practice_domain::texts::{TextFate, TextReport, Texts};
use practice_domain::value::{NoticeId, Phone};
use uuid::Uuid;

use crate::outcome::WANTS_NO_TEXTS;
use crate::signature::Webhook;

/// The address for receipts about one notice.
pub(crate) fn named(callback: &str, notice: NoticeId) -> String {
    let joint = if callback.contains('?') { '&' } else { '?' };
    format!("{callback}{joint}{NOTICE}={notice}")
}

impl TextReports for Webhook {
    fn read(&self, path: &str, form: &[(String, String)], signature: &str) -> Result<TextReport, Unsigned> {
        self.verify_form(path, form, signature)?;
        let field = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let status = field("MessageStatus").or(field("CallStatus"));
        Ok(match (notice(path), status) {
            (Some(notice), Some(status)) => receipt(notice, status, &field),
            (None, None) => reply(&field).unwrap_or(TextReport::Other),
            _ => TextReport::Other,
        })
    }
}

/// What became of a text or call; what is still on its way is not worth a note.
fn receipt<'a>(notice: NoticeId, status: &str, field: &impl Fn(&str) -> Option<&'a str>) -> TextReport {
    let fate = match status {
        "delivered" | "read" | "completed" => TextFate::Delivered,
        "undelivered" | "failed" | "canceled" | "busy" | "no-answer" => TextFate::Failed,
        _ => return TextReport::Other,
    };
    let wants_none = field("ErrorCode").and_then(|code| code.parse().ok()) == Some(WANTS_NO_TEXTS);
    let stopped = field("To").filter(|_| wants_none).and_then(|to| Phone::parse(to).ok());
    TextReport::Receipt { notice, fate, stopped }
}

/// What somebody answered to a text: Twilio's own reading of it, where it has one, or the words.
fn reply<'a>(field: &impl Fn(&str) -> Option<&'a str>) -> Option<TextReport> {
    let texts = Texts::asked_by(field("OptOutType").or(field("Body"))?)?;
    Some(TextReport::Reply { from: Phone::parse(field("From")?).ok()?, texts })
}

/// The notice that the address names.
fn notice(path: &str) -> Option<NoticeId> {
    let (_, query) = path.split_once('?')?;
    let id = query.split('&').find_map(|pair| pair.strip_prefix(NOTICE)?.strip_prefix('='))?;
    Uuid::parse_str(id).ok().map(NoticeId)
}

const NOTICE: &str = "notice";

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use hmac::{KeyInit as _, Mac as _};
    use secrecy::SecretString;

    const ORIGIN: &str = "https://portal.example.com";
    const PATH: &str = "/webhooks/twilio?notice=00000000-0000-0000-0000-000000000007";

    /// What Twilio would report like this.
    fn reported(path: &str, fields: &[(&str, &str)]) -> TextReport {
        let form: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut sorted = form.clone();
        sorted.sort_unstable();
        let signed = sorted.into_iter().fold(format!("{ORIGIN}{path}"), |text, (name, value)| text + &name + &value);
        let mac = hmac::Hmac::<sha1::Sha1>::new_from_slice(b"token").expect("any length").chain_update(signed);
        let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
        let webhook = Webhook::new(SecretString::from("token"), ORIGIN);
        assert_eq!(webhook.read("/webhooks/twilio?notice=1", &form, &signature), Err(Unsigned));
        assert_eq!(webhook.read(path, &form, ""), Err(Unsigned));
        webhook.read(path, &form, &signature).expect("signed")
    }

    fn number() -> Phone {
        Phone::parse("+14155552671").expect("a number")
    }

    /// F-27, WH-06
    #[test]
    fn a_receipt_names_its_notice_and_says_what_became_of_it() {
        let notice = NoticeId(Uuid::from_u128(7));
        for (field, status, expected) in [
            ("MessageStatus", "delivered", Some(TextFate::Delivered)),
            ("MessageStatus", "undelivered", Some(TextFate::Failed)),
            ("MessageStatus", "failed", Some(TextFate::Failed)),
            ("MessageStatus", "sent", None),
            ("CallStatus", "completed", Some(TextFate::Delivered)),
            ("CallStatus", "busy", Some(TextFate::Failed)),
            ("CallStatus", "no-answer", Some(TextFate::Failed)),
            ("CallStatus", "ringing", None),
        ] {
            let found = reported(PATH, &[(field, status), ("To", "+14155552671"), ("ErrorCode", "30007")]);
            let expected = expected.map(|fate| TextReport::Receipt { notice, fate, stopped: None });
            assert_eq!(found, expected.unwrap_or(TextReport::Other), "{status}");
        }
        let stopped = Some(number());
        let refused = [("MessageStatus", "failed"), ("ErrorCode", "21610"), ("To", "+14155552671")];
        assert_eq!(reported(PATH, &refused), TextReport::Receipt { notice, fate: TextFate::Failed, stopped });
        assert_eq!(reported("/webhooks/twilio", &[("MessageStatus", "failed")]), TextReport::Other);
        assert_eq!(reported("/webhooks/twilio?notice=x", &[("MessageStatus", "failed")]), TextReport::Other);
    }

    /// WH-06
    #[test]
    fn an_answer_may_stop_texts_or_let_them_go_on() {
        let path = "/webhooks/twilio";
        let answer = |body| [("From", "+14155552671"), ("SmsStatus", "received"), ("Body", body)];
        let texts = |texts| TextReport::Reply { from: number(), texts };
        assert_eq!(reported(path, &answer("Stop")), texts(Texts::Stopped));
        assert_eq!(reported(path, &answer("START")), texts(Texts::Wanted));
        assert_eq!(reported(path, &answer("thanks")), TextReport::Other);
        let read = [("From", "+14155552671"), ("OptOutType", "STOP"), ("Body", "ARRET")];
        assert_eq!(reported(path, &read), texts(Texts::Stopped), "Twilio knows more words than we do");
        assert_eq!(reported(path, &[("From", "SHORTCODE"), ("Body", "STOP")]), TextReport::Other);
    }

    #[test]
    fn an_address_for_receipts_may_have_a_query_already() {
        let notice = NoticeId(Uuid::from_u128(7));
        assert_eq!(named("https://a.example/x", notice), format!("https://a.example/x?notice={notice}"));
        assert_eq!(named("https://a.example/x?y=1", notice), format!("https://a.example/x?y=1&notice={notice}"));
    }
}
