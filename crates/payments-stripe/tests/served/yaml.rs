//! As much of YAML as a generated description is written in: mappings, lists and words, by their indentation.

/// A value: words, or what stands below it. Members of a list go by the name `-`.
#[derive(Default)]
pub(crate) struct Node {
    pub(crate) words: String,
    below: Vec<(String, Node)>,
}

impl Node {
    /// Reads a text from the line with this beginning on.
    pub(crate) fn read(text: &str, from: &str) -> Self {
        let mut lines = Vec::new();
        for line in text.lines().skip_while(|line| !line.starts_with(from)).filter(|line| !line.trim().is_empty()) {
            let mut words = line.trim_start();
            let mut indent = line.len() - words.len();
            while let Some(rest) = words.strip_prefix("- ") {
                lines.push((indent, "-:"));
                (indent, words) = (indent + 2, rest);
            }
            lines.push((indent, words));
        }
        let mut at = 0;
        Self::block(&lines, &mut at, 0)
    }

    /// What stands below it under a name.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.below.iter().find(|(known, _)| known == name).map(|(_, node)| node)
    }

    /// The same, name by name.
    pub(crate) fn at(&self, names: &[&str]) -> Option<&Self> {
        names.iter().try_fold(self, |node, name| node.get(name))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.below.iter().map(|(name, _)| &**name)
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = &Self> {
        self.below.iter().filter(|(name, _)| name == "-").map(|(_, node)| node)
    }

    fn block(lines: &[(usize, &str)], at: &mut usize, indent: usize) -> Self {
        let mut node = Self::default();
        while let Some((found, words)) = lines.get(*at).copied().filter(|(found, _)| *found >= indent) {
            *at += 1;
            let (name, value) = match words.split_once(": ") {
                Some((name, value)) => (name, value),
                None => (words.strip_suffix(':').unwrap_or(""), if words.ends_with(':') { "" } else { words }),
            };
            if name.is_empty() {
                node.words = bare(value).to_owned();
                continue;
            }
            let mut below = Self::block(lines, at, found + 1);
            if !value.is_empty() {
                below.words = bare(value).to_owned();
            }
            node.below.push((bare(name).to_owned(), below));
        }
        node
    }
}

fn bare(text: &str) -> &str {
    text.trim_matches(['\'', '"'])
}
