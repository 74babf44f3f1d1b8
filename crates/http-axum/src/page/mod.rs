//! The server-rendered pages: one struct a page, one template a struct.
//!
//! A page struct holds words that are ready to print and choices that are already made. It knows
//! nothing of accounts, rules or storage, so a page can be rendered and looked at without them.
//! Two frames surround the pages: [`Visitor`] for people who are not signed in, and [`Chrome`] for
//! people who are. Both carry the message to show and the problems with the form just sent.

mod code;
mod confirm_password;
mod dashboard;
mod dead_link;
mod edit_invitee;
mod edit_member;
mod error;
mod frame;
mod info;
mod join;
mod login;
mod manage;
mod marked;
mod opened;
mod password;
mod person;
mod phone;
mod place;
mod problem;
mod profile;
mod security_check;
mod steps;
mod terms;
mod two_step;
mod verify_identity;

pub use code::{CodePage, CodeSentBy};
pub use confirm_password::ConfirmPasswordPage;
pub use dashboard::{DashboardPage, Tile};
pub use dead_link::{DeadLink, DeadLinkPage};
pub use edit_invitee::{Delivery, EditInviteePage, InvitationFacts};
pub use edit_member::{EditMemberPage, SessionsPanel};
pub use error::{ErrorKind, ErrorPage};
pub use frame::{Chrome, Link, Nav, Phone, Support, Visitor, When};
pub use info::{AccessibilityPage, HelpPage, PrivacyPage};
pub use join::JoinPage;
pub use login::LoginPage;
pub use manage::{Chip, Column, Counts, ManagePage};
pub use marked::{Marked, Piece};
pub use opened::OpenedPage;
pub use password::{PasswordPage, Rule, RuleKind};
pub use person::{PersonRow, Role, Status, Tier, Who};
pub use phone::PhonePage;
pub use place::{Dir, Place, RoleFilter, SortKey, StatusFilter, TierFilter};
pub use problem::{Problem, Problems};
pub use profile::{ProfilePage, SessionRow};
pub use security_check::SecurityCheck;
pub use steps::{Step, StepMark, Steps};
pub use terms::{TermsPage, TermsSection, TermsStepPage, TermsText};
pub use two_step::{TwoStepChange, TwoStepConfirm, TwoStepGroup, TwoStepPanel};
pub use verify_identity::{DeliveryOption, VerifyIdentityPage};

#[cfg(test)]
mod tests;
