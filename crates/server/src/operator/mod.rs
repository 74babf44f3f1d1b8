//! Vendor support at the command line (`PRA-1`, `PRA-3`, `LOCK-2`). Commands may run beside the server: they go through the same
//! rules and the same commits.

mod audit;
pub(crate) mod keeping;
mod keys;
mod notices;
mod plans;
mod practices;

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use practice_domain::access::Operator;
use practice_domain::fact::Log;
use practice_domain::member::Kind;
use practice_domain::policy::Preset;
use practice_domain::usecase::{
    FoundPractice, distrust_password, found_practice, grant_user_manager, revoke_user_manager,
    unlock_account_by_operator,
};
use practice_domain::value::{ApiKeyId, Email, NoticeId, PersonName, Phone, PracticeId, PracticeName, Reason};
use practice_keyring::Key;
use secrecy::ExposeSecret;

use crate::anchors;
use crate::cli::{
    ApiKeyCommand, AuditCommand, ConfigFile, KindName, MemberCommand, NoticeCommand, PlansCommand, PracticeCommand,
    PresetName, UserManagerCommand,
};
use crate::trouble::Trouble;
use crate::wire::{Access, App};

/// `practice create`.
pub(crate) async fn practice(command: PracticeCommand) -> Result<(), Trouble> {
    let (config, name, phone, preset, email, first_name, last_name, kind, reason) = match command {
        PracticeCommand::Create { config, name, phone, preset, email, first_name, last_name, kind, reason } => {
            (config, name, phone, preset, email, first_name, last_name, kind, reason)
        }
        PracticeCommand::List(config) => return printed(&config, practices::list).await,
        PracticeCommand::Show { config, practice } => {
            return printed(&config, async |app| practices::show(app, PracticeId(practice)).await).await;
        }
    };
    let cmd = FoundPractice {
        name: PracticeName::parse(&name).map_err(|why| Trouble::argument("--name", why))?,
        phone: phone.map(|p| Phone::parse(&p)).transpose().map_err(|why| Trouble::argument("--phone", why))?,
        preset: preset_of(preset),
        email: Email::parse(&email).map_err(|why| Trouble::argument("--email", why))?,
        person: PersonName::parse(&first_name, &last_name).map_err(|why| Trouble::argument("--first-name", why))?,
        kind: match kind {
            KindName::Doctor => Kind::Doctor,
            KindName::Staff => Kind::Staff,
        },
    };
    let who = operator(reason.as_deref().map(reason_of).transpose()?);
    let app = wire(&config).await?;
    let founded = found_practice(&app.ports, &who, cmd).await.map_err(Trouble::refused)?;
    app.store.close().await;
    println!("practice {}", founded.practice);
    println!("The first person is invited: the server sends the mail.");
    Ok(())
}

/// `member unlock` and `member distrust-password`.
pub(crate) async fn member(command: MemberCommand) -> Result<(), Trouble> {
    let (change, unlock) = match command {
        MemberCommand::Unlock(change) => (change, true),
        MemberCommand::DistrustPassword(change) => (change, false),
    };
    let email = Email::parse(&change.email).map_err(|why| Trouble::argument("--email", why))?;
    let who = operator(Some(reason_of(&change.reason)?));
    printed(&change.config, async |app| {
        let done = if unlock {
            let unlocked = unlock_account_by_operator(&app.ports, &who, &email).await.map_err(Trouble::refused)?;
            if unlocked.already {
                "There was no lock."
            } else {
                "Unlocked. The person and the practice are told by mail."
            }
        } else if distrust_password(&app.ports, &who, &email).await.map_err(Trouble::refused)? {
            "Signed out everywhere. The next sign-in asks for a new password; the practice is told by mail."
        } else {
            "It was not trusted already."
        };
        Ok(done.to_owned())
    })
    .await
}

/// `user-manager grant` and `user-manager revoke`.
pub(crate) async fn user_manager(command: UserManagerCommand) -> Result<(), Trouble> {
    let (change, grant) = match command {
        UserManagerCommand::Grant(change) => (change, true),
        UserManagerCommand::Revoke(change) => (change, false),
    };
    let email = Email::parse(&change.email).map_err(|why| Trouble::argument("--email", why))?;
    let who = operator(Some(reason_of(&change.reason)?));
    let app = wire(&change.config).await?;
    let practice = PracticeId(change.practice);
    let changed = if grant {
        grant_user_manager(&app.ports, &who, practice, &email).await
    } else {
        revoke_user_manager(&app.ports, &who, practice, &email).await
    };
    let changed = changed.map_err(Trouble::refused)?;
    app.store.close().await;
    println!("{}", if changed { "Changed. The practice is told by mail." } else { "It was so already." });
    Ok(())
}

