//! The security check of a form.

/// What a form needs so that a browser can answer the check before it (`BOT-1`). Set where one is asked for.
#[derive(Clone, Debug)]
pub struct SecurityCheck {
    /// The gate that the form opens: `sign-in`.
    pub gate: &'static str,
    /// The site's public key, where Cloudflare Turnstile is asked.
    pub turnstile: Option<String>,
    /// What a browser without script sends back, after it has waited.
    pub ticket: String,
    /// For how long, in seconds.
    pub wait: u64,
}
