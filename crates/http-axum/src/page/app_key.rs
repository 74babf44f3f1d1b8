//! What an authenticator app must be shown, once.

/// The key of an authenticator app, ready to print.
#[derive(Clone, Debug)]
pub struct AppKey {
    /// As people type it, without spaces; goes back with the form, so that a wrong code does not lose it.
    pub key: String,
    /// The address that apps read, `otpauth://…`.
    pub uri: String,
    /// The address as a picture; none where it could not be drawn.
    pub picture: Option<Picture>,
}

/// A QR code.
#[derive(Clone, Debug)]
pub struct Picture {
    /// How many squares it is wide and high, with the quiet zone around it.
    pub size: usize,
    /// Its dark squares, as the path of an SVG.
    pub path: String,
}

impl AppKey {
    /// The key in groups of four.
    #[must_use]
    pub fn groups(&self) -> String {
        let letters: Vec<char> = self.key.chars().collect();
        letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }
}
