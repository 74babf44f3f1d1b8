//! Stripe, as the tests of its adapter play it.

#[expect(dead_code, reason = "it does more than one purchase needs")]
#[path = "../../crates/payments-stripe/tests/served/books.rs"]
pub(crate) mod books;
#[path = "../../crates/payments-stripe/tests/served/charging.rs"]
mod charging;
#[path = "../../crates/payments-stripe/tests/served/routes.rs"]
mod routes;
#[expect(dead_code, reason = "it does more than one purchase needs")]
#[path = "../../crates/payments-stripe/tests/served/server.rs"]
pub(crate) mod server;
#[path = "../../crates/payments-stripe/tests/served/views.rs"]
mod views;
