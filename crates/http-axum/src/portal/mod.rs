//! The pages: one file a page, or a few that belong together.

mod billing;
mod confirm;
mod dashboard;
mod edit;
mod forgot;
mod info;
mod join;
mod login;
mod manage;
mod opened;
mod own_email;
mod own_password;
mod passkeys;
mod password_join;
mod password_link;
mod password_steps;
mod place;
mod practices;
mod profile;
mod refused;
mod rows;
mod second_factor;
mod second_step;
mod second_step_passkey;
mod sessions;
mod settings;
mod step_forms;
mod step_pages;
mod toast;
mod two_step;
mod withdraw;

use askama::Template;
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse, Response};

use crate::door::remember;
use crate::gates::BringsCheck;
use crate::refusal::Face;
use crate::route::Route;
use crate::site::Portal;

pub(crate) use billing::known;
pub(crate) use confirm::checked as check_password;
pub(crate) use forgot::ask_for_reset;
pub(crate) use login::{checked as check_sign_in, farewell, welcomed};
pub(crate) use own_password::changed as change_password;
pub(crate) use profile::{account, texts_stopped};
pub(crate) use refused::refused;
pub(crate) use settings::import::CONTENTS as IMPORTS;

/// Every page. Those for visitors bind their forms to the browser.
pub(crate) fn router(portal: &Portal) -> Router<Portal> {
    let visitors = visitors::router().layer(from_fn_with_state(portal.clone(), remember));
    visitors.merge(members::router()).merge(open::router())
}

/// Pages whose path holds a token.
pub(crate) fn links() -> Router<Portal> {
    links::router()
}

/// Pages that take files.
pub(crate) fn files() -> Router<Portal> {
    files::router()
}

pub(crate) fn routes() -> impl Iterator<Item = &'static Route> {
    visitors::ROUTES.iter().chain(members::ROUTES).chain(open::ROUTES).chain(links::ROUTES).chain(files::ROUTES)
}

/// A page, ready to send.
fn page(status: StatusCode, template: &impl Template) -> Result<Response, Face> {
    let html = template.render().map_err(|error| {
        tracing::error!(%error, "a page cannot be rendered");
        Face::internal()
    })?;
    Ok((status, Html(html)).into_response())
}

/// A page that brings the security check.
fn page_with_check(status: StatusCode, template: &impl Template) -> Result<Response, Face> {
    let mut response = page(status, template)?;
    response.extensions_mut().insert(BringsCheck);
    Ok(response)
}

mod visitors {
    use crate::portal::{
        forgot, join, login, opened, own_email, password_join, password_link, password_steps, second_step,
        second_step_passkey, step_forms, step_pages,
    };
    use crate::route::doors;

    doors! {
        get "/login" Anyone login::show;
        post "/login" Anyone login::submit;
        get "/login/code" HalfWay second_step::show;
        post "/login/code" HalfWay second_step::submit;
        post "/login/code/passkey" HalfWay second_step_passkey::ask;
        post "/login/code/passkey/confirm" HalfWay second_step_passkey::redeem;
        post "/login/code/setup" HalfWay second_step::set_up;
        post "/login/code/confirm" HalfWay second_step::confirm;
        get "/email" LinkHolder own_email::opened;
        post "/email" LinkHolder own_email::confirm;
        get "/register" LinkHolder opened::show;
        post "/register" LinkHolder opened::begin;
        get "/register/phone" LinkHolder step_pages::phone;
        post "/register/phone" LinkHolder step_forms::phone;
        get "/register/verify-identity" LinkHolder step_pages::verify_identity;
        post "/register/verify-identity" LinkHolder step_forms::verify_identity;
        get "/register/code" LinkHolder step_pages::code;
        post "/register/code" LinkHolder step_forms::code;
        post "/register/code/resend" LinkHolder step_forms::resend;
        get "/register/terms" LinkHolder step_pages::terms;
        post "/register/terms" LinkHolder step_forms::terms;
        get "/register/password" LinkHolder step_pages::password;
        post "/register/password" LinkHolder step_forms::password;
        get "/join" LinkHolder join::show;
        get "/forgot" Anyone forgot::show;
        post "/forgot" Anyone forgot::submit;
        get "/forgot/sent" Anyone forgot::sent;
        get "/password" LinkHolder password_link::show;
        post "/password" LinkHolder password_link::begin;
        get "/password/code-word" LinkHolder password_steps::word;
        post "/password/code-word" LinkHolder password_steps::give_word;
        get "/password/new" LinkHolder password_steps::password;
        post "/password/new" LinkHolder password_steps::set;
        get "/password/join" LinkHolder password_join::show;
    }
}

