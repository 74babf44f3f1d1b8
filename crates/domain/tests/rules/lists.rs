//! Manage Account: rows, columns, order, search, pages, and why a button is there.

use practice_domain::access::{Action, Holder, UserManager, Who, WhyNot, explain};
use practice_domain::channel::Placement;
use practice_domain::invitation::NotOpen;
use practice_domain::member::{Kind, Tier};
use practice_domain::person::{Column, Person, Status};
use practice_domain::policy::TwoStep;
use practice_domain::port::{Filter, PeopleQuery, Reader, Sort};
use practice_domain::usecase::{
    self, CorrectInvitation, CorrectInvitationError, Reinvite, ReinviteError, WithdrawInvitation,
    WithdrawInvitationError,
};
use practice_domain::value::{InvitationId, MemberId};
use proptest::prelude::*;

use crate::world::check::check;
use crate::world::interleave::run;
use crate::world::people::{Office, all_of, to};
use crate::world::{MINUTE, WRONG, World, cases, email, name};

const BOSS: &str = "boss@x.example";

/// A practice with people of every sort, and the manager.
fn full_house() -> (World, Office, UserManager) {
    let world = World::new();
    let office = world.office(BOSS);
    world.colleague(&office, "ann@x.example");
    world.later(MINUTE);
    world.set_two_step(BOSS, false, true);
    world.colleague(&office, "bob@x.example");
    world.set_two_step(BOSS, true, true);
    for (who, kind, placement) in [
        ("renee@x.example", Kind::Doctor, Placement::InPractice),
        ("pat@z.example", Kind::Patient, Placement::Outside),
        ("outside@z.example", Kind::Doctor, Placement::Outside),
    ] {
        world.later(MINUTE);
        world.invite(&office, who, kind, placement).expect("invited");
    }
    let who = world.manager(BOSS);
    let invitation = InvitationId(world.row_of(office.practice, "renee@x.example").expect("listed").id.0);
    let correction =
        practice_domain::invitation::Correction { name: name("Renée", "Ångström"), ..to("renee@x.example") };
    run(usecase::correct_invitation(&world.ports, &who, CorrectInvitation { invitation, seen: None, to: correction }))
        .expect("corrected");
    for _ in 0..7 {
        assert!(world.try_sign_in("ann@x.example", WRONG, None).is_err());
    }
    (world, office, who)
}

fn rows(world: &World, query: &PeopleQuery) -> Vec<Person> {
    run(world.memory.people(query)).expect("stored").people
}

fn addresses(rows: &[Person]) -> Vec<&str> {
    rows.iter().map(|row| row.email.local()).collect()
}

/// LIST-1, LIST-2, REG-5
#[test]
fn the_list_holds_members_and_those_who_are_invited() {
    let (world, office, _) = full_house();
    let both = TwoStep { doctors: true, patients: true };
    let mut shown: Vec<_> = world.rows(office.practice).into_iter().map(|r| (r.email.local().to_owned(), r)).collect();
    shown.sort_by(|a, b| a.0.cmp(&b.0));
    let statuses: Vec<_> = shown.iter().map(|(who, row)| (who.as_str(), row.status(both), row.locked)).collect();
    assert_eq!(
        statuses,
        [
            ("ann", Status::Registered, true),
            ("bob", Status::TwoStepPending, false),
            ("boss", Status::Registered, false),
            ("outside", Status::NotRegistered, false),
            ("pat", Status::NotRegistered, false),
            ("renee", Status::NotRegistered, false),
        ]
    );
    let active: Vec<_> = shown.iter().filter(|(_, row)| row.active_at.is_some()).map(|(who, _)| who.as_str()).collect();
    assert_eq!(active, ["boss"], "activity of registered members who have been there");
    assert_eq!(shown.iter().filter(|(_, row)| row.tier == Tier::Paid).count(), 1);
    check(&world);
}

/// LIST-2: Created is the date of the invitation, and stays it through registration.
#[test]
fn created_is_the_date_of_the_invitation() {
    let world = World::new();
    let office = world.office(BOSS);
    let invited_at = world.now();
    let id = world.invite(&office, "ann@x.example", Kind::Staff, Placement::InPractice).expect("invited").id;
    world.later(90 * MINUTE);
    world.register(id);
    assert_eq!(world.row_of(office.practice, "ann@x.example").expect("listed").invited_at, invited_at);
}

