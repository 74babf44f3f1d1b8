//! What the audit log keeps of each fact, and how it reads. Both are sealed: a code or a particular never changes its meaning.

mod money;

use practice_domain::channel::Product;
use practice_domain::code_word::Told;
use practice_domain::fact::{AccountFact, Actor, EmployeeFact, Fact, KeepingFact, ListFact, Listed};
use practice_domain::lockout::Scope;
use practice_domain::member::{Kind, Role};
use practice_domain::password::Outdated;
use practice_domain::policy::{Policy, PolicyChange, Preset, TwoStep, Value};
use practice_domain::port::LogLine;
use practice_domain::role::{Permission, Permissions, RoleFact, Roles};
use practice_domain::value::{Reason, Time};
use uuid::Uuid;

/// An id whose text is given as `#1`.
fn id<T: From<Uuid>>(number: u128) -> T {
    T::from(Uuid::from_u128(number))
}

fn reason() -> Reason {
    Reason::parse("ticket 48213").expect("a reason")
}

/// A fact as it is kept and as it reads: code, particulars, sentence.
fn told(fact: &Fact) -> String {
    let details: Vec<_> = fact.details().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let kept: Vec<_> = details.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let kept = kept.join(", ").replace("00000000-0000-0000-0000-00000000000", "#");
    let (kind, actor, at) = (fact.kind(), Actor::Visitor, Time::from_micros(0));
    let line = LogLine { number: 1, at, kind, details, actor, address: None };
    format!("{} | {kept} | {}", fact.code(), line.sentence(&Roles::of(Vec::new())))
}

/// Compares facts with what is kept of them, a line each.
fn assert_kept(facts: &[Fact], expected: &str) {
    let kept: Vec<_> = facts.iter().map(told).collect();
    let expected: Vec<_> = expected.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(kept, expected);
}

fn switches(doctors: bool, patients: bool) -> TwoStep {
    TwoStep { doctors, patients }
}

fn none() -> Permissions {
    Permissions::default()
}

/// A practice of the standard ends idle sessions sooner.
fn shorter_sessions() -> PolicyChange {
    let own = Policy::with(Preset::Standard, [("session.idle_minutes", Value::Number(20))]).expect("within bounds");
    PolicyChange::between(&Policy::of(Preset::Standard), &own).expect("they differ")
}

