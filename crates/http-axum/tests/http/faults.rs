use std::sync::Arc;

use async_trait::async_trait;
use practice_domain::fact::Log;
use practice_domain::person::Person;
use practice_domain::port::{
    EmployeeQuery, EmployeeRow, EmployeesPage, Fault, Head, PeoplePage, PeopleQuery, Reader, SealedEntry, SessionFace,
    Tally,
};
use practice_domain::usecase::Ports;
use practice_domain::value::{AccountId, EmployeeId, PersonId, PracticeId};
use practice_http_axum::router;

use crate::browser::Browser;
use crate::house::{House, settings};

/// A reader that answers nothing.
#[derive(Clone, Copy)]
enum Broken {
    Busy,
    Away,
    Corrupt,
    Panics,
}

impl Broken {
    fn fault(self) -> Fault {
        match self {
            Self::Busy => Fault::busy("read"),
            Self::Away => Fault::unavailable("read", "the canary in the mine"),
            Self::Corrupt => Fault::corrupt("person", "the canary in the mine"),
            Self::Panics => panic!("the canary in the mine"),
        }
    }
}

#[async_trait]
impl Reader for Broken {
    async fn people(&self, _: &PeopleQuery) -> Result<PeoplePage, Fault> {
        Err(self.fault())
    }

    async fn person(&self, _: PracticeId, _: PersonId) -> Result<Option<Person>, Fault> {
        Err(self.fault())
    }

    async fn tally(&self, _: PracticeId) -> Result<Tally, Fault> {
        Err(self.fault())
    }

    async fn employees(&self, _: &EmployeeQuery) -> Result<EmployeesPage, Fault> {
        Err(self.fault())
    }

    async fn employee_row(&self, _: PracticeId, _: EmployeeId) -> Result<Option<EmployeeRow>, Fault> {
        Err(self.fault())
    }

    async fn sessions(&self, _: AccountId) -> Result<Vec<SessionFace>, Fault> {
        Err(self.fault())
    }

    async fn heads(&self) -> Result<Vec<Head>, Fault> {
        Err(self.fault())
    }

    async fn entries(&self, _: Log, _: u64, _: usize) -> Result<Vec<SealedEntry>, Fault> {
        Err(self.fault())
    }
}

#[tokio::test]
async fn a_failing_world_is_told_without_its_insides() {
    let (house, manager) = House::managed().await;
    for (broken, status, code, retry, saved) in [
        (Broken::Busy, 503, "busy", "1", "first look whether it was saved"),
        (Broken::Away, 503, "unavailable", "5", "first look whether it was saved"),
        (Broken::Corrupt, 500, "internal", "", "Nothing was saved"),
        (Broken::Panics, 500, "internal", "", "Nothing was saved"),
    ] {
        let ports = Ports { reader: Arc::new(broken), ..house.ports.clone() };
        let mut browser = Browser::new(router(ports, settings()));
        browser.cookies = manager.cookies.clone();
        let page = browser.get("/manage").await;
        page.is(status).says(saved).says(page.header("x-request-id")).says_not("canary");
        assert_eq!((page.header("retry-after"), page.header("cache-control")), (retry, "no-store"));
        let document = browser.get("/api/v1/sessions").await;
        let problem = document.refuses(status, code);
        assert_eq!(problem["instance"], format!("urn:request:{}", document.header("x-request-id")));
        document.says_not("canary");
        assert_eq!(document.header("retry-after"), retry);
    }
}
