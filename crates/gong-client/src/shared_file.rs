//! A small file that processes share: read and written under a lock, with a checksum that tells damage.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Read as _, Seek as _, Write as _},
    marker::PhantomData,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde::{Serialize, de::DeserializeOwned};

/// What a shared file holds, as JSON.
pub(crate) trait Shared: Clone + Default + Serialize + DeserializeOwned {
    /// Where the file begins; the number in it is that of its form.
    const MAGIC: &'static str;
    /// No file is larger, in bytes; a larger one is damaged.
    const LARGEST: u64;
    /// Whether it must outlast a crash of the machine. It is then flushed to the disk each time, and
    /// replaced instead of overwritten.
    const IS_DURABLE: bool;

    /// Whether the file need not be written again.
    fn says_the_same(&self, other: &Self) -> bool;
}

/// A file of `T`, and the lock file beside it.
#[derive(Debug)]
pub(crate) struct SharedFile<T> {
    path: PathBuf,
    lock: File,
    /// The lock of the file keeps out only those who opened it on their own.
    turn: Mutex<()>,
    content: PhantomData<fn() -> T>,
}

/// What was found in the file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found<T> {
    Nothing,
    Content(T),
    Damage,
}

impl<T: Shared> SharedFile<T> {
    /// Opens the lock file, and makes it and its directory if they are not there.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            make_directory(parent)?;
        }
        let lock = open(&beside(path, "lock"))?;
        Ok(Self { path: path.to_owned(), lock, turn: Mutex::default(), content: PhantomData })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens a lock file that belongs to this one: that of a permit, or of a process.
    pub(crate) fn lock_file(&self, number: usize) -> io::Result<File> {
        open(&beside(&self.path, &format!("{number}.lock")))
    }

    /// Reads the file, lets `change` change what it holds, and writes it back, all under the lock. If
    /// it was damaged it holds what `rebuild` makes, and the flag returned is true.
    pub(crate) fn transact<R>(
        &self,
        rebuild: impl FnOnce(&Path) -> io::Result<T>,
        change: impl FnOnce(&mut T) -> R,
    ) -> io::Result<(R, bool)> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let _locked = Locked::new(&self.lock)?;
        let mut file = open(&self.path)?;
        let (found, is_fresh) = match read::<T>(&mut file)? {
            Found::Content(content) => (Some(content), false),
            // A file that was cut to nothing, or removed, looks new.
            Found::Nothing => (None, self.is_first_use()?),
            Found::Damage => (None, false),
        };
        let is_damaged = found.is_none() && !is_fresh;
        let before = found.clone();
        let mut content = match found {
            Some(content) => content,
            None if is_fresh => T::default(),
            None => rebuild(&self.path)?,
        };
        let result = change(&mut content);
        if !before.is_some_and(|before| before.says_the_same(&content)) {
            if T::IS_DURABLE {
                self.replace(&content)?;
            } else {
                write(&mut file, &content)?;
            }
            if is_fresh {
                self.mark_used()?;
            }
        }
        Ok((result, is_damaged))
    }

    fn replace(&self, content: &T) -> io::Result<()> {
        let new = beside(&self.path, "new");
        let mut file = open(&new)?;
        file.set_len(0)?;
        file.write_all(render(content)?.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, &self.path)?;
        flush_directory(&self.path)
    }

    /// Whether nothing was ever written: until then the lock file is empty.
    fn is_first_use(&self) -> io::Result<bool> {
        Ok(self.lock.metadata()?.len() == 0)
    }

    fn mark_used(&self) -> io::Result<()> {
        (&self.lock).write_all(b"locks the file beside it\n")
    }
}

/// Takes a lock, unless somebody has it.
pub(crate) fn try_lock(file: &File) -> io::Result<bool> {
    loop {
        return match file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => continue,
            Err(TryLockError::Error(error)) => Err(error),
        };
    }
}

/// The path of a file that belongs to another: its name and an extension more.
pub(crate) fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

/// A lock that is given back when this is dropped.
struct Locked<'a>(&'a File);

impl<'a> Locked<'a> {
    fn new(file: &'a File) -> io::Result<Self> {
        loop {
            match file.lock() {
                Ok(()) => return Ok(Self(file)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        // If this fails, closing the file gives the lock back.
        let _ = self.0.unlock();
    }
}

pub(crate) fn read<T: Shared>(file: &mut File) -> io::Result<Found<T>> {
    let mut bytes = Vec::with_capacity(1024);
    file.take(T::LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(parse(&bytes))
}

pub(crate) fn parse<T: Shared>(bytes: &[u8]) -> Found<T> {
    if bytes.is_empty() {
        return Found::Nothing;
    }
    let content = || {
        let text = std::str::from_utf8(bytes.get(..bytes.iter().rposition(|&it| it == b'\n')?)?);
        let (header, rest) = text.ok()?.split_once('\n')?;
        let (length, sum) = header.strip_prefix(T::MAGIC)?.strip_prefix(' ')?.split_once(' ')?;
        let body = rest.get(..length.parse().ok()?)?;
        (u64::from_str_radix(sum, 16).ok()? == checksum(body.as_bytes())).then_some(())?;
        serde_json::from_str(body).ok()
    };
    content().map_or(Found::Damage, Found::Content)
}

pub(crate) fn write<T: Shared>(file: &mut File, content: &T) -> io::Result<()> {
    file.rewind()?;
    file.write_all(render(content)?.as_bytes())
}

pub(crate) fn render<T: Shared>(content: &T) -> io::Result<String> {
    let body = serde_json::to_string(content)?;
    Ok(format!("{} {} {:016x}\n{body}\n", T::MAGIC, body.len(), checksum(body.as_bytes())))
}

/// The 64-bit FNV-1a hash, which is the same in every version of this program.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn make_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes a new name last. Only Unix has directories that can be flushed.
fn flush_directory(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if cfg!(unix) => {
            let here = Path::new(".");
            File::open(if parent.as_os_str().is_empty() { here } else { parent })?.sync_all()
        }
        _ => Ok(()),
    }
}
