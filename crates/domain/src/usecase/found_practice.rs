use crate::access::Operator;
use crate::channel::{Channel, Placement, Product};
use crate::commit::{Commit, Name, Write};
use crate::fact::{Fact, Log};
use crate::invitation::{Correction, Invitation};
use crate::member::Kind;
use crate::person::Person;
use crate::policy::Preset;
use crate::port::Fault;
use crate::practice::Practice;
use crate::usecase::{Ports, Refusal, committed, invitation_notice, settle, with_deviations};
use crate::value::{Email, InvitationId, NoticeId, PersonName, Phone, Phones, PracticeId, PracticeName};

/// A practice, and the person who is to be its first account (`PRA-1`).
#[derive(Debug, Clone)]
pub struct FoundPractice {
    /// Its name.
    pub name: PracticeName,
    /// Its verified office number.
    pub phone: Option<Phone>,
    /// Where its policy comes from.
    pub preset: Preset,
    /// The first person's address.
    pub email: Email,
    /// Their name, where known.
    pub person: PersonName,
    /// As what.
    pub kind: Kind,
}

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Founded {
    /// The practice.
    pub practice: PracticeId,
    /// The first person's invitation.
    pub invitation: InvitationId,
}

/// Why a practice was not founded.
#[derive(Debug, thiserror::Error)]
pub enum FoundPracticeError {
    /// A patient cannot run a practice.
    #[error("the first account of a practice is a doctor or staff member")]
    Patient,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for FoundPracticeError {}

/// `PRA-1`: an operator creates a practice with the address of its first account; that person gets an invitation. When the address
/// has an account already, the mail asks them to join with it. A reason may be given; nobody is there yet to be told of it.
///
/// # Errors
///
/// [`FoundPracticeError`].
pub async fn found_practice(ports: &Ports, who: &Operator, cmd: FoundPractice) -> Result<Founded, FoundPracticeError> {
    if cmd.kind == Kind::Patient {
        return Err(FoundPracticeError::Patient);
    }
    let now = ports.clock.now();
    let practice = Practice::found(PracticeId(ports.entropy.id()), cmd.name, cmd.phone, cmd.preset, now);
    let channel = Channel { product: Product::Operator, placement: Placement::InPractice, kind: cmd.kind };
    let person = Correction { email: cmd.email, name: cmd.person, phones: Phones::default() };
    let life = practice.policy().invitation.life;
    let id = InvitationId(ports.entropy.id());
    let invitation = Invitation::issue(id, practice.id, None, channel, person, now, life);
    let notice = NoticeId(ports.entropy.id());
    settle(ports, || async {
        let log = Log::Practice(practice.id);
        let invited = Fact::PersonInvited { invitation: id, product: Product::Operator, kind: cmd.kind };
        let began = Fact::PracticeFounded { practice: practice.id, reason: who.reason().cloned() };
        let commit = Commit::recording(who.record(log, began, now)).and(who.record(log, invited, now));
        let commit = with_deviations(commit, &practice.policy, |fact| who.record(log, fact, now))
            .insert(practice.clone())
            .insert(invitation.clone())
            .write(Write::List(Person::invited(&invitation)))
            .hold(Name::open_invitation(practice.id, &invitation.email), id)
            .notify(invitation_notice(notice, &invitation, now, life));
        committed(commit, Founded { practice: practice.id, invitation: id })
    })
    .await
}
