//! A sentence for each kind of fact, for people who read an audit log (section 13). Names of people stand beside it, never in it.

use crate::billing::calendar::Cadence;
use crate::billing::plan::{PlanOption, Ware};
use crate::channel::Product;
use crate::fact::{FactKind, product_code};
use crate::member::Role;
use crate::policy::Key;
use crate::role::{Permission, Permissions, Roles};

/// Particulars by their names, as [`Fact::details`](super::Fact::details) gives them.
type Details = [(String, String)];

/// What happened, in plain words; roles are called as the practice calls them.
pub(crate) fn sentence(kind: FactKind, details: &Details, roles: &Roles) -> String {
    let d = |name| detail(details, name);
    let role = |code: &str| role(code, roles).to_owned();
    match kind {
        FactKind::PracticeFounded => reasoned("The practice began", d("reason")),
        FactKind::ApiKeyIssued => reasoned(&format!("API key for {} issued", product(d("product"))), d("reason")),
        FactKind::ApiKeyRevoked => reasoned(&format!("API key for {} revoked", product(d("product"))), d("reason")),
        FactKind::InvitationIssued => format!("Invited through {}", product(d("product"))),
        FactKind::AccountNotified => {
            format!("{} asked to invite somebody; a plain notice went out", product(d("product")))
        }
        FactKind::InvitationResent => "Invitation sent again".to_owned(),
        FactKind::InvitationCorrected => match d("address_changed") {
            "true" => "Invitation corrected, and sent to another address",
            _ => "Invitation corrected, and sent again",
        }
        .to_owned(),
        FactKind::InvitationWithdrawn => "Invitation taken back".to_owned(),
        FactKind::InvitationSuperseded => "Invitation gave way to another one".to_owned(),
        FactKind::RegistrationBegun => "Registration begun".to_owned(),
        FactKind::RegistrationPhonesGiven => "Phone numbers given".to_owned(),
        FactKind::RegistrationCodeSent => "Secret code ordered".to_owned(),
        FactKind::RegistrationCodeProven => "Secret code given".to_owned(),
        FactKind::RegistrationCodeWrong => format!("Wrong secret code; tries left: {}", d("tries_left")),
        FactKind::RegistrationTermsAccepted => format!("Terms of use accepted, version {}", d("version")),
        FactKind::AccountRegistered => "Registered".to_owned(),
        FactKind::MemberJoined => "Joined the practice".to_owned(),
        FactKind::UserManagerGranted => reasoned("User Manager granted", d("reason")),
        FactKind::UserManagerRevoked => reasoned("User Manager taken away", d("reason")),
        FactKind::TwoStepChanged => {
            format!("2-step is {} for doctors and staff, {} for patients", d("doctors"), d("patients"))
        }
        FactKind::PolicyChanged => policy(details),
        FactKind::PolicyDeviation => deviations(details),
        FactKind::SignInSucceeded => "Signed in".to_owned(),
        FactKind::SignInFailed => format!("Sign-in failed; failures in a row: {}", d("failures")),
        FactKind::SignInRefused => "Sign-in not looked at, because of a lock".to_owned(),
        FactKind::AccountLocked => locked(d("scope"), d("failures")),
        FactKind::AccountUnlocked => reasoned("Account unlocked", d("reason")),
        FactKind::SessionPasswordConfirmed => "Password given again".to_owned(),
        FactKind::SessionEnded => "Signed out".to_owned(),
        FactKind::MemberSessionsEnded => match d("session") {
            "all" => "Signed out everywhere by the practice",
            _ => "One session ended by the practice",
        }
        .to_owned(),
        FactKind::SignInPasswordOutdated => "The password was right and must be renewed".to_owned(),
        FactKind::PasswordChanged => "Password changed".to_owned(),
        FactKind::PasswordCompromised => reasoned("Password not trusted any more", d("reason")),
        FactKind::SecondFactorAsked => "The password was right; second step asked for".to_owned(),
        FactKind::SecondFactorWrong => format!("Wrong code of the authenticator app; in a row: {}", d("wrong")),
        FactKind::SecondFactorRefused => "Second step not looked at, because of a lock".to_owned(),
        FactKind::SecondFactorRecoveryCodeUsed => format!("Recovery code used; left: {}", d("left")),
        FactKind::SecondFactorBegun => "Set-up of an authenticator app begun".to_owned(),
        FactKind::SecondFactorEnrolled => "Authenticator app set up".to_owned(),
        FactKind::SecondFactorRemoved => "Authenticator app removed".to_owned(),
        FactKind::SecondFactorReset => "Authenticator app reset by the practice".to_owned(),
        FactKind::PasskeyBegun => "Adding a passkey begun".to_owned(),
        FactKind::PasskeyAdded => "Passkey added".to_owned(),
        FactKind::PasskeyNotAdded => "Passkey not added; the answer of the device was not right".to_owned(),
        FactKind::PasskeyRemoved => "Passkey removed".to_owned(),
        FactKind::PasskeyAsked => "Passkey asked for in the second step".to_owned(),
        FactKind::PasskeyUsed => "Signed in with a passkey".to_owned(),
        FactKind::PasskeyWrong => format!("Passkey not accepted; in a row: {}", d("wrong")),
        FactKind::PasskeyBackwards => {
            "Passkey refused, because its counter went backwards; it may have been copied".to_owned()
        }
        FactKind::EmailChangeAsked => "Another email address asked for".to_owned(),
        FactKind::EmailChanged => "Email address changed".to_owned(),
        FactKind::ProfileChanged => "Profile changed".to_owned(),
        FactKind::PracticeEntered => "Switched to this practice".to_owned(),
        FactKind::PracticeLeft => "Switched to another practice".to_owned(),
        FactKind::EmployeeAdded => "Employee added".to_owned(),
        FactKind::EmployeeChanged => "Employee changed".to_owned(),
        FactKind::EmployeeReactivated => "Employee active again".to_owned(),
        FactKind::EmployeeDeactivated => "Employee deactivated".to_owned(),
        FactKind::UserAccountAsked => format!("User account prepared: {}", role(d("role"))),
        FactKind::UserAccountSetUp => "User account set up".to_owned(),
        FactKind::UserAccountRestored => format!("User account given back: {}", role(d("role"))),
        FactKind::UserAccountDeactivated => "User account deactivated".to_owned(),
        FactKind::PasswordLinkSent => "Link to set a password sent".to_owned(),
        FactKind::PasswordLinkAsked => "Password reset asked for".to_owned(),
        FactKind::PasswordLinkNotSent => "Password reset asked for; nothing was sent".to_owned(),
        FactKind::PasswordLinkOpened => "Link to set a password opened".to_owned(),
        FactKind::PasswordLinkJoined => "Joined the practice with a setup link".to_owned(),
        FactKind::CodeWordProven => "Code word given".to_owned(),
        FactKind::CodeWordWrong => format!("Wrong code word; tries left: {}", d("tries_left")),
        FactKind::CodeWordPaused => "Too many wrong code words; all links of the practice pause for a while".to_owned(),
        FactKind::AccountPasswordSet => "Password set".to_owned(),
        FactKind::CodeWordMade => "Code word made".to_owned(),
        FactKind::CodeWordShown => "Code word shown".to_owned(),
        FactKind::CodeWordUnreadable => {
            "Code word could not be read; what is kept of it was changed or moved".to_owned()
        }
        FactKind::CodeWordRotated => "Code word rotated".to_owned(),
        FactKind::CodeWordTold => match d("how") {
            "in-person" => "Code word told in person",
            _ => "Code word told by phone",
        }
        .to_owned(),
        FactKind::RoleEdited => edited(d("added"), d("removed")),
        FactKind::RoleCopied => format!("Role copied from {}", role(d("of"))),
        FactKind::RoleRenamed => "Role renamed".to_owned(),
        FactKind::RoleRemoved => "Role removed".to_owned(),
        FactKind::RoleAssigned => format!("Role changed from {} to {}", role(d("before")), role(d("role"))),
        FactKind::CardEntryBegun => "Went to enter a card".to_owned(),
        FactKind::CardChanged => match d("on_file") {
            "true" => "Card on file changed",
            _ => "Card on file removed",
        }
        .to_owned(),
        FactKind::CardExpiryAnnounced => "Told that the card on file expires".to_owned(),
        FactKind::PurchaseQuoted => format!("Price asked: {}", d("amount")),
        FactKind::PurchaseOrdered => format!("Plan ordered: {}, {}", option(d("option")), d("amount")),
        FactKind::PurchaseAsked => "Payment asked for".to_owned(),
        FactKind::PurchaseDoubted => "Payment not yet certain".to_owned(),
        FactKind::PurchaseWaits => "Purchase waits for another payment".to_owned(),
        FactKind::PurchaseNeedsAction => "Payment must be confirmed by the payer".to_owned(),
        FactKind::PurchasePaid => format!("Paid: {}", d("amount")),
        FactKind::PurchaseDeclined => "Card declined; nothing was charged".to_owned(),
        FactKind::PurchaseAbandoned => "Purchase given up; nothing was charged".to_owned(),
        FactKind::PurchaseReturned => "Charged and not granted; the money goes back".to_owned(),
        FactKind::SubscriptionRenewed => format!("Plan renewed: {}", d("amount")),
        FactKind::SubscriptionFollowed => "Period of a plan brought up to date".to_owned(),
        FactKind::SubscriptionEnded => "Plan ended".to_owned(),
        FactKind::SubscriptionEnding => "Plan ends with its period".to_owned(),
        FactKind::SubscriptionProviderTold => "Payment provider told that the plan ends".to_owned(),
        FactKind::TierChanged => format!("SecureMail tier changed from {} to {}", tier(d("before")), tier(d("after"))),
        FactKind::InvoicesSummaryOrdered => "Invoice summary mailed to oneself".to_owned(),
        FactKind::PaymentsEventNoted => "Payment provider told nothing new".to_owned(),
        FactKind::AuditRead => "Audit log read".to_owned(),
        FactKind::ListImportStarted => format!("Import begun; rows: {}", d("rows")),
        FactKind::ListExported => match d("list") {
            "employees" => "Employees exported",
            "audit" => "Audit log exported",
            _ => "Manage Account exported",
        }
        .to_owned(),
        FactKind::NoticeRetried => reasoned("A mail that could not be delivered is tried again", d("reason")),
        FactKind::StoreRestored => reasoned("Everything restored from a backup", d("reason")),
        FactKind::StoreMoved => reasoned("Everything moved to another database", d("reason")),
        FactKind::OutboxReleased => reasoned("Mails and purchases released after a restore", d("reason")),
        FactKind::ProviderFollowed => reasoned("Plans brought in line with the payment provider", d("reason")),
    }
}

