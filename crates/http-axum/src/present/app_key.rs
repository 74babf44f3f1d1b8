use practice_domain::usecase::SecondFactorBegun;
use qrcode::{Color, QrCode};

use crate::page::{AppKey, Picture};

/// What an app must be shown, as pages print it.
pub(crate) fn app_key(begun: SecondFactorBegun) -> AppKey {
    let picture = picture(&begun.uri);
    AppKey { key: begun.secret, uri: begun.uri, picture }
}

/// The same, as a form brought it back; none when it is something else.
pub(crate) fn app_key_again(key: &str, uri: &str) -> Option<AppKey> {
    let plain = key.len() <= 64 && key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let address = uri.starts_with("otpauth://totp/") && uri.len() <= 1000 && uri.bytes().all(|b| b.is_ascii_graphic());
    (plain && address && !key.is_empty())
        .then(|| app_key(SecondFactorBegun { secret: key.to_owned(), uri: uri.to_owned() }))
}

/// The dark squares of a QR code, row by row.
fn picture(text: &str) -> Option<Picture> {
    let code = QrCode::new(text).ok()?;
    let (width, squares) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, row) in squares.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run[0] == Color::Dark {
                let (left, top, length) = (x + QUIET, y + QUIET, run.len());
                path.push_str(&format!("M{left} {top}h{length}v1h-{length}z"));
            }
            x += run.len();
        }
    }
    Some(Picture { size: width + 2 * QUIET, path })
}

/// Light squares around the code, which readers need.
const QUIET: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_a_form_brings_back_is_a_key() {
        let uri = "otpauth://totp/Portal:a%40b.example?secret=GEZDGNBV&issuer=Portal&digits=6&period=30";
        let key = app_key_again("GEZDGNBV", uri).expect("a key");
        assert_eq!(key.groups(), "GEZD GNBV");
        let picture = key.picture.expect("short enough to draw");
        assert!(picture.path.starts_with("M4 4h7v1h-7z"), "the corner is a square of seven: {}", picture.path);
        for (key, uri) in
            [("", uri), ("<b>", uri), ("GEZDGNBV", "https://evil.example/"), ("GEZDGNBV", "otpauth://totp/ x")]
        {
            assert!(app_key_again(key, uri).is_none(), "{key} {uri}");
        }
    }
}
