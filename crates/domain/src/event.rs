//! What products hear of without asking (section 13): the vocabulary of signed webhooks. An event holds ids and a tier, never a name,
//! an address or a number of a phone.

use uuid::Uuid;

use crate::member::Tier;
use crate::value::{AccountId, InvitationId, MemberId, NoticeId, PracticeId, Time};

/// Something that happened in a practice and that products must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// `REG-6`, `INV-3`: whom the practice had invited has registered, or joined with the account that they had. Outside invitees
    /// are told of only so: they are nobody's member here.
    InvitationAccepted(InvitationId),
    /// Somebody has a place in the practice; also when one that was taken away was given back (`EMP-2`).
    MemberRegistered(MemberId),
    /// `EMP-3`: somebody's place was taken away.
    MemberLeft(MemberId),
    /// `EMP-2`: the end date of somebody's place is reached. It is ordered ahead, and told as [`Event::MemberLeft`].
    EndReached(MemberId),
    /// `BILL-1`: what a member may use, from now on.
    TierChanged(MemberId, Tier),
    /// `LOCK-5`: sign-in to a member's account is locked. Each practice that they work in is told.
    Locked(MemberId),
    /// `LOCK-2`: it is open again.
    Unlocked(MemberId),
}

impl Event {
    /// The stable codes of all events, in the order of the documentation.
    pub const CODES: [&'static str; 6] = [
        "invitation.accepted",
        "member.registered",
        "member.left",
        "member.tier-changed",
        "account.locked",
        "account.unlocked",
    ];

    /// The stable code: the `type` of the webhook.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::InvitationAccepted(_) => Self::CODES[0],
            Self::MemberRegistered(_) => Self::CODES[1],
            Self::MemberLeft(_) | Self::EndReached(_) => Self::CODES[2],
            Self::TierChanged(..) => Self::CODES[3],
            Self::Locked(_) => Self::CODES[4],
            Self::Unlocked(_) => Self::CODES[5],
        }
    }

    /// The key that it is stored under: the code, but for an end that was ordered ahead.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::EndReached(_) => "member.end-reached",
            other => other.code(),
        }
    }

    /// The event with this key, about this member or invitation; a change of tier needs its [`Event::ordinal`]. None when there is no
    /// such event.
    #[must_use]
    pub fn with_key(key: &str, subject: Uuid, ordinal: Option<u32>) -> Option<Self> {
        let member = MemberId(subject);
        Some(match key {
            "invitation.accepted" => Self::InvitationAccepted(InvitationId(subject)),
            "member.registered" => Self::MemberRegistered(member),
            "member.left" => Self::MemberLeft(member),
            "member.end-reached" => Self::EndReached(member),
            "member.tier-changed" => {
                let tier = TIERS.into_iter().zip(0..).find(|(_, number)| Some(*number) == ordinal);
                Self::TierChanged(member, tier?.0)
            }
            "account.locked" => Self::Locked(member),
            "account.unlocked" => Self::Unlocked(member),
            _ => return None,
        })
    }

    /// The id of the member or invitation that it is about.
    #[must_use]
    pub fn subject(self) -> Uuid {
        match self {
            Self::InvitationAccepted(invitation) => invitation.0,
            Self::MemberRegistered(member)
            | Self::MemberLeft(member)
            | Self::EndReached(member)
            | Self::TierChanged(member, _)
            | Self::Locked(member)
            | Self::Unlocked(member) => member.0,
        }
    }

    /// What the member may use from now on, where that is what changed.
    #[must_use]
    pub fn tier(self) -> Option<Tier> {
        match self {
            Self::TierChanged(_, tier) => Some(tier),
            _ => None,
        }
    }

    /// The number that the tier is stored as, where there is one.
    #[must_use]
    pub fn ordinal(self) -> Option<u32> {
        let tier = self.tier()?;
        TIERS.into_iter().zip(0..).find(|(one, _)| *one == tier).map(|(_, number)| number)
    }

    /// Whose place it is about; none where it is about an invitation.
    #[must_use]
    pub fn member(self) -> Option<MemberId> {
        match self {
            Self::InvitationAccepted(_) => None,
            about => Some(MemberId(about.subject())),
        }
    }
}

/// The tiers, by the numbers that they are stored as.
const TIERS: [Tier; 3] = [Tier::Free, Tier::Paid, Tier::PaidWithPlugin];

/// An event on its way to somebody: all that is said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Announcement {
    /// The same on every try, so that whoever gets it twice can tell.
    pub id: NoticeId,
    /// When it happened.
    pub at: Time,
    /// Where.
    pub practice: PracticeId,
    /// Whose account.
    pub account: AccountId,
    /// What.
    pub event: Event,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_found_again_by_their_keys() {
        let subject = Uuid::from_u128(7);
        let keys = Event::CODES.into_iter().chain(["member.end-reached"]);
        for key in keys {
            let event = Event::with_key(key, subject, Some(1)).expect(key);
            assert_eq!((event.key(), event.subject()), (key, subject));
            assert_eq!(Event::with_key(key, subject, event.ordinal()), Some(event));
            assert_eq!(event.member().is_none(), key == "invitation.accepted");
            assert!(Event::CODES.contains(&event.code()));
        }
        for tier in TIERS {
            let changed = Event::TierChanged(MemberId(subject), tier);
            assert_eq!(Event::with_key(changed.key(), subject, changed.ordinal()), Some(changed));
        }
        assert_eq!(Event::with_key("member.tier-changed", subject, None), None);
        assert_eq!(Event::with_key("member.tier-changed", subject, Some(3)), None);
        assert_eq!(Event::with_key("member.exploded", subject, None), None);
    }
}
