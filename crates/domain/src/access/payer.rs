use crate::access::{Denied, Fresh, SignedIn};
use crate::billing::{CannotBuy, NoCard, Wallet};
use crate::fact::{Entry, Fact};
use crate::member::Member;
use crate::practice::Practice;
use crate::value::{AccountId, Time};

/// Somebody who has a card of their own that can be charged, in the practice that they work in now (`BILL-2`, `BILL-7`). Whose tier
/// somebody else pays is no matter; a card that somebody else pays with is not theirs.
#[derive(Debug, Clone)]
pub struct Payer {
    person: SignedIn,
    practice: Practice,
    member: Member,
    wallet: Wallet,
    at: Time,
}

impl Payer {
    /// Proves that somebody can pay: the wallet is their own, and holds a card that can be charged.
    ///
    /// # Errors
    ///
    /// [`CannotBuy::NoCard`], or [`CannotBuy::NotHere`] for somebody who works in no practice now.
    pub fn prove(person: SignedIn, wallet: Option<Wallet>, now: Time) -> Result<Self, CannotBuy> {
        let (practice, member) = person.place().cloned().ok_or(CannotBuy::NotHere)?;
        let wallet = wallet.filter(|wallet| wallet.account == person.account()).ok_or(NoCard::None)?;
        wallet.chargeable(now)?;
        Ok(Self { person, practice, member, wallet, at: now })
    }

    /// Proves that they gave their password a moment ago, too.
    ///
    /// # Errors
    ///
    /// [`Denied::NotFresh`] when they did not.
    pub fn fresh(self) -> Result<Fresh<Self>, Denied> {
        if self.person.is_fresh() { Ok(Fresh(self)) } else { Err(Denied::NotFresh) }
    }

    /// Whether they may pay for this member: for themselves, or as User Manager for a doctor or staff member of the practice.
    ///
    /// # Errors
    ///
    /// [`CannotBuy`] says why not.
    pub fn may_pay_for(&self, member: &Member) -> Result<(), CannotBuy> {
        if member.practice != self.practice.id {
            return Err(CannotBuy::NotHere);
        }
        if member.account != self.account() && !self.member.user_manager {
            return Err(CannotBuy::Denied(Denied::NotUserManager));
        }
        CannotBuy::unless_eligible(member, self.at)
    }

    /// The account that pays.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.person.account()
    }

    /// The practice.
    #[must_use]
    pub fn practice(&self) -> &Practice {
        &self.practice
    }

    /// Their customer and card, as they were when it was proved.
    #[must_use]
    pub fn wallet(&self) -> &Wallet {
        &self.wallet
    }

    pub(crate) fn record(&self, fact: Fact, at: Time) -> Entry {
        self.person.record(fact, at)
    }
}