mod members {
    use crate::portal::billing::{self, card, messaging};
    use crate::portal::settings::second_factor as factor_reset;
    use crate::portal::settings::sessions as user_sessions;
    use crate::portal::settings::{
        audit, code_word, employee, employees, import, role, roles, security, user_account, user_accounts,
    };
    use crate::portal::{
        confirm, dashboard, edit, join, login, manage, own_email, own_password, passkeys, password_join, practices,
        profile, rows, second_factor, sessions, settings, two_step, withdraw,
    };
    use crate::route::doors;

    doors! {
        post "/join" SignedIn join::confirm;
        post "/password/join" SignedIn password_join::confirm;
        post "/logout" SignedIn login::leave;
        get "/dashboard" SignedIn dashboard::show;
        get "/practices" SignedIn practices::show;
        post "/practices" SignedIn practices::choose;
        get "/profile" SignedIn profile::show;
        post "/profile" SignedIn profile::submit;
        get "/profile/email" FreshSignedIn own_email::show;
        post "/profile/email" FreshSignedIn own_email::submit;
        get "/profile/password" SignedIn own_password::show;
        post "/profile/password" SignedIn own_password::submit;
        get "/profile/second-factor" FreshSignedIn second_factor::show;
        post "/profile/second-factor" FreshSignedIn second_factor::begin;
        post "/profile/second-factor/confirm" FreshSignedIn second_factor::confirm;
        post "/profile/second-factor/remove" FreshSignedIn second_factor::remove;
        post "/profile/second-factor/passkeys" FreshSignedIn passkeys::begin;
        post "/profile/second-factor/passkeys/confirm" FreshSignedIn passkeys::confirm;
        post "/profile/second-factor/passkeys/{id}/remove" FreshSignedIn passkeys::remove;
        post "/profile/sessions/{id}/end" SignedIn profile::end;
        post "/profile/card" FreshSignedIn card::begin;
        get "/profile/card/done" SignedIn card::done;
        get "/profile/messaging" SignedIn messaging::show;
        get "/profile/messaging/invoices" SignedIn messaging::invoices;
        post "/profile/messaging/invoices/email" SignedIn messaging::mail;
        get "/profile/messaging/plans/{id}/cancel" SignedIn messaging::ask;
        post "/profile/messaging/plans/{id}/cancel" SignedIn messaging::cancel;
        get "/profile/messaging/purchase" FreshSignedIn billing::own;
        post "/profile/messaging/purchase" FreshSignedIn billing::review_own;
        get "/purchase/{id}" SignedIn billing::look;
        post "/purchase/{id}" FreshSignedIn billing::confirm;
        get "/confirm-password" SignedIn confirm::show;
        post "/confirm-password" SignedIn confirm::submit;
        get "/manage" UserManager manage::show;
        get "/manage/export" FreshUserManager manage::export;
        get "/manage/two-step" FreshUserManager two_step::show;
        post "/manage/two-step" FreshUserManager two_step::submit;
        get "/manage/users/{id}" UserManager edit::show;
        post "/manage/users/{id}" UserManager edit::submit;
        get "/manage/users/{id}/purchase" FreshUserManager billing::show;
        post "/manage/users/{id}/purchase" FreshUserManager billing::review;
        post "/manage/users/{id}/reinvite" UserManager rows::send_again;
        post "/manage/users/{id}/unlock" UserManager rows::unlock;
        post "/manage/users/{id}/sessions/end" FreshSessionsHolder sessions::end_all;
        post "/manage/users/{id}/sessions/{session}/end" FreshSessionsHolder sessions::end;
        get "/manage/users/{id}/withdraw" UserManager withdraw::show;
        post "/manage/users/{id}/withdraw" UserManager withdraw::submit;
        get "/settings" SettingsHolder settings::show;
        get "/settings/audit" AuditHolder audit::show;
        get "/settings/audit/export" FreshAuditHolder audit::export;
        get "/settings/code-word" FreshWordHolder code_word::show;
        get "/settings/code-word/rotate" FreshWordHolder code_word::ask;
        post "/settings/code-word/rotate" FreshWordHolder code_word::rotate;
        get "/settings/employees" AccountsViewer employees::show;
        post "/settings/employees" Administrator employees::add;
        get "/settings/employees/add" Administrator employees::blank;
        get "/settings/employees/export" FreshExportHolder employees::export;
        get "/settings/employees/{id}" AccountsViewer employee::show;
        post "/settings/employees/{id}" Administrator employee::change;
        get "/settings/employees/{id}/deactivate" Administrator employee::ask;
        post "/settings/employees/{id}/deactivate" Administrator employee::deactivate;
        post "/settings/employees/{id}/reactivate" Administrator employee::reactivate;
        get "/settings/roles" Administrator roles::show;
        get "/settings/roles/{role}" Administrator role::show;
        post "/settings/roles/{role}/add" Administrator role::add;
        post "/settings/roles/{role}/remove" Administrator role::remove;
        post "/settings/roles/{role}/copy" Administrator role::copy;
        post "/settings/roles/{role}/rename" Administrator role::rename;
        get "/settings/roles/{role}/delete" Administrator role::ask;
        post "/settings/roles/{role}/delete" Administrator role::delete;
        get "/settings/security" PolicyHolder security::show;
        post "/settings/security" FreshPolicyHolder security::save;
        get "/settings/import" Administrator import::blank;
        get "/settings/import/{id}" Administrator import::show;
        post "/settings/import/{id}/go" Administrator import::go;
        post "/settings/import/{id}/stop" Administrator import::stop;
        post "/settings/import/{id}/resume" Administrator import::resume;
        get "/settings/user-accounts" AccountsViewer user_accounts::show;
        get "/settings/user-accounts/{id}" AccountsViewer user_account::show;
        post "/settings/user-accounts/{id}" Administrator user_account::save;
        get "/settings/user-accounts/{id}/deactivate" Administrator user_account::ask;
        post "/settings/user-accounts/{id}/deactivate" Administrator user_account::deactivate;
        post "/settings/user-accounts/{id}/reset" Administrator user_account::reset;
        get "/settings/user-accounts/{id}/second-factor" FreshAdministrator factor_reset::ask;
        post "/settings/user-accounts/{id}/second-factor" FreshAdministrator factor_reset::reset;
        post "/settings/user-accounts/{id}/sessions/end" FreshSessionsHolder user_sessions::end_all;
        post "/settings/user-accounts/{id}/sessions/{session}/end" FreshSessionsHolder user_sessions::end;
        post "/settings/user-accounts/{id}/told" Administrator user_account::told;
    }
}

mod files {
    use crate::portal::settings::import;
    use crate::route::doors;

    doors! {
        post "/settings/import" Administrator import::upload;
    }
}

mod links {
    use crate::portal::{opened, own_email, password_link};
    use crate::route::doors;

    doors! {
        get "/email/{token}" Anyone own_email::follow;
        get "/register/{token}" Anyone opened::follow;
        get "/reset/{token}" Anyone password_link::follow;
        get "/setup/{token}" Anyone password_link::follow;
    }
}

mod open {
    use crate::portal::info;
    use crate::route::doors;

    doors! {
        get "/" Anyone info::start;
        get "/help" Anyone info::help;
        get "/privacy" Anyone info::privacy;
        get "/terms" Anyone info::terms;
        get "/accessibility" Anyone info::accessibility;
    }
}
