//! The rules of the product, tested from outside: each test names the rules that it covers.

mod billing;
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
mod registering;
mod registration_machine;
mod requests;
mod sign_in;
mod sign_in_races;
mod world;
