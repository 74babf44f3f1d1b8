//! The router, driven in process over a store in memory: what a browser and a product see.

mod account;
mod answers;
mod api;
mod attacks;
mod browser;
mod doors;
mod faults;
mod gates;
mod headers;
mod house;
mod managing;
mod password_attacks;
mod passwords;
mod registering;
mod sessions;
mod settings;
mod webhooks;
