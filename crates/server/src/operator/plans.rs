use std::collections::BTreeMap;

use jiff::Timestamp;
use practice_domain::access::Operator;
use practice_domain::usecase::billing::{
    ComparePlans, Compared, Difference, Finding, FollowProviderError, Remedy, Till, compare_plans, follow_provider,
};
use practice_domain::value::{PracticeId, Time};

use crate::operator::practices::practice;
use crate::trouble::Trouble;
use crate::wire::App;

/// Holds our plans against what the payment provider has, a line for each difference (`BK-02`). With somebody who says why, what the
/// provider has is followed first; what is left is told then.
pub(super) async fn compare(app: &App, within: Option<PracticeId>, who: Option<&Operator>) -> Result<String, Trouble> {
    let shop = app.shop.as_ref();
    let shop = shop.ok_or_else(|| Trouble::argument("payments.provider", "nothing is sold with these settings"))?;
    if let Some(id) = within {
        practice(app, id).await?;
    }
    let cmd = ComparePlans { within, ..ComparePlans::default() };
    if let Some(who) = who {
        follow(&shop.till, who, cmd).await?;
    }
    let mut kinds: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut tell = |finding: &Finding| {
        println!("{}", line(finding));
        *kinds.entry(finding.difference.code()).or_default() += 1;
    };
    let compared = compare_plans(&shop.till, cmd, &mut tell).await.map_err(Trouble::Compare)?;
    let told = summary(&compared);
    if kinds.is_empty() {
        return Ok(format!("{told} Nothing differs."));
    }
    let number: usize = kinds.values().sum();
    let kinds: Vec<String> = kinds.iter().map(|(kind, number)| format!("{kind} {number}")).collect();
    Err(Trouble::Differ(format!("{} ({}). {told}", count(number, "difference"), kinds.join(", "))))
}

async fn follow(till: &Till, who: &Operator, cmd: ComparePlans) -> Result<(), Trouble> {
    let followed = follow_provider(till, who, cmd).await.map_err(|error| match error {
        FollowProviderError::Fault(fault) => Trouble::Compare(fault),
        refused @ FollowProviderError::NoReason => Trouble::refused(refused),
    })?;
    println!("{} followed the provider, {} could not", followed.followed, followed.faults.len());
    for fault in followed.faults {
        eprintln!("practice-portal: {}", Trouble::Compare(fault).told());
    }
    Ok(())
}

fn count(number: usize, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

/// How much was compared.
fn summary(compared: &Compared) -> String {
    let Compared { here, there, foreign, unplaced } = compared;
    let (here, there) = (count(*here, "plan"), count(*there, "subscription"));
    let mut told = format!("{here} here and {there} at the provider were compared.");
    if *foreign > 0 {
        told.push_str(&format!(" {foreign} more there were not sold by us."));
    }
    if *unplaced > 0 {
        told.push_str(&format!(" Of {unplaced} more there nobody knows the practice: compare without --practice."));
    }
    told
}

/// A difference, and what heals it, in plain words. No names and no addresses: whoever looks after it finds them by the ids.
fn line(finding: &Finding) -> String {
    let mut told = format!("{:<16}  {}", finding.difference.code(), finding.subscription);
    if let Some(plan) = finding.plan {
        told.push_str(&format!("  plan {plan}"));
    }
    if let Some(practice) = finding.practice {
        told.push_str(&format!("  practice {practice}"));
    }
    format!("{told}  {}; {}", words(&finding.difference), healed(&finding.difference, finding.remedy))
}

fn words(difference: &Difference) -> String {
    match difference {
        Difference::PeriodEnd { here, there } => {
            format!("it is paid for until {} here, and until {} at the provider", moment(*here), moment(*there))
        }
        other => other.to_string(),
    }
}

fn moment(time: Time) -> String {
    Timestamp::from_microsecond(time.micros()).map_or_else(|_| time.micros().to_string(), |at| format!("{at:.0}"))
}

/// What heals it.
fn healed(difference: &Difference, remedy: Remedy) -> &'static str {
    match (remedy, difference) {
        (Remedy::Follow(_), _) => "a running server follows within an hour, and --follow does at once",
        (Remedy::Settle(_), Difference::NotSettledHere) => {
            "a running server looks the order up within minutes, and --follow does at once"
        }
        (Remedy::Settle(_), _) => "--follow gives the money back",
        (Remedy::Waits, _) => "it ends here, too, when its period is over",
        (Remedy::ByHand, Difference::UnknownHere | Difference::SecondThere) => {
            "give the money back and cancel it at the provider"
        }
        (Remedy::ByHand, Difference::RunsThere | Difference::RenewsThere) => "cancel it at the provider",
        (Remedy::ByHand, Difference::UnpaidInvoice { .. }) => "have it paid, or void it, at the provider",
        (Remedy::ByHand, _) => "mend it at the provider",
    }
}
