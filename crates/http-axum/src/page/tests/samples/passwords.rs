//! The pages of a forgotten password, and from a mailed link to a new one.

use super::{Names, phone, text};
use crate::page::{
    CheckEmailPage, CodeWordPage, DeadPasswordLinkPage, ForgotPage, NewPasswordPage, PasswordLinkEnd, PasswordLinkPage,
    Rule, RuleKind, Step, Steps, Visitor,
};
use askama::Template;

pub(super) fn all(names: &Names) -> Vec<(&'static str, String)> {
    let mut pages = before_the_link(names);
    pages.extend(behind_the_link(names));
    pages.extend(dead_links(names));
    pages.into_iter().map(|(name, page)| (name, page.expect("the template renders"))).collect()
}

type Rendered = (&'static str, askama::Result<String>);

fn before_the_link(names: &Names) -> Vec<Rendered> {
    let format = "Enter an email address in the correct format, like name@example.com";
    let forgot = |visitor: Visitor, email: &str| ForgotPage { visitor, check: None, email: text(email) }.render();
    let sent = |renewal: bool| CheckEmailPage { visitor: names.visitor(), renewal }.render();
    vec![
        ("forgot", forgot(names.visitor(), "")),
        ("forgot-error", forgot(names.visitor_refused("email", format), "theo")),
        ("forgot-sent", sent(false)),
        ("password-renewal", sent(true)),
    ]
}

fn behind_the_link(names: &Names) -> Vec<Rendered> {
    let opened = |setup: bool, asks_word: bool| {
        let works_until = text("Jul 9, 2026, 3:15 PM");
        PasswordLinkPage { visitor: names.visitor(), setup, asks_word, texts_word: !setup, works_until }.render()
    };
    let word = |visitor: Visitor| {
        let steps = Steps::with_code_word(Step::CodeWord);
        let (texts_word, call) = (visitor.problems.is_empty(), Some(phone("(555) 010-0142", "+15550100142")));
        CodeWordPage { visitor, check: None, steps, texts_word, call }.render()
    };
    let rule = |kind: RuleKind, words: &str, met: bool| Rule { kind, text: text(words), met };
    let password = |visitor: Visitor, steps: Option<Steps>, terms: Option<&str>| {
        let rules = vec![
            rule(RuleKind::Length(8), "At least 8 characters", true),
            rule(RuleKind::ServerOnly, "Not a common or leaked password", false),
        ];
        let email = text("h.farah@brightwater-dental.example");
        NewPasswordPage { visitor, steps, email, rules, terms: terms.map(text) }.render()
    };
    let staff = || Some(Steps::with_code_word(Step::Password));
    let wrong = "That code word is not right. You have 3 tries left; then the link stops working.";
    vec![
        ("password-link-setup", opened(true, true)),
        ("password-link-reset", opened(false, false)),
        ("password-code-word", word(names.visitor())),
        ("password-code-word-error", word(names.visitor_refused("code-word", wrong))),
        ("password-new-setup", password(names.visitor(), staff(), Some("2026-05-04"))),
        (
            "password-new-terms",
            password(names.visitor_refused("terms", "Accept the terms of use."), staff(), Some("2026-05-04")),
        ),
        ("password-new-reset", password(names.visitor(), None, None)),
    ]
}

fn dead_links(names: &Names) -> Vec<Rendered> {
    let dead = |why: PasswordLinkEnd, can_ask: bool, number: Option<&str>| {
        let call = number.map(|shown| phone(shown, "+15550100142"));
        DeadPasswordLinkPage { visitor: names.visitor(), why, can_ask, call }.render()
    };
    vec![
        ("password-link-expired", dead(PasswordLinkEnd::Expired, false, Some("(555) 010-0142"))),
        ("password-link-newer", dead(PasswordLinkEnd::Newer, true, None)),
        ("password-link-gone", dead(PasswordLinkEnd::Gone, true, Some("(555) 010-0142"))),
        ("password-link-used", dead(PasswordLinkEnd::Used, true, None)),
        ("password-link-slow", dead(PasswordLinkEnd::TooSlow, true, None)),
    ]
}