/// AU-01, AU-02
#[test]
fn invitations_and_registrations_are_kept_with_their_particulars() {
    let facts = [
        Fact::PersonInvited { invitation: id(1), product: Product::SecureMail, kind: Kind::Doctor },
        Fact::PersonInvited { invitation: id(1), product: Product::TruForm, kind: Kind::Staff },
        Fact::PersonInvited { invitation: id(1), product: Product::Collaborator, kind: Kind::Patient },
        Fact::AccountNotified { account: id(1), product: Product::Operator },
        Fact::InvitationResent { invitation: id(1), generation: 3 },
        Fact::InvitationCorrected { invitation: id(1), generation: 3, address_changed: true },
        Fact::InvitationCorrected { invitation: id(1), generation: 3, address_changed: false },
        Fact::InvitationWithdrawn { invitation: id(1) },
        Fact::InvitationSuperseded { invitation: id(1) },
        Fact::RegistrationBegun { registration: id(1), invitation: id(2), two_step: true },
        Fact::RegistrationBegun { registration: id(1), invitation: id(2), two_step: false },
        Fact::PhonesGiven { registration: id(1) },
        Fact::CodeSent { registration: id(1), serial: 2 },
        Fact::CodeProven { registration: id(1), serial: 2 },
        Fact::CodeWrong { registration: id(1), serial: 2, tries_left: 4 },
        Fact::TermsAccepted { registration: id(1), version: "2026-05-04".to_owned() },
        Fact::AccountRegistered { account: id(1), invitation: id(2) },
        Fact::MemberJoined { member: id(1), account: id(2) },
    ];
    assert_kept(&facts, "
invitation.issued | invitation=#1, product=securemail, kind=doctor | Invited through SecureMail
invitation.issued | invitation=#1, product=truform, kind=staff | Invited through TruForm
invitation.issued | invitation=#1, product=collaborator, kind=patient | Invited through Collaborator
account.notified | account=#1, product=operator | support asked to invite somebody; a plain notice went out
invitation.resent | invitation=#1, generation=3 | Invitation sent again
invitation.corrected | invitation=#1, generation=3, address_changed=true | Invitation corrected, and sent to another address
invitation.corrected | invitation=#1, generation=3, address_changed=false | Invitation corrected, and sent again
invitation.withdrawn | invitation=#1 | Invitation taken back
invitation.superseded | invitation=#1 | Invitation gave way to another one
registration.begun | registration=#1, invitation=#2, two_step=on | Registration begun
registration.begun | registration=#1, invitation=#2, two_step=off | Registration begun
registration.phones-given | registration=#1 | Phone numbers given
registration.code-sent | registration=#1, serial=2 | Secret code ordered
registration.code-proven | registration=#1, serial=2 | Secret code given
registration.code-wrong | registration=#1, serial=2, tries_left=4 | Wrong secret code; tries left: 4
registration.terms-accepted | registration=#1, version=2026-05-04 | Terms of use accepted, version 2026-05-04
account.registered | account=#1, invitation=#2 | Registered
member.joined | member=#1, account=#2 | Joined the practice
");
}

/// AU-01, LOCK-1, LOCK-5, SESS-1, SESS-2
#[test]
fn signing_in_is_kept_with_its_particulars() {
    let facts = [
        Fact::SignedIn { account: id(1), session: id(2) },
        Fact::SignInFailed { account: Some(id(1)), failures: 3 },
        Fact::SignInFailed { account: None, failures: 3 },
        Fact::SignInRefused { account: Some(id(1)) },
        Fact::SignInRefused { account: None },
        Fact::Locked { account: Some(id(1)), scope: Scope::Account, failures: 7 },
        Fact::Locked { account: None, scope: Scope::Strangers, failures: 7 },
        Fact::Locked { account: Some(id(1)), scope: Scope::Device(id(2)), failures: 7 },
        Fact::Unlocked { account: id(1), failures: 7, reason: None },
        Fact::Unlocked { account: id(1), failures: 7, reason: Some(reason()) },
        Fact::PasswordConfirmed { session: id(1) },
        Fact::SessionEnded { session: id(1) },
        Fact::MemberSessionsEnded { member: id(1), account: id(2), session: None },
        Fact::MemberSessionsEnded { member: id(1), account: id(2), session: Some(id(3)) },
    ];
    assert_kept(
        &facts,
        "
sign-in.succeeded | account=#1, session=#2 | Signed in
sign-in.failed | account=#1, failures=3 | Sign-in failed; failures in a row: 3
sign-in.failed | failures=3 | Sign-in failed; failures in a row: 3
sign-in.refused | account=#1 | Sign-in not looked at, because of a lock
sign-in.refused |  | Sign-in not looked at, because of a lock
account.locked | account=#1, scope=account, failures=7 | Account locked at failure 7
account.locked | scope=strangers, failures=7 | Sign-in from unknown browsers locked at failure 7
account.locked | account=#1, scope=device, failures=7 | Sign-in from one browser locked at failure 7
account.unlocked | account=#1, failures=7 | Account unlocked
account.unlocked | account=#1, failures=7, reason=ticket 48213 | Account unlocked: ticket 48213
session.password-confirmed | session=#1 | Password given again
session.ended | session=#1 | Signed out
member.sessions-ended | member=#1, account=#2, session=all | Signed out everywhere by the practice
member.sessions-ended | member=#1, account=#2, session=#3 | One session ended by the practice
",
    );
}

/// AU-01, PW-06, PW-07, SESS-3
#[test]
fn what_people_do_with_their_accounts_is_kept() {
    let facts = [
        AccountFact::PasswordOutdated { account: id(1), why: Outdated::Compromised },
        AccountFact::PasswordOutdated { account: id(1), why: Outdated::Expired },
        AccountFact::PasswordOutdated { account: id(1), why: Outdated::TooShort },
        AccountFact::PasswordOutdated { account: id(1), why: Outdated::Common },
        AccountFact::PasswordChanged { account: id(1) },
        AccountFact::PasswordCompromised { account: id(1), reason: reason() },
        AccountFact::SecondFactorAsked { account: id(1), session: id(2) },
        AccountFact::SecondFactorWrong { account: id(1), wrong: 2 },
        AccountFact::SecondFactorRefused { account: id(1) },
        AccountFact::RecoveryCodeUsed { account: id(1), left: 9 },
        AccountFact::SecondFactorBegun { account: id(1) },
        AccountFact::SecondFactorEnrolled { account: id(1) },
        AccountFact::SecondFactorRemoved { account: id(1) },
        AccountFact::SecondFactorReset { account: id(1), member: id(2) },
        AccountFact::PasskeyBegun { account: id(1) },
        AccountFact::PasskeyAdded { account: id(1), passkey: id(2) },
        AccountFact::PasskeyNotAdded { account: id(1) },
        AccountFact::PasskeyRemoved { account: id(1), passkey: id(2) },
        AccountFact::PasskeyAsked { account: id(1) },
        AccountFact::PasskeyUsed { account: id(1), passkey: id(2) },
        AccountFact::PasskeyWrong { account: id(1), wrong: 2 },
        AccountFact::PasskeyBackwards { account: id(1), passkey: id(2) },
        AccountFact::EmailChangeAsked { account: id(1), serial: 2 },
        AccountFact::EmailChanged { account: id(1), serial: 2 },
        AccountFact::ProfileChanged { account: id(1) },
        AccountFact::PracticeEntered { account: id(1), session: id(2) },
        AccountFact::PracticeLeft { account: id(1), session: id(2) },
    ];
    assert_kept(&facts.map(Fact::Account), "
sign-in.password-outdated | account=#1, why=compromised | The password was right and must be renewed
sign-in.password-outdated | account=#1, why=expired | The password was right and must be renewed
sign-in.password-outdated | account=#1, why=too-short | The password was right and must be renewed
sign-in.password-outdated | account=#1, why=common | The password was right and must be renewed
password.changed | account=#1 | Password changed
password.compromised | account=#1, reason=ticket 48213 | Password not trusted any more: ticket 48213
second-factor.asked | account=#1, session=#2 | The password was right; second step asked for
second-factor.wrong | account=#1, wrong=2 | Wrong code of the authenticator app; in a row: 2
second-factor.refused | account=#1 | Second step not looked at, because of a lock
second-factor.recovery-code-used | account=#1, left=9 | Recovery code used; left: 9
second-factor.begun | account=#1 | Set-up of an authenticator app begun
second-factor.enrolled | account=#1 | Authenticator app set up
second-factor.removed | account=#1 | Authenticator app removed
second-factor.reset | account=#1, member=#2 | Authenticator app reset by the practice
passkey.begun | account=#1 | Adding a passkey begun
passkey.added | account=#1, passkey=#2 | Passkey added
passkey.not-added | account=#1 | Passkey not added; the answer of the device was not right
passkey.removed | account=#1, passkey=#2 | Passkey removed
passkey.asked | account=#1 | Passkey asked for in the second step
passkey.used | account=#1, passkey=#2 | Signed in with a passkey
passkey.wrong | account=#1, wrong=2 | Passkey not accepted; in a row: 2
passkey.backwards | account=#1, passkey=#2 | Passkey refused, because its counter went backwards; it may have been copied
email.change-asked | account=#1, serial=2 | Another email address asked for
email.changed | account=#1, serial=2 | Email address changed
profile.changed | account=#1 | Profile changed
practice.entered | account=#1, session=#2 | Switched to this practice
practice.left | account=#1, session=#2 | Switched to another practice
");
}

/// AU-01, EMP-1, EMP-2, EMP-3, EMP-4, CODE-1, CODE-2, CODE-3
#[test]
fn employees_links_and_code_words_are_kept() {
    let facts = [
        EmployeeFact::Added { employee: id(1) },
        EmployeeFact::Changed { employee: id(1) },
        EmployeeFact::Reactivated { employee: id(1) },
        EmployeeFact::Deactivated { employee: id(1) },
        EmployeeFact::UserAsked { employee: id(1), role: Role::FrontDesk },
        EmployeeFact::UserSetUp { employee: id(1), member: id(2) },
        EmployeeFact::UserRestored { employee: id(1), member: id(2), role: Role::Owner },
        EmployeeFact::UserDeactivated { employee: id(1), member: Some(id(2)) },
        EmployeeFact::UserDeactivated { employee: id(1), member: None },
        EmployeeFact::LinkSent { link: id(1), generation: 2 },
        EmployeeFact::ResetAsked { account: Some(id(1)) },
        EmployeeFact::ResetAsked { account: None },
        EmployeeFact::ResetNotSent { account: Some(id(1)) },
        EmployeeFact::ResetNotSent { account: None },
        EmployeeFact::LinkOpened { link: id(1), run: id(2) },
        EmployeeFact::LinkJoined { link: id(1), account: id(2) },
        EmployeeFact::WordProven { link: id(1), serial: 2 },
        EmployeeFact::WordWrong { link: id(1), tries_left: 4 },
        EmployeeFact::WordsPaused { serial: 2 },
        EmployeeFact::PasswordSet { account: id(1) },
        EmployeeFact::WordMade { serial: 2 },
        EmployeeFact::WordShown { serial: 2 },
        EmployeeFact::WordUnreadable { serial: 2 },
        EmployeeFact::WordRotated { serial: 2 },
        EmployeeFact::WordTold { employee: id(1), serial: 2, how: Told::InPerson },
        EmployeeFact::WordTold { employee: id(1), serial: 2, how: Told::ByPhone },
    ];
    assert_kept(
        &facts.map(Fact::Employee),
        "
employee.added | employee=#1 | Employee added
employee.changed | employee=#1 | Employee changed
employee.reactivated | employee=#1 | Employee active again
employee.deactivated | employee=#1 | Employee deactivated
user-account.asked | employee=#1, role=front-desk | User account prepared: Front Desk
user-account.set-up | employee=#1, member=#2 | User account set up
user-account.restored | employee=#1, member=#2, role=owner | User account given back: Owner
user-account.deactivated | employee=#1, member=#2 | User account deactivated
user-account.deactivated | employee=#1 | User account deactivated
password-link.sent | link=#1, generation=2 | Link to set a password sent
password-link.asked | account=#1 | Password reset asked for
password-link.asked |  | Password reset asked for
password-link.not-sent | account=#1 | Password reset asked for; nothing was sent
password-link.not-sent |  | Password reset asked for; nothing was sent
password-link.opened | link=#1, run=#2 | Link to set a password opened
password-link.joined | link=#1, account=#2 | Joined the practice with a setup link
code-word.proven | link=#1, serial=2 | Code word given
code-word.wrong | link=#1, tries_left=4 | Wrong code word; tries left: 4
code-word.paused | serial=2 | Too many wrong code words; all links of the practice pause for a while
account.password-set | account=#1 | Password set
code-word.made | serial=2 | Code word made
code-word.shown | serial=2 | Code word shown
code-word.unreadable | serial=2 | Code word could not be read; what is kept of it was changed or moved
code-word.rotated | serial=2 | Code word rotated
code-word.told | employee=#1, serial=2, how=in-person | Code word told in person
code-word.told | employee=#1, serial=2, how=by-phone | Code word told by phone
",
    );
}

/// AU-01, AU-05, PRA-1, PRA-3, PRA-6, ROLE-1, ROLE-2, LIST-9, BK-02
#[test]
fn settings_and_support_are_kept() {
    let facts = [
        Fact::PracticeFounded { practice: id(1), reason: None },
        Fact::PracticeFounded { practice: id(1), reason: Some(reason()) },
        Fact::ApiKeyIssued { key: id(1), product: Product::SecureMail, reason: None },
        Fact::ApiKeyIssued { key: id(1), product: Product::TruForm, reason: Some(reason()) },
        Fact::ApiKeyRevoked { key: id(1), product: Product::Collaborator, reason: reason() },
        Fact::UserManagerGranted { member: id(1), reason: None },
        Fact::UserManagerRevoked { member: id(1), reason: reason() },
        Fact::TwoStepChanged { before: switches(false, true), after: switches(true, false) },
        Fact::PolicyChanged(shorter_sessions()),
        Fact::PolicyDeviates(Policy::of(Preset::Portal).deviations()),
        Fact::Role(RoleFact::Edited {
            role: Role::FrontDesk,
            added: Permission::ALL[0].into(),
            removed: Permission::ALL[1].into(),
        }),
        Fact::Role(RoleFact::Edited { role: Role::FrontDesk, added: Permission::ALL[0].into(), removed: none() }),
        Fact::Role(RoleFact::Edited { role: Role::FrontDesk, added: none(), removed: Permission::ALL[1].into() }),
        Fact::Role(RoleFact::Copied { role: id(1), of: Role::Dentist }),
        Fact::Role(RoleFact::Renamed { role: id(1) }),
        Fact::Role(RoleFact::Removed { role: id(1) }),
        Fact::Role(RoleFact::Assigned { member: id(1), before: Role::Owner, after: Role::Dentist }),
        Fact::AuditRead,
        Fact::NoticeRetried { notice: id(1), reason: reason() },
        Fact::List(ListFact::ImportStarted { import: id(1), rows: 30 }),
        Fact::List(ListFact::Exported { list: Listed::Employees }),
        Fact::List(ListFact::Exported { list: Listed::People }),
        Fact::List(ListFact::Exported { list: Listed::Audit }),
        Fact::Keeping(KeepingFact::StoreRestored { taken_at: Time::from_micros(5), rows: 30, reason: reason() }),
        Fact::Keeping(KeepingFact::StoreMoved { rows: 30, reason: reason() }),
        Fact::Keeping(KeepingFact::OutboxReleased { sent: 3, dropped: 2, reason: reason() }),
        Fact::Keeping(KeepingFact::ProviderFollowed { reason: reason() }),
    ];
    assert_kept(&facts, "
practice.founded | practice=#1 | The practice began
practice.founded | practice=#1, reason=ticket 48213 | The practice began: ticket 48213
api-key.issued | key=#1, product=securemail | API key for SecureMail issued
api-key.issued | key=#1, product=truform, reason=ticket 48213 | API key for TruForm issued: ticket 48213
api-key.revoked | key=#1, product=collaborator, reason=ticket 48213 | API key for Collaborator revoked: ticket 48213
user-manager.granted | member=#1 | User Manager granted
user-manager.revoked | member=#1, reason=ticket 48213 | User Manager taken away: ticket 48213
two-step.changed | doctors_before=off, doctors=on, patients_before=on, patients=off | 2-step is on for doctors and staff, off for patients
policy.changed | preset_before=standard, preset=standard, deviates=false, session.idle_minutes=30 to 20 | Security settings changed; Sign people out when idle for: 30 to 20
policy.deviation | password.min_length=NIST SP 800-63B-4 §3.1.1.2(1), password.four_classes=NIST SP 800-63B-4 §3.1.1.2(5), ASVS 6.2.5, password.max_age_days=NIST SP 800-63B-4 §3.1.1.2(6), ASVS 6.2.10 | Security settings that a norm advises against: Shortest password, Ask for lower case, upper case, digit and symbol, Ask for a new password after
role.edited | role=front-desk, added=view-practice-data, removed=manage-tasks | Role changed; added: View practice management data; removed: Manage everyone's tasks
role.edited | role=front-desk, added=view-practice-data, removed= | Role may do more: View practice management data
role.edited | role=front-desk, added=, removed=manage-tasks | Role may do less: Manage everyone's tasks
role.copied | role=#1, of=dentist | Role copied from Dentist
role.renamed | role=#1 | Role renamed
role.removed | role=#1 | Role removed
role.assigned | member=#1, before=owner, role=dentist | Role changed from Owner to Dentist
audit.read |  | Audit log read
notice.retried | notice=#1, reason=ticket 48213 | A mail that could not be delivered is tried again: ticket 48213
list.import-started | import=#1, rows=30 | Import begun; rows: 30
list.exported | list=employees | Employees exported
list.exported | list=people | Manage Account exported
list.exported | list=audit | Audit log exported
store.restored | taken_at=5, rows=30, reason=ticket 48213 | Everything restored from a backup: ticket 48213
store.moved | rows=30, reason=ticket 48213 | Everything moved to another database: ticket 48213
outbox.released | sent=3, dropped=2, reason=ticket 48213 | Mails and purchases released after a restore: ticket 48213
plans.provider-followed | reason=ticket 48213 | Plans brought in line with the payment provider: ticket 48213
");
}
