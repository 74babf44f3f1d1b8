//! The server-rendered pages: one struct a page, one template a struct.
//!
//! A page struct holds words that are ready to print and choices that are already made. It knows
//! nothing of accounts, rules or storage, so a page can be rendered and looked at without them.
//! Two frames surround the pages: [`Visitor`] for people who are not signed in, and [`Chrome`] for
//! people who are. Both carry the message to show and the problems with the form just sent.

mod app_key;
mod audit;
mod card;
mod change_email;
mod change_password;
mod code;
mod confirm_password;
mod dashboard;
mod dead_link;
mod edit_invitee;
mod edit_member;
mod employees;
mod error;
mod forgot;
mod frame;
mod import;
mod info;
mod join;
mod login;
mod manage;
mod marked;
mod messaging;
mod opened;
mod passkey;
mod password;
mod password_link;
mod person;
mod phone;
mod place;
mod practices;
mod problem;
mod profile;
mod purchase;
mod roles;
mod second_factor;
mod second_step;
mod security;
mod security_check;
mod settings;
mod steps;
mod terms;
mod two_step;
mod user_accounts;
mod verify_identity;

pub use app_key::{AppKey, Picture};
pub use audit::{AuditLine, AuditPage};
pub use card::{CardEntryPage, CardFace, CardPanel};
pub use change_email::{ChangeEmailPage, ConfirmEmailPage};
pub use change_password::ChangePasswordPage;
pub use code::{CodePage, CodeSentBy};
pub use confirm_password::ConfirmPasswordPage;
pub use dashboard::{CardNotice, DashboardPage, Tile};
pub use dead_link::{DeadLink, DeadLinkPage};
pub use edit_invitee::{Delivery, EditInviteePage, InvitationFacts, LookAlike};
pub use edit_member::{Cart, EditMemberPage, SessionsPanel};
pub use employees::{EmployeeFilter, EmployeeLine, EmployeePage, EmployeesPage, KnownEmployee};
pub use error::{ErrorKind, ErrorPage};
pub use forgot::{CheckEmailPage, ForgotPage};
pub use frame::{Chrome, Link, Nav, Phone, Sections, Support, Visitor, When};
pub use import::{
    ImportFormPage, ImportKind, ImportPage, ImportProblem, ImportRow, ImportStage, LookAlikeRow, RowVerdict, Tallied,
};
pub use info::{AccessibilityPage, HelpPage, PrivacyPage};
pub use join::JoinPage;
pub use login::LoginPage;
pub use manage::{Chip, Column, Counts, ManagePage};
pub use marked::{Marked, Piece};
pub use messaging::{CancelQuestion, InvoiceLine, InvoiceList, MessagingPage, Over, PlanLine};
pub use opened::OpenedPage;
pub use passkey::{PasskeyPage, PasskeyPanel, PasskeyRow};
pub use password::{NewPasswordPage, PasswordPage, Rule, RuleKind};
pub use password_link::{CodeWordPage, DeadPasswordLinkPage, PasswordLinkEnd, PasswordLinkPage};
pub use person::{PersonRow, Role, Status, Tier, Who};
pub use phone::PhonePage;
pub use place::{Dir, Place, RoleFilter, SortKey, StatusFilter, TierFilter};
pub use practices::{PracticeLine, PracticesPage};
pub use problem::{Problem, Problems};
pub use profile::{Details, ProfilePage, SessionRow, ZoneOption};
pub use purchase::{
    Beneficiary, BoughtLine, LineState, NoCardPage, NoPlansPage, OptionLine, Outcome, OutcomePage, PurchasePage,
    PurchaseQuestion,
};
pub use roles::{PermissionLine, RoleLine, RoleOrigin, RolePage, RolesPage};
pub use second_factor::{FactorPanel, SecondFactorPage};
pub use second_step::{RecoveryCodesPage, SecondStep, SecondStepPage};
pub use security::{PolicyControl, PolicyRow, PolicySection, SecurityPage};
pub use security_check::SecurityCheck;
pub use settings::{RotatePage, SettingsPage};
pub use steps::{Step, StepMark, Steps};
pub use terms::{TermsPage, TermsSection, TermsStepPage, TermsText};
pub use two_step::{TwoStepChange, TwoStepConfirm, TwoStepGroup, TwoStepPanel};
pub use user_accounts::{AccountState, NoText, RoleChoice, UserAccountPage, UserAccountsPage, UserLine};
pub use verify_identity::{DeliveryOption, VerifyIdentityPage};

#[cfg(test)]
mod tests;