/// LIST-3: one box, any part of first name, last name or address, without regard to case and accents.
#[test]
fn a_search_finds_any_part_of_names_and_addresses() {
    let (world, office, _) = full_house();
    let found = |text: &str| {
        let query = PeopleQuery { search: text.to_owned(), ..all_of(office.practice) };
        let mut found: Vec<_> = rows(&world, &query).iter().map(|row| row.email.local().to_owned()).collect();
        found.sort();
        found
    };
    assert_eq!(found("angstr"), ["renee"]);
    assert_eq!(found("RENÉE"), ["renee"]);
    assert_eq!(found("z.exam"), ["outside", "pat"]);
    assert_eq!(found("  vega "), ["boss"]);
    assert_eq!(found("nobody at all"), Vec::<String>::new());
    assert_eq!(found("").len(), 6);
}

/// LIST-3: status, role, tier, locked; and the tally counts what the filters find.
#[test]
fn filters_leave_out_what_they_say() {
    let (world, office, who) = full_house();
    let two_step = who.practice().two_step();
    let found = |filter: Filter| rows(&world, &PeopleQuery { filter, ..all_of(office.practice) });
    let cells = |status, patients| Filter { cells: Filter::cells(status, patients, two_step), ..Filter::default() };
    let tally = run(world.memory.tally(office.practice)).expect("stored");
    for status in [Status::NotRegistered, Status::TwoStepPending, Status::Registered] {
        let found = found(cells(Some(status), None));
        assert!(found.iter().all(|row| row.status(two_step) == status));
        assert_eq!(found.len() as u64, tally.with(status, two_step), "{status:?}");
    }
    assert_eq!(addresses(&found(cells(None, Some(true)))), ["pat"]);
    assert_eq!(found(cells(None, Some(false))).len(), 5);
    assert_eq!(addresses(&found(Filter { locked: Some(true), ..Filter::default() })), ["ann"]);
    assert_eq!(addresses(&found(Filter { tier: Some(Tier::Paid), ..Filter::default() })), ["boss"]);
    assert_eq!((tally.all(), tally.locked()), (6, 1));
    assert_eq!(found(cells(None, None)).len(), 6);
}

proptest! {
    #![proptest_config(cases(64))]

    /// LIST-2, LIST-6: every column sorts both ways, ties break the same way, and walking the pages there and back shows every row
    /// once, whatever their size.
    #[test]
    fn pages_follow_each_other_without_gap_or_overlap(
        people in proptest::collection::vec(("[a-cÅå]{0,2}", "[a-cé]{0,2}", any::<bool>()), 1..25),
        size in 1..9_u16,
        column in 0..Column::ALL.len(),
        descending in any::<bool>(),
    ) {
        let world = World::new();
        let office = world.office(BOSS);
        for (number, (first, last, patient)) in people.iter().enumerate() {
            let kind = if *patient { Kind::Patient } else { Kind::Doctor };
            world.later(MINUTE * u32::from(number % 3 == 0));
            let id = world.invite(&office, &format!("p{number}@x.example"), kind, Placement::Outside).expect("invited").id;
            let to = practice_domain::invitation::Correction { name: name(first, last), ..to(&format!("p{number}@x.example")) };
            let cmd = CorrectInvitation { invitation: id, seen: None, to };
            run(usecase::correct_invitation(&world.ports, &world.manager(BOSS), cmd)).expect("corrected");
        }
        let sort = Sort { by: Column::ALL[column], descending };
        let mut query = PeopleQuery { sort, size, ..all_of(office.practice) };
        let mut forth: Vec<Person> = Vec::new();
        let mut last = run(world.memory.people(&query)).expect("stored");
        prop_assert!(last.before.is_none());
        loop {
            prop_assert!(last.people.len() <= usize::from(size));
            forth.extend(last.people.clone());
            query.from = last.after.clone();
            if query.from.is_none() { break; }
            last = run(world.memory.people(&query)).expect("stored");
        }
        prop_assert_eq!(forth.len(), people.len() + 1);
        let keys: Vec<_> = forth.iter().map(|r| (r.sort_key(sort.by), r.name_key(), r.id)).collect();
        let in_order = keys.is_sorted_by(|a, b| if descending { a > b } else { a < b });
        prop_assert!(in_order);
        let mut back: Vec<Person> = last.people.clone();
        while let Some(before) = last.before {
            query.from = Some(before);
            last = run(world.memory.people(&query)).expect("stored");
            back.splice(0..0, last.people.clone());
        }
        prop_assert_eq!(back, forth);
    }
}

