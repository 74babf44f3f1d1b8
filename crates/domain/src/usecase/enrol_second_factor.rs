use std::fmt;

use crate::access::{Fresh, HalfWay, SignedIn};
use crate::commit::Commit;
use crate::fact::{AccountFact, Actor, Entry, Fact};
use crate::notice::{About, AccountNews, Notice};
use crate::policy::Demand;
use crate::port::Fault;
use crate::second_factor::{FactorRefused, RECOVERY_CODES, SecondFactor, base32, recovery_codes, recovery_digests};
use crate::usecase::entering::{Heir, Welcome, asked, enter};
use crate::usecase::redeem_second_factor::{RedeemError, refuse, spend_a_try, still_half_way, unlocked};
use crate::usecase::{NEWS, Ports, Refusal, committed, settle};
use crate::value::{AccountId, NoticeId, Time};

/// Who sets up an authenticator app.
#[derive(Clone, Copy)]
pub enum Enroller<'a> {
    /// Somebody who has signed in, freshly, because they want one.
    SignedIn(&'a Fresh<SignedIn>),
    /// Somebody whose sign-in stops here until they have one, because the policy asks for it.
    HalfWay(&'a HalfWay),
}

/// What the app must be shown, once. `Debug` hides it.
#[derive(Clone)]
pub struct Begun {
    /// The secret as people type it.
    pub secret: String,
    /// The same as an address that apps read from a picture.
    pub uri: String,
}

/// The authenticator app is asked for from now on.
#[derive(Clone)]
pub struct Enrolled {
    /// Codes that each serve once instead of the app; shown now and never again.
    pub recovery: [String; RECOVERY_CODES],
    /// The session, where a sign-in waited for this.
    pub welcome: Option<Welcome>,
}

/// Why the authenticator app is not set up.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The policy does not offer it.
    #[error("your practice does not use authenticator apps")]
    NotOffered,
    /// It is not at that point.
    #[error(transparent)]
    Refused(#[from] FactorRefused),
    /// The sign-in must begin again.
    #[error("sign in again")]
    Over,
    /// Too many codes were tried for this account.
    #[error("too many codes were tried; wait a few minutes")]
    TooOften {
        /// When the next may be tried.
        possible_at: Time,
    },
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for EnrolError {}

impl From<RedeemError> for EnrolError {
    fn from(error: RedeemError) -> Self {
        match error {
            RedeemError::WrongCode { .. } => Self::Refused(FactorRefused::WrongCode),
            RedeemError::Over => Self::Over,
            RedeemError::TooOften { possible_at } => Self::TooOften { possible_at },
            RedeemError::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// `SESS-3`: begins to set up an authenticator app: 160 bits of chance, sealed before they are stored (`OT-08`).
///
/// # Errors
///
/// [`EnrolError`].
pub async fn begin_second_factor(ports: &Ports, who: Enroller<'_>) -> Result<Begun, EnrolError> {
    let account = who.account();
    let now = ports.clock.now();
    let chance = ports.entropy.secret();
    let mut secret = [0; 20];
    secret.copy_from_slice(&chance[..20]);
    let sealed = ports.keys.seal_totp(account, &secret, &ports.entropy.secret());
    let email = settle::<_, EnrolError, _, _>(ports, || async {
        if asked(ports, account).await?.demand == Demand::Off {
            return Err(EnrolError::NotOffered);
        }
        if let Enroller::HalfWay(who) = who {
            still_half_way(ports, who, now).await?;
        }
        let email = ports.store.account(account).await?.map(|account| account.email);
        let email = email.ok_or_else(|| Fault::corrupt("session", "its account is missing"))?;
        let found = ports.store.second_factor(account).await?;
        let is_new = found.is_none();
        let factor = found.unwrap_or_else(|| SecondFactor::none(account)).begin(sealed.clone(), now)?;
        let commit = Commit::recording(who.record(AccountFact::SecondFactorBegun { account }, now));
        committed(if is_new { commit.insert(factor) } else { commit.update(factor) }, email)
    })
    .await?;
    let secret = base32(&secret);
    let (brand, email) = (escape(&ports.platform.brand), escape(email.as_typed()));
    let uri = format!("otpauth://totp/{brand}:{email}?secret={secret}&issuer={brand}&digits=6&period=30");
    Ok(Begun { secret, uri })
}

/// `SESS-3`: the app proves that it knows the secret. Gives the recovery codes, of which only digests are kept, and completes the
/// sign-in that waited for it, if one did; a lock that came first ends that (`LK-05`).
///
/// # Errors
///
/// [`EnrolError`].
pub async fn confirm_second_factor(ports: &Ports, who: Enroller<'_>, code: &str) -> Result<Enrolled, EnrolError> {
    let account = who.account();
    if let Enroller::HalfWay(who) = who {
        spend_a_try(ports, who).await?;
    }
    let recovery = recovery_codes(std::array::from_fn(|_| ports.entropy.secret()));
    let digests = recovery_digests(&*ports.keys, account, recovery.each_ref().map(String::as_str));
    let (heir, notice) = (Heir::draw(ports), NoticeId(ports.entropy.id()));
    let now = heir.now;
    let welcome = settle::<_, EnrolError, _, _>(ports, || async {
        let factor = ports.store.second_factor(account).await?.unwrap_or_else(|| SecondFactor::none(account));
        let factor = factor.confirm(&*ports.keys, code, digests.to_vec(), now)?;
        let about = About::Account { account, news: AccountNews::SecondFactorChanged };
        let commit = Commit::recording(who.record(AccountFact::SecondFactorEnrolled { account }, now))
            .update(factor)
            .notify(Notice { id: notice, about, ordered_at: now, expires_at: now.plus(NEWS) });
        let Enroller::HalfWay(who) = who else {
            return committed(commit, Ok(None));
        };
        let (session, half) = still_half_way(ports, who, now).await?;
        let Some(guards) = unlocked(ports, &session, half).await? else {
            return committed(refuse(who, session, now), Err(EnrolError::Over));
        };
        let chooses = asked(ports, account).await?.chooses;
        let whole = heir.complete(ports, &session);
        let signed_in = Fact::SignedIn { account, session: whole.id };
        let entry = Entry { actor: Actor::Account(account), ..who.record(signed_in, now) };
        let commit = enter(commit.and(entry).guard_all(guards).update(session.end(now)), &whole, now);
        committed(commit, Ok(Some(heir.welcome(ports, whole, chooses))))
    })
    .await??;
    Ok(Enrolled { recovery, welcome })
}

impl Enroller<'_> {
    fn account(&self) -> AccountId {
        match self {
            Self::SignedIn(who) => who.who().account(),
            Self::HalfWay(who) => who.account(),
        }
    }

    fn record(&self, fact: AccountFact, at: Time) -> Entry {
        match self {
            Self::SignedIn(who) => who.who().record(Fact::Account(fact), at),
            Self::HalfWay(who) => who.record(Fact::Account(fact), at),
        }
    }
}

impl fmt::Debug for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Begun(…)")
    }
}

/// Text as a part of an address: all but letters, digits and `-._~` as their bytes (RFC 3986).
fn escape(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}
