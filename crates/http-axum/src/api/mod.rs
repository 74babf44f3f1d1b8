//! The JSON API: one file a resource.

mod body;
mod challenge;
mod doc;
mod invitations;
mod member_sessions;
mod people;
mod person;
mod session;
mod shape;
mod two_step;

use crate::route::doors;

pub(crate) use doc::document;

doors! {
    get "/api/openapi.json" Anyone doc::show;
    post "/api/v1/practices/{practice}/invitations" Product invitations::create;
    get "/api/v1/challenge" Anyone challenge::show;
    post "/api/v1/session" Anyone session::create;
    get "/api/v1/session" SignedIn session::show;
    delete "/api/v1/session" SignedIn session::leave;
    post "/api/v1/session/confirm" SignedIn session::confirm;
    get "/api/v1/sessions" SignedIn session::list;
    delete "/api/v1/sessions/{id}" SignedIn session::end;
    get "/api/v1/practices/{practice}/people" UserManager people::list;
    get "/api/v1/practices/{practice}/people/{id}" UserManager person::show;
    patch "/api/v1/practices/{practice}/people/{id}" UserManager person::change;
    delete "/api/v1/practices/{practice}/people/{id}" UserManager person::withdraw;
    post "/api/v1/practices/{practice}/people/{id}/reinvite" UserManager person::send_again;
    post "/api/v1/practices/{practice}/people/{id}/unlock" UserManager person::unlock;
    get "/api/v1/practices/{practice}/people/{id}/sessions" FreshUserManager member_sessions::list;
    delete "/api/v1/practices/{practice}/people/{id}/sessions" FreshUserManager member_sessions::end_all;
    delete "/api/v1/practices/{practice}/people/{id}/sessions/{session}" FreshUserManager member_sessions::end;
    get "/api/v1/practices/{practice}/two-step" UserManager two_step::show;
    put "/api/v1/practices/{practice}/two-step" FreshUserManager two_step::change;
}
