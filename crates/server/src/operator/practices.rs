use std::fmt::Write as _;

use practice_domain::fact::Log;
use practice_domain::practice::Practice;
use practice_domain::value::PracticeId;

use crate::trouble::Trouble;
use crate::wire::App;

/// Every practice: its id, how many people it has, and its name.
pub(super) async fn list(app: &App) -> Result<String, Trouble> {
    let mut number = 0;
    for head in app.ports.reader.heads().await.map_err(Trouble::refused)? {
        let Log::Practice(id) = head.log else { continue };
        let practice = practice(app, id).await?;
        let people = app.ports.reader.tally(id).await.map_err(Trouble::refused)?.all();
        println!("{id}  {people:>7}  {}", practice.name);
        number += 1;
    }
    Ok(format!("{number} practices"))
}

/// How a practice stands, and who owns it: what support needs to know before it acts. Nothing about its people but their number.
pub(super) async fn show(app: &App, id: PracticeId) -> Result<String, Trouble> {
    let practice = practice(app, id).await?;
    let two_step = practice.two_step();
    let tally = app.ports.reader.tally(id).await.map_err(Trouble::refused)?;
    let mut told = format!("practice {id}\nname {}\n", practice.name);
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(told, "{name} {value}");
    };
    line("phone", practice.phone.as_ref().map_or("none", |phone| phone.e164()));
    line("people", &tally.all().to_string());
    line("locked", &tally.locked().to_string());
    line("user managers", &practice.user_managers.to_string());
    line("2-step for doctors and staff", if two_step.doctors { "on" } else { "off" });
    line("2-step for patients", if two_step.patients { "on" } else { "off" });
    for owner in app.ports.store.owners(id).await.map_err(Trouble::refused)? {
        let account = app.ports.store.account(owner.account).await.map_err(Trouble::refused)?;
        if let Some(account) = account {
            line("owner", account.email.as_typed());
        }
    }
    Ok(told.trim_end().to_owned())
}

/// The practice; a mistake in an argument where there is none.
pub(super) async fn practice(app: &App, id: PracticeId) -> Result<Practice, Trouble> {
    let found = app.ports.store.practice(id).await.map_err(Trouble::refused)?;
    found.ok_or_else(|| Trouble::argument("--practice", "there is no such practice"))
}
