//! The router, driven in process over a store in memory: what a browser and a product see.

mod account;
mod answers;
mod api;
mod attacks;
mod audit;
mod browser;
mod doors;
mod factor_reset;
mod faults;
mod gates;
mod headers;
mod house;
mod imports;
mod lists;
mod managing;
mod password_attacks;
mod passwords;
mod registering;
mod role_doors;
mod roles;
mod security;
mod sessions;
mod settings;
mod webhooks;
