//! The table of routes: what the router is built from, and what a test of the doors walks along.

/// One method of one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// `GET`, `POST`, ... A `GET` answers `HEAD`, too.
    pub method: &'static str,
    /// The path, with `{name}` for what varies.
    pub path: &'static str,
    /// Who may.
    pub may: Who,
}

/// Who may use a route. Pages send a visitor who asks with `GET` to `/login`; everything else answers 401 or 403.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// Anybody.
    Anyone,
    /// Whoever holds a link's or a registration's cookie; others are told that it is dead, or sent to where they stand.
    LinkHolder,
    /// Whoever has given the right password, and has still to take the second step (`SESS-3`). Pages send others to `/login`.
    HalfWay,
    /// Somebody with a live session.
    SignedIn,
    /// The same, within five minutes of giving their password. Pages ask for it first; the API says `reauth-required`.
    FreshSignedIn,
    /// A User Manager, for their own practice.
    UserManager,
    /// The same, within five minutes of giving their password. Pages ask for it first; the API says `reauth-required`.
    FreshUserManager,
    /// Somebody who may manage user logins, for their own practice.
    Administrator,
    /// The same, within five minutes of giving their password.
    FreshAdministrator,
    /// Somebody who may change something in Settings, for their own practice.
    SettingsHolder,
    /// Somebody who may look at the employees and user accounts of their own practice.
    AccountsViewer,
    /// Somebody who may export lists of people of their own practice, within five minutes of giving their password.
    FreshExportHolder,
    /// Somebody who may end other people's sessions in their own practice, within five minutes of giving their password.
    FreshSessionsHolder,
    /// Somebody who may use the code word of their own practice, within five minutes of giving their password.
    FreshWordHolder,
    /// Somebody who may change the policy of their own practice; to look at it.
    PolicyHolder,
    /// The same, within five minutes of giving their password.
    FreshPolicyHolder,
    /// Somebody who may read the audit log of their own practice.
    AuditHolder,
    /// The same, within five minutes of giving their password. Pages ask for it first; the API says `reauth-required`.
    FreshAuditHolder,
    /// A product with an API key, for its own practice.
    Product,
    /// A service that signs its calls. No page and no part of the API.
    Peer,
}

/// Writes a table and the router that it describes, so that neither can be without the other.
macro_rules! doors {
    ($($method:ident $path:literal $may:ident $handler:path;)+) => {
        pub(crate) const ROUTES: &[$crate::route::Route] = &[$($crate::route::Route {
            method: $crate::route::verb(stringify!($method)),
            path: $path,
            may: $crate::route::Who::$may,
        }),+];

        pub(crate) fn router() -> axum::Router<$crate::site::Portal> {
            axum::Router::new()$(.route($path, axum::routing::$method($handler)))+
        }
    };
}
pub(crate) use doors;

pub(crate) const fn verb(name: &str) -> &'static str {
    match name.as_bytes() {
        b"get" => "GET",
        b"post" => "POST",
        b"put" => "PUT",
        b"patch" => "PATCH",
        b"delete" => "DELETE",
        _ => panic!("a method that routes do not use"),
    }
}
