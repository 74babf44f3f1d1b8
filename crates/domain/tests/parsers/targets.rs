//! The parsers, and what each promises about what it takes.

use std::collections::BTreeSet;

use practice_domain::channel::{Catalogue, Product};
use practice_domain::intake::{
    Column, DryRun, Known, Presence, SheetError, Verdict, Wanted, guard, read, unguard, write,
};
use practice_domain::password::{Context, Standard};
use practice_domain::policy::Preset;
use practice_domain::value::{
    Email, EmailError, NameError, Password, PersonName, Phone, PhoneError, PracticeName, Reason, ReasonError, fold,
    look,
};

/// What a parser said, without what it was about.
pub(crate) type Answer = &'static str;

/// A parser.
pub(crate) struct Target {
    /// The name of its corpus.
    pub(crate) name: &'static str,
    /// Parses, and panics when a promise is broken.
    pub(crate) run: fn(&str) -> Answer,
}

/// All of them.
pub(crate) const TARGETS: &[Target] = &[
    Target { name: "email", run: email },
    Target { name: "phone", run: phone },
    Target { name: "person-name", run: person_name },
    Target { name: "practice-name", run: practice_name },
    Target { name: "reason", run: reason },
    Target { name: "password", run: password },
    Target { name: "fold", run: folding },
    Target { name: "look-alike", run: look_alike },
    Target { name: "csv", run: csv },
];

fn email(text: &str) -> Answer {
    let email = match Email::parse(text) {
        Ok(email) => email,
        Err(EmailError::Empty) => return "empty",
        Err(EmailError::TooLong) => return "too long",
        Err(EmailError::Malformed) => return "malformed",
        Err(EmailError::NotAscii) => return "not ascii",
    };
    let normal = email.normal();
    assert!(normal.is_ascii() && normal.len() <= 254 && email.local().len() <= 64);
    assert!(normal.bytes().all(|b| b.is_ascii_graphic()) && email.as_typed().bytes().all(|b| b.is_ascii_graphic()));
    assert_eq!(normal.matches('@').count(), 1);
    assert_eq!(normal, normal.to_ascii_lowercase());
    for again in [normal, email.as_typed(), &email.as_typed().to_ascii_uppercase()] {
        assert_eq!(Email::parse(again).as_ref().map(Email::normal), Ok(normal), "{again}");
    }
    assert!(!email.is_look_alike(&email));
    "taken"
}

