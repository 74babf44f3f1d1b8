//! Delivers notices: leases one, looks up what it is about, sends it, notes what became of it.
//!
//! Nothing of a notice is trusted to be true still: a link that a newer one has replaced, or a code that was used, is dropped.
//! A worker calls [`Relay::deliver_next`] in a loop; several may, here and on other instances.

mod employees;
mod events;
mod texts;

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use crate::account::Account;
use crate::channel::Product;
use crate::commit::Name;
use crate::email_change::ChangeState;
use crate::event::Announcement;
use crate::invitation::{Invitation, InvitationState};
use crate::notice::{About, AccountNews, BillingNews, Notice};
use crate::password_link::UNSENT;
use crate::person::Undeliverable;
use crate::port::{
    Announcer, BillingOccasion, Composer, Fault, Leased, Ledger, Letter, Mailer, Occasion, Outbox, Queue, SendError,
    Settlement, Texter,
};
use crate::practice::Practice;
use crate::relay::texts::Ring;
use crate::usecase::{Ports, lock_events};
use crate::value::{AccountId, Email, InvitationId, PersonName, PracticeId, Time};

/// One worker's way of getting notices out.
#[derive(Clone)]
pub struct Relay {
    /// Looks things up.
    pub ports: Ports,
    /// Looks money up.
    pub ledger: Arc<dyn Ledger>,
    /// Where notices wait.
    pub outbox: Arc<dyn Outbox>,
    /// Writes letters.
    pub composer: Arc<dyn Composer>,
    /// Sends letters.
    pub mailer: Arc<dyn Mailer>,
    /// Texts and calls.
    pub texter: Arc<dyn Texter>,
    /// Tells products.
    pub announcer: Arc<dyn Announcer>,
    /// What this worker takes.
    pub queue: Queue,
    /// Names the worker.
    pub worker: Uuid,
    /// Whether the limits on texts are lifted (`RL-03`): for a test on one's own machine.
    pub unlimited: bool,
}

/// What became of one notice: for the worker's log.
#[derive(Debug)]
pub struct Delivered {
    /// Which.
    pub notice: Notice,
    /// How often it has been tried.
    pub attempt: u32,
    /// What became of it.
    pub settlement: Settlement,
    /// Why it did not go out.
    pub trouble: Option<SendError>,
}

impl Relay {
    /// Delivers the next notice that is due; nothing when none is.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when the store failed: the lease returns by itself.
    pub async fn deliver_next(&self) -> Result<Option<Delivered>, Fault> {
        let leased = self.outbox.lease(self.queue, self.worker, self.ports.clock.now(), LEASE, 1).await?;
        let Some(leased) = leased.into_iter().next() else {
            return Ok(None);
        };
        let now = self.ports.clock.now();
        let (settlement, trouble) = if now >= leased.notice.expires_at {
            (Settlement::Parked(Undeliverable::GaveUp), None)
        } else if now < leased.notice.ordered_at {
            // Ordered ahead, and moved to another store, which makes everything due.
            (Settlement::Retry(leased.notice.ordered_at), None)
        } else {
            match self.prepare(&leased.notice).await? {
                None => (Settlement::Obsolete, None),
                Some(errand) => self.run(&leased, &errand).await?,
            }
        };
        if self.outbox.settle(&leased, settlement, self.ports.clock.now()).await? {
            self.note_fate(&leased.notice, settlement).await?;
        }
        Ok(Some(Delivered { notice: leased.notice, attempt: leased.attempt, settlement, trouble }))
    }

    async fn run(&self, leased: &Leased, errand: &Errand) -> Result<(Settlement, Option<SendError>), Fault> {
        let sent = match errand {
            Errand::Mail(letter) => self.mailer.send(letter).await,
            Errand::Ring(ring) => self.ring(leased, ring).await?,
            Errand::Announce(to, event) => self.announcer.announce(*to, event, self.ports.clock.now()).await,
            // That settles it, so that the settlement which follows finds nothing to do.
            Errand::PassOn(others) => {
                self.outbox.pass_on(leased, others, self.ports.clock.now()).await.map(|_| Ok(()))?
            }
        };
        Ok(match sent {
            Ok(()) => (Settlement::Sent, None),
            Err(trouble) => (self.after(leased, &trouble, errand), Some(trouble)),
        })
    }

