//! `Stripe` against a stand-in of our own that keeps books as Stripe describes them, keys and stored errors included, and does what no
//! real one can be made to do.

mod arrivals;
mod books;
mod charging;
mod contract;
mod described;
mod ends;
mod histories;
mod history;
mod mishaps;
mod orders;
mod people;
mod routes;
mod running;
mod server;
mod views;
mod world;
mod yaml;
