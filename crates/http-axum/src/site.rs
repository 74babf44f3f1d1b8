//! What every handler has at hand: the ports, and the settings in the form that handlers use.

use std::ops::Deref;
use std::sync::Arc;

use practice_domain::usecase::Ports;

use crate::Settings;
use crate::present::Calendar;

/// The state of the router. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Portal(Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) ports: Ports,
    pub(crate) settings: Settings,
    /// Whether cookies are `Secure` and bound to the host.
    pub(crate) secure: bool,
    /// The host, and the port where it is not the scheme's own.
    pub(crate) authority: String,
    pub(crate) calendar: Calendar,
}

impl Portal {
    pub(crate) fn new(ports: Ports, settings: Settings) -> Self {
        let (scheme, authority) = settings.base_url.split_once("://").unwrap_or(("http", &settings.base_url));
        let secure = scheme == "https";
        let authority = plain_authority(authority.trim_end_matches('/'), secure);
        let calendar = Calendar::new(&settings.time_zone);
        Self(Arc::new(Parts { ports, settings, secure, authority, calendar }))
    }

    /// Whether a request that names this host is for us.
    pub(crate) fn answers_to(&self, host: &str) -> bool {
        plain_authority(host, self.secure) == self.authority
    }
}

impl Deref for Portal {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

fn plain_authority(authority: &str, secure: bool) -> String {
    let lower = authority.to_ascii_lowercase();
    let own_port = if secure { ":443" } else { ":80" };
    lower.strip_suffix(own_port).map(str::to_owned).unwrap_or(lower)
}
