//! The pages: one file a page, or a few that belong together.

mod confirm;
mod dashboard;
mod edit;
mod info;
mod join;
mod login;
mod manage;
mod opened;
mod place;
mod profile;
mod refused;
mod rows;
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
use crate::refusal::Face;
use crate::route::Route;
use crate::site::Portal;

pub(crate) use confirm::checked as check_password;
pub(crate) use login::{checked as check_sign_in, farewell, welcomed};
pub(crate) use refused::refused;

/// Every page. Those for visitors bind their forms to the browser.
pub(crate) fn router(portal: &Portal) -> Router<Portal> {
    let visitors = visitors::router().layer(from_fn_with_state(portal.clone(), remember));
    visitors.merge(members::router()).merge(open::router())
}

/// Pages whose path holds a token.
pub(crate) fn links() -> Router<Portal> {
    links::router()
}

pub(crate) fn routes() -> impl Iterator<Item = &'static Route> {
    visitors::ROUTES.iter().chain(members::ROUTES).chain(open::ROUTES).chain(links::ROUTES)
}

/// A page, ready to send.
fn page(status: StatusCode, template: &impl Template) -> Result<Response, Face> {
    let html = template.render().map_err(|error| {
        tracing::error!(%error, "a page cannot be rendered");
        Face::internal()
    })?;
    Ok((status, Html(html)).into_response())
}

mod visitors {
    use crate::portal::{join, login, opened, step_forms, step_pages};
    use crate::route::doors;

    doors! {
        get "/login" Anyone login::show;
        post "/login" Anyone login::submit;
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
    }
}

mod members {
    use crate::portal::settings::{code_word, employee, employees, user_account, user_accounts};
    use crate::portal::{
        confirm, dashboard, edit, join, login, manage, profile, rows, sessions, settings, two_step, withdraw,
    };
    use crate::route::doors;

    doors! {
        post "/join" SignedIn join::confirm;
        post "/logout" SignedIn login::leave;
        get "/dashboard" SignedIn dashboard::show;
        get "/profile" SignedIn profile::show;
        post "/profile/sessions/{id}/end" SignedIn profile::end;
        get "/confirm-password" SignedIn confirm::show;
        post "/confirm-password" SignedIn confirm::submit;
        get "/manage" UserManager manage::show;
        get "/manage/two-step" FreshUserManager two_step::show;
        post "/manage/two-step" FreshUserManager two_step::submit;
        get "/manage/users/{id}" UserManager edit::show;
        post "/manage/users/{id}" UserManager edit::submit;
        post "/manage/users/{id}/reinvite" UserManager rows::send_again;
        post "/manage/users/{id}/unlock" UserManager rows::unlock;
        post "/manage/users/{id}/sessions/end" FreshUserManager sessions::end_all;
        post "/manage/users/{id}/sessions/{session}/end" FreshUserManager sessions::end;
        get "/manage/users/{id}/withdraw" UserManager withdraw::show;
        post "/manage/users/{id}/withdraw" UserManager withdraw::submit;
        get "/settings" Administrator settings::show;
        get "/settings/code-word" FreshAdministrator code_word::show;
        get "/settings/code-word/rotate" FreshAdministrator code_word::ask;
        post "/settings/code-word/rotate" FreshAdministrator code_word::rotate;
        get "/settings/employees" Administrator employees::show;
        post "/settings/employees" Administrator employees::add;
        get "/settings/employees/add" Administrator employees::blank;
        get "/settings/employees/{id}" Administrator employee::show;
        post "/settings/employees/{id}" Administrator employee::change;
        get "/settings/employees/{id}/deactivate" Administrator employee::ask;
        post "/settings/employees/{id}/deactivate" Administrator employee::deactivate;
        post "/settings/employees/{id}/reactivate" Administrator employee::reactivate;
        get "/settings/user-accounts" Administrator user_accounts::show;
        get "/settings/user-accounts/{id}" Administrator user_account::show;
        post "/settings/user-accounts/{id}" Administrator user_account::save;
        get "/settings/user-accounts/{id}/deactivate" Administrator user_account::ask;
        post "/settings/user-accounts/{id}/deactivate" Administrator user_account::deactivate;
        post "/settings/user-accounts/{id}/reset" Administrator user_account::reset;
        post "/settings/user-accounts/{id}/told" Administrator user_account::told;
    }
}

mod links {
    use crate::portal::opened;
    use crate::route::doors;

    doors! {
        get "/register/{token}" Anyone opened::follow;
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
