//! New inputs out of known ones.

/// Chance that repeats itself: SplitMix64.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `most`, which is not zero.
    pub(crate) fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let drawn = (mixed ^ (mixed >> 31)) % u64::try_from(most).expect("a small number");
        usize::try_from(drawn).expect("a small number")
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// One of the inputs, changed one to eight times.
pub(crate) fn change(pool: &[String], chance: &mut Chance) -> String {
    let mut text: Vec<char> = chance.pick(pool).chars().collect();
    for _ in 0..=chance.below(8) {
        step(&mut text, pool, chance);
        text.truncate(LONGEST);
    }
    text.into_iter().collect()
}

fn step(text: &mut Vec<char>, pool: &[String], chance: &mut Chance) {
    let from = chance.below(text.len() + 1);
    let to = (from + chance.below(8)).min(text.len());
    match chance.below(9) {
        0 => drop(text.drain(from..to)),
        1 => drop(text.splice(from..to, [any_char(chance)])),
        2 => text.insert(from, any_char(chance)),
        3 => drop(text.splice(from..from, chance.pick(TOKENS).chars())),
        4 => {
            let twice = text[from..to].to_vec();
            drop(text.splice(from..from, twice));
        }
        5 => {
            let many = vec![any_char(chance); 1 << chance.below(8)];
            drop(text.splice(from..from, many));
        }
        6 => {
            let other: Vec<char> = chance.pick(pool).chars().collect();
            let at = chance.below(other.len() + 1);
            drop(text.splice(from.., other[at..].iter().copied()));
        }
        7 => text[from..to].reverse(),
        _ => text.truncate(from),
    }
}

fn any_char(chance: &mut Chance) -> char {
    let drawn = match chance.below(6) {
        0 => return *chance.pick(&[' ', '@', '.', '+', '-', '"', '\'', ',', '\n', '\r', '\t', '\0', '=', '|', ';']),
        1 => chance.below(0x80),
        2 => 0x300 + chance.below(0x70),
        3 => chance.below(0x3000),
        4 => chance.below(0x1_0000),
        _ => chance.below(0x11_0000),
    };
    u32::try_from(drawn).ok().and_then(char::from_u32).unwrap_or('\u{fffd}')
}

/// Pieces that mean something to one parser or another.
const TOKENS: &[&str] = &[
    "\r\n",
    "\n",
    "\"\"",
    "\",\"",
    ",",
    "First Name",
    "Last Name",
    "Email",
    "Kind",
    "Placement",
    "Staff",
    "Outside",
    "@x.com",
    "xn--",
    "://",
    "www.",
    ".com",
    "+1",
    "+49",
    "(415) 555-2671",
    "555",
    "1e9",
    "'=",
    "=",
    "\u{feff}",
    "\u{202e}",
    "\u{200d}",
    "\u{3002}",
    "\u{ff0e}",
    "\u{ff20}",
    "rn",
    "vv",
    "\u{301}\u{301}",
    "\u{958}",
    "\u{fdfa}",
    "ß",
    "İ",
    "\u{1f468}\u{200d}\u{1f469}",
    "а",
    "qwe",
];

const LONGEST: usize = 6_000;
