use std::sync::Mutex;

use practice_domain::billing::Purchase;
use practice_domain::port::{Alarm, Alarms};
use practice_domain::value::PurchaseId;

use crate::lock;

/// Keeps every alarm that was raised.
#[derive(Debug, Default)]
pub struct Bell {
    rung: Mutex<Vec<(PurchaseId, Alarm)>>,
}

impl Bell {
    /// What it rang for so far, in order.
    #[must_use]
    pub fn rung(&self) -> Vec<(PurchaseId, Alarm)> {
        lock(&self.rung).clone()
    }
}

impl Alarms for Bell {
    fn raise(&self, purchase: &Purchase, alarm: Alarm) {
        lock(&self.rung).push((purchase.id, alarm));
    }
}