/// A particular; nothing when there is none of this name.
pub(crate) fn detail<'a>(details: &'a Details, name: &str) -> &'a str {
    details.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
}

fn reasoned(words: &str, reason: &str) -> String {
    if reason.is_empty() { words.to_owned() } else { format!("{words}: {reason}") }
}

fn product(code: &str) -> &str {
    let known = [Product::SecureMail, Product::TruForm, Product::Collaborator, Product::Operator];
    match known.into_iter().find(|product| product_code(*product) == code) {
        Some(Product::SecureMail) => "SecureMail",
        Some(Product::TruForm) => "TruForm",
        Some(Product::Collaborator) => "Collaborator",
        Some(Product::Operator) => "support",
        None => code,
    }
}

fn locked(scope: &str, failures: &str) -> String {
    let what = match scope {
        "strangers" => "Sign-in from unknown browsers",
        "device" => "Sign-in from one browser",
        _ => "Account",
    };
    format!("{what} locked at failure {failures}")
}

fn role<'a>(code: &str, roles: &'a Roles) -> &'a str {
    Role::with_code(code).and_then(|role| roles.name(role)).unwrap_or("a role that is gone")
}

fn edited(added: &str, removed: &str) -> String {
    let names = |codes: &str| {
        let names: Vec<_> = Permissions::parse(codes).unwrap_or_default().iter().map(Permission::name).collect();
        names.join(", ")
    };
    match (added, removed) {
        (added, "") => format!("Role may do more: {}", names(added)),
        ("", removed) => format!("Role may do less: {}", names(removed)),
        (added, removed) => format!("Role changed; added: {}; removed: {}", names(added), names(removed)),
    }
}

