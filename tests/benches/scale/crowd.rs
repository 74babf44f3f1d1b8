//! Who is in a practice: as many people as one likes, drawn the same way each time, with names as uneven as real ones.

use std::time::Duration;

use practice_domain::account::{Account, Terms};
use practice_domain::channel::{Channel, Placement, Product};
use practice_domain::invitation::{Correction, Invitation, InvitationState};
use practice_domain::member::{Kind, Member, Role, Tier};
use practice_domain::person::Person;
use practice_domain::port::Entropy;
use practice_domain::value::{
    AccountId, Email, InvitationId, MemberId, PasswordHash, PersonName, Phone, Phones, PracticeId, Version,
};
use practice_keyring::OsEntropy;

use crate::world::{NOW, SYLLABLES};

/// What everybody's password is.
pub(super) const PASSWORD: &str = "harbor lamp seventeen";

/// Somebody, with all that the store keeps of them.
pub(super) struct Somebody {
    pub(super) invitation: Invitation,
    /// Their account and their place, once they registered.
    pub(super) place: Option<(Account, Member)>,
    pub(super) person: Person,
}

/// The person with this number in a practice; the first is User Manager.
pub(super) fn somebody(practice: PracticeId, n: usize, manager: Option<AccountId>) -> Somebody {
    let mut chance = Chance(n as u64 ^ (practice.0.as_u128() as u64).rotate_left(17));
    let (first, last) = (chance.name(&FIRST, 4_000), chance.name(&LAST, 60_000));
    let host = chance.host();
    let short = practice.0.simple().to_string();
    let email = format!("{first}.{last}{n}.{}@{host}", &short[short.len() - 6..]).to_lowercase();
    let email = Email::parse(&email).expect("an address");
    let name = PersonName::parse(&first, &last).expect("a name");
    let kind = match chance.of(100) {
        _ if n == 0 => Kind::Doctor,
        0 => Kind::Doctor,
        1 | 2 => Kind::Staff,
        _ => Kind::Patient,
    };
    let at = NOW.minus(Duration::from_secs(chance.of(40_000_000)));
    let registered = n == 0 || chance.of(10) < 6;
    let placement = if kind == Kind::Patient { Placement::Outside } else { Placement::InPractice };
    let channel = Channel { product: Product::SecureMail, placement, kind };
    let correction = Correction { email, name, phones: Phones::default() };
    let life = Duration::from_secs(14 * DAY);
    let id = InvitationId(OsEntropy.id());
    let mut invitation = Invitation::issue(id, practice, manager, channel, correction, at, life);
    if !registered {
        let person = Person::invited(&invitation);
        return Somebody { invitation, place: None, person };
    }
    let joined = at.plus(Duration::from_secs(DAY));
    let phone = Phone::parse("+12025550143").expect("a number");
    let account = Account {
        id: AccountId(OsEntropy.id()),
        version: Version::default(),
        email: invitation.email.clone(),
        name: invitation.name.clone(),
        phones: Phones { cell: Some(phone.clone()), landline: None },
        proven: (chance.of(50) > 0).then_some(phone),
        password: PasswordHash::new(format!("plain:{PASSWORD}")),
        password_set_at: joined,
        former: Vec::new(),
        compromised: false,
        time_zone: None,
        terms: Terms { version: "1".to_owned(), accepted_at: joined },
        home: Some(practice),
        registered_at: joined,
    };
    let member = Member {
        id: MemberId(OsEntropy.id()),
        version: Version::default(),
        practice,
        account: account.id,
        kind,
        role: if n == 0 { Role::Owner } else { Role::RestrictedStaff },
        user_manager: n == 0,
        tier: if n == 0 || chance.of(10) == 0 { Tier::Paid } else { Tier::Free },
        invitation: Some(id),
        invited_at: at,
        joined_at: joined,
        active: true,
        until: None,
    };
    invitation.state = InvitationState::Accepted { at: joined, account: account.id };
    let active_at = (chance.of(10) > 0).then(|| joined.plus(Duration::from_secs(chance.of(DAY * 30))));
    let person = Person { active_at, ..Person::registered(&member, &account, n > 0 && chance.of(1_000) == 0) };
    Somebody { invitation, place: Some((account, member)), person }
}

/// Numbers that look drawn, and are the same each time.
struct Chance(u64);

impl Chance {
    fn of(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (x ^ (x >> 31)) % most
    }

    /// A few names have many, and many names have a few.
    fn name(&mut self, common: &[&str], number: u64) -> String {
        let share = self.of(1_000_000) as f64 / 1_000_000.0;
        let at = (number as f64 * share.powi(3)) as usize;
        common.get(at).map_or_else(|| word(at), |name| (*name).to_owned())
    }

    fn host(&mut self) -> String {
        match self.of(100) {
            0..40 => "gmail.example".to_owned(),
            40..65 => "yahoo.example".to_owned(),
            65..80 => "outlook.example".to_owned(),
            80..85 => "brightwater.example".to_owned(),
            _ => format!("mail{}.example", self.of(2_000)),
        }
    }
}

fn word(k: usize) -> String {
    let syllable = |k: usize| SYLLABLES[k % SYLLABLES.len()];
    let start = syllable(k);
    let third = if k >= 961 { syllable(k / 961 + k * 3) } else { "" };
    format!("{}{}{}{third}", start[..1].to_uppercase(), &start[1..], syllable(k / 31 + k * 7))
}

const DAY: u64 = 24 * 60 * 60;

const FIRST: [&str; 12] =
    ["Mary", "James", "John", "Patricia", "Robert", "Jennifer", "Michael", "Linda", "William", "Zoe", "Anna", "Yvonne"];

const LAST: [&str; 12] = [
    "Smith",
    "Johnson",
    "Williams",
    "Brown",
    "Jones",
    "Garcia",
    "Miller",
    "Davis",
    "Wilson",
    "Anderson",
    "Young",
    "Zimmerman",
];