/// What a use case says of an action, in the words of the rules: `None` where there is nothing to do any more.
fn done(world: &World, who: &UserManager, row: &Person, action: Action) -> Result<(), Option<WhyNot>> {
    let (ports, invitation) = (&world.ports, InvitationId(row.id.0));
    match action {
        Action::Reinvite => match run(usecase::reinvite(ports, who, Reinvite { invitation })) {
            Ok(_) => Ok(()),
            Err(ReinviteError::Refused(why)) => Err(Some(why)),
            Err(other) => panic!("{other:?}"),
        },
        Action::Correct => {
            let cmd = CorrectInvitation { invitation, seen: None, to: to("right@x.example") };
            match run(usecase::correct_invitation(ports, who, cmd)) {
                Ok(_) => Ok(()),
                Err(CorrectInvitationError::Refused(why)) => Err(Some(why)),
                Err(other) => panic!("{other:?}"),
            }
        }
        Action::Withdraw => {
            match run(usecase::withdraw_invitation(ports, who, WithdrawInvitation { invitation, seen: None })) {
                Ok(_) => Ok(()),
                Err(WithdrawInvitationError::Refused(why)) => Err(Some(why)),
                Err(other) => panic!("{other:?}"),
            }
        }
        Action::Unlock => match run(usecase::unlock_account(ports, who, MemberId(row.id.0))) {
            Ok(unlocked) if unlocked.already => Err(None),
            Ok(_) => Ok(()),
            Err(usecase::UnlockAccountError::Refused(why)) => Err(Some(why)),
            Err(other) => panic!("{other:?}"),
        },
        Action::EndSessions => {
            let who = Holder::prove(who.person().clone()).and_then(Holder::fresh).expect("the permission, fresh");
            match run(usecase::end_member_sessions(ports, &who, MemberId(row.id.0))) {
                Ok(()) => Ok(()),
                Err(usecase::EndSessionError::Refused(why)) => Err(Some(why)),
                Err(other) => panic!("{other:?}"),
            }
        }
        other => panic!("a row alone does not decide {other:?}"),
    }
}

/// LIST-4, LIST-7, LIST-8, LOCK-2, SESS-1: every button that is shown works, and every one that is not is refused.
#[test]
fn what_is_explained_is_what_happens() {
    let people = ["ann", "bob", "boss", "outside", "pat", "renee"];
    for who_acts in ["here", "elsewhere"] {
        for person in people {
            for action in Action::OF_A_ROW {
                let (world, office, mut who) = full_house();
                if who_acts == "elsewhere" {
                    who = world.manager(world.office("other@y.example").manager);
                }
                let rows = world.rows(office.practice);
                let row = rows.iter().find(|row| row.email.local() == person).expect("listed");
                let (explained, happened) = (explain(&who, row, action), done(&world, &who, row, action));
                let case = format!("{who_acts}, {person}, {action:?}: {explained:?} and {happened:?}");
                assert_eq!(explained.is_ok(), happened.is_ok(), "{case}");
                let nothing_there = happened == Err(Some(WhyNot::NotHere));
                let nothing_to_do = happened == Err(None) && explained == Err(WhyNot::NotLocked);
                assert!(happened.is_ok() || nothing_there || nothing_to_do, "{case}");
                let expected = match action {
                    _ if who_acts == "elsewhere" => Err(WhyNot::NotHere),
                    Action::Unlock if person == "ann" => Ok(()),
                    Action::Unlock if row.is_registered() => Err(WhyNot::NotLocked),
                    Action::EndSessions if row.is_registered() => Ok(()),
                    Action::Unlock | Action::EndSessions => Err(WhyNot::NotRegistered),
                    _ if row.is_registered() => Err(WhyNot::Registered),
                    _ => Ok(()),
                };
                assert_eq!(explained, expected, "{case}");
                check(&world);
            }
        }
    }
}

