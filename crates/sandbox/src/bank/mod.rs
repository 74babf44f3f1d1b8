//! Stands in for a card provider. No money moves, and every page says so.

mod books;
mod events;
mod web;

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use practice_domain::billing::calendar::Date;
use practice_domain::billing::{Card, CustomerRef, Doubt, EventRef, SubscriptionRef};
use practice_domain::port::{
    Answer, CardEntry, Clock, Customer, Fault, Keys, Order, PaymentEvent, Payments, Remote, RunningPage, Stop,
};
use practice_domain::value::{PurchaseId, Time};

use books::{Books, Manner, Plastic, Unreadable};
use events::Subject;

pub(crate) use books::Booked;
pub use events::Posting;
pub use web::bank_router;

/// A card provider that charges nobody. What it was told is on disk before it answers, so that it survives a restart like a real one.
pub struct Bank {
    books: Mutex<Books>,
    path: PathBuf,
    base_url: String,
    clock: Arc<dyn Clock>,
    keys: Arc<dyn Keys>,
}

impl Bank {
    /// A provider that keeps its books in a folder, which it makes where there is none. `base_url` is where the portal is served; the
    /// provider's pages are below it, at `/sandbox/bank`. What it tells the portal by itself is signed with `keys`.
    ///
    /// # Errors
    ///
    /// When the folder or the books in it cannot be made, read or understood.
    pub fn open(
        folder: impl AsRef<Path>,
        base_url: &str,
        clock: Arc<dyn Clock>,
        keys: Arc<dyn Keys>,
    ) -> io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        let path = folder.as_ref().join("bank.json");
        let books = read(&path)?.unwrap_or_default();
        let base_url = base_url.trim_end_matches('/').to_owned();
        Ok(Self { books: Mutex::new(books), path, base_url, clock, keys })
    }

    /// Puts a card that is charged without a word on file for a customer, as its page does; it expires in this month so many years
    /// from now. False when there is no such customer.
    ///
    /// # Errors
    ///
    /// When the books cannot be kept.
    pub fn hand_card(&self, customer: &CustomerRef, years: u16) -> Result<bool, Fault> {
        self.change(|books, now| Ok(put(books, customer.as_str(), Manner::Good, years, now)))
    }

    /// Changes the books, and keeps them as they are then; what cannot be kept has not happened. A command beside the server has the
    /// same books: whoever changes them is alone with them, and sees what others did.
    fn change<T>(&self, act: impl FnOnce(&mut Books, Time) -> Result<T, Unreadable>) -> Result<T, Fault> {
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        let unreadable = |error| Fault::unavailable("read the simulator's books", error);
        let _alone = self.alone().map_err(unreadable)?;
        if let Some(newest) = read(&self.path).map_err(unreadable)? {
            *books = newest;
        }
        let mut next = books.clone();
        let answer = act(&mut next, self.clock.now()).map_err(|error| Fault::corrupt("simulator", error))?;
        if next != *books {
            self.keep(&next).map_err(|error| Fault::unavailable("keep the simulator's books", error))?;
            *books = next;
        }
        Ok(answer)
    }

    /// Until what this gives back is dropped, no other process is at the books.
    fn alone(&self) -> io::Result<File> {
        let file = File::create(self.path.with_extension("lock"))?;
        file.lock()?;
        Ok(file)
    }

    fn keep(&self, books: &Books) -> io::Result<()> {
        let beside = self.path.with_extension("new");
        let mut file = File::create(&beside)?;
        file.write_all(&serde_json::to_vec(books)?)?;
        file.sync_all()?;
        std::fs::rename(&beside, &self.path)
    }

    /// The host that the portal is served under, with its port: where webhooks go.
    #[must_use]
    pub fn portal(&self) -> &str {
        self.base_url.split_once("://").map_or(self.base_url.as_str(), |(_, host)| host)
    }

    fn confirm_page(&self) -> String {
        format!("{}/sandbox/bank/confirm/", self.base_url)
    }
}

/// The books in a file; none where there is no such file.
fn read(path: &Path) -> io::Result<Option<Books>> {
    match std::fs::read(path) {
        Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Puts a card on file; false when there is no such customer.
fn put(books: &mut Books, customer: &str, manner: Manner, years: u16, now: Time) -> bool {
    let Some(account) = books.account(customer) else { return false };
    let today = Date::of(now);
    let year = u16::try_from(today.year).unwrap_or(2026).saturating_add(years.min(9));
    let name = books.draw("simcard");
    books.cards.insert(customer.to_owned(), Plastic { name, manner, year, month: today.month });
    books.tell(Subject::Card { account }, now);
    true
}

#[async_trait]
impl Payments for Bank {
    async fn customer(&self, who: &Customer) -> Result<CustomerRef, Fault> {
        let name = self.change(|books, _| {
            let account = who.account.to_string();
            if let Some(known) = books.customers.get(&account) {
                return Ok(known.clone());
            }
            let name = books.draw("simcus");
            books.customers.insert(account, name.clone());
            Ok(name)
        })?;
        CustomerRef::parse(&name).map_err(|error| Fault::corrupt("simulator", error))
    }

    async fn card_entry(&self, customer: &CustomerRef, back_to: &str) -> Result<CardEntry, Fault> {
        // Only the portal is gone back to; anything else would lead anywhere.
        let back = back_to.strip_prefix(&self.base_url).filter(|path| path.starts_with('/')).unwrap_or("/");
        let back: String = back.bytes().map(|byte| format!("%{byte:02X}")).collect();
        Ok(CardEntry { url: format!("{}/sandbox/bank/card?customer={customer}&back={back}", self.base_url) })
    }

    async fn card(&self, customer: &CustomerRef) -> Result<Option<Card>, Fault> {
        self.change(|books, _| books.card(customer.as_str()))
    }

    async fn subscribe(&self, order: &Order) -> Answer {
        let confirm_at = self.confirm_page();
        let answer = self.change(|books, now| books.subscribe(order, now, &confirm_at));
        answer.unwrap_or(Answer::Unknown(Doubt::NoAnswer))
    }

    async fn look_up(&self, purchase: PurchaseId, _: &CustomerRef) -> Result<Option<Answer>, Fault> {
        let confirm_at = self.confirm_page();
        self.change(|books, now| {
            books.expire(now);
            books.look_up(&purchase.to_string(), &confirm_at)
        })
    }

    async fn subscription(&self, reference: &SubscriptionRef) -> Result<Option<Remote>, Fault> {
        self.change(|books, now| books.subscription(reference.as_str(), now))
    }

    async fn stop(&self, stop: &Stop) -> Result<(), Fault> {
        self.change(|books, now| {
            books.subscription(stop.subscription.as_str(), now)?;
            books.stop(stop.subscription.as_str(), stop.give_back, now);
            Ok(())
        })
    }

    async fn events(&self, since: Time, after: Option<EventRef>, most: usize) -> Result<Vec<PaymentEvent>, Fault> {
        self.change(|books, _| books.listed(since, after.as_ref(), most))
    }

    async fn running(&self, after: Option<SubscriptionRef>, most: usize) -> Result<RunningPage, Fault> {
        self.change(|books, _| books.running(after.as_ref().map(SubscriptionRef::as_str), most))
    }
}
