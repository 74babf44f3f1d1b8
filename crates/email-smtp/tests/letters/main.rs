//! The words of every letter.

mod samples;

use practice_domain::channel::Product;
use practice_domain::member::Kind;
use practice_domain::policy::TwoStep;
use practice_domain::port::{Composer, Letter, LinkToken, Occasion, WordComes};
use practice_domain::value::{Email, NoticeId, PersonName, PracticeName, Time};
use practice_email_smtp::{Templates, TemplatesError};
use uuid::Uuid;

use samples::{every, invitation, reset, setup};

const LINK: &str = "https://portal.example.com/register/tok-en_1";

#[test]
fn an_invitation_says_who_asks_what_to_do_and_until_when() {
    let letter = compose(&invitation(Kind::Staff, true, Product::SecureMail));
    assert_eq!(letter.subject, "Join Bright Smile Dental on Practice Portal");
    assert_eq!(
        letter.text,
        "Hello Ann Lee,

Dana Ruiz at Bright Smile Dental asks you to join the practice as a member of the staff.

To join, open the link and choose a password. It takes about two minutes.

Get started:

https://portal.example.com/register/tok-en_1

The link works until Jun 9, 2026, 3:04 PM EDT.

If you did not expect this, ignore it. Nothing happens unless you open the link.

-- 
Practice Portal
This mail was sent by a machine that reads no answers.
"
    );
}

#[test]
fn an_invitation_has_five_wordings() {
    let cases = [
        (
            Kind::Doctor,
            true,
            Product::Collaborator,
            "Join Bright Smile Dental on Practice Portal",
            "join the practice as a doctor",
        ),
        (
            Kind::Staff,
            true,
            Product::SecureMail,
            "Join Bright Smile Dental on Practice Portal",
            "as a member of the staff",
        ),
        (
            Kind::Doctor,
            false,
            Product::Collaborator,
            "Bright Smile Dental invites you to Collaborator",
            "work with your practice through Collaborator",
        ),
        (
            Kind::Staff,
            false,
            Product::SecureMail,
            "Bright Smile Dental invites you to SecureMail",
            "exchange messages with you through SecureMail",
        ),
        (
            Kind::Patient,
            false,
            Product::TruForm,
            "Bright Smile Dental invites you to TruForm",
            "Bright Smile Dental invites you to TruForm.",
        ),
    ];
    let mut bodies = Vec::new();
    for (kind, joins, product, subject, phrase) in cases {
        let letter = compose(&invitation(kind, joins, product));
        assert_eq!(letter.subject, subject);
        assert!(letter.text.contains(phrase), "{}", letter.text);
        assert!(letter.html.contains(phrase), "{}", letter.html);
        bodies.push(letter.text);
    }
    bodies.sort();
    bodies.dedup();
    assert_eq!(bodies.len(), 5);
}

/// PRA-1
#[test]
fn the_first_account_of_a_practice_is_asked_by_the_practice() {
    let mut occasion = invitation(Kind::Doctor, true, Product::Operator);
    if let Occasion::Invitation { inviter, .. } = &mut occasion {
        *inviter = None;
    }
    let letter = compose(&occasion);
    assert!(
        letter.text.contains("\nBright Smile Dental asks you to join the practice as a doctor.\n"),
        "{}",
        letter.text
    );
}

/// EMP-2, CODE-2
#[test]
fn a_setup_letter_asks_for_the_code_word_and_never_holds_one() {
    let letter = compose(&setup(false));
    assert_eq!(letter.subject, "Set up your account at Bright Smile Dental");
    assert_eq!(
        letter.text,
        "Hello Ann Lee,

Bright Smile Dental gives you an account on Practice Portal.

To set it up, open the link and choose a password. You also need the code word of the practice.

We send it to your cell phone in a text. No text? Ask your office in person or by phone; nobody should ever write it to you.

Set up your account:

https://portal.example.com/setup/tok-en_1

The link works until Jun 9, 2026, 3:04 PM EDT.

If you did not expect this, ignore it. Nothing happens unless you open the link.

-- 
Practice Portal
This mail was sent by a machine that reads no answers.
"
    );
    let joining = compose(&setup(true));
    assert_eq!(joining.subject, "Confirm that you want to join Bright Smile Dental");
    assert!(!joining.text.contains("code word"), "whoever has a password needs none");
}

/// EMP-4, CODE-2
#[test]
fn a_reset_letter_speaks_of_the_code_word_where_there_is_a_practice() {
    let (staff, alone) = (compose(&reset(true)), compose(&reset(false)));
    assert_eq!(staff.subject, "Choose a new Practice Portal password");
    assert!(staff.text.contains("If you work at Bright Smile Dental, you also need the code word of the practice."));
    assert!(!alone.text.contains("code word"), "{}", alone.text);
}

