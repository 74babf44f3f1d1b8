//! Every setting: its name, its environment variable, its default and its meaning.

use toml::{Table, Value};

use super::{ConfigError, wrong};

/// Puts a setting's text where the file would have it.
pub(super) fn put(table: &mut Table, key: &'static str, text: String) -> Result<(), ConfigError> {
    let mut at = table;
    let mut path: Vec<&str> = key.split('.').collect();
    let last = path.pop().unwrap_or(key);
    for part in path {
        let inner = at.entry(part).or_insert_with(|| Value::Table(Table::new()));
        at = inner.as_table_mut().ok_or_else(|| wrong(key, "is not a group of settings"))?;
    }
    let value = match key {
        "bot_check.rounds"
        | "leaving_seconds"
        | "mail.port"
        | "mail.workers"
        | "passwords.threads"
        | "storage.connections" => Value::Integer(text.parse().map_err(|_| wrong(key, "must be a number"))?),
        "texts.countries" | "trusted_proxies" => {
            Value::Array(text.split(',').map(|one| Value::String(one.trim().to_owned())).collect())
        }
        _ => Value::String(text),
    };
    at.insert(last.to_owned(), value);
    Ok(())
}

/// A setting, as people read of it.
pub(super) struct Setting {
    pub(super) key: &'static str,
    pub(super) env: &'static str,
    pub(super) default: &'static str,
    pub(super) meaning: &'static str,
}

const fn setting(key: &'static str, env: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { key, env, default, meaning }
}

