//! `practice-portal`: the account service of a vendor who serves medical and dental practices.
//!
//! The only crate that knows every other one. `cli` says what can be asked for, `config` what can be set, `wire` puts the adapters
//! behind the ports, `serve` and `worker` run them, `operator` is support at the command line, `demo` a practice to try it with.

mod alarms;
mod anchors;
mod bots;
mod cashier;
mod cli;
mod config;
mod demo;
mod events;
mod listen;
mod logging;
mod metrics;
mod operator;
mod passkeys;
mod payments;
mod serve;
mod storage;
mod texts;
mod trouble;
mod wire;
mod worker;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let asked = cli::Cli::parse();
    logging::start(&asked.command);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("practice-portal: the runtime does not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(cli::run(asked.command));
    // Whatever still runs, like a look-up of a name, holds up nobody.
    runtime.shutdown_background();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("practice-portal: {}", trouble.told());
            trouble.exit_code()
        }
    }
}
