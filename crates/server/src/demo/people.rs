//! Invented people. Their addresses end in `.example`, their numbers are set aside for fiction.

use practice_domain::channel::{Placement, Product};
use practice_domain::member::Kind;

/// Somebody in the demo, by number: the same person at every start.
pub(super) struct Somebody {
    pub(super) first: &'static str,
    pub(super) last: &'static str,
    pub(super) email: String,
    pub(super) cell: String,
}

/// Who the `n`th person is.
pub(super) fn somebody(n: usize, domain: &str) -> Somebody {
    let first = FIRST[n % FIRST.len()];
    let last = LAST[(n * 7 + n / FIRST.len() * 3) % LAST.len()];
    let plain = |name: &str| practice_domain::value::fold(name).replace(|c: char| !c.is_ascii_alphanumeric(), "");
    let email =
        format!("{}.{}{}@{domain}", plain(first), plain(last), if n >= 60 { format!("{n}") } else { String::new() });
    Somebody { first, last, email, cell: format!("(218) 555-01{:02}", n % 100) }
}

/// How the `n`th invited person was asked.
pub(super) fn asked(n: usize) -> (Product, Placement, Kind, &'static str) {
    match n % 8 {
        0 => (Product::SecureMail, Placement::InPractice, Kind::Doctor, "brightwater-dental.example"),
        1 | 2 => (Product::SecureMail, Placement::InPractice, Kind::Staff, "brightwater-dental.example"),
        3 => (Product::Collaborator, Placement::Outside, Kind::Doctor, "lakeside-ortho.example"),
        4 => (Product::SecureMail, Placement::Outside, Kind::Staff, "harbor-oral.example"),
        5 => (Product::TruForm, Placement::Outside, Kind::Patient, "mail.example"),
        6 => (Product::Collaborator, Placement::Outside, Kind::Patient, "post.example"),
        _ => (Product::SecureMail, Placement::Outside, Kind::Patient, "mail.example"),
    }
}

const FIRST: [&str; 58] = [
    "Claire", "Joost", "Folake", "Rosa", "Kofi", "Renée", "Ellis", "Thomas", "Anika", "Karin", "Marcus", "Inés",
    "Daniel", "Paweł", "Simone", "Harriet", "Lena", "Julian", "Hodan", "Ari", "Maeve", "Vincent", "Leila", "Peter",
    "Ingrid", "Ken", "Brenda", "Teresa", "Prakash", "Ola", "Dwayne", "Miriam", "Noelani", "Nadia", "Guy", "Theo",
    "Astrid", "Samir", "Thandi", "Gloria", "Colette", "Emi", "Bảo", "Petra", "Fiona", "Chidi", "Tunde", "Dimitri",
    "Galina", "Ruth", "Søren", "Zoë", "Hiro", "Amara", "Niamh", "José", "Łucja", "Björn",
];

const LAST: [&str; 61] = [
    "Abernathy",
    "Achterberg",
    "Adeyemi",
    "Alvarado",
    "Amankwah",
    "Baptiste",
    "Barrowman",
    "Begay",
    "Bhattacharya",
    "Bjornstad",
    "Calloway",
    "Castellanos",
    "Cho",
    "Dąbrowski",
    "Delacroix",
    "Dunmore",
    "Eckhart",
    "Escobedo",
    "Farah",
    "Feldman",
    "Fitzgerald",
    "Gallo",
    "Ghorbani",
    "Grunwald",
    "Halvorsen",
    "Hashimoto",
    "Hollis",
    "Ibarra",
    "Iyer",
    "Jankowski",
    "Jefferson",
    "Kaplan",
    "Keahi",
    "Kowalczyk",
    "Lafontaine",
    "Lindqvist",
    "Lundgren",
    "Mahmoud",
    "Mbeki",
    "Mendoza",
    "Moreau",
    "Nakagawa",
    "Nguyễn",
    "Novák",
    "O’Donnell",
    "Okafor",
    "Oyelaran",
    "Pappas",
    "Petrov",
    "Quist",
    "Rasmussen",
    "Reyes",
    "Sato",
    "Schäfer",
    "Tanaka",
    "Underhill",
    "Vance",
    "Whitaker",
    "Xiong",
    "Yilmaz",
    "Zielińska",
];