fn phone(text: &str) -> Answer {
    let phone = match Phone::parse(text) {
        Ok(phone) => phone,
        Err(PhoneError::Empty) => return "empty",
        Err(PhoneError::Invalid) => return "invalid",
    };
    let digits = phone.e164().strip_prefix('+').expect("E.164 begins with a plus");
    assert!(digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0'));
    assert!((2..=15).contains(&digits.len()), "{}", phone.e164());
    assert_eq!(Phone::parse(phone.e164()).as_ref(), Ok(&phone));
    assert_eq!(Phone::parse(&phone.national()).as_ref(), Ok(&phone), "{}", phone.national());
    assert_eq!(phone.last_two().len(), 2);
    "taken"
}

/// A bar stands between first and last name.
fn person_name(text: &str) -> Answer {
    let (first, last) = text.split_once('|').unwrap_or((text, ""));
    let name = match PersonName::parse(first, last) {
        Ok(name) => name,
        Err(why) => return refused(why),
    };
    for part in [name.first(), name.last()] {
        is_line(part, 64);
    }
    assert_eq!(PersonName::parse(name.first(), name.last()).as_ref(), Ok(&name));
    assert_eq!(fold(&name.key()), name.key());
    assert!(!name.is_look_alike(&name));
    "taken"
}

fn practice_name(text: &str) -> Answer {
    match PracticeName::parse(text) {
        Ok(name) => {
            is_line(name.as_str(), 100);
            assert!(!name.as_str().is_empty());
            assert_eq!(PracticeName::parse(name.as_str()), Ok(name));
            "taken"
        }
        Err(why) => refused(why),
    }
}

fn refused(why: NameError) -> Answer {
    match why {
        NameError::Empty => "empty",
        NameError::TooLong => "too long",
        NameError::Control => "control",
        NameError::HasUrl => "url",
        NameError::CardNumber(_) => "card",
    }
}

/// One line of at most so many characters, with no space at its ends, and nothing that mail programs link.
fn is_line(text: &str, most: usize) {
    assert!(text.chars().count() <= most);
    assert!(!text.chars().any(char::is_control));
    assert_eq!(text, text.trim());
    assert!(!text.contains("  ") && !text.contains("://") && !text.contains("www."));
}

fn reason(text: &str) -> Answer {
    match Reason::parse(text) {
        Ok(reason) => {
            let said = reason.to_string();
            assert!((1..=300).contains(&said.chars().count()) && !said.chars().any(char::is_control));
            assert_eq!(Reason::parse(&said), Ok(reason));
            "taken"
        }
        Err(ReasonError::Empty) => "empty",
        Err(ReasonError::TooLong) => "too long",
        Err(ReasonError::Control) => "control",
        Err(ReasonError::CardNumber(_)) => "card",
    }
}

fn password(text: &str) -> Answer {
    let Ok(password) = Password::parse(text) else { return "too long" };
    if let Ok(again) = Password::parse(password.expose()) {
        assert_eq!(again.expose(), password.expose());
    }
    let email = Email::parse("marisol.vega@brightwater.example").expect("a good address");
    let name = PersonName::parse("Marisol", "Vega").expect("a good name");
    let context = Context { email: &email, name: &name, names: &["Bright Smile Dental", text] };
    let mut met = 0;
    for preset in [Preset::Standard, Preset::Strict, Preset::Portal, Preset::Office] {
        let standard = Standard::of(preset);
        match standard.check(&password, context, false) {
            Ok(()) => met += 1,
            Err(refused) => assert!(refused.0.iter().all(|rule| standard.rules().contains(rule))),
        }
    }
    if met == 0 { "weak" } else { "taken" }
}

fn folding(text: &str) -> Answer {
    let once = fold(text);
    assert_eq!(fold(&once), once);
    if once == text { "as it was" } else { "folded" }
}

fn look_alike(text: &str) -> Answer {
    let seen = look(text);
    assert_eq!(look(text), seen);
    assert!(seen.len() <= 64 * text.len() + 1);
    if seen == text { "as it was" } else { "seen otherwise" }
}

fn csv(text: &str) -> Answer {
    assert_eq!(unguard(&guard(text)), text);
    let sheet = match read(text.as_bytes()) {
        Ok(sheet) => sheet,
        Err(SheetError::TooLarge | SheetError::TooManyRows) => return "too large",
        Err(SheetError::NotText) => return "not text",
        Err(SheetError::NoHeader) => return "no header",
        Err(SheetError::Twice(_)) => return "twice",
        Err(SheetError::CardNumber { .. }) => return "card number",
        Err(SheetError::Missing(_)) => panic!("reading asks for no column"),
    };
    assert!(sheet.rows.windows(2).all(|pair| pair[0].line < pair[1].line));
    let catalogue = Catalogue::default();
    let invitations = Wanted::Invitations { product: Product::SecureMail, catalogue: &catalogue };
    let mut answer = "missing";
    for wanted in [Wanted::Employees, invitations] {
        let Ok(run) = DryRun::of(sheet.clone(), wanted, &[]) else { continue };
        answer = "verdicts";
        assert_eq!(run.rows().len(), sheet.rows.len());
        let like = |verdict: &Verdict| matches!(verdict, Verdict::LookAlike(..));
        let looked_at: BTreeSet<u64> =
            run.rows().iter().filter(|judged| like(&judged.verdict)).map(|judged| judged.row.line).collect();
        let plan = run.go(&looked_at);
        comes_back(&plan, wanted);
        let there: Vec<Known> =
            plan.entries().iter().map(|entry| Known { entry: entry.clone(), presence: Presence::Employee }).collect();
        let again = DryRun::of(sheet.clone(), wanted, &there).expect("the same columns");
        assert!(again.go(&looked_at).is_empty(), "a second time creates more");
    }
    answer
}

/// What a plan creates can be written and read, and is then there.
fn comes_back(plan: &practice_domain::intake::Plan, wanted: Wanted<'_>) {
    let there: Vec<Known> =
        plan.entries().iter().map(|entry| Known { entry: entry.clone(), presence: Presence::Invited }).collect();
    let text = write(&Column::ALL, plan.entries());
    let again = DryRun::of(read(text.as_bytes()).expect("our own file"), wanted, &there).expect("every column");
    assert_eq!(again.rows().len(), there.len());
    for judged in again.rows() {
        assert!(matches!(judged.verdict, Verdict::AlreadyThere(_)), "{:?}", judged.verdict);
    }
}