/// `api-key create`, `api-key list` and `api-key revoke`.
pub(crate) async fn api_key(command: ApiKeyCommand) -> Result<(), Trouble> {
    match command {
        ApiKeyCommand::Create { config, practice, product, reason } => {
            let who = operator(Some(reason_of(&reason)?));
            printed(&config, async |app| keys::create(app, &who, PracticeId(practice), product).await).await
        }
        ApiKeyCommand::List { config, practice } => {
            printed(&config, async |app| keys::list(app, PracticeId(practice)).await).await
        }
        ApiKeyCommand::Revoke { config, practice, key, reason } => {
            let who = operator(Some(reason_of(&reason)?));
            printed(&config, async |app| keys::revoke(app, &who, PracticeId(practice), ApiKeyId(key)).await).await
        }
    }
}

/// `notice list` and `notice retry`.
pub(crate) async fn notice(command: NoticeCommand) -> Result<(), Trouble> {
    match command {
        NoticeCommand::List { config, most } => printed(&config, async |app| notices::list(app, most).await).await,
        NoticeCommand::Retry { config, notice, reason } => {
            let who = operator(Some(reason_of(&reason)?));
            printed(&config, async |app| notices::retry(app, &who, NoticeId(notice)).await).await
        }
    }
}

/// `plans compare`.
pub(crate) async fn plans(command: PlansCommand) -> Result<(), Trouble> {
    let PlansCommand::Compare { config, practice, follow, reason } = command;
    let reason = reason.filter(|_| follow).map(|reason| reason_of(&reason)).transpose()?;
    let who = reason.map(|reason| operator(Some(reason)));
    printed(&config, async |app| plans::compare(app, practice.map(PracticeId), who.as_ref()).await).await
}

/// `audit verify`, `audit anchor-keys` and `audit search`.
pub(crate) async fn audit(command: AuditCommand) -> Result<(), Trouble> {
    match command {
        AuditCommand::Verify { config, anchors } => {
            printed(&config, async |app| {
                let anchored = anchors.map(|file| anchors::read(&file, &app.keyring)).transpose()?.unwrap_or_default();
                audit::verify(&*app.ports.reader, &*app.keyring, anchored).await
            })
            .await
        }
        AuditCommand::AnchorKeys(config) => printed(&config, async |app| Ok(app.keyring.anchor_keys())).await,
        AuditCommand::Search { config, practice, code, text } => {
            let log = practice.map_or(Log::Platform, |practice| Log::Practice(PracticeId(practice)));
            printed(&config, async |app| audit::search(app, log, &code, &text).await).await
        }
    }
}

/// Does something beside the server, and prints what came of it.
async fn printed(config: &ConfigFile, act: impl AsyncFnOnce(&App) -> Result<String, Trouble>) -> Result<(), Trouble> {
    let app = wire(config).await?;
    let told = act(&app).await;
    app.store.close().await;
    println!("{}", told?);
    Ok(())
}

/// `keys create`.
pub(crate) fn create_keys(file: &Path) -> Result<(), Trouble> {
    write_keys(file).map_err(|e| Trouble::Io("making the key file", e))?;
    println!("{} made. Keep a copy in a safe place: without it nobody can sign in.", file.display());
    Ok(())
}

/// Makes a key file that only its owner can read.
pub(crate) fn write_keys(file: &Path) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(file)?;
    writeln!(out, "{}", Key::fresh_text().expose_secret())?;
    out.sync_all()
}

/// An API key as products write it.
pub(crate) fn key_text(secret: &[u8; 32]) -> String {
    format!("pp_{}", URL_SAFE_NO_PAD.encode(secret))
}

async fn wire(config: &ConfigFile) -> Result<App, Trouble> {
    Ok(App::wire(&config.load()?, Access::Command).await?)
}

/// Whoever runs the command, by the name that the machine knows.
fn operator(reason: Option<Reason>) -> Operator {
    let name = ["SUDO_USER", "USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok());
    Operator::at_the_command_line(name.unwrap_or_else(|| "unknown".to_owned()), reason)
}

fn reason_of(text: &str) -> Result<Reason, Trouble> {
    Reason::parse(text).map_err(|why| Trouble::argument("--reason", why))
}

fn preset_of(name: PresetName) -> Preset {
    match name {
        PresetName::Standard => Preset::Standard,
        PresetName::Portal => Preset::Portal,
        PresetName::Office => Preset::Office,
        PresetName::Strict => Preset::Strict,
    }
}
