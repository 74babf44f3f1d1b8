//! The rules alone, in a plain synchronous program: no runtime, no store, no ports. The program keeps what it likes where it likes,
//! and asks the rules what comes next.
//!
//! ```sh
//! cargo run --package practice-domain --example rules_only
//! ```

use std::error::Error;
use std::time::Duration;

use practice_domain::channel::{Catalogue, Placement, Product};
use practice_domain::invitation::{Correction, Invitation};
use practice_domain::lockout::{Admission, Counter, Outcome, Scope, Subject};
use practice_domain::member::Kind;
use practice_domain::password::Context;
use practice_domain::policy::{Policy, Preset};
use practice_domain::value::{Email, InvitationId, Password, PersonName, Phones, PracticeId, TicketId, Time};
use uuid::Uuid;

fn main() -> Result<(), Box<dyn Error>> {
    let policy = Policy::of(Preset::Standard);
    let monday = Time::from_micros(1_796_000_000_000_000);

    // An invitation is a value. Moves take the old one and give back the next, or say why not.
    let channel = Catalogue::default().channel(Product::SecureMail, Placement::InPractice, Kind::Staff)?;
    let mistyped = Correction {
        email: Email::parse("theo.lindqvist@brightwater-dentl.example")?,
        name: PersonName::parse("Theo", "Lindqvist")?,
        phones: Phones::default(),
    };
    let life = policy.invitation.life;
    let (id, practice) = (InvitationId(Uuid::from_u128(1)), PracticeId(Uuid::from_u128(2)));
    let first = Invitation::issue(id, practice, None, channel, mistyped.clone(), monday, life);
    let corrected = Correction { email: Email::parse("theo.lindqvist@brightwater-dental.example")?, ..mistyped };
    let second = first.correct(corrected, monday.plus(HOUR), life)?;
    println!("the first link: {}", spell(second.open_by(1, monday.plus(HOUR))));
    println!("the second link: {}", spell(second.open_by(2, monday.plus(HOUR))));
    println!("a week later: {}", spell(second.open_by(2, monday.plus(HOUR).plus(life))));

    // Guesses are counted before they are checked, so none slips under the limit.
    let mut counter = Counter::fresh(Subject(Uuid::from_u128(3)), Scope::Account);
    let mut checked = 0;
    for guess in 1..=20 {
        if let Admission::Granted(ticket) = counter.admit(TicketId(Uuid::from_u128(guess)), monday, policy.lockout) {
            counter.tickets.push(ticket);
            counter = counter.settle(Some(ticket.id), Outcome::Wrong, monday, policy.lockout).counter;
            checked += 1;
        }
    }
    println!("of 20 wrong passwords, {checked} were looked at");

    // A refusal names every rule that is not met.
    let context = Context { email: &second.email, name: &second.name, names: &["Brightwater Family Dental"] };
    for text in ["theolindqvist1", "harbor lamp seventeen"] {
        let verdict = policy.password.check(&Password::parse(text)?, context, false);
        println!(
            "{text:?} as a password: {}",
            verdict.map_or_else(|why| format!("{:?}", why.0), |()| "yes".to_owned())
        );
    }
    Ok(())
}

fn spell(outcome: Result<(), impl Error>) -> String {
    outcome.map_or_else(|why| why.to_string(), |()| "it opens".to_owned())
}

const HOUR: Duration = Duration::from_secs(60 * 60);