/// CODE-2: where the word is only said, or not needed, no letter promises a text.
#[test]
fn letters_say_how_the_code_word_comes() {
    let with = |occasion: Occasion, by: WordComes| match occasion {
        Occasion::Setup { practice, name, has_account, link, expires_at, .. } => {
            compose(&Occasion::Setup { practice, name, has_account, word: by, link, expires_at })
        }
        Occasion::Reset { practice, name, link, expires_at, .. } => {
            compose(&Occasion::Reset { practice, word: by, name, link, expires_at })
        }
        other => compose(&other),
    };
    for occasion in [setup(false), reset(true)] {
        let spoken = with(occasion.clone(), WordComes::Spoken).text;
        assert!(
            spoken.contains("Ask your office for it, in person or by phone") && !spoken.contains("text."),
            "{spoken}"
        );
        let none = with(occasion, WordComes::NotAtAll).text;
        assert!(!none.contains("code word"), "{none}");
    }
}

/// CODE-3
#[test]
fn a_letter_about_wrong_code_words_says_what_to_do() {
    let practice = PracticeName::parse("Bright Smile Dental").expect("a name");
    let letter =
        compose(&Occasion::CodeWordsPaused { name: PersonName::parse("Ann", "Lee").expect("a name"), practice });
    assert_eq!(letter.subject, "Wrong code words at Bright Smile Dental");
    assert!(letter.text.contains("none is looked at for a quarter of an hour") && letter.text.contains("rotate"));
}

/// LIST-9, OT-09
#[test]
fn a_letter_about_changed_two_step_says_what_holds_now() {
    let practice = PracticeName::parse("Bright Smile Dental").expect("a name");
    let now = TwoStep { doctors: true, patients: false };
    let letter = compose(&Occasion::TwoStepChanged { name: PersonName::default(), practice, now });
    assert_eq!(letter.subject, "2-Step Verification Settings of Bright Smile Dental were changed");
    assert!(letter.text.contains("Doctors and staff give a code"), "{}", letter.text);
    assert!(letter.text.contains("Everybody else can register without a code."), "{}", letter.text);
}

/// EMP-4
#[test]
fn somebody_whose_password_was_changed_is_told_what_to_do_if_it_was_not_them() {
    let letter = compose(&Occasion::PasswordChanged { name: PersonName::default() });
    assert_eq!(letter.subject, "Your Practice Portal password was changed");
    assert!(letter.text.contains("you were signed out everywhere"), "{}", letter.text);
    assert!(letter.text.contains("If it was not you, tell an Owner or Office Administrator"), "{}", letter.text);
}

/// PV-02
#[test]
fn a_letter_to_a_patient_names_the_practice_and_the_product_only() {
    let letter = compose(&invitation(Kind::Patient, false, Product::TruForm));
    for part in [&letter.subject, &letter.text, &letter.html] {
        assert!(!part.contains("Dana") && !part.contains("Ruiz"), "{part}");
        assert!(!part.to_lowercase().contains("patient"), "{part}");
    }
}

/// PV-02
#[test]
fn no_letter_has_clinical_words() {
    for occasion in every() {
        let letter = compose(&occasion);
        let all = format!("{} {} {}", letter.subject, letter.text, letter.html).to_lowercase();
        for word in
            ["appointment", "treatment", "diagnos", "medical", "health", "clinic", "patient", "record", "result"]
        {
            assert!(!all.contains(word), "{word} in {}", letter.text);
        }
    }
}

#[test]
fn text_and_html_say_the_same() {
    for occasion in every() {
        let letter = compose(&occasion);
        let said = letter.text.split("\n\n").filter(|p| !p.starts_with("-- ") && !p.ends_with(':'));
        for paragraph in said {
            assert!(letter.html.contains(paragraph.trim()), "{paragraph} is not in\n{}", letter.html);
        }
    }
}

