//! `Stripe` and `StripeEvents` against what other people wrote. `cargo xtask test --only peers` installs and names it; without it the tests
//! say so and pass.

#[expect(dead_code, reason = "the stand-in of the other tests does more than is needed here")]
#[path = "../served/books.rs"]
mod books;
#[path = "../served/charging.rs"]
mod charging;
mod described;
mod localstripe;
mod process;
#[path = "../served/routes.rs"]
mod routes;
#[expect(dead_code, reason = "the stand-in of the other tests does more than is needed here")]
#[path = "../served/server.rs"]
mod server;
mod signatures;
mod stateful_mock;
#[path = "../served/views.rs"]
mod views;
#[expect(dead_code, reason = "the stand-in of the other tests does more than is needed here")]
#[path = "../served/world.rs"]
mod world;