    /// What follows a failure: another try until the notice is not worth sending, with growing pauses, or with the one that the peer
    /// asks for (`F-19`). A code or code word whose fate is unknown is sparingly tried once more (`F-26`).
    fn after(&self, leased: &Leased, trouble: &SendError, errand: &Errand) -> Settlement {
        let chance = self.ports.entropy.secret()[0];
        let again = match trouble {
            SendError::Permanent { .. } | SendError::Stopped { .. } => {
                return Settlement::Parked(Undeliverable::Refused);
            }
            SendError::Later { after, .. } => pause(1, chance).max(*after),
            SendError::Transient { .. } | SendError::Ambiguous { .. } => pause(leased.attempt, chance),
        };
        let at = self.ports.clock.now().plus(again);
        let repeats = match (trouble, errand) {
            (SendError::Ambiguous { .. }, Errand::Ring(ring)) => ring.may_repeat(leased.attempt, at),
            _ => true,
        };
        let in_time = match errand {
            Errand::Announce(..) => at < leased.notice.ordered_at.plus(events::TRIED),
            Errand::Mail(_) | Errand::Ring(_) | Errand::PassOn(_) => at < leased.notice.expires_at,
        };
        if repeats && in_time { Settlement::Retry(at) } else { Settlement::Parked(Undeliverable::GaveUp) }
    }

    async fn prepare(&self, notice: &Notice) -> Result<Option<Errand>, Fault> {
        let now = self.ports.clock.now();
        let found = match notice.about {
            About::Invitation { invitation, generation } => self.invitation(invitation, generation, now).await?,
            About::PlainNotice { account, practice, product } => {
                let practice = self.practice(practice).await?;
                self.letter_to(account, |name| Some(Occasion::PlainNotice { practice: practice?.name, name, product }))
                    .await?
            }
            About::CodeWordsPaused { account, practice } => {
                let practice = self.practice(practice).await?;
                self.letter_to(account, |name| Some(Occasion::CodeWordsPaused { name, practice: practice?.name }))
                    .await?
            }
            About::Locked { account } => self.letter_to(account, |name| Some(Occasion::Locked { name })).await?,
            About::LockToTell { account } => {
                let events = lock_events(&self.ports, account, notice.ordered_at).await?;
                return Ok(Some(Errand::PassOn(events)));
            }
            About::Unlocked { account } => self.letter_to(account, |name| Some(Occasion::Unlocked { name })).await?,
            About::SessionsEnded { account, practice } => {
                let practice = self.practice(practice).await?;
                self.letter_to(account, |name| Some(Occasion::SessionsEnded { name, practice: practice?.name })).await?
            }
            About::Account { account, news } => self.news(account, news).await?,
            About::UserManagersChanged { account, practice } => {
                let practice = self.practice(practice).await?;
                self.letter_to(account, |name| Some(Occasion::UserManagersChanged { name, practice: practice?.name }))
                    .await?
            }
            About::TwoStepChanged { account, practice } => self.two_step(account, practice).await?,
            About::Support { account, practice, act } => {
                let practice = self.practice(practice).await?;
                self.letter_to(account, |name| Some(Occasion::Support { name, practice: practice?.name, act })).await?
            }
            About::SecretCode { registration, serial } => return self.code(registration, serial).await,
            About::PasswordLink { link, generation: UNSENT } => {
                self.make_reset(AccountId(link.0), notice.ordered_at).await?;
                return Ok(None);
            }
            About::PasswordLink { link, generation } => self.password_link(link, generation, now).await?,
            About::CodeWord { link, serial } => return self.code_word(link, serial, now).await,
            About::Billing(news) => self.billing(news).await?,
            About::Event { to, practice, event } => return self.event(notice, to, practice, event).await,
        };
        Ok(found.map(|(to, occasion)| Errand::Mail(self.composer.compose(notice.id, &to, &occasion))))
    }

    async fn invitation(
        &self,
        id: InvitationId,
        generation: u32,
        now: Time,
    ) -> Result<Option<(Email, Occasion)>, Fault> {
        let found = self.ports.store.invitation(id).await?;
        let Some(invitation) = found.filter(|i| i.open_by(generation, now).is_ok()) else {
            return Ok(None);
        };
        let Some(practice) = self.practice(invitation.practice).await? else {
            return Ok(None);
        };
        let account = self.ports.store.holder(&Name::address(&invitation.email)).await?;
        if account.is_some() && !invitation.joins() {
            return Ok(None);
        }
        let inviter = match invitation.inviter {
            Some(inviter) => self.ports.store.account(inviter).await?.map(|a| a.name).filter(|name| !name.is_empty()),
            None => None,
        };
        let occasion = self.asking(&invitation, practice, inviter, account.is_some());
        Ok(occasion.map(|occasion| (invitation.email, occasion)))
    }

    fn asking(
        &self,
        invitation: &Invitation,
        practice: Practice,
        inviter: Option<PersonName>,
        has_account: bool,
    ) -> Option<Occasion> {
        let InvitationState::Open { expires_at, .. } = invitation.state else {
            return None;
        };
        let link = self.ports.keys.invitation_link(invitation.id, invitation.generation);
        let name = invitation.name.clone();
        Some(if has_account {
            Occasion::Joining { practice: practice.name, name, link, expires_at }
        } else {
            Occasion::Invitation {
                practice: practice.name,
                inviter,
                name,
                kind: invitation.channel.kind,
                joins: invitation.joins(),
                product: invitation.channel.product,
                link,
                expires_at,
            }
        })
    }

