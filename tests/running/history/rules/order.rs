//! What somebody buys for a person.

use todc_utils::Specification;

/// One product for one person, who never has it twice: of many offers one is ordered, once (BILL-3, PM-03).
#[derive(Debug)]
pub(crate) struct Order;

/// What a payer did.
#[derive(Debug, Clone)]
pub(crate) enum OfOrder {
    /// OK to an offer: the order that it stands for, or none, because another stands in the way.
    Ok { offer: usize, told: Option<Option<String>> },
    /// There is nothing to be offered any more.
    Sold,
}

impl Specification for Order {
    /// Which offer was ordered, and the order's name, once somebody was told.
    type State = Option<(usize, Option<String>)>;
    type Operation = OfOrder;

    fn init() -> Self::State {
        None
    }

    fn apply(asked: &OfOrder, now: &Self::State) -> (bool, Self::State) {
        let (offer, told) = match asked {
            OfOrder::Sold => return (now.is_some(), now.clone()),
            OfOrder::Ok { offer, told } => (*offer, told),
        };
        let mine = now.as_ref().is_none_or(|(ordered, _)| *ordered == offer);
        let known = now.as_ref().and_then(|(_, name)| name.clone());
        let can = match told {
            None => true,
            Some(None) => !mine,
            Some(Some(name)) => mine && known.as_ref().is_none_or(|known| known == name),
        };
        let named = || known.clone().or_else(|| told.clone().flatten());
        (can, if mine { Some((offer, named())) } else { now.clone() })
    }
}
