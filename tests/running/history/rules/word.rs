//! A mailed link that wants the practice's code word.

use todc_utils::Specification;

/// A link to an employee's first password, opened by several browsers: a word that is right lets one of them choose, and the last try
/// ends it for all (CODE-3, CW-04).
#[derive(Debug)]
pub(crate) struct Word;

/// What a browser did with such a link.
#[derive(Debug, Clone)]
pub(crate) enum OfWord {
    /// Gives a word, the right one or another.
    Give { browser: usize, right: bool, told: Option<Given> },
    /// Chooses a password.
    Choose { browser: usize, told: Option<Taken> },
    /// Does the link work?
    See { works: bool },
    /// Does the password of this browser sign in?
    SignIn { browser: usize, works: bool },
}

/// What came of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given {
    /// A password may be chosen.
    Led,
    /// It was wrong, and so many may still be.
    Wrong(u8),
    /// The link works no more, perhaps since this very word.
    Dead,
}

/// What came of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    Made,
    /// The code word comes first.
    WordFirst,
    /// The link works no more.
    Dead,
}

/// How far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Opened {
    /// Wrong words that are left.
    left: u8,
    /// Who has given the right one.
    proven: Vec<usize>,
    /// Whose password it is.
    made: Option<usize>,
}

impl Opened {
    fn works(&self) -> bool {
        self.left > 0 && self.made.is_none()
    }

    fn give(mut self, browser: usize, right: bool) -> (Given, Self) {
        if !self.works() {
            return (Given::Dead, self);
        }
        if self.proven.contains(&browser) {
            return (Given::Led, self);
        }
        if right {
            self.proven.push(browser);
            self.proven.sort_unstable();
            return (Given::Led, self);
        }
        self.left -= 1;
        (if self.left == 0 { Given::Dead } else { Given::Wrong(self.left) }, self)
    }

    fn choose(self, browser: usize) -> (Taken, Self) {
        if !self.works() {
            return (Taken::Dead, self);
        }
        if !self.proven.contains(&browser) {
            return (Taken::WordFirst, self);
        }
        (Taken::Made, Self { made: Some(browser), ..self })
    }
}

impl Specification for Word {
    type State = Opened;
    type Operation = OfWord;

    fn init() -> Opened {
        Opened { left: TRIES, proven: Vec::new(), made: None }
    }

    fn apply(asked: &OfWord, now: &Opened) -> (bool, Opened) {
        match *asked {
            OfWord::Give { browser, right, told } => {
                let (given, then) = now.clone().give(browser, right);
                (told.is_none_or(|told| told == given), then)
            }
            OfWord::Choose { browser, told } => {
                let (taken, then) = now.clone().choose(browser);
                (told.is_none_or(|told| told == taken), then)
            }
            OfWord::See { works } => (works == now.works(), now.clone()),
            OfWord::SignIn { browser, works } => (works == (now.made == Some(browser)), now.clone()),
        }
    }
}

/// Wrong words that end a link.
const TRIES: u8 = 5;
