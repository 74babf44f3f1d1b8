//! `Smtp` against mail servers that none of us wrote. `cargo xtask test peers` installs and names them; without them the tests
//! say so and pass.

mod devel;
mod faulty;
mod process;

use practice_domain::port::Letter;
use practice_domain::value::{Email, NoticeId};
use uuid::Uuid;

fn letter(number: u128, to: &str) -> Letter {
    Letter {
        notice: NoticeId(Uuid::from_u128(number)),
        to: Email::parse(to).expect("an address"),
        subject: "Join Clínica Niño on Practice Portal".to_owned(),
        text: format!("Hello Ann,\n\n.\n..\n{LINK}\n"),
        html: format!("<p>Hällo Ann</p><a href=\"{LINK}\">Get started</a>"),
    }
}

const LINK: &str =
    "https://portal.example.com/register/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdEfGhIjKlMnOpQrStUvWxYz01234";
const FROM: &str = "Practice Portal <no-reply@portal.example.com>";
