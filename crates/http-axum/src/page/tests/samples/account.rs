//! The second step of signing in, and the pages about one's own account.

use super::{Names, text, when};
use crate::page::{
    AppKey, ChangeEmailPage, ChangePasswordPage, Chrome, ConfirmEmailPage, Details, FactorPanel, Link, Nav,
    PasskeyPage, PasskeyPanel, PasskeyRow, Picture, PracticeLine, PracticesPage, Problems, RecoveryCodesPage, Rule,
    RuleKind, SecondFactorPage, SecondStep, SecondStepPage, Visitor, ZoneOption,
};
use askama::Template;

type Rendered = (&'static str, askama::Result<String>);

pub(super) fn all(names: &Names) -> Vec<(&'static str, String)> {
    let mut pages = second_step(names);
    pages.extend(second_factor(names));
    pages.extend(account(names));
    pages.into_iter().map(|(name, page)| (name, page.expect("the template renders"))).collect()
}

pub(super) fn details(names: &Names) -> Details {
    let zone =
        |value: &str, label: &str| ZoneOption { value: text(value), label: text(label), selected: value.is_empty() };
    Details {
        first: text("Marisol"),
        last: names.last.clone(),
        cell: text("(555) 010-0187"),
        phone: String::new(),
        phones_open: false,
        zones: vec![zone("", "The same as the portal: Central Time"), zone("America/Denver", "Mountain Time")],
    }
}

fn second_step(names: &Names) -> Vec<Rendered> {
    let page = |visitor: Visitor, stage| SecondStepPage { visitor, stage, passkey: true, next: Some(text("/manage")) };
    let wrong = || names.visitor_refused("code", "That code is not right. You have 4 tries left.");
    let codes = RecoveryCodesPage {
        visitor: names.visitor(),
        codes: codes(),
        onward: Link { label: text("I Have Kept Them"), href: text("/dashboard") },
    };
    vec![
        ("login-code", page(names.visitor(), SecondStep::Code).render()),
        ("login-code-wrong", page(wrong(), SecondStep::Code).render()),
        ("login-code-recovery", page(names.visitor(), SecondStep::Recovery).render()),
        ("login-code-passkey", page(names.visitor(), SecondStep::Passkey(text("{\"publicKey\":{}}"))).render()),
        ("login-code-begin", page(names.visitor(), SecondStep::Begin).render()),
        ("login-code-set-up", page(names.visitor(), SecondStep::Confirm(app())).render()),
        ("login-code-set-up-wrong", page(wrong(), SecondStep::Confirm(app())).render()),
        ("login-recovery-codes", codes.render()),
    ]
}

fn second_factor(names: &Names) -> Vec<Rendered> {
    let page = |panel| SecondFactorPage { chrome: names.chrome(Nav::Profile), panel }.render();
    let on = FactorPanel::On { since: when("Jun 9, 2026", "2026-06-09"), left: 9, passkeys: Some(passkeys(names)) };
    let making = PasskeyPage {
        chrome: names.chrome(Nav::Profile),
        name: names.last.clone(),
        options: text("{\"publicKey\":{\"user\":{\"name\":\"'<b>\"}}}"),
    };
    vec![
        ("second-factor-off", page(FactorPanel::Off)),
        ("second-factor-set-up", page(FactorPanel::Confirm(app()))),
        ("second-factor-codes", page(FactorPanel::Codes(codes()))),
        ("second-factor-on", page(on)),
        ("passkey", making.render()),
    ]
}

fn account(names: &Names) -> Vec<Rendered> {
    let refused = |field, words| Chrome { problems: Problems::one(field, words), ..names.chrome(Nav::Profile) };
    let rule = |kind, words| Rule { kind, text: text(words), met: false };
    let rules =
        vec![rule(RuleKind::Length(8), "At least 8 characters"), rule(RuleKind::ServerOnly, "Not a common password")];
    let password = |chrome| ChangePasswordPage { chrome, rules: rules.clone() }.render();
    let email = |chrome, typed| ChangeEmailPage { chrome, email: text(typed) }.render();
    let practice =
        |id, name: &str, current| PracticeLine { id: text(id), name: text(name), role: text("Doctor/Staff"), current };
    let practices = PracticesPage {
        chrome: Chrome { elsewhere: true, ..names.chrome(Nav::Elsewhere) },
        practices: vec![practice("1", &names.practice, true), practice("2", "Lakeside Orthodontics", false)],
        next: Some(text("/manage")),
    };
    vec![
        ("change-password", password(names.chrome(Nav::Profile))),
        ("change-password-wrong", password(refused("current-password", "Your current password is not right."))),
        ("change-email", email(names.chrome(Nav::Profile), "")),
        ("change-email-wrong", email(refused("email", "This is your email address already."), "<b>@x")),
        ("confirm-email", ConfirmEmailPage { visitor: names.visitor(), email: text("new@x.example") }.render()),
        ("practices", practices.render()),
    ]
}

fn passkeys(names: &Names) -> PasskeyPanel {
    let row = |id, name: &str, used| PasskeyRow {
        id: text(id),
        name: text(name),
        added: when("Jun 9, 2026", "2026-06-09"),
        used,
    };
    let used = Some(when("Jun 12, 2026", "2026-06-12"));
    let kept = vec![row("1", "My phone", used), row("2", &names.last, None)];
    PasskeyPanel { room: true, allowed: true, name: String::new(), kept }
}

fn app() -> AppKey {
    AppKey {
        key: text("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
        uri: text("otpauth://totp/Practice%20Portal:m%40x.example?secret=GEZDGNBVGY3TQOJQ&issuer=Practice%20Portal"),
        picture: Some(Picture { size: 9, path: text("M4 4h1v1h-1z") }),
    }
}

fn codes() -> Vec<String> {
    vec![text("abcde-fghjk"), text("mnpqr-stuvw")]
}
