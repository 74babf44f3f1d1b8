//! The router, driven in process over PostgreSQL: what a browser and a product see is the same on every store. Each question that a handler
//! asks is asked of the reference store, too, and must have the same answer (`Beside`).

#![cfg(unix)]

#[path = "../http/account.rs"]
mod account;
#[path = "../http/answers.rs"]
mod answers;
#[path = "../http/api.rs"]
mod api;
#[path = "../http/attacks.rs"]
mod attacks;
#[path = "../http/audit.rs"]
mod audit;
#[path = "../http/browser.rs"]
mod browser;
#[path = "../http/cards.rs"]
mod cards;
#[path = "../http/device.rs"]
mod device;
#[path = "../http/doors.rs"]
mod doors;
#[path = "../http/factor_reset.rs"]
mod factor_reset;
#[path = "../http/faults.rs"]
mod faults;
#[path = "../http/gates.rs"]
mod gates;
#[path = "../http/headers.rs"]
mod headers;
#[path = "../http/house.rs"]
mod house;
#[path = "../http/imports.rs"]
mod imports;
mod kept;
#[path = "../http/limits.rs"]
mod limits;
#[path = "../http/lists.rs"]
mod lists;
#[path = "../http/looking.rs"]
mod looking;
#[path = "../http/managing.rs"]
mod managing;
#[path = "../http/outage.rs"]
mod outage;
#[path = "../http/passkeys.rs"]
mod passkeys;
#[path = "../http/password_attacks.rs"]
mod password_attacks;
#[path = "../http/passwords.rs"]
mod passwords;
#[path = "../http/pasting.rs"]
mod pasting;
#[path = "../http/payments.rs"]
mod payments;
#[path = "../http/payments_api.rs"]
mod payments_api;
#[path = "../http/plans.rs"]
mod plans;
#[path = "../http/registering.rs"]
mod registering;
#[path = "../http/role_doors.rs"]
mod role_doors;
#[path = "../http/roles.rs"]
mod roles;
#[path = "../http/security.rs"]
mod security;
#[path = "../http/sessions.rs"]
mod sessions;
#[path = "../http/settings.rs"]
mod settings;
#[path = "../../../storage-postgres/tests/contract/support.rs"]
#[expect(dead_code, reason = "the store's own tests do more with their databases")]
mod support;
#[path = "../http/webhooks.rs"]
mod webhooks;
