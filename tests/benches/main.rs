//! `cargo xtask bench NAME`: what the project promises about speed and size, beside what it is compared with, in one run.

mod list;
mod scale;
mod sign_in;
mod start;
mod world;

fn main() {
    let name = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    match name.as_deref() {
        Some("list") => wait_for(list::run()),
        Some("scale") => wait_for(scale::run()),
        Some("sign-in") => wait_for(sign_in::run()),
        Some("start") => start::run(),
        _ => eprintln!("say which: list, scale, sign-in or start"),
    }
}

fn wait_for(bench: impl Future<Output = ()>) {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(bench);
}
