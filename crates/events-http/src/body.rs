use jiff::Timestamp;
use practice_domain::event::{Announcement, Event};
use serde::Serialize;

/// What an endpoint reads: the three fields that Standard Webhooks advises.
#[derive(Serialize)]
struct Body {
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    data: Data,
}

#[derive(Serialize)]
struct Data {
    practice: String,
    account: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invitation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<&'static str>,
}

/// An event as its endpoint reads it, to the byte: the same on every try.
pub(crate) fn body(told: &Announcement) -> String {
    let invitation = match told.event {
        Event::InvitationAccepted(invitation) => Some(invitation.to_string()),
        _ => None,
    };
    let body = Body {
        kind: told.event.code(),
        timestamp: Timestamp::from_microsecond(told.at.micros()).unwrap_or(Timestamp::UNIX_EPOCH).to_string(),
        data: Data {
            practice: told.practice.to_string(),
            account: told.account.to_string(),
            member: told.event.member().map(|member| member.to_string()),
            invitation,
            tier: told.event.tier().map(practice_domain::member::Tier::code),
        },
    };
    serde_json::to_string(&body).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use practice_domain::member::Tier;
    use practice_domain::value::Time;

    fn told(event: Event) -> String {
        body(&Announcement {
            id: uuid::Uuid::from_u128(1).into(),
            at: Time::from_micros(1_780_000_000_250_000),
            practice: uuid::Uuid::from_u128(2).into(),
            account: uuid::Uuid::from_u128(3).into(),
            event,
        })
    }

    /// Section 13, PV-01: ids, a code, a moment and a tier, and nothing else.
    #[test]
    fn a_body_holds_ids_and_nothing_of_a_person() {
        assert_eq!(
            told(Event::TierChanged(uuid::Uuid::from_u128(4).into(), Tier::PaidWithPlugin)),
            r#"{"type":"member.tier-changed","timestamp":"2026-05-28T20:26:40.25Z","data":{"practice":"00000000-0000-0000-0000-000000000002","account":"00000000-0000-0000-0000-000000000003","member":"00000000-0000-0000-0000-000000000004","tier":"paid-with-plugin"}}"#
        );
        assert_eq!(
            told(Event::InvitationAccepted(uuid::Uuid::from_u128(4).into())),
            r#"{"type":"invitation.accepted","timestamp":"2026-05-28T20:26:40.25Z","data":{"practice":"00000000-0000-0000-0000-000000000002","account":"00000000-0000-0000-0000-000000000003","invitation":"00000000-0000-0000-0000-000000000004"}}"#
        );
    }
}
