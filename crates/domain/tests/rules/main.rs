//! The rules of the product, tested from outside: each test names the rules that it covers.

mod deciding;
mod employees;
mod intake;
mod invariants;
mod invitation_machine;
mod invitation_races;
mod joining;
mod journeys;
mod letters;
mod lists;
mod lockout_machine;
mod lockout_orders;
mod managers;
mod matrix;
mod password_links;
mod password_machine;
mod password_races;
mod policy;
#[cfg(feature = "serde")]
mod policy_documents;
mod policy_page;
mod registering;
mod registration_machine;
mod requests;
mod required_matrix;
mod role_machine;
mod roles;
mod sessions;
mod setting_policy;
mod sign_in;
mod sign_in_races;
mod world;
