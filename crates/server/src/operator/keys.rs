use std::fmt::Write as _;

use practice_domain::access::Operator;
use practice_domain::channel::Product;
use practice_domain::fact::product_code;
use practice_domain::usecase::{issue_api_key, revoke_api_key};
use practice_domain::value::{ApiKeyId, PracticeId, Time};

use super::key_text;
use crate::cli::ProductName;
use crate::trouble::Trouble;
use crate::wire::App;

/// A new key; this is the only time that it is shown.
pub(super) async fn create(
    app: &App,
    who: &Operator,
    practice: PracticeId,
    product: ProductName,
) -> Result<String, Trouble> {
    let product = match product {
        ProductName::Securemail => Product::SecureMail,
        ProductName::Truform => Product::TruForm,
        ProductName::Collaborator => Product::Collaborator,
    };
    let issued = issue_api_key(&app.ports, who, practice, product).await.map_err(Trouble::refused)?;
    Ok(key_text(&issued.secret))
}

/// A practice's keys: each one's id, product, and since when it works, or until when it did.
pub(super) async fn list(app: &App, practice: PracticeId) -> Result<String, Trouble> {
    if app.ports.store.practice(practice).await.map_err(Trouble::refused)?.is_none() {
        return Err(Trouble::argument("--practice", "there is no such practice"));
    }
    let mut keys = app.ports.store.api_keys(practice).await.map_err(Trouble::refused)?;
    keys.sort_by_key(|key| (key.created_at, key.id));
    let mut told = String::new();
    for key in &keys {
        let revoked = key.revoked_at.map_or_else(String::new, |at| format!("  revoked {}", moment(at)));
        let _ =
            writeln!(told, "{}  {:<12}  made {}{revoked}", key.id, product_code(key.product), moment(key.created_at));
    }
    let working = keys.iter().filter(|key| key.works()).count();
    Ok(format!("{told}{} keys, {working} of them working", keys.len()))
}

/// Takes a key away.
pub(super) async fn revoke(app: &App, who: &Operator, practice: PracticeId, key: ApiKeyId) -> Result<String, Trouble> {
    let revoked = revoke_api_key(&app.ports, who, practice, key).await.map_err(Trouble::refused)?;
    Ok(if revoked { "Revoked. The practice is told by mail." } else { "It was revoked already." }.to_owned())
}

/// A moment, as RFC 3339 writes it, in UTC.
fn moment(at: Time) -> String {
    jiff::Timestamp::from_microsecond(at.micros()).map_or_else(|_| "at a strange time".to_owned(), |at| at.to_string())
}
