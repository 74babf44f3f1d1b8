use practice_domain::access::Operator;
use practice_domain::fact::product_code;
use practice_domain::notice::About;
use practice_domain::person::Undeliverable;
use practice_domain::usecase::retry_notice;
use practice_domain::value::NoticeId;

use crate::trouble::Trouble;
use crate::wire::App;

/// What will not arrive: the id, why, and what it is about. No address: those are on the practice's own pages.
pub(super) async fn list(app: &App, most: usize) -> Result<String, Trouble> {
    let parked = app.relay.outbox.parked(most).await.map_err(Trouble::refused)?;
    for one in &parked {
        let why = match one.why {
            Undeliverable::Refused => "refused",
            Undeliverable::GaveUp => "gave up",
        };
        let worth = if app.ports.clock.now() < one.notice.expires_at { "" } else { "  (its time is over)" };
        println!("{}  {why:<7}  {}{worth}", one.notice.id, about(one.notice.about));
    }
    Ok(format!("{} notices", parked.len()))
}

/// Lets one go out again.
pub(super) async fn retry(app: &App, who: &Operator, notice: NoticeId) -> Result<String, Trouble> {
    retry_notice(&app.ports, &*app.relay.outbox, who, notice).await.map_err(Trouble::refused)?;
    Ok("The server sends it again.".to_owned())
}

fn about(about: About) -> String {
    match about {
        About::Invitation { invitation, .. } => format!("invitation {invitation}"),
        About::PlainNotice { practice, .. } => format!("a product named somebody of practice {practice}"),
        About::SecretCode { registration, .. } => format!("secret code of registration {registration}"),
        About::PasswordLink { link, .. } => format!("password link {link}"),
        About::CodeWord { link, .. } => format!("code word for password link {link}"),
        About::CodeWordsPaused { practice, .. } => format!("paused code words of practice {practice}"),
        About::Locked { account } => format!("lock of account {account}"),
        About::LockToTell { account } => format!("lock of account {account}, for products"),
        About::Unlocked { account } => format!("unlocking of account {account}"),
        About::SessionsEnded { account, .. } => format!("ended sessions of account {account}"),
        About::Account { account, .. } => format!("change of account {account}"),
        About::UserManagersChanged { practice, .. } => format!("user managers of practice {practice}"),
        About::TwoStepChanged { practice, .. } => format!("2-step verification of practice {practice}"),
        About::Support { practice, .. } => format!("act of support for practice {practice}"),
        About::Billing(_) => "billing".to_owned(),
        About::Event { to, practice, event } => {
            format!("event {} of practice {practice} for {}", event.code(), product_code(to))
        }
    }
}

/// What sort of notice it is.
pub(super) fn sort(about: About) -> &'static str {
    match about {
        About::Invitation { .. } => "invitations",
        About::PlainNotice { .. } => "notices that a product named somebody",
        About::SecretCode { .. } => "secret codes",
        About::PasswordLink { .. } => "password links",
        About::CodeWord { .. } => "code words",
        About::CodeWordsPaused { .. } => "notices of paused code words",
        About::Locked { .. } | About::LockToTell { .. } | About::Unlocked { .. } => "notices of locks",
        About::SessionsEnded { .. } => "notices of ended sessions",
        About::Account { .. } => "notices of changed accounts",
        About::UserManagersChanged { .. } => "notices of changed user managers",
        About::TwoStepChanged { .. } => "notices of changed 2-step verification",
        About::Support { .. } => "notices of acts of support",
        About::Billing(_) => "receipts and other billing",
        About::Event { .. } => "events for products",
    }
}
