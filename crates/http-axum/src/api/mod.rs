//! The JSON API: one file a resource.

mod audit;
mod billing;
mod body;
mod challenge;
mod doc;
mod employees;
mod hooks;
mod imports;
mod invitations;
mod member_sessions;
mod passkeys;
mod password_resets;
mod people;
mod person;
mod plans;
mod policy;
mod profile;
mod roles;
mod second_factor;
mod session;
mod shape;
mod two_step;
mod user_accounts;

use axum::Router;

use crate::route::{Route, doors};
use crate::site::Portal;

pub(crate) use doc::document;

/// Routes that take files.
pub(crate) fn files() -> Router<Portal> {
    files::router()
}

pub(crate) fn routes() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().chain(files::ROUTES)
}

mod files {
    use crate::api::imports;
    use crate::route::doors;

    doors! {
        post "/api/v1/practices/{practice}/imports" Administrator imports::upload;
    }
}

doors! {
    get "/api/openapi.json" Anyone doc::show;
    post "/api/v1/practices/{practice}/invitations" Product invitations::create;
    post "/api/v1/password-resets" Anyone password_resets::create;
    get "/api/v1/challenge" Anyone challenge::show;
    post "/api/v1/session" Anyone session::create;
    get "/api/v1/session" SignedIn session::show;
    delete "/api/v1/session" SignedIn session::leave;
    post "/api/v1/session/confirm" SignedIn session::confirm;
    post "/api/v1/session/second-factor" HalfWay second_factor::redeem;
    post "/api/v1/session/second-factor/passkey" HalfWay passkeys::redeem;
    post "/api/v1/session/second-factor/passkey/question" HalfWay passkeys::ask;
    post "/api/v1/session/second-factor/setup" HalfWay second_factor::set_up;
    post "/api/v1/session/second-factor/confirm" HalfWay second_factor::confirm_half_way;
    post "/api/v1/email-changes" Anyone profile::confirm_email;
    get "/api/v1/practices" SignedIn profile::practices;
    post "/api/v1/practices/choose" SignedIn profile::choose;
    get "/api/v1/profile" SignedIn profile::show;
    patch "/api/v1/profile" SignedIn profile::change;
    post "/api/v1/profile/email" FreshSignedIn profile::ask_email;
    put "/api/v1/profile/password" SignedIn profile::set_password;
    get "/api/v1/profile/second-factor" SignedIn second_factor::show;
    delete "/api/v1/profile/second-factor" FreshSignedIn second_factor::remove;
    post "/api/v1/profile/second-factor/setup" FreshSignedIn second_factor::begin;
    post "/api/v1/profile/second-factor/confirm" FreshSignedIn second_factor::confirm;
    get "/api/v1/profile/passkeys" SignedIn passkeys::list;
    post "/api/v1/profile/passkeys" FreshSignedIn passkeys::add;
    post "/api/v1/profile/passkeys/question" FreshSignedIn passkeys::begin;
    delete "/api/v1/profile/passkeys/{id}" FreshSignedIn passkeys::remove;
    get "/api/v1/people/{id}/offers" SignedIn billing::offers;
    post "/api/v1/quotes" SignedIn billing::quote;
    post "/api/v1/purchases" FreshSignedIn billing::purchase;
    get "/api/v1/purchases/{id}" SignedIn billing::show;
    get "/api/v1/plans" SignedIn plans::list;
    delete "/api/v1/plans/{id}" SignedIn plans::cancel;
    get "/api/v1/invoices" SignedIn plans::invoices;
    post "/api/v1/invoices/summary" SignedIn plans::mail;
    get "/api/v1/card" SignedIn plans::card;
    post "/api/v1/card" FreshSignedIn plans::enter_card;
    get "/api/v1/sessions" SignedIn session::list;
    delete "/api/v1/sessions/{id}" SignedIn session::end;
    get "/api/v1/practices/{practice}/audit" AuditHolder audit::list;
    get "/api/v1/practices/{practice}/audit/export" FreshAuditHolder audit::export;
    post "/api/v1/practices/{practice}/code-word/rotate" FreshWordHolder user_accounts::rotate;
    get "/api/v1/practices/{practice}/employees" AccountsViewer employees::list;
    post "/api/v1/practices/{practice}/employees" Administrator employees::add;
    get "/api/v1/practices/{practice}/employees/export" FreshExportHolder employees::export;
    get "/api/v1/practices/{practice}/employees/{id}" AccountsViewer employees::show;
    put "/api/v1/practices/{practice}/employees/{id}" Administrator employees::change;
    post "/api/v1/practices/{practice}/employees/{id}/deactivate" Administrator employees::deactivate;
    post "/api/v1/practices/{practice}/employees/{id}/reactivate" Administrator employees::reactivate;
    post "/api/v1/practices/{practice}/employees/{id}/code-word-told" Administrator user_accounts::told;
    put "/api/v1/practices/{practice}/employees/{id}/user-account" Administrator user_accounts::activate;
    delete "/api/v1/practices/{practice}/employees/{id}/user-account" Administrator user_accounts::deactivate;
    post "/api/v1/practices/{practice}/employees/{id}/user-account/reset" Administrator user_accounts::reset;
    delete "/api/v1/practices/{practice}/employees/{id}/user-account/second-factor" FreshAdministrator user_accounts::reset_factor;
    put "/api/v1/practices/{practice}/employees/{id}/user-account/role" Administrator user_accounts::give_role;
    get "/api/v1/practices/{practice}/imports/{id}" Administrator imports::show;
    get "/api/v1/practices/{practice}/imports/{id}/rows" Administrator imports::rows;
    post "/api/v1/practices/{practice}/imports/{id}/go" Administrator imports::go;
    post "/api/v1/practices/{practice}/imports/{id}/stop" Administrator imports::stop;
    post "/api/v1/practices/{practice}/imports/{id}/resume" Administrator imports::resume;
    get "/api/v1/practices/{practice}/people" UserManager people::list;
    get "/api/v1/practices/{practice}/people/export" FreshUserManager people::export;
    get "/api/v1/practices/{practice}/people/{id}" UserManager person::show;
    patch "/api/v1/practices/{practice}/people/{id}" UserManager person::change;
    delete "/api/v1/practices/{practice}/people/{id}" UserManager person::withdraw;
    post "/api/v1/practices/{practice}/people/{id}/reinvite" UserManager person::send_again;
    post "/api/v1/practices/{practice}/people/{id}/unlock" UserManager person::unlock;
    get "/api/v1/practices/{practice}/people/{id}/sessions" FreshSessionsHolder member_sessions::list;
    delete "/api/v1/practices/{practice}/people/{id}/sessions" FreshSessionsHolder member_sessions::end_all;
    delete "/api/v1/practices/{practice}/people/{id}/sessions/{session}" FreshSessionsHolder member_sessions::end;
    get "/api/v1/practices/{practice}/policy" PolicyHolder policy::show;
    put "/api/v1/practices/{practice}/policy" FreshPolicyHolder policy::change;
    get "/api/v1/practices/{practice}/policy/keys" PolicyHolder policy::keys;
    get "/api/v1/practices/{practice}/roles" Administrator roles::list;
    post "/api/v1/practices/{practice}/roles" Administrator roles::copy;
    get "/api/v1/practices/{practice}/roles/{role}" Administrator roles::show;
    patch "/api/v1/practices/{practice}/roles/{role}" Administrator roles::edit;
    delete "/api/v1/practices/{practice}/roles/{role}" Administrator roles::remove;
    put "/api/v1/practices/{practice}/roles/{role}/name" Administrator roles::rename;
    get "/api/v1/practices/{practice}/two-step" UserManager two_step::show;
    put "/api/v1/practices/{practice}/two-step" FreshUserManager two_step::change;
}
