//! The words of every letter. They are fixed: names are all that somebody typed.

mod billing;

use practice_domain::channel::Product;
use practice_domain::member::Kind;
use practice_domain::port::{LinkToken, Occasion};
use practice_domain::value::{PersonName, PracticeName, Time};

/// What a letter says, before it is set as text or HTML.
pub(crate) struct Words {
    /// The subject line; of names it may hold the practice's only.
    pub(crate) subject: String,
    /// Whom it greets.
    pub(crate) name: PersonName,
    /// Who asks for what; a paragraph each.
    pub(crate) body: Vec<String>,
    /// What to do.
    pub(crate) action: Option<Action>,
    /// What it means if it came unexpectedly.
    pub(crate) unexpected: &'static str,
}

/// A link to follow.
pub(crate) struct Action {
    /// What following it does.
    pub(crate) label: &'static str,
    /// Where it leads, below the base address.
    pub(crate) path: String,
    /// When it stops working, if it does.
    pub(crate) until: Option<Time>,
}

/// The words for an occasion.
pub(crate) fn words(brand: &str, occasion: &Occasion) -> Words {
    match occasion {
        Occasion::Invitation { practice, inviter, name, kind, joins, product, link, expires_at } => {
            let (subject, body) = invitation(brand, practice, inviter.as_ref(), *kind, *joins, *product);
            let action = Some(follow("Get started", link, *expires_at));
            Words { subject, name: name.clone(), body, action, unexpected: IGNORE }
        }
        Occasion::Joining { practice, name, link, expires_at } => Words {
            subject: format!("Confirm that you want to join {practice}"),
            name: name.clone(),
            body: vec![
                format!("{practice} asks you to join them on {brand}. You already have an account, and you keep it."),
                "To join, open the link and sign in with your password.".to_owned(),
            ],
            action: Some(follow("Join", link, *expires_at)),
            unexpected: IGNORE,
        },
        Occasion::PlainNotice { practice, name, product } => Words {
            subject: match product_name(*product) {
                Some(product) => format!("{practice} is waiting for you in {product}"),
                None => format!("{practice} is waiting for you on {brand}"),
            },
            name: name.clone(),
            body: vec![
                match product_name(*product) {
                    Some(product) => format!("{practice} wants to reach you through {product}."),
                    None => format!("{practice} wants to reach you through {brand}."),
                },
                "You already have an account. Sign in as always.".to_owned(),
            ],
            action: Some(sign_in()),
            unexpected: IGNORE,
        },
        Occasion::Locked { name } => Words {
            subject: format!("Your {brand} account is locked"),
            name: name.clone(),
            body: vec![
                "There were too many failed attempts to sign in, so we locked your account. Your password was not changed."
                    .to_owned(),
                "Ask a User Manager in your practice to unlock it.".to_owned(),
            ],
            action: None,
            unexpected: "If it was not you who tried to sign in, tell a User Manager in your practice.",
        },
        Occasion::Unlocked { name } => Words {
            subject: format!("Your {brand} account is unlocked"),
            name: name.clone(),
            body: vec!["You can sign in again. Your password was not changed.".to_owned()],
            action: Some(sign_in()),
            unexpected: "If you did not ask for this, tell a User Manager in your practice.",
        },
        Occasion::UserManagersChanged { name, practice } => Words {
            subject: format!("The User Managers of {practice} have changed"),
            name: name.clone(),
            body: vec![
                format!("{brand} support changed who manages the people of {practice}."),
                "Sign in to see who the User Managers are now.".to_owned(),
            ],
            action: Some(sign_in()),
            unexpected: "If nobody in your practice asked for this, tell support.",
        },
        Occasion::Billing(name, occasion) => billing::words(brand, name, occasion),
    }
}

/// The five wordings of an invitation: doctors and staff who join, and doctors, staff and patients elsewhere.
fn invitation(
    brand: &str,
    practice: &PracticeName,
    inviter: Option<&PersonName>,
    kind: Kind,
    joins: bool,
    product: Product,
) -> (String, Vec<String>) {
    let who = match inviter.filter(|name| !name.is_empty()) {
        Some(inviter) => format!("{inviter} at {practice}"),
        None => practice.to_string(),
    };
    let through = product_name(product).unwrap_or(brand);
    let join = format!("Join {practice} on {brand}");
    let invited = format!("{practice} invites you to {through}");
    match (kind, joins) {
        (Kind::Doctor, true) => {
            (join, vec![format!("{who} asks you to join the practice as a doctor."), steps("join")])
        }
        (Kind::Staff, true) => {
            (join, vec![format!("{who} asks you to join the practice as a member of the staff."), steps("join")])
        }
        (Kind::Doctor, false) => {
            (invited, vec![format!("{who} wants to work with your practice through {through}."), steps("start")])
        }
        (Kind::Staff, false) => {
            (invited, vec![format!("{who} wants to exchange messages with you through {through}."), steps("start")])
        }
        // The least that will do: mail is read on the way, and by more people than its owner.
        (Kind::Patient, _) => (invited, vec![format!("{practice} invites you to {through}."), steps("start")]),
    }
}

fn steps(verb: &str) -> String {
    format!("To {verb}, open the link and choose a password. It takes about two minutes.")
}

fn follow(label: &'static str, link: &LinkToken, until: Time) -> Action {
    Action { label, path: format!("/register/{}", link.0), until: Some(until) }
}

fn sign_in() -> Action {
    Action { label: "Sign in", path: "/login".to_owned(), until: None }
}

fn product_name(product: Product) -> Option<&'static str> {
    match product {
        Product::SecureMail => Some("SecureMail"),
        Product::TruForm => Some("TruForm"),
        Product::Collaborator => Some("Collaborator"),
        Product::Operator => None,
    }
}

const IGNORE: &str = "If you did not expect this, ignore it. Nothing happens unless you open the link.";
