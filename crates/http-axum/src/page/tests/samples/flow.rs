//! The pages for people who are not signed in.

use super::{Names, phone, text};
use crate::page::{
    AccessibilityPage, CodePage, CodeSentBy, DeadLink, DeadLinkPage, DeliveryOption, ErrorKind, ErrorPage, HelpPage,
    JoinPage, Link, LoginPage, OpenedPage, PasswordPage, PhonePage, PrivacyPage, Problems, Rule, RuleKind,
    SecurityCheck, Step, Steps, TermsPage, TermsSection, TermsStepPage, TermsText, VerifyIdentityPage, Visitor,
};
use askama::Template;

pub(super) fn all(names: &Names) -> Vec<(&'static str, String)> {
    let mut pages = sign_in(names);
    pages.extend(registration(names));
    pages.extend(ends(names));
    pages.into_iter().map(|(name, page)| (name, page.expect("the template renders"))).collect()
}

fn check(gate: &'static str) -> SecurityCheck {
    SecurityCheck { gate, turnstile: Some(text("0x4AAA")), ticket: text("1.2.3"), wait: 5 }
}

type Rendered = (&'static str, askama::Result<String>);

fn sign_in(names: &Names) -> Vec<Rendered> {
    let login = |visitor: Visitor, email: &str, refused: bool| LoginPage {
        visitor,
        email: text(email),
        next: Some(text("/manage?status=locked")),
        refused,
        check: (!refused).then(|| check("sign-in")),
    };
    let refusal = "We could not sign you in. Check your email address and password.";
    let email = "k.bjornstad@brightwater-dental.example";
    vec![
        ("login", login(names.visitor(), "", false).render()),
        ("login-refused", login(names.visitor_refused("email", refusal), email, true).render()),
        (
            "login-registered",
            login(names.visitor_told("You are registered. Sign in with your new password."), email, false).render(),
        ),
        ("login-signed-out", login(names.visitor_told("You are signed out."), "", false).render()),
    ]
}

fn registration(names: &Names) -> Vec<Rendered> {
    let mut pages = before_the_code(names);
    pages.extend(the_code(names));
    pages.extend(after_the_code(names));
    pages
}

fn before_the_code(names: &Names) -> Vec<Rendered> {
    let phones = |visitor: Visitor, cell: &str| PhonePage {
        visitor,
        steps: Steps::new(true, true, Step::Phone),
        practice: names.practice.clone(),
        cell: text(cell),
        phone: String::new(),
    };
    let option =
        |value: &str, label: &str, selected: bool| DeliveryOption { value: text(value), label: text(label), selected };
    let opened = OpenedPage {
        visitor: names.visitor(),
        action: text("/register/mfrGg82kLd"),
        practice: names.practice.clone(),
        inviter: Some(names.manager()),
        two_step: true,
        works_until: text("Jul 9, 2026"),
        check: Some(check("registration")),
    };
    let verify = VerifyIdentityPage {
        visitor: names.visitor(),
        steps: Steps::new(true, true, Step::VerifyIdentity),
        options: vec![
            option("text-cell", "Send a text to (•••) •••-0187", true),
            option("call-cell", "Make a call to (•••) •••-0187", false),
            option("call-phone", "Make a call to (•••) •••-0142", false),
        ],
        can_change_number: true,
        texts_stopped: false,
    };
    let stopped = VerifyIdentityPage {
        visitor: names.visitor(),
        steps: Steps::new(true, false, Step::VerifyIdentity),
        options: vec![option("call-cell", "Make a call to (•••) •••-0187", true)],
        can_change_number: false,
        texts_stopped: true,
    };
    vec![
        ("register-opened", opened.render()),
        ("register-phone", phones(names.visitor(), "(555) 010-0187").render()),
        (
            "register-phone-error",
            phones(names.visitor_refused("cell", "Enter a 10-digit phone number"), "555 010").render(),
        ),
        ("register-verify-identity", verify.render()),
        ("register-verify-identity-stopped", stopped.render()),
    ]
}

fn the_code(names: &Names) -> Vec<Rendered> {
    let code = |visitor: Visitor, sent_by: CodeSentBy| CodePage {
        visitor,
        steps: Steps::new(true, true, Step::Code),
        sent_by,
        ending: text("0187"),
        minutes: 10,
        digits: 6,
        failed: false,
    };
    let wrong = "That code is not right. Check the newest text. You have 3 tries left.";
    let soon = "Wait 20 seconds before you ask for another code.";
    vec![
        (
            "register-code",
            code(names.visitor_told("New code sent. The old code no longer works."), CodeSentBy::Text).render(),
        ),
        ("register-code-error", code(names.visitor_refused("code", wrong), CodeSentBy::Text).render()),
        ("register-code-not-arrived", CodePage { failed: true, ..code(names.visitor(), CodeSentBy::Text) }.render()),
        ("register-code-not-taken", CodePage { failed: true, ..code(names.visitor(), CodeSentBy::Call) }.render()),
        ("register-code-soon", code(names.visitor_refused("resend", soon), CodeSentBy::Call).render()),
    ]
}

fn after_the_code(names: &Names) -> Vec<Rendered> {
    let terms = TermsStepPage {
        visitor: names.visitor(),
        steps: Steps::new(true, false, Step::Terms),
        terms: terms_text(),
        open_until: text("Jul 9, 2026"),
    };
    let password = |visitor: Visitor, met: bool| PasswordPage {
        visitor,
        steps: Steps::new(false, false, Step::Password),
        email: text("a.bhattacharya@brightwater-dental.example"),
        rules: rules(met),
    };
    let mut problems = Problems::one("new-password", "Password needs a number and a symbol");
    problems.add("again", "The two passwords are not the same");
    let refused = Visitor { problems, ..names.visitor() };
    vec![
        ("register-terms", terms.render()),
        ("register-password", password(names.visitor(), false).render()),
        ("register-password-error", password(refused, true).render()),
    ]
}

fn ends(names: &Names) -> Vec<Rendered> {
    let dead = |why: DeadLink, number: Option<&str>| DeadLinkPage {
        visitor: names.visitor(),
        why,
        lifetime: Some(text("30 days")),
        call: number.map(|shown| phone(shown, "+15550100142")),
    };
    let error = |kind: ErrorKind, label: &str, href: &str| ErrorPage {
        visitor: names.visitor(),
        kind,
        sentence: None,
        reference: (kind == ErrorKind::Internal).then(|| text("7f3a-91c2-e804")),
        onward: Some(Link { label: text(label), href: text(href) }),
    };
    let join = |email: Option<&str>| JoinPage {
        visitor: names.visitor(),
        action: text("/join"),
        practice: names.practice.clone(),
        inviter: Some(names.manager()),
        email: email.map(text),
        sign_in_href: email.is_none().then(|| text("/login?next=%2Fjoin")),
    };
    let info = names.visitor();
    let terms = TermsPage { visitor: info.clone(), terms: terms_text() };
    vec![
        ("join", join(Some("e.nakagawa@lakeside.example")).render()),
        ("join-sign-in", join(None).render()),
        ("link-expired", dead(DeadLink::Expired, Some("(555) 010-0142")).render()),
        ("link-newer", dead(DeadLink::Newer, None).render()),
        ("link-gone", dead(DeadLink::Gone, Some("(555) 010-0142")).render()),
        ("link-registered", dead(DeadLink::Registered, None).render()),
        ("error-403", error(ErrorKind::Forbidden, "Go to Dashboard", "/dashboard").render()),
        ("error-404", error(ErrorKind::NotFound, "Go to Dashboard", "/dashboard").render()),
        ("error-410", error(ErrorKind::Gone, "Go to Dashboard", "/dashboard").render()),
        ("error-429", error(ErrorKind::TooMany, "Try again", "/login").render()),
        ("error-500", error(ErrorKind::Internal, "Go to Dashboard", "/dashboard").render()),
        ("error-stale", error(ErrorKind::StaleForm, "Sign in", "/login").render()),
        ("terms", terms.render()),
        ("help", HelpPage { visitor: info.clone() }.render()),
        ("privacy", PrivacyPage { visitor: info.clone() }.render()),
        ("accessibility", AccessibilityPage { visitor: info }.render()),
    ]
}

fn rules(met: bool) -> Vec<Rule> {
    let rule = |kind: RuleKind, words: &str, met: bool| Rule { kind, text: text(words), met };
    vec![
        rule(RuleKind::Length(8), "At least 8 characters", met),
        rule(RuleKind::Lower, "A lower-case letter", met),
        rule(RuleKind::Upper, "An upper-case letter", met),
        rule(RuleKind::Digit, "A number", false),
        rule(RuleKind::Symbol, "A symbol, such as ! or ?", false),
        rule(RuleKind::ServerOnly, "Not a common or leaked password", false),
        rule(RuleKind::ServerOnly, "Not your name, email or practice", false),
    ]
}

fn terms_text() -> TermsText {
    let section =
        |heading: &str, paragraph: &str| TermsSection { heading: text(heading), paragraphs: vec![text(paragraph)] };
    TermsText {
        version: text("2026-05-04"),
        dated: text("May 4, 2026"),
        sections: vec![
            section(
                "What this service is",
                "The portal lets your practice and the people it invites exchange protected health information. Your account is for you alone. Do not let anyone else use it.",
            ),
            section(
                "Your sign-in details",
                "Keep your password to yourself. Support will never ask for it. Tell your practice straight away if you think somebody else knows it, or if you lose a phone that you use for secret codes.",
            ),
            section(
                "Health information",
                "Send only what is needed, and only to people who may see it. The practice that invited you is responsible for the records it sends. You are responsible for what you send.",
            ),
            section(
                "Activity records",
                "We record sign-ins and changes to accounts, with the time and the network address. Your practice can see the records for its own accounts.",
            ),
            section(
                "Ending your account",
                "You can stop using the service at any time. Closing an account does not delete records that the law says must be kept.",
            ),
            section(
                "Changes to these terms",
                "We will ask you to accept new terms before they apply to you. The date at the top shows which version you accepted.",
            ),
        ],
    }
}
