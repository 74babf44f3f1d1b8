use practice_domain::port::SessionFace;
use practice_domain::value::{SessionId, Time};

use crate::page::SessionRow;
use crate::present::Calendar;

/// A session, as a line of a page; `asking` is the one that looks at it.
pub(crate) fn session(calendar: &Calendar, session: &SessionFace, asking: SessionId, now: Time) -> SessionRow {
    let (device, on_phone) = device(&session.agent);
    let current = session.id == asking;
    SessionRow {
        id: session.id.to_string(),
        device,
        on_phone,
        began: calendar.when(session.started_at, now),
        active: if current { "now".to_owned() } else { calendar.when(session.seen_at, now).text },
        current,
    }
}

/// What a browser's own words come to: `Firefox on Windows`, and whether it is a telephone.
fn device(agent: &str) -> (String, bool) {
    let first =
        |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let browser = first(&BROWSERS);
    let system = first(&SYSTEMS);
    let on_phone = agent.contains("iPhone") || (agent.contains("Android") && agent.contains("Mobile"));
    let words = match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "A browser we do not know".to_owned(),
    };
    (words, on_phone)
}

/// In the order of asking: most browsers also claim to be older ones.
const BROWSERS: [(&str, &str); 6] = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_by_name() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0";
        assert_eq!(device(edge), ("Edge on Windows".to_owned(), false));
        let phone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 Version/17.0 Mobile Safari/604.1";
        assert_eq!(device(phone), ("Safari on iPhone".to_owned(), true));
        assert_eq!(device("").0, "A browser we do not know");
    }
}
