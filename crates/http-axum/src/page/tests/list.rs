//! The list of people: its address, its order, its marks, its steps.

use crate::page::{Dir, Marked, Place, RoleFilter, SortKey, StatusFilter, Step, Steps, Who};

#[test]
fn the_beginning_of_the_list_has_a_bare_address() {
    assert_eq!(Place::default().href(), "/manage");
    assert_eq!(Place::default().query_more(), "");
}

#[test]
fn an_address_keeps_every_choice_and_escapes_it() {
    let place = Place {
        q: "lind & söns".to_owned(),
        status: StatusFilter::Locked,
        role: RoleFilter::Patient,
        sort: SortKey::Created,
        dir: Dir::Desc,
        page: Some("a/b=".to_owned()),
        ..Place::default()
    };
    let query = "?q=lind%20%26%20s%C3%B6ns&status=locked&role=patient&sort=created&dir=desc&page=a%2Fb%3D";
    assert_eq!(place.query(), query);
    assert_eq!(place.query_more(), query.replacen('?', "&", 1));
    assert_eq!(place.href_at("7"), format!("/manage{query}#u7"));
}

#[test]
fn a_click_on_a_heading_sorts_and_the_next_turns_round() {
    let start = Place::default();
    assert_eq!(start.sorted_by(SortKey::Last).dir, Dir::Desc);
    assert_eq!(start.sorted_by(SortKey::First).dir, Dir::Asc);
    let newest = start.sorted_by(SortKey::Created);
    assert_eq!((newest.sort, newest.dir), (SortKey::Created, Dir::Desc));
    assert_eq!(newest.sorted_by(SortKey::Created).dir, Dir::Asc);
    assert_eq!(start.on_page("x").sorted_by(SortKey::Tier).page, None);
}

#[test]
fn clearing_keeps_the_order_only() {
    let place =
        Place { q: "lind".to_owned(), status: StatusFilter::Registered, sort: SortKey::Role, ..Place::default() };
    assert!(place.is_narrowed());
    assert!(!place.cleared().is_narrowed());
    assert_eq!(place.cleared().href(), "/manage?sort=role");
}

#[test]
fn an_unknown_code_falls_back_to_the_default() {
    assert_eq!(SortKey::parse("shoe-size"), SortKey::Last);
    assert_eq!(SortKey::parse("activity"), SortKey::Activity);
    assert_eq!(StatusFilter::parse(""), StatusFilter::All);
}

#[test]
fn a_hit_is_marked_whatever_the_case() {
    let pieces = |text: &str, query: &str| -> Vec<(bool, String)> {
        let marked = Marked::find(text, query);
        assert_eq!(marked.text(), text);
        marked.0.into_iter().map(|piece| (piece.hit, piece.text)).collect()
    };
    let owned = |parts: &[(bool, &str)]| -> Vec<(bool, String)> {
        parts.iter().map(|(hit, text)| (*hit, (*text).to_owned())).collect()
    };
    assert_eq!(pieces("Lindqvist", "lind"), owned(&[(true, "Lind"), (false, "qvist")]));
    assert_eq!(pieces("ÉLODIE", "él"), owned(&[(true, "ÉL"), (false, "ODIE")]));
    assert_eq!(pieces("aab", "ab"), owned(&[(false, "a"), (true, "ab")]));
    assert_eq!(pieces("Theo", "o"), owned(&[(false, "The"), (true, "o")]));
    assert_eq!(pieces("Theo", ""), owned(&[(false, "Theo")]));
    assert_eq!(pieces("Theo", "theodor"), owned(&[(false, "Theo")]));
    assert_eq!(pieces("İx", "x"), owned(&[(false, "İ"), (true, "x")]));
}

#[test]
fn a_person_without_a_name_is_called_by_the_address() {
    let who = Who { email: "a@example.com".to_owned(), ..Who::default() };
    assert_eq!((who.name().as_str(), who.short()), ("a@example.com", "this person"));
}

#[test]
fn steps_that_do_not_apply_are_not_counted() {
    assert_eq!(Steps::new(true, true, Step::Code).label(), "Step 3 of 5");
    assert_eq!(Steps::new(true, false, Step::Code).label(), "Step 2 of 4");
    assert_eq!(Steps::new(false, true, Step::Password).label(), "Step 2 of 2");
    assert_eq!(Steps::with_code_word(Step::CodeWord).label(), "Step 1 of 2");
}
