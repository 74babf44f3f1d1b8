//! The rules of the product, tested from outside: each test names the rules that it covers.

mod gates;
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
mod passwords;
mod practices;
mod profile;
mod profile_races;
mod registering;
mod registration_machine;
mod requests;
mod second_factor;
mod second_factor_races;
mod sign_in;
mod sign_in_races;
mod world;