    /// What has happened to money, as the ledger has it now.
    async fn billing(&self, news: BillingNews) -> Result<Option<(Email, Occasion)>, Fault> {
        let found = match news {
            BillingNews::Receipt(id) => {
                let invoice = self.ledger.invoice(id).await?;
                invoice.map(|invoice| (invoice.payer, BillingOccasion::Receipt(invoice)))
            }
            BillingNews::PaymentFailed(id) => {
                let plan = self.ledger.subscription(id).await?;
                plan.map(|plan| (plan.payer, BillingOccasion::PaymentFailed(plan.option)))
            }
            BillingNews::CardExpiring(account) => {
                let card = self.ledger.wallet(account).await?.and_then(|wallet| wallet.card);
                card.map(|card| (account, BillingOccasion::CardExpiring(card.last4, card.expiry)))
            }
            BillingNews::OwnInvoices(account) | BillingNews::AllInvoices(account) => {
                let mut invoices = self.ledger.invoices(account, None, LISTED).await?;
                invoices.retain(|invoice| invoice.is_own() || news == BillingNews::AllInvoices(account));
                Some((account, BillingOccasion::Invoices(invoices)))
            }
        };
        let Some((account, occasion)) = found else { return Ok(None) };
        self.letter_to(account, |name| Some(Occasion::Billing(name, occasion))).await
    }

    /// Who must give a code while registering, as it is by now (`LIST-9`).
    async fn two_step(&self, account: AccountId, practice: PracticeId) -> Result<Option<(Email, Occasion)>, Fault> {
        let Some(practice) = self.practice(practice).await? else { return Ok(None) };
        let now = practice.two_step();
        self.letter_to(account, |name| Some(Occasion::TwoStepChanged { name, practice: practice.name, now })).await
    }

    async fn practice(&self, id: PracticeId) -> Result<Option<Practice>, Fault> {
        self.ports.store.practice(id).await
    }

    async fn news(&self, account: AccountId, news: AccountNews) -> Result<Option<(Email, Occasion)>, Fault> {
        let (AccountNews::EmailChange { serial } | AccountNews::EmailChanged { serial }) = news else {
            let occasion = |name| match news {
                AccountNews::PasswordChanged => Occasion::PasswordChanged { name },
                _ => Occasion::SecondFactorChanged { name },
            };
            return self.letter_to(account, |name| Some(occasion(name))).await;
        };
        let change = self.ports.store.email_change(account).await?.filter(|change| change.serial == serial);
        let (Some(change), Some(account)) = (change, self.ports.store.account(account).await?) else {
            return Ok(None);
        };
        let name = account.name;
        Ok(match (news, change.state) {
            // The mail with a link expires with it.
            (AccountNews::EmailChange { .. }, ChangeState::Open { expires_at }) => {
                let link = self.ports.keys.email_change_link(change.account, serial);
                Some((change.to, Occasion::EmailChange { name, link, expires_at }))
            }
            (AccountNews::EmailChanged { .. }, ChangeState::Done { from, .. }) => {
                Some((from, Occasion::EmailChanged { name }))
            }
            _ => None,
        })
    }

    async fn letter_to(
        &self,
        account: AccountId,
        occasion: impl FnOnce(PersonName) -> Option<Occasion>,
    ) -> Result<Option<(Email, Occasion)>, Fault> {
        let account: Option<Account> = self.ports.store.account(account).await?;
        Ok(account.and_then(|account| Some((account.email, occasion(account.name)?))))
    }
}

/// What is to be brought, once everything about it is known.
enum Errand {
    Mail(Letter),
    Ring(Ring),
    Announce(Product, Announcement),
    /// What is to be sent in its place.
    PassOn(Vec<Notice>),
}

/// The pause after so many attempts: half a minute, growing to an hour, a fifth more or less by chance.
fn pause(attempt: u32, chance: u8) -> Duration {
    let seconds = match attempt {
        0 | 1 => 30,
        2 => 120,
        3 => 600,
        4 => 1_800,
        _ => 3_600,
    };
    let part = 80 + u64::from(chance) * 40 / 255;
    Duration::from_millis(seconds * 10 * part)
}

/// The invoices that a mailed summary holds at most (`BILL-9`).
const LISTED: usize = 500;

/// Longer than any mailer or texter may take.
const LEASE: Duration = Duration::from_secs(90);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_differ_by_a_fifth_at_most() {
        for (attempt, seconds) in [(1, 30), (2, 120), (3, 600), (4, 1_800), (5, 3_600), (99, 3_600)] {
            let (least, most) = (pause(attempt, 0), pause(attempt, 255));
            assert_eq!(least, Duration::from_secs(seconds * 8 / 10), "attempt {attempt}");
            assert_eq!(most, Duration::from_secs(seconds * 12 / 10), "attempt {attempt}");
        }
    }
}
