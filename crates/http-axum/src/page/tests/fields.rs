//! Fields that password managers fill in, and codes that phones offer (`PW-10`).

use std::collections::BTreeSet;

use super::html::{attribute, name_of, tags};
use super::samples::{self, Names};

/// The forms that ask for a password that there is.
const CURRENT: [&str; 4] = ["/confirm-password", "/login", "/profile/password", "/settings/security"];
/// The forms that ask for a new one.
const NEW: [&str; 3] = ["/password/new", "/profile/password", "/register/password"];
/// The forms that ask for a code.
const CODES: [&str; 4] = ["/login/code", "/login/code/confirm", "/profile/second-factor/confirm", "/register/code"];

/// A form and the tags of its fields.
struct Form<'a> {
    action: &'a str,
    fields: Vec<&'a str>,
}

fn forms(html: &str) -> Vec<Form<'_>> {
    let whole = html.split("<form").skip(1).filter_map(|rest| rest.split("</form>").next());
    let read = |form| {
        let head: &str = str::split(form, '>').next().unwrap_or_default();
        let fields = tags(form).filter(|tag| ["input", "textarea"].contains(&name_of(tag))).collect();
        Form { action: attribute(head, "action").unwrap_or_default(), fields }
    };
    whole.map(read).collect()
}

fn words_of<'a>(field: &'a str, name: &str) -> &'a str {
    attribute(field, name).unwrap_or_default()
}

/// What is wrong with a field, if anything is.
fn fault(form: &Form<'_>, field: &str) -> Option<&'static str> {
    let (kind, fill) = (words_of(field, "type"), words_of(field, "autocomplete"));
    let has = |name: &str| field.split_whitespace().any(|part| part == name || part.starts_with(&format!("{name}=")));
    let fill_of_name = match words_of(field, "name") {
        "password" | "current_password" => Some("current-password"),
        "new_password" | "again" => Some("new-password"),
        _ => None,
    };
    let asks_password = form.fields.iter().any(|other| words_of(other, "type") == "password");
    let names = form.fields.iter().filter(|other| words_of(other, "autocomplete") == "username").count();
    match words_of(field, "name") {
        _ if fill_of_name.is_some() && kind != "password" => Some("shows a password"),
        _ if fill_of_name.is_some_and(|name| name != fill) => Some("autocomplete"),
        _ if kind == "password" && fill_of_name.is_none() => Some("a password by another name"),
        _ if kind == "password" && ["maxlength", "readonly", "disabled", "pattern"].iter().any(|name| has(name)) => {
            Some("does not take every password")
        }
        _ if asks_password && names != 1 => Some("no username beside a password"),
        "email" if fill == "username" && !["email", "text"].contains(&kind) => Some("type of a username"),
        "email" if ["/login", "/forgot"].contains(&form.action) && (fill, kind) != ("username", "email") => {
            Some("a username")
        }
        "code" if kind != "text" || fill != "one-time-code" => Some("a code"),
        "code" if !["numeric", "text"].contains(&words_of(field, "inputmode")) => Some("inputmode"),
        "code" if words_of(field, "maxlength").parse().is_ok_and(|most: u32| most < 32) => Some("cuts what is pasted"),
        "code" if has("pattern") || has("readonly") => Some("does not take what is pasted"),
        "cell" | "phone" if kind != "tel" => Some("type of a number"),
        _ => None,
    }
}

/// PW-10: what a password manager needs is on each page that asks for a password or a code, and nothing stands in the way of pasting.
#[test]
fn password_managers_and_pasted_codes_find_their_fields() {
    let mut broken = Vec::new();
    let (mut current, mut new, mut codes) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let pages = samples::all(&Names::plain());
    for (page, html) in &pages {
        for form in forms(html) {
            for field in &form.fields {
                broken.extend(fault(&form, field).map(|why| format!("{page}: {}: {why}: {field}", form.action)));
                match words_of(field, "autocomplete") {
                    "current-password" => drop(current.insert(form.action)),
                    "new-password" => drop(new.insert(form.action)),
                    "one-time-code" => drop(codes.insert(form.action)),
                    _ => {}
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert_eq!(current, CURRENT.into());
    assert_eq!(new, NEW.into());
    assert_eq!(codes, CODES.into());
}

/// PW-10: the app's code is digits, a recovery code is not.
#[test]
fn a_phone_shows_digits_for_a_code_of_digits() {
    let mut seen = BTreeSet::new();
    for (page, html) in samples::all(&Names::plain()) {
        let modes: Vec<String> = tags(&html)
            .filter(|tag| words_of(tag, "autocomplete") == "one-time-code")
            .map(|tag| words_of(tag, "inputmode").to_owned())
            .collect();
        let expected = if page.contains("recovery") { "text" } else { "numeric" };
        assert!(modes.iter().all(|mode| mode == expected), "{page}: {modes:?}");
        seen.extend(modes);
    }
    assert_eq!(seen.len(), 2);
}

/// PW-10: no script of ours hears of pasting, so that none can refuse it.
#[test]
fn no_script_listens_to_pasting() {
    const SCRIPTS: [&str; 3] = [
        include_str!("../../../assets/portal.js"),
        include_str!("../../../assets/passkeys.js"),
        include_str!("../../../assets/security-check.js"),
    ];
    for script in SCRIPTS {
        for word in ["paste", "beforeinput", "clipboard", "\"drop\"", "contextmenu"] {
            assert!(!script.contains(word), "{word}");
        }
    }
}
