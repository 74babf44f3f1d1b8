//! Links to a password go out by mail, code words by text; never the two together (`CODE-2`).

use crate::commit::Name;
use crate::employee::{Employee, Login, Pending};
use crate::password_link::{LinkState, PasswordLink};
use crate::port::{Fault, Occasion, WordComes};
use crate::practice::Practice;
use crate::relay::texts::Ring;
use crate::relay::{Errand, Relay};
use crate::usecase::{RequestResetError, send_asked_reset};
use crate::value::{AccountId, Email, PasswordLinkId, Phone, Time};

impl Relay {
    /// The reset that was asked for: its letter is a notice of its own.
    pub(super) async fn make_reset(&self, account: AccountId, asked_at: Time) -> Result<(), Fault> {
        let made = send_asked_reset(&self.ports, account, asked_at).await;
        made.map_err(|RequestResetError::Fault(fault)| fault)
    }

    /// The letter with a link, if it is still the newest and works.
    pub(super) async fn password_link(
        &self,
        id: PasswordLinkId,
        generation: u32,
        now: Time,
    ) -> Result<Option<(Email, Occasion)>, Fault> {
        let found = self.ports.store.password_link(id).await?;
        let Some(link) = found.filter(|link| link.open_by(generation, now).is_ok()) else { return Ok(None) };
        let LinkState::Open { expires_at, .. } = link.state else { return Ok(None) };
        let practice = match link.practice {
            Some(id) => self.practice(id).await?,
            None => None,
        };
        let token = self.ports.keys.password_link(id, generation);
        if let Some(account) = link.account() {
            let Some(account) = self.ports.store.account(account).await? else { return Ok(None) };
            let word = practice.as_ref().map_or(WordComes::NotAtAll, |one| comes(one, account.phones.cell.is_some()));
            let practice = practice.map(|practice| practice.name);
            let occasion = Occasion::Reset { practice, word, name: account.name, link: token, expires_at };
            return Ok(Some((account.email, occasion)));
        }
        let (Some((employee, pending)), Some(practice)) = (self.asked(&link).await?, practice) else { return Ok(None) };
        let has_account = self.ports.store.holder(&Name::address(&pending.email)).await?.is_some();
        let (word, practice, name) = (comes(&practice, true), practice.name, employee.name);
        let occasion = Occasion::Setup { practice, name, has_account, word, link: token, expires_at };
        Ok(Some((pending.email, occasion)))
    }

    /// The text with a code word, if it is still in force and the person still waits for it.
    pub(super) async fn code_word(&self, id: PasswordLinkId, serial: u32, now: Time) -> Result<Option<Errand>, Fault> {
        let found = self.ports.store.password_link(id).await?;
        let Some(link) = found.filter(|link| link.open_by(link.generation, now).is_ok()) else { return Ok(None) };
        let Some(practice) = link.practice else { return Ok(None) };
        let word = self.ports.store.code_word(practice).await?.filter(|word| word.serial == serial);
        let (Some(word), Some(practice), Some(to)) = (word, self.practice(practice).await?, self.cell(&link).await?)
        else {
            return Ok(None);
        };
        let opened = self.ports.keys.open_code_word(practice.id, serial, &word.sealed);
        let word =
            opened.ok_or_else(|| Fault::corrupt("code word", "it was not sealed for this practice and serial"))?;
        Ok(Some(Errand::Ring(Ring::Word { to, practice: (practice.id, practice.name), word })))
    }

    /// The cell phone of whoever holds a link.
    async fn cell(&self, link: &PasswordLink) -> Result<Option<Phone>, Fault> {
        match link.account() {
            Some(account) => Ok(self.ports.store.account(account).await?.and_then(|account| account.phones.cell)),
            None => Ok(self.asked(link).await?.map(|(_, pending)| pending.cell)),
        }
    }

    async fn asked(&self, link: &PasswordLink) -> Result<Option<(Employee, Pending)>, Fault> {
        let (Some(practice), Some(employee)) = (link.practice, link.employee()) else { return Ok(None) };
        let employee = self.ports.store.employee(practice, employee).await?.filter(|employee| employee.active);
        Ok(employee.and_then(|employee| match employee.login.clone() {
            Login::Pending(pending) => Some((employee, pending)),
            Login::None | Login::Member { .. } => None,
        }))
    }
}

/// How the practice's code word comes to somebody with a cell phone, or without.
fn comes(practice: &Practice, has_cell: bool) -> WordComes {
    let policy = practice.policy().code_word;
    match (policy.required, policy.by_text && has_cell) {
        (false, _) => WordComes::NotAtAll,
        (true, true) => WordComes::ByText,
        (true, false) => WordComes::Spoken,
    }
}
