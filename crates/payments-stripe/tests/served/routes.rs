//! What can be asked of the stand-in, except what is charged.

use serde_json::{Value, json};

use super::books::{Books, Customer, Method, Notes, Refund};
use super::server::{Request, list};

/// An answer.
#[derive(Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

pub(crate) fn refused(status: u16, kind: &str, code: &str, decline: &str) -> Reply {
    let body =
        json!({"error": {"type": kind, "code": code, "decline_code": decline, "message": "Ann's card, sk_test_1"}});
    Reply { status, body }
}

pub(crate) fn missing() -> Reply {
    refused(404, "invalid_request_error", "resource_missing", "")
}

fn said(body: Value) -> Reply {
    Reply { status: 200, body }
}

/// The notes that a request leaves.
pub(crate) fn notes(request: &Request) -> Notes {
    let noted = request.fields.iter().filter_map(|(name, value)| {
        let name = name.strip_prefix("metadata[")?.strip_suffix(']')?;
        Some((name.to_owned(), value.clone()))
    });
    noted.collect()
}

fn wants(request: &Request, part: &str) -> bool {
    request.field("expand[0]").is_some_and(|asked| asked.contains(part))
}

impl Books {
    pub(crate) fn answer(&mut self, request: &Request) -> Reply {
        if !request.header("authorization").starts_with("Bearer sk_test_") {
            return refused(401, "invalid_request_error", "", "");
        }
        let path: Vec<&str> = request.path.split('/').skip(1).collect();
        match (&*request.method, &path[..]) {
            ("GET", ["v1", "customers", "search"]) => self.search(request),
            ("POST", ["v1", "customers"]) => self.new_customer(request),
            ("GET" | "POST", ["v1", "customers", id]) => self.customer(id, request),
            ("GET", ["v1", "payment_methods"]) => self.methods_of(request),
            ("POST", ["v1", "payment_methods", id]) => self.note_method(id, request),
            ("POST", ["v1", "checkout", "sessions"]) => self.page(request),
            ("POST", ["v1", "products"]) => self.new_product(request),
            ("POST", ["v1", "subscriptions"]) => self.begin(request),
            ("GET", ["v1", "subscriptions"]) => self.subscriptions_of(request),
            ("GET" | "POST" | "DELETE", ["v1", "subscriptions", id]) => self.one_subscription(id, request),
            ("GET", ["v1", "invoices"]) => self.invoices_of(request),
            ("GET" | "POST", ["v1", "invoices", id]) => self.one_invoice(id, request),
            ("POST", ["v1", "invoices", id, "pay"]) => self.pay(id, request),
            ("POST", ["v1", "invoices", id, "void"]) => self.void(id),
            ("POST", ["v1", "refunds"]) => self.refund(request),
            ("GET", ["v1", "refunds"]) => self.refunds_of(request),
            ("GET", ["v1", "events"]) => self.events_of(request),
            _ => missing(),
        }
    }

    fn search(&self, request: &Request) -> Reply {
        let Some(query) = request.field("query") else { return missing() };
        let found = self.customers.iter().filter(|_| self.searchable);
        let found =
            found.filter(|one| one.notes.iter().any(|(name, value)| query == format!("metadata['{name}']:'{value}'")));
        said(list(&found.map(Customer::view).collect::<Vec<_>>(), request))
    }

    fn new_customer(&mut self, request: &Request) -> Reply {
        let (id, created) = (self.draw("cus"), self.now);
        let (notes, email) = (notes(request), String::new());
        self.customers.push(Customer { id, created, notes, email, charged: None, balance: 0, pending: 0 });
        said(self.customers.last().expect("just made").view())
    }

    fn customer(&mut self, id: &str, request: &Request) -> Reply {
        let method = request.field("invoice_settings[default_payment_method]");
        if method.is_some_and(|method| !self.methods.iter().any(|one| one.id == method && one.customer == id)) {
            return missing();
        }
        let Some(customer) = self.customers.iter_mut().find(|one| one.id == id) else { return missing() };
        if request.method == "POST" {
            customer.charged = method.map(str::to_owned).or(customer.charged.take());
            customer.email = request.field("email").map(str::to_owned).unwrap_or(std::mem::take(&mut customer.email));
        }
        said(customer.view())
    }

