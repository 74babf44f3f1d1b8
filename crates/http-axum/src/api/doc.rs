//! The OpenAPI document, written from the handlers.

use std::sync::LazyLock;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::{Schema, SchemaType, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use crate::api::hooks::Hooks;
use crate::api::people::{DirName, RoleName, SortName};
use crate::api::{
    audit, billing, challenge, employees, imports, invitations, member_sessions, passkeys, password_resets, people,
    person, plans, policy, profile, roles, second_factor, session, two_step, user_accounts,
};
use crate::cookie::Cookie;
use crate::problem::Problem;
use crate::site::Portal;

#[derive(OpenApi)]
#[openapi(
    info(title = "Practice Portal", version = "1", description = "Accounts of practices: invitations, people, sessions."),
    paths(
        challenge::show,
        invitations::create,
        password_resets::create,
        employees::list,
        employees::add,
        employees::export,
        employees::show,
        employees::change,
        employees::deactivate,
        employees::reactivate,
        imports::upload,
        imports::show,
        imports::rows,
        imports::go,
        imports::stop,
        imports::resume,
        session::create,
        session::show,
        session::leave,
        session::confirm,
        session::list,
        session::end,
        passkeys::redeem,
        passkeys::ask,
        passkeys::list,
        passkeys::begin,
        passkeys::add,
        passkeys::remove,
        second_factor::redeem,
        second_factor::set_up,
        second_factor::confirm_half_way,
        second_factor::show,
        second_factor::begin,
        second_factor::confirm,
        second_factor::remove,
        profile::show,
        profile::change,
        profile::set_password,
        profile::ask_email,
        profile::confirm_email,
        profile::practices,
        profile::choose,
        people::list,
        people::export,
        person::show,
        person::change,
        person::withdraw,
        person::send_again,
        person::unlock,
        member_sessions::list,
        member_sessions::end_all,
        member_sessions::end,
        user_accounts::activate,
        user_accounts::deactivate,
        user_accounts::reset,
        user_accounts::reset_factor,
        user_accounts::give_role,
        user_accounts::told,
        user_accounts::rotate,
        audit::list,
        audit::export,
        policy::show,
        policy::change,
        policy::keys,
        roles::list,
        roles::copy,
        roles::show,
        roles::edit,
        roles::rename,
        roles::remove,
        two_step::show,
        two_step::change,
        billing::offers,
        billing::quote,
        billing::purchase,
        billing::show,
        plans::list,
        plans::cancel,
        plans::invoices,
        plans::mail,
        plans::card,
        plans::enter_card,
        show,
    ),
    components(schemas(Problem, DirName, RoleName, SortName)),
    modifiers(&Doors, &Refusals, &Hooks),
)]
struct Document;

/// The document of a portal that is served over HTTPS, as JSON.
pub(crate) fn document() -> String {
    SECURE.clone()
}

/// This document.
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    tag = "Document",
    responses((status = 200, description = "The OpenAPI document.", body = serde_json::Value)),
)]
pub(crate) async fn show(State(portal): State<Portal>) -> Response {
    let text = if portal.secure { &SECURE } else { &PLAIN };
    ([(CONTENT_TYPE, "application/json")], text.as_str()).into_response()
}

static SECURE: LazyLock<String> = LazyLock::new(|| written(true));
static PLAIN: LazyLock<String> = LazyLock::new(|| written(false));

/// The document with the session cookie's name, which hangs on how the portal is served.
fn written(secure: bool) -> String {
    let mut document = Document::openapi();
    let cookie = ApiKey::Cookie(ApiKeyValue::new(Cookie::Session.name(secure)));
    document.components.get_or_insert_default().add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    document.to_pretty_json().unwrap_or_else(|_| "{}".to_owned())
}

/// The ways to say who is asking, but for the session's cookie.
struct Doors;

impl Modify for Doors {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let key = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("pp_…").build();
        components.add_security_scheme("key", SecurityScheme::Http(key));
        let token = ApiKey::Header(ApiKeyValue::new("X-CSRF-Token"));
        components.add_security_scheme("csrf", SecurityScheme::ApiKey(token));
    }
}

/// The refusals that follow from what an operation takes and who may, and parameters as they can be sent.
struct Refusals;

impl Modify for Refusals {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for item in document.paths.paths.values_mut() {
            let operations =
                [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten();
            for operation in operations {
                document_refusals(operation);
                operation.parameters.iter_mut().flatten().for_each(absent_not_null);
            }
        }
    }
}

fn document_refusals(operation: &mut Operation) {
    let parameters = operation.parameters.iter().flatten();
    let inline = parameters.filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter.parameter_in.clone()),
        _ => None,
    });
    let places: Vec<ParameterIn> = inline.collect();
    let (named, asked, header) = (
        places.contains(&ParameterIn::Path),
        places.contains(&ParameterIn::Query),
        places.contains(&ParameterIn::Header),
    );
    let (guarded, sent) = (operation.security.is_some(), operation.request_body.is_some());
    let mut add = |applies: bool, status: &str, words: &str| {
        let known = &mut operation.responses.responses;
        if applies && !known.contains_key(status) {
            known.insert(status.to_owned(), problem(words));
        }
    };
    add(true, "400", "The request cannot be read.");
    add(guarded, "401", "Nobody is signed in, or the key is not valid.");
    add(
        guarded || sent,
        "403",
        "The caller may not: no right, no `X-CSRF-Token`, a foreign page, or no fresh sign-in.",
    );
    add(named, "404", "There is no such thing, or none that the caller may know of.");
    add(true, "413", "More than 64 KiB were sent.");
    add(sent, "415", "The content is not `application/json`.");
    add(true, "421", "The request names another host.");
    add(sent || asked || header, "422", "A field or parameter cannot be taken.");
    add(true, "500", "Our own fault.");
    add(true, "503", "Too busy, or a part of the service is away. `Retry-After` says when to try again.");
}

/// A parameter may be absent, but there is no way to send `null` in a header.
fn absent_not_null(parameter: &mut RefOr<Parameter>) {
    let RefOr::T(Parameter { schema: Some(RefOr::T(Schema::Object(object))), .. }) = parameter else { return };
    if let SchemaType::Array(types) = &object.schema_type
        && let [kind, Type::Null] = types.as_slice()
    {
        object.schema_type = SchemaType::Type(kind.clone());
    }
}

fn problem(words: &str) -> RefOr<utoipa::openapi::Response> {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(words).content("application/problem+json", content).build().into()
}
