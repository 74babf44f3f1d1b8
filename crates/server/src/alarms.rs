use practice_domain::billing::Purchase;
use practice_domain::port::{Alarm, Alarms};

/// Raises alarms where operators look: in the log and in the metrics (`PM-06`).
pub(crate) struct Watch;

impl Alarms for Watch {
    fn raise(&self, purchase: &Purchase, alarm: Alarm) {
        crate::metrics::alarm(alarm);
        let (purchase, practice) = (purchase.id, purchase.practice);
        match alarm {
            Alarm::InvoiceDiffers => {
                tracing::error!(%purchase, %practice, "an invoice is of another amount than was confirmed: nothing is charged or given");
            }
            Alarm::Returned(why) => {
                tracing::error!(%purchase, %practice, why = why.code(), "somebody was charged and is given nothing: the money goes back");
            }
        }
    }
}