#[test]
fn a_link_stands_on_a_line_of_its_own_in_the_text_and_behind_a_button_in_the_html() {
    for occasion in every() {
        let letter = compose(&occasion);
        let urls: Vec<_> = letter.text.lines().filter(|line| line.contains("://")).collect();
        match occasion {
            Occasion::Locked { .. } | Occasion::EmailChanged { .. } => assert!(urls.is_empty()),
            Occasion::EmailChange { .. } => assert_eq!(urls, ["https://portal.example.com/email/tok-en_1"]),
            Occasion::Invitation { .. } | Occasion::Joining { .. } => assert_eq!(urls, [LINK]),
            Occasion::Setup { .. } => assert_eq!(urls, ["https://portal.example.com/setup/tok-en_1"]),
            Occasion::Reset { .. } => assert_eq!(urls, ["https://portal.example.com/reset/tok-en_1"]),
            _ => assert_eq!(urls, ["https://portal.example.com/login"]),
        }
        for url in urls {
            assert_eq!(letter.html.matches(&format!("href=\"{url}\"")).count(), 2, "{}", letter.html);
        }
    }
}

/// IN-02
#[test]
fn names_are_escaped_in_html_and_plain_in_text() {
    let practice = PracticeName::parse("<script>alert(1)</script> & Sons").expect("a name");
    let name = PersonName::parse("<img src=x onerror=y>", "{{7*7}} \"O'Neil\"").expect("a name");
    let occasion =
        Occasion::Joining { practice, name, link: LinkToken("tok-en_1".to_owned()), expires_at: Time::from_micros(0) };
    let letter = compose(&occasion);
    assert!(letter.text.contains("Hello <img src=x onerror=y> {{7*7}} \"O'Neil\","), "{}", letter.text);
    assert!(letter.text.contains("<script>alert(1)</script> & Sons asks you"));
    assert_eq!(letter.subject, "Confirm that you want to join <script>alert(1)</script> & Sons");
    assert!(!letter.html.contains("<script") && !letter.html.contains("<img"), "{}", letter.html);
    assert!(letter.html.contains("{{7*7}}") && letter.html.contains("&#60;img"), "{}", letter.html);
}

/// IN-02
#[test]
fn a_subject_never_holds_a_persons_name() {
    for occasion in every() {
        let subject = compose(&occasion).subject;
        for name in ["Ann", "Lee", "Dana", "Ruiz"] {
            assert!(!subject.contains(name), "{subject}");
        }
    }
}

/// SESS-1
#[test]
fn somebody_who_was_signed_out_hears_by_whose_managers_and_that_the_password_stays() {
    let (name, practice) = (PersonName::parse("Ann", "Lee"), PracticeName::parse("Bright Smile Dental"));
    let letter = compose(&Occasion::SessionsEnded { name: name.expect("a name"), practice: practice.expect("a name") });
    assert_eq!(letter.subject, "You were signed out of Bright Smile Dental");
    let said = "A User Manager of Bright Smile Dental ended one or more of your sessions on Practice Portal.\n\nYour password was not changed. You can sign in again.\n";
    assert!(letter.text.contains(said), "{}", letter.text);
    assert!(letter.text.contains("If you do not know why, ask a User Manager in your practice."), "{}", letter.text);
}

#[test]
fn somebody_without_a_name_is_greeted_too() {
    let letter = compose(&Occasion::Unlocked { name: PersonName::default() });
    assert!(letter.text.starts_with("Hello,\n\nYou can sign in again."), "{}", letter.text);
    assert!(letter.html.contains(">Hello,</p>"));
}

#[test]
fn html_needs_no_script_and_nothing_from_elsewhere() {
    for occasion in every() {
        let html = compose(&occasion).html;
        for word in ["<script", "src=", "@import", "url("] {
            assert!(!html.contains(word), "{word}");
        }
        assert!(html.starts_with("<!doctype html>\n<html lang=\"en\">"));
        assert!(html.contains("prefers-color-scheme: dark"));
    }
}

/// TK-02
#[test]
fn a_letter_is_the_same_at_every_attempt() {
    for occasion in every() {
        assert!(compose(&occasion) == compose(&occasion));
    }
}

#[test]
fn settings_that_lead_nowhere_are_refused() {
    let new = |url, zone| Templates::new("Practice Portal", url, zone).err();
    assert_eq!(new("https://portal.example.com/", "UTC"), None);
    assert_eq!(new("http://127.0.0.1:8080", "America/New_York"), None);
    for url in ["portal.example.com", "https://", "javascript:alert(1)", "https://x y", "https://x\" onclick="] {
        assert_eq!(new(url, "UTC"), Some(TemplatesError::BaseUrl), "{url}");
    }
    assert_eq!(new("https://portal.example.com", "Mars/Olympus"), Some(TemplatesError::TimeZone));
}

fn compose(occasion: &Occasion) -> Letter {
    let templates = Templates::new("Practice Portal", "https://portal.example.com/", "America/New_York").expect("fine");
    let to = Email::parse("ann@example.org").expect("an address");
    templates.compose(NoticeId(Uuid::from_u128(1)), &to, occasion)
}