pub(super) const SETTINGS: &[Setting] = &[
    setting(
        "listen",
        "PORTAL_LISTEN",
        "127.0.0.1:8080",
        "Address and port to listen on; a proxy with TLS stands before it.",
    ),
    setting("base_url", "PORTAL_BASE_URL", "", "The origin that people see; links in mails are made of it."),
    setting("brand", "PORTAL_BRAND", "Practice Portal", "The service's name."),
    setting("support_phone", "PORTAL_SUPPORT_PHONE", "none", "The number in the footer of every page."),
    setting("time_zone", "PORTAL_TIME_ZONE", "America/New_York", "The zone that times are shown in."),
    setting(
        "trusted_proxies",
        "PORTAL_TRUSTED_PROXIES",
        "none",
        "Addresses of proxies whose X-Forwarded-For is believed.",
    ),
    setting(
        "storage.path",
        "PORTAL_STORAGE_PATH",
        "portal.db",
        "The SQLite file, on a local disk; not used with a URL.",
    ),
    setting(
        "storage.url_file",
        "PORTAL_STORAGE_URL_FILE",
        "none",
        "The file with the URL of a PostgreSQL database, mode 600; or the URL in PORTAL_STORAGE_URL.",
    ),
    setting("storage.connections", "PORTAL_STORAGE_CONNECTIONS", "10", "Connections to PostgreSQL at most."),
    setting(
        "storage.pooler",
        "PORTAL_STORAGE_POOLER",
        "off",
        "on, when PgBouncer stands before PostgreSQL: the timeouts are then the operator's to set.",
    ),
    setting(
        "storage.role",
        "PORTAL_STORAGE_ROLE",
        "any",
        "serving, to refuse a PostgreSQL role that the walls between practices do not hold.",
    ),
    setting("keys.file", "PORTAL_KEYS_FILE", "", "The key file, mode 600; or the keys themselves in PORTAL_KEYS."),
    setting(
        "mail.transport",
        "PORTAL_MAIL_TRANSPORT",
        "smtp",
        "smtp, or sandbox: mail is kept and can be read in the browser.",
    ),
    setting("mail.host", "PORTAL_MAIL_HOST", "", "The mail server."),
    setting("mail.port", "PORTAL_MAIL_PORT", "587", "Its port."),
    setting("mail.tls", "PORTAL_MAIL_TLS", "starttls", "starttls (required), implicit, or none on this machine."),
    setting("mail.username", "PORTAL_MAIL_USERNAME", "none", "For a mail server that asks who we are."),
    setting(
        "mail.password_file",
        "PORTAL_MAIL_PASSWORD_FILE",
        "none",
        "Its password's file, mode 600; or PORTAL_MAIL_PASSWORD.",
    ),
    setting("mail.from", "PORTAL_MAIL_FROM", "", "The address that mail comes from."),
    setting(
        "mail.root_ca",
        "PORTAL_MAIL_ROOT_CA",
        "none",
        "A further root certificate (PEM) to trust for the mail server.",
    ),
    setting("mail.workers", "PORTAL_MAIL_WORKERS", "4", "How many mails are sent at once."),
    setting(
        "bot_check.with",
        "PORTAL_BOT_CHECK",
        "altcha",
        "Who tells people from programs: altcha (our own proof of work), turnstile, or off on this machine.",
    ),
    setting("bot_check.rounds", "PORTAL_BOT_CHECK_ROUNDS", "2000", "How much a browser works for our own check."),
    setting("bot_check.site_key", "PORTAL_BOT_CHECK_SITE_KEY", "none", "The public key for turnstile."),
    setting(
        "bot_check.secret_file",
        "PORTAL_BOT_CHECK_SECRET_FILE",
        "none",
        "The file of its secret, mode 600; or the secret in PORTAL_BOT_CHECK_SECRET.",
    ),
    setting(
        "bot_check.turnstile_base",
        "PORTAL_BOT_CHECK_TURNSTILE_BASE",
        "https://challenges.cloudflare.com",
        "Where answers to turnstile are checked.",
    ),
    setting("limits", "PORTAL_LIMITS", "on", "on; or off for tests on this machine: how often people may sign in."),
    setting(
        "leaving_seconds",
        "PORTAL_LEAVING_SECONDS",
        "0",
        "After SIGTERM, for so many seconds (up to 60), /readyz says no and everybody is still served.",
    ),
    setting(
        "metrics.listen",
        "PORTAL_METRICS_LISTEN",
        "none",
        "Address and port where /metrics can be read; one that the public does not reach.",
    ),
    setting(
        "audit.anchors",
        "PORTAL_AUDIT_ANCHORS",
        "the server's own log",
        "A file, on another disk than the database, to which the ends of the audit logs are added, signed.",
    ),
    setting("passwords.threads", "PORTAL_PASSWORD_THREADS", "one a core", "Threads that hash passwords, 19 MiB each."),
    setting(
        "texts.transport",
        "PORTAL_TEXTS_TRANSPORT",
        "sandbox",
        "twilio, or sandbox: texts and calls are kept, and with the mail's can be read in the browser.",
    ),
    setting("texts.account_sid", "PORTAL_TEXTS_ACCOUNT_SID", "", "The account at Twilio, AC..."),
    setting(
        "texts.api_key_sid",
        "PORTAL_TEXTS_API_KEY_SID",
        "none",
        "A key of the account, SK..., instead of its token.",
    ),
    setting(
        "texts.auth_file",
        "PORTAL_TEXTS_AUTH_FILE",
        "",
        "The file of the key's secret, or of the account's token, mode 600; or PORTAL_TEXTS_AUTH.",
    ),
    setting(
        "texts.token_file",
        "PORTAL_TEXTS_TOKEN_FILE",
        "texts.auth_file, without a key",
        "The file of the account's token, mode 600, which Twilio signs receipts and answers with; or PORTAL_TEXTS_TOKEN.",
    ),
    setting("texts.from", "PORTAL_TEXTS_FROM", "", "The number that texts and calls come from, like +14155552671."),
    setting(
        "texts.messaging_service_sid",
        "PORTAL_TEXTS_MESSAGING_SERVICE_SID",
        "none",
        "The messaging service that texts come from instead, MG...",
    ),
    setting(
        "payments.provider",
        "PORTAL_PAYMENTS_PROVIDER",
        "sandbox where mail is kept, otherwise off",
        "Who charges cards: stripe, sandbox (a simulator; no money moves), or off: nothing is sold.",
    ),
    setting(
        "payments.secret_file",
        "PORTAL_PAYMENTS_SECRET_FILE",
        "none",
        "The file of Stripe's secret key, mode 600; or the key in PORTAL_PAYMENTS_SECRET.",
    ),
    setting(
        "payments.webhook_secret_file",
        "PORTAL_PAYMENTS_WEBHOOK_SECRET_FILE",
        "none",
        "The file of the webhook's secret, mode 600, and while it is being changed of the one before; or PORTAL_PAYMENTS_WEBHOOK_SECRET.",
    ),
    setting("payments.base_url", "PORTAL_PAYMENTS_BASE_URL", "https://api.stripe.com", "Where Stripe is."),
    setting("payments.currency", "PORTAL_PAYMENTS_CURRENCY", "USD", "What prices are in."),
    setting("payments.securemail_monthly", "PORTAL_PRICE_SECUREMAIL_MONTHLY", "10.00", "SecureMail, a month."),
    setting("payments.securemail_annual", "PORTAL_PRICE_SECUREMAIL_ANNUAL", "100.00", "SecureMail, a year."),
    setting("payments.plugin_monthly", "PORTAL_PRICE_PLUGIN_MONTHLY", "5.00", "The Outlook Plugin, a month."),
    setting("payments.plugin_annual", "PORTAL_PRICE_PLUGIN_ANNUAL", "50.00", "The Outlook Plugin, a year."),
    setting("payments.tax_percent", "PORTAL_PAYMENTS_TAX_PERCENT", "0", "The tax on every price."),
    setting("payments.installer_url", "PORTAL_PAYMENTS_INSTALLER_URL", "none", "Where the plugin's installer is."),
    setting(
        "texts.countries",
        "PORTAL_TEXTS_COUNTRIES",
        "US, CA",
        "Countries whose ordinary numbers are texted and called, two letters each.",
    ),
    setting("texts.base_url", "PORTAL_TEXTS_BASE_URL", "https://api.twilio.com", "Where Twilio is."),
];
