use practice_domain::billing::CustomerRef;
use practice_domain::port::Customer;

use crate::form::Form;
use crate::read::{self, List, Named};
use crate::stripe::Stripe;
use crate::trouble::Trouble;

impl Stripe {
    /// The customer of an account. Stripe is searched first, and takes some time to find what is new; for as long, and much longer, the
    /// key of an account makes one customer only. So what is sent under that key never changes: e-mail and name follow by themselves.
    pub(crate) async fn find_or_make(&self, who: &Customer) -> Result<CustomerRef, Trouble> {
        let account = who.account.to_string();
        let id = match self.known(&account).await? {
            Some(id) => id,
            None => self.make(&account).await?,
        };
        let form = Form::new().with("email", who.email.as_typed()).with("name", who.name.to_string());
        let _: Named = self.api.post(&["customers", &id], form).await?;
        CustomerRef::parse(&id).map_err(|_| Trouble::Unreadable("a customer's name"))
    }

    /// The oldest customer of an account, where Stripe finds one. Not every account at Stripe can be searched; the keys hold there, too.
    async fn known(&self, account: &str) -> Result<Option<String>, Trouble> {
        let query = Form::new().with("query", format!("metadata['account']:'{account}'"));
        match self.api.get::<List<read::Customer>>(&["customers", "search"], query).await {
            Ok(found) => Ok(found.data.into_iter().min_by_key(|one| one.created).map(|one| one.id)),
            Err(Trouble::Refused(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// A failure that Stripe keeps under a key spends that key.
    async fn make(&self, account: &str) -> Result<String, Trouble> {
        for step in 0..KEYS {
            let form = Form::new().with("metadata[account]", account);
            let key = format!("customer:{account}:{step}");
            let answer = self.api.post_once::<Named>(&["customers"], form, &key).await;
            match answer.said {
                Err(Trouble::Failed(_)) if answer.replayed => {}
                said => return said.map(|made| made.id),
            }
        }
        Err(Trouble::Failed(500))
    }
}

const KEYS: u32 = 4;
