//! A member's place, with what is paid for it: whoever changes one changes the other in the same commit.

use crate::account::Account;
use crate::billing::plan::Ware;
use crate::billing::{BillingFact, Subscription};
use crate::commit::{Commit, Guard, Write};
use crate::fact::Entry;
use crate::member::Member;
use crate::person::Person;
use crate::port::Fault;
use crate::usecase::billing::{Till, live_plan};
use crate::usecase::joining::lock_state;
use crate::value::{MemberId, PracticeId};

/// See the module.
pub(super) struct Seat {
    pub(super) member: Member,
    pub(super) live: Vec<Subscription>,
    account: Account,
    locked: bool,
    guards: [Guard; 2],
}

impl Seat {
    /// The place of a member, if there is one. What it shows of locks is guarded until the commit.
    pub(super) async fn load(till: &Till, practice: PracticeId, member: MemberId) -> Result<Option<Self>, Fault> {
        let Some(member) = till.ports.store.member_by_id(practice, member).await? else { return Ok(None) };
        let Some(account) = till.ports.store.account(member.account).await? else { return Ok(None) };
        let (locked, guards) = lock_state(&till.ports, account.id).await?;
        let live = till.ledger.plans_of(practice, member.id).await?;
        Ok(Some(Self { member, live, account, locked, guards }))
    }

    /// Adds to a commit what follows from these new or changed subscriptions: the tier, here and on the list (`BILL-1`), which whoever
    /// was deactivated is not on. The member
    /// counts as changed also when the tier stays, so that of two who change subscriptions at once one decides anew.
    pub(super) fn settle(
        self,
        commit: Commit,
        changed: &[&Subscription],
        entry: impl Fn(BillingFact) -> Entry,
    ) -> Commit {
        let kept = self.live.iter().filter(|one| changed.iter().all(|other| other.id != one.id));
        let after = Subscription::holding(kept.chain(changed.iter().copied())).tier();
        let before = self.member.tier;
        let member = Member { tier: after, ..self.member };
        let mut commit = commit.guard_all(self.guards);
        if after != before {
            commit = commit.and(entry(BillingFact::TierChanged { member: member.id, before, after }));
            if member.active {
                commit = commit.write(Write::List(Person::registered(&member, &self.account, self.locked)));
            }
        }
        commit.update(member)
    }

    /// What must end together with a live subscription: itself, and with SecureMail whatever else there is (`BILL-8`).
    pub(super) fn falls_with(&self, subscription: &Subscription) -> Vec<Subscription> {
        let with_it = |one: &&Subscription| one.id == subscription.id || subscription.option.ware == Ware::SecureMail;
        self.live.iter().filter(with_it).cloned().collect()
    }
}

/// Adds a subscription that was live to a commit: changed, with its name given up when it is over.
pub(super) fn change(commit: Commit, subscription: &Subscription) -> Commit {
    let commit = commit.update(subscription.clone());
    if subscription.is_live() {
        return commit;
    }
    let name = live_plan(subscription.practice, subscription.member, subscription.option.ware);
    commit.release(name, subscription.id)
}