/// LIST-8, LIST-5, INV-6: what has registered meanwhile can be neither sent nor changed, and the answer names the reason.
#[test]
fn a_registered_person_cannot_be_reinvited_or_changed() {
    let world = World::new();
    let office = world.office(BOSS);
    let invitation = world.invite(&office, "ann@x.example", Kind::Staff, Placement::InPractice).expect("invited").id;
    world.register(invitation);
    let (who, account) = (world.manager(BOSS), world.account("ann@x.example"));
    let sent = run(usecase::reinvite(&world.ports, &who, Reinvite { invitation }));
    assert!(matches!(sent, Err(ReinviteError::NotOpen(NotOpen::Registered))));
    assert!(sent.expect_err("refused").to_string().contains("registered"));
    let cmd = CorrectInvitation { invitation, seen: None, to: to("taken.over@x.example") };
    let changed = run(usecase::correct_invitation(&world.ports, &who, cmd));
    assert!(matches!(changed, Err(CorrectInvitationError::NotOpen(NotOpen::Registered))));
    let withdrawn =
        run(usecase::withdraw_invitation(&world.ports, &who, WithdrawInvitation { invitation, seen: None }));
    assert!(matches!(withdrawn, Err(WithdrawInvitationError::NotOpen(NotOpen::Registered))));
    assert_eq!(world.account("ann@x.example"), account);
    assert!(world.account("taken.over@x.example").is_none());
    assert_eq!(world.row_of(office.practice, "ann@x.example").map(|row| row.email), Some(email("ann@x.example")));
}

/// LIST-5: whatever was done hands back whom it was done to, so that the message can name them.
#[test]
fn an_answer_names_the_person() {
    let (world, office, who) = full_house();
    let row = world.row_of(office.practice, "pat@z.example").expect("listed");
    let invitation = InvitationId(row.id.0);
    let sent = run(usecase::reinvite(&world.ports, &who, Reinvite { invitation })).expect("sent again");
    assert_eq!(sent.invitation.email, row.email);
    let cmd = CorrectInvitation { invitation, seen: Some(world.invitation(invitation).version), to: to("p@z.example") };
    let corrected = run(usecase::correct_invitation(&world.ports, &who, cmd)).expect("corrected");
    assert_eq!(corrected.invitation.email, email("p@z.example"));
    let ann = world.member(office.practice, "ann@x.example").expect("a member");
    let unlocked = run(usecase::unlock_account(&world.ports, &who, ann.id)).expect("unlocked");
    assert_eq!(unlocked.account, ann.account);
    let cmd = WithdrawInvitation { invitation, seen: None };
    let withdrawn = run(usecase::withdraw_invitation(&world.ports, &who, cmd)).expect("withdrawn");
    assert_eq!((withdrawn.invitation.id, withdrawn.invitation.email), (invitation, email("p@z.example")));
}

/// LIST-2: sorted by User Role, doctors and staff come before patients.
#[test]
fn doctors_and_staff_come_before_patients() {
    let (world, office, _) = full_house();
    let by = |descending| {
        let query = PeopleQuery { sort: Sort { by: Column::Role, descending }, ..all_of(office.practice) };
        rows(&world, &query).iter().map(|row| row.kind == Kind::Patient).collect::<Vec<_>>()
    };
    assert_eq!(by(false), [false, false, false, false, false, true]);
    assert_eq!(by(true), [true, false, false, false, false, false]);
}

/// LIST-7: what counts of somebody who asks is what they are where they work.
#[test]
fn who_asks_counts_as_what_they_are() {
    let world = World::new();
    let office = world.office(BOSS);
    world.colleague(&office, "ann@x.example");
    world.register(world.invite(&office, "pat@z.example", Kind::Patient, Placement::Outside).expect("invited").id);
    let asks = |who: &str| match world.signed_in(who).asking(false) {
        Who::Person(asker) => (asker.staff, asker.owner),
        other => panic!("{other:?}"),
    };
    assert_eq!(asks(BOSS), (true, true));
    assert_eq!(asks("ann@x.example"), (true, false));
    assert_eq!(asks("pat@z.example"), (false, false));
}
