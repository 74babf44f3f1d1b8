//! What Twilio's answer, or its silence, means for a text or call. Numbers only: Twilio's own words repeat the telephone number.

use std::time::Duration;

use practice_domain::port::SendError;
use reqwest::header::RETRY_AFTER;
use reqwest::{Response, StatusCode};
use serde::Deserialize;

/// The part of a refusal that tells anything.
#[derive(Deserialize)]
struct Refusal {
    code: Option<u32>,
}

/// What an answer means. The body of a refusal is read no further than it takes to find its number.
pub(crate) async fn meaning(response: Response) -> Result<(), SendError> {
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let after = wait(&response);
    Err(refusal(status, &beginning(response).await, after))
}

/// What it means that there was no answer. Only a connection that was never made leaves no doubt: whatever was sent on one may have
/// arrived.
pub(crate) fn failure(error: &reqwest::Error) -> SendError {
    if error.is_connect() {
        SendError::Transient { reply: "Twilio cannot be reached".to_owned() }
    } else if error.is_builder() {
        SendError::Permanent { reply: "this cannot be put into a request".to_owned() }
    } else if error.is_timeout() {
        SendError::Ambiguous { reply: "Twilio did not answer in time".to_owned() }
    } else {
        SendError::Ambiguous { reply: "the connection to Twilio broke off".to_owned() }
    }
}

/// How long Twilio wants to be left alone, where it says so in seconds: an hour at most, since nothing of ours is worth more.
fn wait(response: &Response) -> Option<Duration> {
    let seconds: u64 = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
}

fn refusal(status: StatusCode, body: &[u8], after: Option<Duration>) -> SendError {
    let code = serde_json::from_slice::<Refusal>(body).ok().and_then(|refusal| refusal.code);
    let reply = match code {
        Some(code) => format!("{}, Twilio's error {code}", status.as_u16()),
        None => status.as_u16().to_string(),
    };
    match after {
        _ if code == Some(WANTS_NO_TEXTS) => SendError::Stopped { reply },
        _ if is_about_the_number(status, code) => SendError::Permanent { reply },
        Some(after) => SendError::Later { reply, after },
        None => SendError::Transient { reply },
    }
}

/// Whether the same text to the same number will always be refused. Trouble of Twilio's, haste, and settings of ours say nothing
/// about the number.
fn is_about_the_number(status: StatusCode, code: Option<u32>) -> bool {
    let ours = matches!(status.as_u16(), 401 | 402 | 403 | 404 | 407 | 408 | 425 | 429);
    status.is_client_error() && !ours && !code.is_some_and(|code| OURS.contains(&code))
}

async fn beginning(mut response: Response) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() > MOST {
            break;
        }
    }
    body
}

/// Errors that are about our account, our haste, our sending number or our messaging service.
const OURS: &[u32] = &[
    10001, 14107, 20003, 20005, 20006, 20404, 20429, 21210, 21212, 21603, 21606, 21611, 21659, 21660, 21661, 21701,
    21703, 30001, 30002, 63038,
];

/// Whoever has the number answered STOP (`WH-06`).
pub(crate) const WANTS_NO_TEXTS: u32 = 21610;

const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// A refusal is a few hundred bytes.
const MOST: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, body: &str) -> SendError {
        refusal(StatusCode::from_u16(status).expect("a status"), body.as_bytes(), None)
    }

    fn coded(status: u16, code: u32) -> SendError {
        refused(status, &format!(r#"{{"code":{code},"message":"'To' +14155552671 and 012345","status":{status}}}"#))
    }

    /// F-27, WH-06
    #[test]
    fn a_number_that_never_works_is_refused_for_good() {
        for code in [21211, 21214, 21217, 21401, 21408, 21421, 21612, 21614, 30007] {
            let error = coded(400, code);
            assert!(matches!(error, SendError::Permanent { .. }), "{code}: {error}");
        }
        assert!(matches!(refused(422, "not JSON"), SendError::Permanent { .. }));
        assert!(matches!(coded(400, 21610), SendError::Stopped { .. }));
    }

    /// F-19
    #[test]
    fn haste_and_trouble_of_twilios_may_work_later() {
        for (status, code) in [(429, 20429), (400, 20429), (429, 14107), (500, 20500), (503, 20503)] {
            let error = coded(status, code);
            assert!(matches!(error, SendError::Transient { .. }), "{status} {code}: {error}");
        }
        let told = refusal(StatusCode::TOO_MANY_REQUESTS, b"{}", Some(Duration::from_secs(7)));
        assert!(matches!(told, SendError::Later { after, .. } if after.as_secs() == 7), "{told}");
        for status in [302, 408, 500, 502, 599] {
            assert!(matches!(refused(status, "<html>"), SendError::Transient { .. }), "{status}");
        }
    }

    #[test]
    fn what_is_wrong_with_our_settings_says_nothing_about_the_number() {
        for (status, code) in [(401, 20003), (403, 20005), (404, 20404), (400, 21212), (400, 21606), (400, 21703)] {
            let error = coded(status, code);
            assert!(matches!(error, SendError::Transient { .. }), "{status} {code}: {error}");
        }
    }

    /// PV-01
    #[test]
    fn twilios_words_are_not_repeated() {
        let error = coded(400, 21211);
        assert_eq!(error.to_string(), "refused for good: 400, Twilio's error 21211");
        let error = refused(400, "+14155552671 is no number, 012345 no code");
        assert_eq!(error.to_string(), "refused for good: 400");
    }
}
