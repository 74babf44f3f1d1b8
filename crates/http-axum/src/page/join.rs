//! A person who has an account is asked to join one more practice.

use super::Visitor;
use askama::Template;

/// `GET /join`: the question. Looking at it changes nothing.
#[derive(Template)]
#[template(path = "join.html")]
pub struct JoinPage {
    /// The frame.
    pub visitor: Visitor,
    /// Where the button posts to: `/join`.
    pub action: String,
    /// The practice that wants to add the person.
    pub practice: String,
    /// The person of the practice who asked; none when the vendor did.
    pub inviter: Option<String>,
    /// The account that would join; none until the person is signed in.
    pub email: Option<String>,
    /// Where to sign in first; set when the person is not signed in.
    pub sign_in_href: Option<String>,
}
