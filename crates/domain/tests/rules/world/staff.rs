//! What administrators and employees do in tests, each in one line.

use std::time::Duration;

use practice_domain::access::{Administrator, Fresh, Holder, permit};
use practice_domain::code_word::CodeWord;
use practice_domain::employee::{Employee, Employment};
use practice_domain::member::Role;
use practice_domain::password_link::PasswordLink;
use practice_domain::policy::{Policy, Preset, Value};
use practice_domain::port::{EmployeeQuery, EmployeeRow, Reader, Store};
use practice_domain::usecase::{
    self, ActivateEmployee, ActivateEmployeeError, Activated, AddEmployee, GiveCodeWordError, SetPassword,
    SetPasswordError, SetPolicy, WordAnswer,
};
use practice_domain::value::{EmployeeId, PasswordLinkId, Phone, PracticeId, Word};

use crate::world::interleave::run;
use crate::world::people::Office;
use crate::world::{TERMS, World, email, name, origin, password};

impl World {
    pub(crate) fn admin(&self, who: &str) -> Administrator {
        Administrator::prove(self.signed_in(who)).expect("an administrator")
    }

    /// Somebody who may show and rotate the code word now.
    pub(crate) fn word_keeper(&self, who: &str) -> Fresh<Holder<permit::UseCodeWord>> {
        Holder::prove(self.signed_in(who)).and_then(Holder::fresh).expect("may use the code word, fresh")
    }

    /// Somebody who may see and end other people's sessions now.
    pub(crate) fn over_sessions(&self, who: &str) -> Fresh<Holder<permit::EndSessions>> {
        Holder::prove(self.signed_in(who)).and_then(Holder::fresh).expect("may end sessions, fresh")
    }

    pub(crate) fn add_employee(&self, office: &Office) -> EmployeeId {
        self.add_employee_as(office, Employment::Employed)
    }

    pub(crate) fn add_employee_as(&self, office: &Office, employment: Employment) -> EmployeeId {
        let cmd = AddEmployee { name: name("Petra", "Novak"), employment, active: true };
        run(usecase::add_employee(&self.ports, &self.admin(office.manager), cmd)).expect("added")
    }

    /// The Active box of an employee, ticked by the office's manager.
    pub(crate) fn activate(
        &self,
        office: &Office,
        employee: EmployeeId,
        who: &str,
        role: Role,
    ) -> Result<Activated, ActivateEmployeeError> {
        let cmd = ActivateEmployee { employee, email: email(who), cell: cell(), role };
        run(usecase::activate_employee(&self.ports, &self.admin(office.manager), cmd))
    }

    /// Somebody who was added, activated and has set their account up.
    pub(crate) fn hire(&self, office: &Office, who: &str, role: Role) -> EmployeeId {
        let id = self.add_employee(office);
        self.activate(office, id, who, role).expect("activated");
        let cookie = self.open(&self.password_link(PasswordLinkId(id.0)));
        self.give(&cookie, &self.word(office.practice)).expect("looked at");
        self.set(&cookie, crate::world::GOOD).expect("set");
        id
    }

    pub(crate) fn employee(&self, practice: PracticeId, id: EmployeeId) -> Employee {
        run(self.memory.employee(practice, id)).expect("stored").expect("an employee")
    }

    pub(crate) fn employees(&self, practice: PracticeId) -> Vec<EmployeeRow> {
        let query = EmployeeQuery { practice, active: None, after: None, size: 200 };
        run(self.memory.employees(&query)).expect("stored").rows
    }

    pub(crate) fn stored_link(&self, id: PasswordLinkId) -> PasswordLink {
        run(self.memory.password_link(id)).expect("stored").expect("a link")
    }

    /// The newest link's text.
    pub(crate) fn password_link(&self, id: PasswordLinkId) -> String {
        self.ports.keys.password_link(id, self.stored_link(id).generation).0
    }

    /// The link that resets somebody's password.
    pub(crate) fn reset_link(&self, who: &str) -> PasswordLinkId {
        PasswordLinkId(self.account(who).expect("an account").id.0)
    }

    pub(crate) fn stored_word(&self, practice: PracticeId) -> CodeWord {
        run(self.memory.code_word(practice)).expect("stored").expect("a code word")
    }

    pub(crate) fn word(&self, practice: PracticeId) -> Word {
        let CodeWord { serial, sealed, .. } = self.stored_word(practice);
        self.ports.keys.open_code_word(practice, serial, &sealed).expect("ours")
    }

    pub(crate) fn open(&self, link: &str) -> [u8; 32] {
        run(usecase::begin_password_run(&self.ports, link, &origin())).expect("opened").cookie
    }

    pub(crate) fn give(&self, cookie: &[u8], word: &Word) -> Result<WordAnswer, GiveCodeWordError> {
        run(usecase::give_code_word(&self.ports, cookie, word, &origin()))
    }

    pub(crate) fn set(&self, cookie: &[u8], with: &str) -> Result<(), SetPasswordError> {
        run(usecase::set_password(&self.ports, cookie, set(with), &origin())).map(|_| ())
    }

    /// The values that an Owner sets, where they are not the standard ones.
    pub(crate) fn set_policy(&self, owner: &str, values: &[(&'static str, Value)]) {
        let policy = Policy::with(Preset::Standard, values.iter().cloned()).expect("within bounds");
        let who = Holder::prove(self.signed_in(owner)).and_then(Holder::fresh).expect("an Owner, fresh");
        run(usecase::set_policy(&self.ports, &who, SetPolicy { seen: None, policy })).expect("set");
    }

    /// Somebody asks for a reset; the link, if there is to be one, is made at once, as the relay would.
    pub(crate) fn ask_for_reset(&self, who: &str) {
        run(usecase::request_reset(&self.ports, &email(who), &origin())).expect("answered");
        if let Some(account) = self.account(who) {
            run(usecase::send_asked_reset(&self.ports, account.id, self.now())).expect("made");
        }
        self.later(Duration::from_micros(1));
    }
}

pub(crate) fn set(with: &str) -> SetPassword {
    SetPassword { password: password(with), again: password(with), terms: Some(TERMS.to_owned()) }
}

pub(crate) fn cell() -> Phone {
    Phone::parse("(415) 555-2671").expect("a number")
}

pub(crate) fn wrong_word() -> Word {
    Word::parse("not the word").expect("a word")
}

/// Everybody's second password.
pub(crate) const BETTER: &str = "Zk3!-Harbor-Violet-Moss";
