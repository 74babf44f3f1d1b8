use crate::intake::Known;
use crate::person::Person;
use crate::port::{Fault, Filter, PeopleQuery, Sort, UserAccount};
use crate::usecase::Ports;
use crate::usecase::import::known_person;
use crate::value::{Email, PracticeId};

/// What an address looks like without being it (`IN-01`). It warns and never refuses: whoever was warned may go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resemblance {
    /// Somebody in the practice's list has an address that looks like it.
    Person(Box<Known>),
    /// Its domain looks like one that everybody knows.
    Domain(&'static str),
}

/// Whether an address resembles somebody's of the practice, or a domain that everybody knows. Of a practice with more than
/// 2,000 people only those are compared who share the name or the domain of the address.
///
/// # Errors
///
/// A [`Fault`].
pub async fn resemblance(ports: &Ports, practice: PracticeId, email: &Email) -> Result<Option<Resemblance>, Fault> {
    let all = ports.reader.tally(practice).await?.all();
    let domain = email.normal().rsplit_once('@').map_or("", |(_, domain)| domain);
    let searches = if all <= MOST_COMPARED {
        vec![String::new()]
    } else {
        vec![format!("{}@", email.local()), format!("@{domain}")]
    };
    let looks = email.look();
    let mut like = None;
    for search in searches {
        let mut from = None;
        for _ in 0..MOST_COMPARED.div_ceil(u64::from(PAGE)) {
            let (filter, sort) = (Filter::default(), Sort::default());
            let query = PeopleQuery { practice, search: search.clone(), filter, sort, from, size: PAGE };
            let page = ports.reader.people(&query).await?;
            // Somebody who has this very address is no stranger who resembles somebody.
            if page.people.iter().any(|person| person.email == *email) {
                return Ok(None);
            }
            let found = page.people.iter().find(|person: &&Person| person.email.look() == looks);
            like = like.or_else(|| found.map(|person| Resemblance::Person(Box::new(known_person(person)))));
            from = page.after;
            if from.is_none() {
                break;
            }
        }
    }
    Ok(like.or_else(|| email.resembles_a_known_domain().map(Resemblance::Domain)))
}

/// The same for the address that an employee is to sign in with (`EMP-2`). One that was asked to set its account up stands: nobody is
/// warned twice of it; and that of a member is theirs.
///
/// # Errors
///
/// A [`Fault`].
pub async fn resemblance_of_login(
    ports: &Ports,
    practice: PracticeId,
    user: &UserAccount,
    email: &Email,
) -> Result<Option<Resemblance>, Fault> {
    match user {
        UserAccount::Member { .. } => Ok(None),
        UserAccount::Pending { pending, .. } if pending.email == *email => Ok(None),
        UserAccount::Pending { .. } | UserAccount::None => resemblance(ports, practice, email).await,
    }
}

/// How many people an address is compared with, one by one.
const MOST_COMPARED: u64 = 2_000;

const PAGE: u16 = 200;
