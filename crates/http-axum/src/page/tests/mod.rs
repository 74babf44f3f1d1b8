//! Every page, rendered with sample data and checked against the rules that all pages share.

mod fields;
mod html;
mod list;
mod samples;

use html::{attribute, body_of, count, tags, values_of};
use samples::Names;
use std::path::PathBuf;

type Check = fn(&str) -> Result<(), String>;

const CHECKS: [(&str, Check); 13] = [
    ("one h1", one_heading),
    ("a title", has_title),
    ("no inline style", no_inline_style),
    ("no inline handler", no_inline_handler),
    ("no inline script", no_inline_script),
    ("names are escaped", names_are_escaped),
    ("tags are balanced", tags_are_balanced),
    ("ids are unique", ids_are_unique),
    ("references resolve", references_resolve),
    ("posts carry a token", posts_carry_a_token),
    ("signs exist", signs_exist),
    ("classes exist", classes_exist),
    ("addresses are absolute", addresses_are_absolute),
];

#[test]
fn every_page_keeps_the_rules_of_all_pages() {
    let mut broken = Vec::new();
    for (page, html) in samples::all(&Names::hostile()) {
        for (rule, check) in CHECKS {
            if let Err(why) = check(&html) {
                broken.push(format!("{page}: {rule}: {why}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_page_is_written_to_look_at_when_a_folder_is_named() {
    let Some(folder) = std::env::var_os("PAGE_SAMPLES_DIR").map(PathBuf::from) else {
        return;
    };
    std::fs::create_dir_all(&folder).expect("the folder for the samples");
    for (page, html) in samples::all(&Names::plain()) {
        std::fs::write(folder.join(page).with_extension("html"), html).expect("a sample page");
    }
}

#[test]
fn a_title_says_first_what_went_wrong_or_what_happened() {
    let title = |wanted: &str| {
        let (_, html) =
            samples::all(&Names::plain()).into_iter().find(|(page, _)| *page == wanted).expect("a sample of that name");
        body_of(&html, "title").to_owned()
    };
    assert_eq!(title("login"), "Sign in – Practice Portal");
    assert_eq!(title("login-refused"), "Error: Sign in – Practice Portal");
    assert_eq!(
        title("login-registered"),
        "You are registered. Sign in with your new password. – Sign in – Practice Portal"
    );
    assert_eq!(title("manage-search"), "Search: lind – Manage Account – Practice Portal");
}

fn one_heading(html: &str) -> Result<(), String> {
    expect(count(html, "h1") == 1, || format!("{} of them", count(html, "h1")))
}

fn has_title(html: &str) -> Result<(), String> {
    let title = body_of(html, "title");
    expect(title.trim() == title && title.ends_with(" – Practice Portal"), || title.to_owned())
}

fn no_inline_style(html: &str) -> Result<(), String> {
    none(html, |tag| attribute(tag, "style").is_some() || tag.starts_with("style"))
}

fn no_inline_handler(html: &str) -> Result<(), String> {
    none(html, |tag| {
        tag.split_whitespace().skip(1).any(|part| {
            let name = part.split('=').next().unwrap_or_default();
            name.len() > 2 && part.contains('=') && name.starts_with("on")
        })
    })
}

fn no_inline_script(html: &str) -> Result<(), String> {
    let empty = |script: &&str| script.split_once('>').is_some_and(|(_, rest)| rest.starts_with("</script>"));
    let named = |script: &&str| script.split('>').next().is_some_and(|tag| attribute(tag, "src").is_some());
    let inline = html.split("<script").skip(1).find(|script| !empty(script) || !named(script));
    expect(count(html, "script") > 0 && inline.is_none(), || inline.unwrap_or_default().to_owned())
}

fn names_are_escaped(html: &str) -> Result<(), String> {
    let bare = html.contains("<script>") || html.contains("alert('");
    expect(!bare && html.contains("&#60;script&#62;alert(&#39;name"), || "the hostile name".to_owned())
}

fn tags_are_balanced(html: &str) -> Result<(), String> {
    const VOID: [&str; 7] = ["!doctype", "meta", "link", "input", "br", "hr", "use"];
    let mut open = Vec::new();
    for tag in tags(html) {
        let name = html::name_of(tag);
        if VOID.contains(&name) {
            continue;
        }
        match name.strip_prefix('/') {
            None => open.push(name),
            Some(closed) => {
                let last = open.pop();
                expect(last == Some(closed), || format!("{last:?} closed by {closed}"))?;
            }
        }
    }
    expect(open.is_empty(), || format!("{open:?} left open"))
}

fn ids_are_unique(html: &str) -> Result<(), String> {
    let mut ids = values_of(html, "id");
    ids.sort_unstable();
    let twice = ids.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0].to_owned());
    twice.map_or(Ok(()), Err)
}

fn references_resolve(html: &str) -> Result<(), String> {
    const BY_ID: [&str; 7] =
        ["for", "aria-describedby", "aria-labelledby", "popovertarget", "data-show", "data-rules-for", "data-read-to"];
    let ids = values_of(html, "id");
    let named = BY_ID.iter().flat_map(|name| values_of(html, name)).flat_map(str::split_whitespace);
    let linked = values_of(html, "href").into_iter().filter_map(|href| href.strip_prefix('#'));
    let missing = named.chain(linked).find(|id| !ids.contains(id)).map(str::to_owned);
    missing.map_or(Ok(()), Err)
}

fn posts_carry_a_token(html: &str) -> Result<(), String> {
    for form in html.split("<form").skip(1) {
        let form = form.split("</form>").next().unwrap_or_default();
        let head = form.split('>').next().unwrap_or_default();
        let posts = head.contains("method=\"post\"");
        expect(posts == form.contains("name=\"csrf\" value=\"9f2c41d7\""), || head.to_owned())?;
    }
    Ok(())
}

fn signs_exist(html: &str) -> Result<(), String> {
    const SIGNS: &str = include_str!("../../../assets/icons.svg");
    let known = values_of(SIGNS, "id");
    let missing = values_of(html, "href")
        .into_iter()
        .filter_map(|href| href.strip_prefix("/assets/icons.svg?v=")?.split_once('#'))
        .map(|(_, sign)| sign)
        .find(|sign| !known.contains(sign));
    missing.map_or(Ok(()), |sign| Err(sign.to_owned()))
}

fn classes_exist(html: &str) -> Result<(), String> {
    const SHEET: &str = include_str!("../../../assets/portal.css");
    let known: Vec<&str> = SHEET
        .split('.')
        .skip(1)
        .map(|part| part.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default())
        .collect();
    let missing =
        values_of(html, "class").into_iter().flat_map(str::split_whitespace).find(|class| !known.contains(class));
    missing.map_or(Ok(()), |class| Err(class.to_owned()))
}

fn addresses_are_absolute(html: &str) -> Result<(), String> {
    const KINDS: [&str; 6] = ["/", "#", "https://", "tel:", "mailto:", "otpauth://totp/"];
    let all = ["href", "src", "action"].into_iter().flat_map(|name| values_of(html, name));
    let wrong = all.into_iter().find(|address| !KINDS.iter().any(|kind| address.starts_with(kind)));
    wrong.map_or(Ok(()), |address| Err(address.to_owned()))
}

fn none(html: &str, is_bad: impl Fn(&str) -> bool) -> Result<(), String> {
    tags(html).find(|tag| is_bad(tag)).map_or(Ok(()), |tag| Err(tag.to_owned()))
}

fn expect(holds: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why()) }
}
