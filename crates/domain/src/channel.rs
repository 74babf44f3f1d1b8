//! Which product may invite whom, and where to (`INV-1`).

use crate::member::Kind;

/// A vendor application that invites people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Product {
    /// Secure messages.
    SecureMail,
    /// Online forms.
    TruForm,
    /// Shared cases.
    Collaborator,
    /// Not a product: vendor support, for a practice's first account (`PRA-1`).
    Operator,
}

/// Whether the person is to become a member of the inviter's practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Placement {
    /// Joins the inviter's practice.
    InPractice,
    /// Belongs elsewhere, or to none.
    Outside,
}

/// One combination that may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Channel {
    /// Who asks.
    pub product: Product,
    /// Where to.
    pub placement: Placement,
    /// As what.
    pub kind: Kind,
}

/// The combinations that exist, and which products ask for a paying inviter. It is configuration; [`Catalogue::default`] is what
/// `INV-1` lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    channels: Vec<Channel>,
    paid: Vec<Product>,
}

/// A combination of product, placement and kind that is not in the catalogue (`INV-1`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this product does not invite people of this kind this way")]
pub struct NoSuchChannel;

impl Channel {
    /// Whether the person is to become a member of the inviter's practice.
    #[must_use]
    pub fn joins(self) -> bool {
        self.placement == Placement::InPractice
    }
}

impl Catalogue {
    /// A catalogue of one's own.
    #[must_use]
    pub fn new(channels: Vec<Channel>, paid: Vec<Product>) -> Self {
        Self { channels, paid }
    }

    /// The channel for this combination.
    ///
    /// # Errors
    ///
    /// [`NoSuchChannel`] when it is not listed.
    pub fn channel(&self, product: Product, placement: Placement, kind: Kind) -> Result<Channel, NoSuchChannel> {
        let wanted = Channel { product, placement, kind };
        if self.channels.contains(&wanted) { Ok(wanted) } else { Err(NoSuchChannel) }
    }

    /// Whether inviting through this product needs an inviter on a paid tier (`INV-2`).
    #[must_use]
    pub fn needs_paid_inviter(&self, product: Product) -> bool {
        self.paid.contains(&product)
    }
}

impl Default for Catalogue {
    fn default() -> Self {
        use {
            Kind::{Doctor, Patient, Staff},
            Placement::{InPractice, Outside},
            Product::{Collaborator, Operator, SecureMail, TruForm},
        };
        let channels = [
            (SecureMail, InPractice, Doctor),
            (SecureMail, InPractice, Staff),
            (SecureMail, Outside, Doctor),
            (SecureMail, Outside, Staff),
            (SecureMail, Outside, Patient),
            (TruForm, Outside, Patient),
            (Collaborator, Outside, Patient),
            (Collaborator, Outside, Doctor),
            (Collaborator, InPractice, Doctor),
            (Operator, InPractice, Doctor),
            (Operator, InPractice, Staff),
        ];
        let channels = channels.map(|(product, placement, kind)| Channel { product, placement, kind }).to_vec();
        Self::new(channels, vec![SecureMail])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// INV-1
    #[test]
    fn only_listed_combinations_can_be_used() {
        let catalogue = Catalogue::default();
        let mut allowed = 0;
        for product in [Product::SecureMail, Product::TruForm, Product::Collaborator, Product::Operator] {
            for placement in [Placement::InPractice, Placement::Outside] {
                for kind in [Kind::Doctor, Kind::Staff, Kind::Patient] {
                    allowed += usize::from(catalogue.channel(product, placement, kind).is_ok());
                }
            }
        }
        assert_eq!(allowed, 11);
        assert_eq!(catalogue.channel(Product::SecureMail, Placement::InPractice, Kind::Patient), Err(NoSuchChannel));
        assert_eq!(catalogue.channel(Product::TruForm, Placement::Outside, Kind::Doctor), Err(NoSuchChannel));
        assert_eq!(catalogue.channel(Product::Collaborator, Placement::InPractice, Kind::Staff), Err(NoSuchChannel));
    }

    /// INV-2
    #[test]
    fn only_securemail_asks_for_a_paying_inviter() {
        let catalogue = Catalogue::default();
        assert!(catalogue.needs_paid_inviter(Product::SecureMail));
        assert!(!catalogue.needs_paid_inviter(Product::TruForm));
        assert!(!catalogue.needs_paid_inviter(Product::Collaborator));
    }
}
