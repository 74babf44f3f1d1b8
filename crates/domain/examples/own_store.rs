//! The use cases over a store of one's own, on an executor of one's own: hash maps behind a mutex, and `smol`. The store answers the
//! questions that these use cases ask, and no others.
//!
//! ```sh
//! cargo run --package practice-domain --example own_store
//! ```

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use practice_domain::access::Operator;
use practice_domain::channel::Catalogue;
use practice_domain::commit::{Claim, Commit, Guard, Name, Record, Write};
use practice_domain::invitation::Invitation;
use practice_domain::lockout::{Admission, TicketAnswer, TicketRequest};
use practice_domain::member::Kind;
use practice_domain::policy::Preset;
use practice_domain::port::{CommitError, Fault, Keys, Reader, Store};
use practice_domain::practice::Practice;
use practice_domain::usecase::{FoundPractice, Opening, Platform, Ports, found_practice, open_invitation};
use practice_domain::value::{Email, InvitationId, PersonName, PracticeId, PracticeName, Regions, Time};
use practice_testkit::fakes::{FakeClock, FakeKeys, PlainPasswords, SeededEntropy};
use uuid::Uuid;

/// All that is kept.
#[derive(Clone, Default)]
struct Shelf {
    practices: HashMap<PracticeId, Practice>,
    invitations: HashMap<InvitationId, Invitation>,
    holders: HashMap<Name, Uuid>,
    audit: Vec<&'static str>,
    letters: usize,
}

#[derive(Default)]
struct OwnStore(Mutex<Shelf>);

impl Shelf {
    /// Applies a commit to a copy: whoever calls this keeps the copy whole, or throws it away.
    fn apply(&mut self, commit: &Commit) -> Result<(), CommitError> {
        for guard in commit.guards() {
            let Guard::Practice(id, version) = guard else { return Err(not_here("guard")) };
            self.practices.get(id).filter(|p| p.version == *version).ok_or(CommitError::Stale)?;
        }
        for claim in commit.claims() {
            match claim {
                Claim::Hold(name, owner) if self.holders.insert(name.clone(), *owner).is_some() => {
                    return Err(CommitError::Taken(name.clone()));
                }
                Claim::Release(name, owner) if self.holders.remove(name) != Some(*owner) => {
                    return Err(CommitError::Stale);
                }
                Claim::Hold(..) | Claim::Release(..) => {}
            }
        }
        for write in commit.writes() {
            match write {
                Write::Insert(Record::Practice(new)) => drop(self.practices.insert(new.id, new.clone())),
                Write::Insert(Record::Invitation(new)) => drop(self.invitations.insert(new.id, new.clone())),
                Write::List(_) => {} // There is no Manage Account here.
                _ => return Err(not_here("write")),
            }
        }
        self.audit.extend(commit.entries().iter().map(|entry| entry.fact.code()));
        self.letters += commit.notices().len();
        Ok(())
    }
}

#[async_trait]
impl Store for OwnStore {
    async fn commit(&self, commit: &Commit) -> Result<(), CommitError> {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = shelf.clone();
        next.apply(commit)?;
        *shelf = next;
        Ok(())
    }

    async fn take_ticket(&self, _: &TicketRequest, _: Time) -> Result<TicketAnswer, Fault> {
        Ok(TicketAnswer::Asked { admission: Admission::Locked, counters: Vec::new() }) // Nobody signs in here.
    }

    async fn practice(&self, id: PracticeId) -> Result<Option<Practice>, Fault> {
        Ok(self.shelf().practices.get(&id).cloned())
    }

    async fn invitation(&self, id: InvitationId) -> Result<Option<Invitation>, Fault> {
        Ok(self.shelf().invitations.get(&id).cloned())
    }

    async fn holder(&self, name: &Name) -> Result<Option<Uuid>, Fault> {
        Ok(self.shelf().holders.get(name).copied())
    }
}

impl Reader for OwnStore {}

impl OwnStore {
    fn shelf(&self) -> Shelf {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn not_here(what: &'static str) -> CommitError {
    Fault::unavailable(what, "this store does not keep that").into()
}

fn main() -> Result<(), Box<dyn Error>> {
    let store = Arc::new(OwnStore::default());
    let ports = Ports {
        store: store.clone(),
        reader: store.clone(),
        // What stands still for the example, `practice-keyring` has for real.
        clock: Arc::new(FakeClock::default()),
        entropy: Arc::new(SeededEntropy::new(7)),
        keys: Arc::new(FakeKeys),
        passwords: Arc::new(PlainPasswords::default()),
        platform: Arc::new(Platform {
            brand: "Practice Portal".to_owned(),
            catalogue: Catalogue::default(),
            terms: "2026-05-04".to_owned(),
            regions: Regions::default(),
            listeners: Vec::new(),
        }),
    };
    smol::block_on(run(&ports))?;
    let shelf = store.shelf();
    println!(
        "kept: {} practice, {} invitation, {} letter",
        shelf.practices.len(),
        shelf.invitations.len(),
        shelf.letters
    );
    println!("audit: {}", shelf.audit.join(", "));
    Ok(())
}

async fn run(ports: &Ports) -> Result<(), Box<dyn Error>> {
    let support = Operator::at_the_command_line("robin".to_owned(), None);
    let practice = FoundPractice {
        name: PracticeName::parse("Brightwater Family Dental")?,
        phone: None,
        preset: Preset::Standard,
        email: Email::parse("marisol.vega@brightwater-dental.example")?,
        person: PersonName::parse("Marisol", "Vega")?,
        kind: Kind::Doctor,
    };
    let founded = found_practice(ports, &support, practice).await?;
    let link = FakeKeys.invitation_link(founded.invitation, 1);
    match open_invitation(ports, &link.0).await? {
        Opening::Register(face) => println!("the link leads to registration at {}", face.practice),
        Opening::Join(face) => println!("the link leads to joining {}", face.practice),
    }
    let other = open_invitation(ports, "not a link of ours").await;
    println!("another link: {}", other.err().map_or_else(String::new, |why| why.to_string()));
    let unanswered = ports.store.account(practice_domain::value::AccountId(Uuid::from_u128(9))).await;
    println!("a question without an answer: {}", unanswered.err().map_or_else(String::new, |why| why.to_string()));
    Ok(())
}
