//! Text in which the part that a search found is marked.

/// A text in pieces, some of them marked as found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked(pub Vec<Piece>);

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Whether the search found this piece.
    pub hit: bool,
    /// The characters of the piece.
    pub text: String,
}

impl Marked {
    /// A text with nothing marked.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        if text.is_empty() {
            return Self::default();
        }
        Self(vec![Piece::new(false, text)])
    }

    /// Marks the first place where `query` stands in `text`, whatever the case of the letters.
    /// The mark is only a help for the eye: a hit that ignores accents stays unmarked.
    #[must_use]
    pub fn find(text: &str, query: &str) -> Self {
        let wanted: Vec<char> = query.trim().chars().flat_map(char::to_lowercase).collect();
        let Some((from, to)) = place_of(text, &wanted) else {
            return Self::plain(text);
        };
        let pieces =
            [Piece::new(false, &text[..from]), Piece::new(true, &text[from..to]), Piece::new(false, &text[to..])];
        Self(pieces.into_iter().filter(|piece| !piece.text.is_empty()).collect())
    }

    /// Whether any piece is marked.
    #[must_use]
    pub fn has_hit(&self) -> bool {
        self.0.iter().any(|piece| piece.hit)
    }

    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text without marks.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.iter().map(|piece| piece.text.as_str()).collect()
    }
}

impl Piece {
    fn new(hit: bool, text: &str) -> Self {
        Self { hit, text: text.to_owned() }
    }
}

fn place_of(text: &str, wanted: &[char]) -> Option<(usize, usize)> {
    if wanted.is_empty() {
        return None;
    }
    text.char_indices().find_map(|(from, _)| end_of_match(&text[from..], wanted).map(|length| (from, from + length)))
}

fn end_of_match(text: &str, wanted: &[char]) -> Option<usize> {
    let mut left = wanted;
    for (at, character) in text.char_indices() {
        for lower in character.to_lowercase() {
            let (first, rest) = left.split_first()?;
            if *first != lower {
                return None;
            }
            left = rest;
        }
        if left.is_empty() {
            return Some(at + character.len_utf8());
        }
    }
    None
}
