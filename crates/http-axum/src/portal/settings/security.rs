use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::{Fresh, Holder, permit};
use practice_domain::policy::{Bounds, KEYS, Key, Policy, PolicyRefused, Preset, Value};
use practice_domain::usecase::{ConfirmPasswordError, SetPolicy, SetPolicyError, authenticate, set_policy};
use practice_domain::value::{Password, Version};

use crate::cookie::Cookie;
use crate::door::{Call, Fields, Held, HeldForm};
use crate::flash::{Flash, Flashed, and_say};
use crate::page::{Nav, Problems, SecurityPage};
use crate::portal::{check_password, page};
use crate::present;
use crate::refusal::{Face, sentence};
use crate::site::Portal;

type Keeper = Holder<permit::ChangePolicy>;

/// `GET /settings/security?preset=strict` (`PRA-6`): the values that hold, or those of a preset to start from.
pub(crate) async fn show(
    State(portal): State<Portal>,
    Held(who): Held<permit::ChangePolicy>,
    Query(query): Query<Vec<(String, String)>>,
    flashed: Flashed,
) -> Result<Response, Face> {
    let named = query.iter().find(|(name, _)| name == "preset").map(|(_, code)| code.as_str());
    let preset = named.and_then(|code| Preset::named(code).ok());
    let mut security = stored(&portal, &who, preset.map(Policy::of), |_| None);
    security.chrome.toast = match flashed.0 {
        Some(Flash::PolicySaved(true)) => Some("Settings saved.".to_owned()),
        Some(Flash::PolicySaved(false)) => Some("Nothing was changed.".to_owned()),
        _ => None,
    };
    let mut response = page(StatusCode::OK, &security)?;
    flashed.told(&portal, response.headers_mut());
    Ok(response)
}

/// `POST /settings/security`: Save. Whoever gave their password too long ago gives it with the form, so that nothing typed is lost.
pub(crate) async fn save(
    State(portal): State<Portal>,
    call: Call,
    form: HeldForm<permit::ChangePolicy>,
) -> Result<Response, Face> {
    let HeldForm { who, fields } = form;
    let policy = match read(&fields) {
        Ok(policy) => policy,
        Err(problems) => return again(&portal, &who, &fields, StatusCode::UNPROCESSABLE_ENTITY, problems),
    };
    let (fresh, cookie) = match freshly(&portal, &who, &fields, call).await? {
        Ok(fresh) => fresh,
        Err((status, words)) => return again(&portal, &who, &fields, status, Problems::one("password", &words)),
    };
    let seen = Some(Version(fields.text("version").parse().unwrap_or(u32::MAX)));
    let mut response = match set_policy(&portal.ports, &fresh, SetPolicy { seen, policy }).await {
        Ok(before) => and_say(&portal, "/settings/security", Flash::PolicySaved(before != policy)),
        Err(error @ SetPolicyError::Changed) => {
            let problems = Problems::one("main", &sentence(&error));
            again(&portal, fresh.who(), &fields, StatusCode::PRECONDITION_FAILED, problems)?
        }
        Err(error) => return Err(error.into()),
    };
    if let Some(cookie) = cookie {
        portal.set_secret(response.headers_mut(), Cookie::Session, &cookie);
    }
    Ok(response)
}

/// The same person with a fresh sign-in; with a new session's cookie when they gave their password just now.
type Freshly = (Fresh<Keeper>, Option<[u8; 32]>);

async fn freshly(
    portal: &Portal,
    who: &Keeper,
    fields: &Fields,
    call: Call,
) -> Result<Result<Freshly, (StatusCode, String)>, Face> {
    if let Ok(fresh) = who.clone().fresh() {
        return Ok(Ok((fresh, None)));
    }
    let given = fields.text("password");
    let Some(password) = Password::parse(given).ok().filter(|_| !given.is_empty()) else {
        return Ok(Err((StatusCode::FORBIDDEN, "Enter your password again to save.".to_owned())));
    };
    match check_password(portal, who.person(), password).await {
        Ok(confirmed) => {
            let again = authenticate(&portal.ports, &confirmed.cookie, call.origin).await??;
            Ok(Ok((Keeper::prove(again)?.fresh()?, Some(confirmed.cookie))))
        }
        Err(error @ ConfirmPasswordError::Refused) => {
            let face = Face::from(error);
            Ok(Err((face.status, face.sentence.into_owned())))
        }
        Err(error) => Err(error.into()),
    }
}

/// What the form says; every value that cannot be taken, when there is one.
fn read(fields: &Fields) -> Result<Policy, Problems> {
    let preset = Preset::named(fields.text("preset")).map_err(|why| Problems::one("main", &sentence(&why)))?;
    let value = |key: &Key| match key.bounds {
        Bounds::Number { .. } => Value::parse(fields.text(key.name).trim()),
        Bounds::Switch => Value::Switch(fields.ticked(key.name)),
        Bounds::Choice(_) => Value::Word(fields.text(key.name).to_owned()),
    };
    let mut given: Vec<(&str, Value)> = KEYS.iter().map(|key| (key.name, value(key))).collect();
    let mut refused: Vec<PolicyRefused> = Vec::new();
    loop {
        match Policy::with(preset, given.iter().cloned()) {
            Ok(policy) if refused.is_empty() => return Ok(policy),
            Ok(_) => break,
            Err(why) => {
                let Some(key) = why.key() else { return Err(Problems::one("main", &sentence(&why))) };
                let before = given.len();
                given.retain(|(name, _)| *name != key.name);
                refused.push(why);
                if given.len() == before {
                    break;
                }
            }
        }
    }
    let mut problems = Problems::default();
    for key in &KEYS {
        for why in refused.iter().filter(|why| why.key() == Some(key)) {
            problems.add(&present::field_id(key), &present::policy_advice(why));
        }
    }
    Err(problems)
}

/// The form once more, as it was filled in.
fn again(
    portal: &Portal,
    who: &Keeper,
    fields: &Fields,
    status: StatusCode,
    problems: Problems,
) -> Result<Response, Face> {
    let typed = |key: &Key| match key.bounds {
        Bounds::Switch => Some(fields.ticked(key.name).to_string()),
        Bounds::Number { .. } | Bounds::Choice(_) => Some(fields.text(key.name).to_owned()),
    };
    let preset = Preset::named(fields.text("preset")).ok().map(Policy::of);
    let mut security = stored(portal, who, preset, typed);
    if status != StatusCode::PRECONDITION_FAILED {
        fields.text("version").clone_into(&mut security.version);
    }
    security.previewed = false;
    security.chrome.problems = problems;
    page(status, &security)
}

/// The form, with the values that hold or with others to start from.
fn stored(
    portal: &Portal,
    who: &Keeper,
    start: Option<Policy>,
    typed: impl Fn(&Key) -> Option<String>,
) -> SecurityPage {
    let now = who.practice().policy();
    let policy = start.unwrap_or(now);
    let presets = Preset::ALL.map(|one| (one.name(), present::preset_name(one), one == policy.preset()));
    SecurityPage {
        chrome: present::chrome(portal, who.person(), Nav::Settings),
        version: who.practice().version.0.to_string(),
        preset: policy.preset().name(),
        presets: presets.to_vec(),
        previewed: policy != now,
        sections: present::policy_sections(&policy, typed),
        deviations: policy.deviations().iter().map(|one| (one.key.label, one.norm)).collect(),
        asks_password: !who.person().is_fresh(),
    }
}
