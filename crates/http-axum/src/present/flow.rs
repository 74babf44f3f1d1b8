use practice_domain::challenge::Delivery;
use practice_domain::password::PasswordRule;
use practice_domain::registration::{Line, Offer, StepName};
use practice_domain::usecase::InProgress;

use crate::page::{DeliveryOption, Rule, RuleKind, Step, Steps, TermsSection, TermsText};
use crate::present::calendar::dated;
use crate::settings::Terms;

/// The bar of steps above a page of registration.
pub(crate) fn steps(run: &InProgress, at: StepName) -> Steps {
    let step = match at {
        StepName::Phones => Step::Phone,
        StepName::Delivery => Step::VerifyIdentity,
        StepName::Code => Step::Code,
        StepName::Terms => Step::Terms,
        StepName::Password | StepName::Done => Step::Password,
    };
    Steps::new(run.registration.two_step, run.asks_phone, step)
}

/// The ways on offer, and how a form names them; no text to a number that wants none (`WH-06`).
pub(crate) fn delivery_options(run: &InProgress) -> Vec<(Offer, DeliveryOption)> {
    let registration = &run.registration;
    let option = |(at, offer): (usize, Offer)| {
        let (delivery, line) = offer;
        let number = match line {
            Line::Cell => registration.phones.cell.as_ref(),
            Line::Landline => registration.phones.landline.as_ref(),
        };
        let ending = number.map(|number| number.last_two().to_owned()).unwrap_or_default();
        let (value, words) = match (delivery, line) {
            (Delivery::Text, Line::Cell) => ("text-cell", "Send a text to"),
            (Delivery::Text, Line::Landline) => ("text-phone", "Send a text to"),
            (Delivery::Call, Line::Cell) => ("call-cell", "Call"),
            (Delivery::Call, Line::Landline) => ("call-phone", "Call"),
        };
        let label = format!("{words} (•••) •••-••{ending}");
        (offer, DeliveryOption { value: value.to_owned(), label, selected: at == 0 })
    };
    let open = |(delivery, _): &Offer| !(run.texts_stopped && *delivery == Delivery::Text);
    registration.offers().into_iter().filter(open).enumerate().map(option).collect()
}

/// The rules beside the password field; `unmet` is what the password sent before did not meet, if one was.
pub(crate) fn password_rules(rules: &[PasswordRule], unmet: Option<&[PasswordRule]>) -> Vec<Rule> {
    let rule = |rule: &PasswordRule| Rule {
        kind: kind(*rule),
        text: text(*rule),
        met: unmet.is_some_and(|unmet| !unmet.contains(rule)),
    };
    rules.iter().map(rule).collect()
}

/// What to do about a password that does not meet every rule.
pub(crate) fn unmet(rules: &[PasswordRule]) -> String {
    let words: Vec<String> = rules.iter().map(|rule| lower_first(&text(*rule))).collect();
    format!("Password needs: {}", words.join("; "))
}

/// The terms of use, as the pages print them.
pub(crate) fn terms(terms: &Terms) -> TermsText {
    let section = |(heading, paragraphs): &(String, Vec<String>)| TermsSection {
        heading: heading.clone(),
        paragraphs: paragraphs.clone(),
    };
    TermsText {
        version: terms.version.clone(),
        dated: dated(&terms.version),
        sections: terms.sections.iter().map(section).collect(),
    }
}

fn kind(rule: PasswordRule) -> RuleKind {
    match rule {
        PasswordRule::Least(least) => RuleKind::Length(u32::try_from(least).unwrap_or(u32::MAX)),
        PasswordRule::Lower => RuleKind::Lower,
        PasswordRule::Upper => RuleKind::Upper,
        PasswordRule::Digit => RuleKind::Digit,
        PasswordRule::Symbol => RuleKind::Symbol,
        PasswordRule::Most(_)
        | PasswordRule::NoRuns
        | PasswordRule::NotContext
        | PasswordRule::NotCommon
        | PasswordRule::NotFormer(_) => RuleKind::ServerOnly,
    }
}

fn text(rule: PasswordRule) -> String {
    match rule {
        PasswordRule::Least(least) => format!("At least {least} characters"),
        PasswordRule::Most(most) => format!("At most {most} characters"),
        PasswordRule::Lower => "A lower-case letter".to_owned(),
        PasswordRule::Upper => "An upper-case letter".to_owned(),
        PasswordRule::Digit => "A number".to_owned(),
        PasswordRule::Symbol => "A symbol, like ! or #".to_owned(),
        PasswordRule::NoRuns => "No runs like abc, 321 or qwe, and nothing three times in a row".to_owned(),
        PasswordRule::NotContext => "More than your name, your email address or the name of your practice".to_owned(),
        PasswordRule::NotCommon => "Not a common password, and not one from a known leak".to_owned(),
        PasswordRule::NotFormer(1) => "Not the password that you have now".to_owned(),
        PasswordRule::NotFormer(number) => format!("Not one of your last {number} passwords"),
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