    fn methods_of(&self, request: &Request) -> Reply {
        let customer = request.field("customer").unwrap_or_default();
        if !self.customers.iter().any(|one| one.id == customer) {
            return missing();
        }
        let all: Vec<Value> =
            self.methods.iter().rev().filter(|one| one.customer == customer).map(Method::view).collect();
        said(list(&all, request))
    }

    fn note_method(&mut self, id: &str, request: &Request) -> Reply {
        let Some(method) = self.methods.iter_mut().find(|one| one.id == id) else { return missing() };
        method.notes.extend(notes(request));
        said(method.view())
    }

    fn page(&mut self, request: &Request) -> Reply {
        let id = self.draw("cs");
        let complete = ["customer", "success_url", "cancel_url"].iter().all(|name| request.field(name).is_some());
        if !complete || request.field("mode") != Some("setup") {
            return refused(400, "invalid_request_error", "parameter_missing", "");
        }
        said(json!({"id": id, "object": "checkout.session", "url": format!("https://checkout.stripe.example/{id}")}))
    }

    fn new_product(&mut self, request: &Request) -> Reply {
        let (Some(id), Some(_)) = (request.field("id"), request.field("name")) else { return missing() };
        if self.products.iter().any(|known| known == id) {
            return refused(400, "invalid_request_error", "resource_already_exists", "");
        }
        self.products.push(id.to_owned());
        said(json!({"id": id, "object": "product"}))
    }

    fn subscriptions_of(&self, request: &Request) -> Reply {
        let every = request.field("status") == Some("all");
        let wanted = self.subscriptions.iter().rev().filter(|one| {
            request.field("customer").is_none_or(|customer| customer == one.customer)
                && (every || one.status != "canceled")
        });
        let whole = wants(request, "data.latest_invoice");
        let all: Vec<Value> = wanted.map(|one| self.subscription_view(one, whole)).collect();
        said(list(&all, request))
    }

    fn one_subscription(&mut self, id: &str, request: &Request) -> Reply {
        let Some(at) = self.subscriptions.iter().position(|one| one.id == id) else { return missing() };
        let one = &mut self.subscriptions[at];
        let is_over = matches!(one.status, "canceled" | "incomplete_expired");
        match &*request.method {
            "POST" => {
                let ends = request.field("cancel_at_period_end");
                if is_over && ends.is_some() {
                    return refused(400, "invalid_request_error", "", "");
                }
                one.ends_with_period |= ends == Some("true");
                one.notes.extend(notes(request));
            }
            "DELETE" if is_over => return missing(),
            "DELETE" => one.status = "canceled",
            _ => {}
        }
        said(self.subscription_view(&self.subscriptions[at], false))
    }

    fn invoices_of(&self, request: &Request) -> Reply {
        let of = |name: &str, value: &str| request.field(name).is_none_or(|asked| asked == value);
        let all = self.invoices.iter().rev();
        let all = all.filter(|one| of("subscription", &one.subscription) && of("status", one.status));
        said(list(&all.map(|one| self.invoice_view(one, false)).collect::<Vec<_>>(), request))
    }

    fn one_invoice(&mut self, id: &str, request: &Request) -> Reply {
        let Some(at) = self.invoices.iter().position(|one| one.id == id) else { return missing() };
        if request.method == "POST" {
            self.invoices[at].advances = request.field("auto_advance") == Some("true");
        }
        said(self.invoice_view(&self.invoices[at], wants(request, "payment_intent")))
    }

    fn events_of(&self, request: &Request) -> Reply {
        let since = request.field("created[gte]").and_then(|since| since.parse().ok()).unwrap_or(0);
        let asked =
            |kind: &Value| request.fields.iter().any(|(name, value)| name.starts_with("types[") && kind == value);
        let all = self.events.iter().rev().filter(|one| one["created"].as_i64() >= Some(since) && asked(&one["type"]));
        said(list(&all.cloned().collect::<Vec<_>>(), request))
    }

    fn refunds_of(&self, request: &Request) -> Reply {
        let all = self.refunds.iter().rev().filter(|one| request.field("payment_intent") == Some(&one.intent));
        said(list(&all.map(Refund::view).collect::<Vec<_>>(), request))
    }
}
