use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The last things that were put on it, in memory and, where it has one, in a file with a line of JSON for each.
pub(crate) struct Shelf<T> {
    inner: Mutex<Inner<T>>,
}

struct Inner<T> {
    things: VecDeque<Arc<T>>,
    last: u64,
    file: Option<File>,
}

/// What can be put on a shelf: it knows its own number.
pub(crate) trait Numbered {
    fn number(&self) -> u64;
}

impl<T: Numbered + Serialize + DeserializeOwned> Shelf<T> {
    pub(crate) fn in_memory() -> Self {
        Self { inner: Mutex::new(Inner { things: VecDeque::new(), last: 0, file: None }) }
    }

    /// With what the file holds already; lines that cannot be read are left out. Only we may read the file: it holds links and
    /// codes that work.
    pub(crate) fn in_file(path: &Path) -> io::Result<Self> {
        let known = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let things: Vec<Arc<T>> =
            known.lines().filter_map(|line| serde_json::from_str(line).ok()).map(Arc::new).collect();
        let last = things.iter().map(|thing| thing.number()).max().unwrap_or(0);
        let things: VecDeque<_> = things.into_iter().rev().take(MOST).rev().collect();
        let mut file = private().create(true).truncate(true).write(true).open(path)?;
        for thing in &things {
            append(&mut file, thing)?;
        }
        Ok(Self { inner: Mutex::new(Inner { things, last, file: Some(file) }) })
    }

    /// Puts one more thing on it, which is told its number.
    pub(crate) fn put(&self, make: impl FnOnce(u64) -> T) -> io::Result<()> {
        let mut inner = self.inner();
        let thing = Arc::new(make(inner.last + 1));
        if let Some(file) = &mut inner.file {
            append(file, &thing)?;
        }
        inner.last += 1;
        inner.things.push_back(thing);
        if inner.things.len() > MOST {
            inner.things.pop_front();
        }
        Ok(())
    }

    /// What is on it and fits, the newest first.
    pub(crate) fn newest(&self, fits: impl Fn(&T) -> bool) -> Vec<Arc<T>> {
        self.inner().things.iter().rev().filter(|thing| fits(thing)).cloned().collect()
    }

    fn inner(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn append(file: &mut File, thing: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(thing)?;
    line.push(b'\n');
    file.write_all(&line)
}

#[cfg(unix)]
fn private() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

#[cfg(not(unix))]
fn private() -> OpenOptions {
    OpenOptions::new()
}

/// How much is kept.
pub(crate) const MOST: usize = 500;
