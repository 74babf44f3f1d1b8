//! What was wrong with a form.

/// One thing to put right, and the field where to do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The `id` of the field on the page.
    pub field: String,
    /// What to do, as a sentence.
    pub text: String,
}

/// All that was wrong with a form, in the order of the fields. The summary at the top of the page
/// and the words beside each field are both drawn from this one list.
#[derive(Clone, Debug, Default)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// A list with one problem.
    #[must_use]
    pub fn one(field: &str, text: &str) -> Self {
        let mut problems = Self::default();
        problems.add(field, text);
        problems
    }

    /// Adds a problem at the end.
    pub fn add(&mut self, field: &str, text: &str) {
        self.0.push(Problem { field: field.to_owned(), text: text.to_owned() });
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with one field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|problem| problem.field == field).map(|problem| problem.text.as_str())
    }
}
