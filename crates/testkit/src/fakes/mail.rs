use std::collections::VecDeque;
use std::sync::Mutex;

use async_trait::async_trait;
use practice_domain::port::{BillingOccasion, Composer, Letter, Mailer, Occasion, SendError};
use practice_domain::value::{Email, NoticeId};

use crate::lock;

/// A mail server that keeps every letter, and fails as often as it is told.
#[derive(Debug, Default)]
pub struct Mailbox {
    letters: Mutex<Vec<Letter>>,
    failures: Mutex<VecDeque<SendError>>,
}

/// Writes letters of one word and the link.
#[derive(Debug, Default, Clone, Copy)]
pub struct PlainComposer;

impl Mailbox {
    /// Every letter so far, oldest first.
    #[must_use]
    pub fn letters(&self) -> Vec<Letter> {
        lock(&self.letters).clone()
    }

    /// The letters to one address.
    #[must_use]
    pub fn letters_to(&self, to: &Email) -> Vec<Letter> {
        self.letters().into_iter().filter(|letter| letter.to == *to).collect()
    }

    /// The next letter without a scripted answer is answered like this. An ambiguous answer keeps the letter all the same.
    pub fn fail_next(&self, failure: SendError) {
        lock(&self.failures).push_back(failure);
    }
}

#[async_trait]
impl Mailer for Mailbox {
    async fn send(&self, letter: &Letter) -> Result<(), SendError> {
        let failure = lock(&self.failures).pop_front();
        if matches!(failure, None | Some(SendError::Ambiguous { .. })) {
            lock(&self.letters).push(letter.clone());
        }
        failure.map_or(Ok(()), Err)
    }
}

impl Composer for PlainComposer {
    fn compose(&self, notice: NoticeId, to: &Email, occasion: &Occasion) -> Letter {
        let (subject, text) = match occasion {
            Occasion::Invitation { link, .. } => ("invitation", link.0.clone()),
            Occasion::Joining { link, .. } => ("joining", link.0.clone()),
            Occasion::PlainNotice { practice, .. } => ("notice", practice.to_string()),
            Occasion::Setup { link, has_account: false, .. } => ("setup", link.0.clone()),
            Occasion::Setup { link, has_account: true, .. } => ("setup joining", link.0.clone()),
            Occasion::Reset { link, .. } => ("reset", link.0.clone()),
            Occasion::Locked { name } => ("locked", name.to_string()),
            Occasion::Unlocked { name } => ("unlocked", name.to_string()),
            Occasion::CodeWordsPaused { practice, .. } => ("code words paused", practice.to_string()),
            Occasion::SessionsEnded { practice, .. } => ("sessions", practice.to_string()),
            Occasion::PasswordChanged { name } => ("password changed", name.to_string()),
            Occasion::SecondFactorChanged { name } => ("second factor changed", name.to_string()),
            Occasion::EmailChange { link, .. } => ("email change", link.0.clone()),
            Occasion::EmailChanged { name } => ("email changed", name.to_string()),
            Occasion::UserManagersChanged { practice, .. } => ("user managers", practice.to_string()),
            Occasion::TwoStepChanged { practice, .. } => ("two-step", practice.to_string()),
            Occasion::Support { practice, .. } => ("support", practice.to_string()),
            Occasion::Billing(_, BillingOccasion::Receipt(invoice)) => ("receipt", invoice.amount.to_string()),
            Occasion::Billing(_, BillingOccasion::PaymentFailed(option)) => {
                ("payment failed", option.code().to_owned())
            }
            Occasion::Billing(_, BillingOccasion::CardExpiring(last4, _)) => ("card", last4.as_str().to_owned()),
            Occasion::Billing(_, BillingOccasion::Invoices(all)) => {
                ("invoices", all.iter().map(|one| one.number.clone()).collect::<Vec<_>>().join(" "))
            }
        };
        Letter { notice, to: to.clone(), subject: subject.to_owned(), html: format!("<p>{text}</p>"), text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use practice_domain::value::PersonName;
    use uuid::Uuid;

    #[tokio::test]
    async fn a_mailbox_fails_as_told_and_keeps_the_rest() {
        let (mailbox, to) = (Mailbox::default(), Email::parse("ann@example.com").expect("plain"));
        let occasion = Occasion::Locked { name: PersonName::default() };
        let letter = PlainComposer.compose(NoticeId(Uuid::from_u128(1)), &to, &occasion);
        mailbox.fail_next(SendError::Transient { reply: "451".to_owned() });
        mailbox.fail_next(SendError::Ambiguous { reply: "lost".to_owned() });
        assert!(mailbox.send(&letter).await.is_err());
        assert!(mailbox.letters().is_empty());
        assert!(mailbox.send(&letter).await.is_err());
        assert!(mailbox.send(&letter).await.is_ok());
        assert_eq!(mailbox.letters_to(&to).len(), 2);
    }
}
