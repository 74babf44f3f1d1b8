use practice_domain::billing::{Brand, Card, CardRef, CustomerRef, Expiry, Last4};
use practice_domain::port::CardEntry;

use crate::form::Form;
use crate::read::{Customer, Link, List, Named, Page, PaymentMethod};
use crate::stripe::Stripe;
use crate::trouble::Trouble;

impl Stripe {
    /// A page where a card is entered. What comes of it is told with the account, so that its events can be followed.
    pub(crate) async fn open_card_page(&self, customer: &CustomerRef, back_to: &str) -> Result<CardEntry, Trouble> {
        let account = self.account(&self.read_customer(customer).await?);
        let form = Form::new()
            .with("mode", "setup")
            .with("customer", customer.as_str())
            .with("allowed_payment_method_types[0]", "card")
            .with("wallet_options[link][display]", "never")
            .with("success_url", back_to)
            .with("cancel_url", back_to)
            .with_some("client_reference_id", account.clone())
            .with_some("metadata[account]", account.clone())
            .with_some("setup_intent_data[metadata][account]", account);
        let page: Page = self.api.post(&["checkout", "sessions"], form).await?;
        let url = page.url.ok_or(Trouble::Unreadable("a page without an address"))?;
        Ok(CardEntry { url })
    }

    /// The card that was entered last. It is made the one that is charged, also for what was bought with another one before.
    pub(crate) async fn newest_card(&self, customer: &CustomerRef) -> Result<Option<Card>, Trouble> {
        let query = Form::new().with("customer", customer.as_str()).with("type", "card").with("limit", "100");
        let newest = match self.api.get::<List<PaymentMethod>>(&["payment_methods"], query).await {
            // Of two of one second the one that is listed first: the newest are.
            Ok(list) => list.data.into_iter().rev().max_by_key(|one| one.created),
            Err(trouble) if trouble.is_missing() => None,
            Err(trouble) => return Err(trouble),
        };
        let Some(newest) = newest else { return Ok(None) };
        let card = card(&newest)?;
        let known = self.read_customer(customer).await?;
        let charged = known.invoice_settings.as_ref().and_then(|settings| settings.default_payment_method.as_ref());
        if charged.map(Link::<Named>::name) != Some(&newest.id) {
            if let Some(account) = self.account(&known) {
                let form = Form::new().with("metadata[account]", account);
                let _: Named = self.api.post(&["payment_methods", &newest.id], form).await?;
            }
            let form = Form::new().with("invoice_settings[default_payment_method]", &newest.id);
            let _: Named = self.api.post(&["customers", customer.as_str()], form).await?;
        }
        Ok(Some(card))
    }

    async fn read_customer(&self, customer: &CustomerRef) -> Result<Customer, Trouble> {
        self.api.get(&["customers", customer.as_str()], Form::new()).await
    }

    fn account(&self, customer: &Customer) -> Option<String> {
        customer.metadata.as_ref()?.get("account").cloned()
    }
}

/// As much of a card as its owner needs to recognise it.
fn card(found: &PaymentMethod) -> Result<Card, Trouble> {
    let plastic = found.card.as_ref().ok_or(Trouble::Unreadable("a card that is none"))?;
    let reference = CardRef::parse(&found.id).map_err(|_| Trouble::Unreadable("a card's name"))?;
    let brand = match &*plastic.brand {
        "visa" => Brand::Visa,
        "mastercard" => Brand::Mastercard,
        "amex" => Brand::Amex,
        "discover" => Brand::Discover,
        _ => Brand::Other,
    };
    let last4 = Last4::parse(&plastic.last4).ok_or(Trouble::Unreadable("a card's last digits"))?;
    let expiry = Expiry::new(plastic.exp_year, plastic.exp_month).ok_or(Trouble::Unreadable("a card's last month"))?;
    Ok(Card { reference, brand, last4, expiry })
}
