//! The numbered steps of registration, and of the way from a mailed link to a password.

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Give a telephone number.
    Phone,
    /// Choose how the secret code comes.
    VerifyIdentity,
    /// Enter the secret code.
    Code,
    /// Accept the terms.
    Terms,
    /// Give the code word of the practice.
    CodeWord,
    /// Choose a password.
    Password,
}

/// The steps of one way. Steps that do not apply are dropped from the count.
#[derive(Clone, Debug)]
pub struct Steps {
    all: Vec<Step>,
    at: Step,
}

/// How a step stands in the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepMark {
    /// The name of the step.
    pub name: &'static str,
    /// Whether it lies behind.
    pub done: bool,
    /// Whether it is the step of this page.
    pub current: bool,
}

impl Steps {
    /// The steps of a registration that stands at `at`. Without 2-step only the terms and the
    /// password are left; with it, the phone step is dropped when a number is known already.
    #[must_use]
    pub fn new(two_step: bool, asks_phone: bool, at: Step) -> Self {
        let applies = |step: &Step| match step {
            Step::Phone => two_step && asks_phone,
            Step::VerifyIdentity | Step::Code => two_step,
            Step::CodeWord => false,
            Step::Terms | Step::Password => true,
        };
        let all = [Step::Phone, Step::VerifyIdentity, Step::Code, Step::Terms, Step::Password];
        Self { all: all.into_iter().filter(|step| applies(step) || *step == at).collect(), at }
    }

    /// The two steps from a link to a password, for somebody who must give a code word.
    #[must_use]
    pub fn with_code_word(at: Step) -> Self {
        Self { all: vec![Step::CodeWord, Step::Password], at }
    }

    /// The number of this step, from 1.
    #[must_use]
    pub fn number(&self) -> usize {
        self.all.iter().take_while(|step| **step != self.at).count() + 1
    }

    /// How many steps there are.
    #[must_use]
    pub fn total(&self) -> usize {
        self.all.len()
    }

    /// `Step 2 of 5`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("Step {} of {}", self.number(), self.total())
    }

    /// The bar, from left to right.
    #[must_use]
    pub fn marks(&self) -> Vec<StepMark> {
        let here = self.number();
        let mark =
            |(at, step): (usize, &Step)| StepMark { name: step.name(), done: at + 1 < here, current: at + 1 == here };
        self.all.iter().enumerate().map(mark).collect()
    }
}

impl Step {
    const fn name(self) -> &'static str {
        match self {
            Self::Phone => "Phone",
            Self::VerifyIdentity => "Verify your identity",
            Self::Code => "Secret code",
            Self::Terms => "Terms of Use",
            Self::CodeWord => "Code word",
            Self::Password => "Password",
        }
    }
}
