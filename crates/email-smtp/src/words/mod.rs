//! The words of every letter. They are fixed: names are all that somebody typed.

mod billing;

use practice_domain::channel::Product;
use practice_domain::member::Kind;
use practice_domain::notice::SupportAct;
use practice_domain::policy::TwoStep;
use practice_domain::port::{LinkToken, Occasion, WordComes};
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
        Occasion::Setup { practice, name, has_account, word, link, expires_at } => {
            setup(brand, practice, name, *has_account, *word, link, *expires_at)
        }
        Occasion::Reset { practice, word, name, link, expires_at } => {
            reset(brand, practice.as_ref(), *word, name, link, *expires_at)
        }
        Occasion::CodeWordsPaused { name, practice } => words_paused(name, practice),
        Occasion::PasswordChanged { name } => Words {
            subject: format!("Your {brand} password was changed"),
            name: name.clone(),
            body: vec![
                "Your password was changed, and you were signed out everywhere. If your account was locked, it is open again."
                    .to_owned(),
            ],
            action: Some(sign_in()),
            unexpected: "If it was not you, tell an Owner or Office Administrator in your practice at once.",
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
        Occasion::SessionsEnded { name, practice } => Words {
            subject: format!("You were signed out of {practice}"),
            name: name.clone(),
            body: vec![
                format!("A User Manager of {practice} ended one or more of your sessions on {brand}."),
                "Your password was not changed. You can sign in again.".to_owned(),
            ],
            action: Some(sign_in()),
            unexpected: "If you do not know why, ask a User Manager in your practice.",
        },
        Occasion::SecondFactorChanged { name } => Words {
            subject: format!("The second step of your {brand} sign-in was changed"),
            name: name.clone(),
            body: vec!["Your authenticator app was set up, removed or reset, or a passkey was added or removed.".to_owned()],
            action: Some(sign_in()),
            unexpected: "If neither you nor your practice did this, change your password and tell your practice.",
        },
        Occasion::EmailChange { name, link, expires_at } => Words {
            subject: format!("Confirm your new email address for {brand}"),
            name: name.clone(),
            body: vec!["Open the link to sign in with this address from now on. Until then nothing changes.".to_owned()],
            action: Some(Action {
                label: "Confirm this address",
                path: format!("/email/{}", link.0),
                until: Some(*expires_at),
            }),
            unexpected: IGNORE,
        },
        Occasion::EmailChanged { name } => Words {
            subject: format!("Your {brand} email address was changed"),
            name: name.clone(),
            body: vec!["Your account has another email address now. This one does not sign you in any more.".to_owned()],
            action: None,
            unexpected: "If it was not you, tell your practice or our support at once.",
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
        Occasion::TwoStepChanged { name, practice, now } => two_step(brand, name, practice, *now),
        Occasion::Support { name, practice, act } => support(brand, name, practice, *act),
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

/// `EMP-2`, `CODE-2`: the code word is spoken of, and never written.
fn setup(
    brand: &str,
    practice: &PracticeName,
    name: &PersonName,
    has_account: bool,
    word: WordComes,
    link: &LinkToken,
    until: Time,
) -> Words {
    let (subject, body) = if has_account {
        let keep = format!("{practice} gives you an account on {brand}. You already have one, and you keep it.");
        let join = "To join, open the link and sign in with your password.";
        (format!("Confirm that you want to join {practice}"), vec![keep, join.to_owned()])
    } else {
        let gives = format!("{practice} gives you an account on {brand}.");
        let choose = "To set it up, open the link and choose a password.";
        let body = match how(word) {
            Some(how) => vec![gives, format!("{choose} You also need the code word of the practice."), how.to_owned()],
            None => vec![gives, choose.to_owned()],
        };
        (format!("Set up your account at {practice}"), body)
    };
    let label = if has_account { "Join" } else { "Set up your account" };
    let action = Action { label, path: format!("/setup/{}", link.0), until: Some(until) };
    Words { subject, name: name.clone(), body, action: Some(action), unexpected: IGNORE }
}

/// `EMP-4`.
fn reset(
    brand: &str,
    practice: Option<&PracticeName>,
    word: WordComes,
    name: &PersonName,
    link: &LinkToken,
    until: Time,
) -> Words {
    let mut body = vec!["To choose a new password, open the link. Until then the old one stays as it is.".to_owned()];
    if let (Some(practice), Some(how)) = (practice, how(word)) {
        body.push(format!("If you work at {practice}, you also need the code word of the practice. {how}"));
    }
    let action = Action { label: "Choose a new password", path: format!("/reset/{}", link.0), until: Some(until) };
    Words {
        subject: format!("Choose a new {brand} password"),
        name: name.clone(),
        body,
        action: Some(action),
        unexpected: IGNORE,
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

/// LK-08: for User Managers. Whom it was about, and why, stands in the audit log.
fn support(brand: &str, name: &PersonName, practice: &PracticeName, act: SupportAct) -> Words {
    let what = match act {
        SupportAct::Unlocked => "unlocked the account of somebody who works at",
        SupportAct::PasswordDistrusted => "ended the sessions of somebody who works at",
        SupportAct::ApiKeyIssued => "made an API key, with which a product can invite people, for",
        SupportAct::ApiKeyRevoked => "took away an API key of",
        SupportAct::NoticeRetried => "sent a message again that had not arrived, for somebody of",
    };
    let mut body = vec![format!("{brand} support {what} {practice}.")];
    if act == SupportAct::PasswordDistrusted {
        body.push("They must choose a new password, because others may know the old one.".to_owned());
    }
    body.push("An Owner finds who did it, and why, in Settings under Audit.".to_owned());
    Words {
        subject: format!("{brand} support acted for {practice}"),
        name: name.clone(),
        body,
        action: Some(sign_in()),
        unexpected: "If nobody in your practice asked for this, tell support.",
    }
}

/// `CODE-3`: for whoever may rotate the word. It does not stand in here.
fn words_paused(name: &PersonName, practice: &PracticeName) -> Words {
    Words {
        subject: format!("Wrong code words at {practice}"),
        name: name.clone(),
        body: vec![
            format!(
                "Too many wrong code words were given with links of {practice}, so none is looked at for a quarter of an hour. \
                 Nobody can set or reset a password with a code word until then; signing in works as always."
            ),
            "If you do not know who it was, rotate the code word in Settings, User Accounts, and look at the audit log.".to_owned(),
        ],
        action: Some(sign_in()),
        unexpected: "Nobody got in by guessing: the code word alone opens nothing.",
    }
}

/// `LIST-9`: for User Managers. Who changed it, and when, stands in the audit log.
fn two_step(brand: &str, name: &PersonName, practice: &PracticeName, now: TwoStep) -> Words {
    let kind = |who: &str, on: bool| match on {
        true => format!("{who} give a code that we text or call to them when they register."),
        false => format!("{who} can register without a code."),
    };
    Words {
        subject: format!("2-Step Verification Settings of {practice} were changed"),
        name: name.clone(),
        body: vec![
            format!("Somebody who manages {practice} on {brand} changed who needs a code to register. This holds now:"),
            kind("Doctors and staff", now.doctors),
            kind("Everybody else", now.patients),
        ],
        action: Some(sign_in()),
        unexpected: "If nobody in your practice wanted this, change it back on Manage Account, and ask an Owner who did it: the audit log says so.",
    }
}

/// How the code word comes; nothing where none is needed.
fn how(word: WordComes) -> Option<&'static str> {
    match word {
        WordComes::NotAtAll => None,
        WordComes::ByText => Some(
            "We send it to your cell phone in a text. No text? Ask your office in person or by phone; nobody should ever write it to you.",
        ),
        WordComes::Spoken => Some("Ask your office for it, in person or by phone; nobody should ever write it to you."),
    }
}

const IGNORE: &str = "If you did not expect this, ignore it. Nothing happens unless you open the link.";