fn option(code: &str) -> &str {
    let Some(option) = PlanOption::of_code(code) else { return code };
    match (option.ware, option.cadence) {
        (Ware::SecureMail, Cadence::Monthly) => "SecureMail, monthly",
        (Ware::SecureMail, Cadence::Annual) => "SecureMail, annual",
        (Ware::OutlookPlugin, Cadence::Monthly) => "Outlook Plugin, monthly",
        (Ware::OutlookPlugin, Cadence::Annual) => "Outlook Plugin, annual",
    }
}

fn tier(code: &str) -> &str {
    match code {
        "free" => "Free",
        "paid" => "Paid",
        "paid-with-plugin" => "Paid with Plugin",
        other => other,
    }
}

/// The values that are others now, by what people call them.
fn policy(details: &Details) -> String {
    let label = |name: &str| Key::named(name).ok().map(|key| key.label);
    let changed = details.iter().filter_map(|(name, value)| Some(format!("{}: {value}", label(name)?)));
    let mut parts: Vec<_> = changed.collect();
    let (before, after) = (detail(details, "preset_before"), detail(details, "preset"));
    if before != after {
        parts.insert(0, format!("preset: {before} to {after}"));
    }
    format!("Security settings changed; {}", parts.join("; "))
}

fn deviations(details: &Details) -> String {
    let labels = details.iter().filter_map(|(name, _)| Key::named(name).ok()).map(|key| key.label);
    format!("Security settings that a norm advises against: {}", labels.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Particulars that name somebody or something, and are no words for people.
    const IDS: [&str; 14] = [
        "account",
        "member",
        "employee",
        "invitation",
        "registration",
        "link",
        "run",
        "session",
        "purchase",
        "quote",
        "subscription",
        "key",
        "practice",
        "serial",
    ];

    fn details(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn say(kind: FactKind, pairs: &[(&str, &str)]) -> String {
        sentence(kind, &details(pairs), &Roles::of(Vec::new()))
    }

    /// AU-05, CODE-2: every kind reads as words of a few lines' length, and none shows an id or a code word's serial.
    #[test]
    fn every_kind_has_words_and_none_shows_an_id() {
        let ids = IDS.map(|name| (name, "7f3c2f6e-0000-4000-8000-000000000001"));
        let mut said = std::collections::BTreeSet::new();
        for kind in FactKind::ALL {
            let words = say(*kind, &ids);
            assert!(words.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == ' '), "{words:?}");
            assert!(words.len() < 90 && !words.contains("7f3c2f6e"), "{words}");
            said.insert(words);
        }
        assert_eq!(said.len(), FactKind::ALL.len(), "each its own");
    }

    #[test]
    fn particulars_stand_in_the_sentence() {
        let locked = [("scope", "account"), ("failures", "7")];
        assert_eq!(say(FactKind::AccountLocked, &locked), "Account locked at failure 7");
        let granted = [("reason", "ticket 48213")];
        assert_eq!(say(FactKind::UserManagerGranted, &granted), "User Manager granted: ticket 48213");
        let edited = [("added", "set-goals run-queries"), ("removed", "")];
        assert_eq!(say(FactKind::RoleEdited, &edited), "Role may do more: Edit and set practice goals, Run queries");
        let assigned = [("before", "owner"), ("role", "7f3c2f6e-0000-4000-8000-000000000001")];
        assert_eq!(say(FactKind::RoleAssigned, &assigned), "Role changed from Owner to a role that is gone");
        let policy = [("preset", "office"), ("preset_before", "standard"), ("session.idle_minutes", "30 to 20")];
        assert_eq!(
            say(FactKind::PolicyChanged, &policy),
            "Security settings changed; preset: standard to office; Sign people out when idle for: 30 to 20"
        );
        let ordered = [("option", "securemail-annual"), ("amount", "USD 108.00")];
        assert_eq!(say(FactKind::PurchaseOrdered, &ordered), "Plan ordered: SecureMail, annual, USD 108.00");
    }
}
