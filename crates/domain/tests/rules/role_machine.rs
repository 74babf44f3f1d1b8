//! Random people edit, copy, remove and assign roles, and after every step nobody has what nobody could give.

use practice_domain::access::{Administrator, SignedIn};
use practice_domain::member::Role;
use practice_domain::role::{Permission, Permissions, Roles};
use practice_domain::usecase::{self, AssignRole, CopyRole, EditRole, RenameRole};
use practice_domain::value::{MemberId, RoleName};
use practice_testkit::strategy::permissions;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::world::check::problems;
use crate::world::interleave::run;
use crate::world::people::Office;
use crate::world::{GOOD, World, cases, origin};

/// One thing that somebody does; the numbers choose among what there is at that moment.
#[derive(Debug, Clone)]
enum Act {
    Edit { who: usize, role: usize, add: Permissions, remove: Permissions },
    Copy { who: usize, role: usize, name: usize },
    Rename { who: usize, role: usize, name: usize },
    Remove { who: usize, role: usize },
    Assign { who: usize, whom: usize, role: usize },
}

const PEOPLE: [&str; 5] = ["a@x.example", "b@x.example", "c@x.example", "d@x.example", "e@x.example"];
const NAMES: [&str; 3] = ["Evening", "EVENING", "Deputy"];

fn act() -> impl Strategy<Value = Act> {
    let n = || 0..60_usize;
    let few = || permissions().prop_map(|some| some.iter().take(4).collect::<Permissions>());
    let any = || prop_oneof![2 => few(), 1 => permissions(), 1 => Just(Permissions::NONE)];
    prop_oneof![
        4 => (n(), n(), any(), any()).prop_map(|(who, role, add, remove)| Act::Edit { who, role, add, remove }),
        2 => (n(), n(), n()).prop_map(|(who, role, name)| Act::Copy { who, role, name }),
        1 => (n(), n(), n()).prop_map(|(who, role, name)| Act::Rename { who, role, name }),
        1 => (n(), n()).prop_map(|(who, role)| Act::Remove { who, role }),
        6 => (n(), n(), n()).prop_map(|(who, whom, role)| Act::Assign { who, whom, role }),
    ]
}

/// A practice of five, with what everybody could do at their last request.
struct History {
    world: World,
    office: Office,
    cookies: Vec<[u8; 32]>,
    people: Vec<SignedIn>,
}

impl History {
    fn begin() -> Self {
        let world = World::new();
        let office = world.office(PEOPLE[0]);
        for person in &PEOPLE[1..] {
            world.colleague(&office, person);
        }
        let owner = Administrator::prove(world.signed_in(PEOPLE[0])).expect("an administrator");
        for (n, role) in [(1, Role::Owner), (2, Role::OfficeAdministrator)] {
            let cmd = AssignRole { member: world.member(office.practice, PEOPLE[n]).expect("a member").id, role };
            run(usecase::assign_role(&world.ports, &owner, cmd)).expect("assigned");
        }
        let cookies = PEOPLE.map(|person| world.try_sign_in(person, GOOD, None).expect("signed in").cookie).to_vec();
        let mut history = Self { world, office, cookies, people: Vec::new() };
        history.refresh();
        history
    }

    fn roles(&self) -> Vec<Role> {
        let stored = Roles::of(run(self.world.ports.store.roles(self.office.practice)).expect("stored"));
        Role::PREDEFINED.into_iter().chain(stored.copies().map(|one| one.role)).collect()
    }

    fn member(&self, n: usize) -> MemberId {
        self.world.member(self.office.practice, PEOPLE[n % PEOPLE.len()]).expect("a member").id
    }

    /// Does it, if this person may at all; says who they are and what they could do.
    fn step(&self, act: &Act) -> Option<Permissions> {
        let (Act::Edit { who, .. }
        | Act::Copy { who, .. }
        | Act::Rename { who, .. }
        | Act::Remove { who, .. }
        | Act::Assign { who, .. }) = act;
        let administrators = self.people.iter().filter_map(|person| Administrator::prove(person.clone()).ok());
        let administrators: Vec<_> = administrators.collect();
        let who = &administrators[who % administrators.len()];
        let (ports, roles) = (&self.world.ports, self.roles());
        let role = |n: usize| roles[n % roles.len()];
        let done = match *act {
            Act::Edit { role: n, add, remove, .. } => {
                run(usecase::edit_role(ports, who, EditRole { role: role(n), add, remove })).is_ok()
            }
            Act::Copy { role: n, name, .. } => {
                let name = RoleName::parse(NAMES[name % NAMES.len()]).expect("a name");
                run(usecase::copy_role(ports, who, CopyRole { of: role(n), name })).is_ok()
            }
            Act::Rename { role: n, name, .. } => {
                let name = RoleName::parse(NAMES[name % NAMES.len()]).expect("a name");
                let rename =
                    |role| run(usecase::rename_role(ports, who, RenameRole { role, seen: None, name })).is_ok();
                if let Role::Copied(id) = role(n) { rename(id) } else { false }
            }
            Act::Remove { role: n, .. } => match role(n) {
                Role::Copied(id) => run(usecase::remove_role(ports, who, id)).is_ok(),
                _ => false,
            },
            Act::Assign { whom, role: n, .. } => {
                let cmd = AssignRole { member: self.member(whom), role: role(n) };
                run(usecase::assign_role(ports, who, cmd)).is_ok()
            }
        };
        done.then(|| who.person().permissions())
    }

    /// Everybody asks again.
    fn refresh(&mut self) {
        let ask =
            |cookie| run(usecase::authenticate(&self.world.ports, cookie, origin())).expect("asked").expect("live");
        self.people = self.cookies.iter().map(|cookie| ask(cookie)).collect();
    }
}

proptest! {
    #![proptest_config(cases(48))]

    /// ROLE-1, ROLE-2, TN-06: whatever is edited, copied and assigned by whomever: what anybody gains, the person who gave it had;
    /// an Owner stays, who can do everything; nothing has an effect without its parent; and no copy is gone that somebody has.
    #[test]
    fn nobody_ever_has_what_nobody_could_give(acts in vec(act(), 1..40)) {
        let mut history = History::begin();
        for act in &acts {
            let before: Vec<_> = history.people.iter().map(SignedIn::permissions).collect();
            let giver = history.step(act);
            history.refresh();
            for (person, before) in history.people.iter().zip(before) {
                let now = person.permissions();
                let gained = now.without(before);
                prop_assert!(gained.are_within(giver.unwrap_or_default()), "{gained:?} out of nothing by {act:?}");
                prop_assert_eq!(now.effective(), now);
                let (_, member) = person.place().expect("a place");
                prop_assert!(history.roles().contains(&member.role), "a role from nowhere after {:?}", act);
                prop_assert!(member.role != Role::Owner || now == Permissions::all());
            }
            let owners = history.people.iter().filter(|p| p.place().is_some_and(|(_, m)| m.role == Role::Owner));
            prop_assert!(owners.count() > 0, "no Owner is left after {act:?}");
            prop_assert!(history.people.iter().any(|person| person.permissions().has(Permission::EditUserAccounts)));
            let wrong = problems(&history.world);
            prop_assert!(wrong.is_empty(), "{wrong:#?} after {act:?}");
        }
    }
}
