//! The credentials file: read with care, written whole or not at all, by one process at a time.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use secrecy::zeroize::Zeroizing;

use crate::{
    document::Document,
    error::{Error, Result},
    helper::HelperEnv,
    keyring::{Impatient, Keyring},
    login::Part,
    permissions,
    profile::{Profile, SecretSource},
    secret::{Secret, random},
};

/// How the names of unfinished files end.
const TEMPORARY_SUFFIX: &str = ".tmp";

/// The credentials file.
///
/// The members at its top are the profile `default`, and the profiles under `"profiles"` are the
/// others. `default` may stand there instead; in both places it is an error
/// ([`Error::DefaultTwice`]), because mixing two logins, or taking one in silence, could send a
/// key to the wrong company.
///
/// A file that others can read is refused. Writing puts a new file (0600, in a directory made
/// 0700) in the place of the old one, which stays as it was if anything fails, and happens under a
/// lock, so that two processes lose nothing. Members that we do not know are kept.
#[derive(Debug, Clone)]
pub struct Store {
    path: PathBuf,
    pub(crate) keyring: Impatient,
}

impl Store {
    /// The file at `path`, which need not exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), keyring: Impatient::default() }
    }

    /// The same, with a keyring for the secrets that are not to stand in the file.
    #[must_use]
    pub fn with_keyring(self, keyring: Option<Arc<dyn Keyring>>) -> Self {
        Self { keyring: Impatient(keyring), ..self }
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All profiles, by name. None if there is no file.
    pub fn load(&self) -> Result<BTreeMap<String, Profile>> {
        let document = self.read()?;
        let profile = |name: String| Ok(document.profile(&name, &self.path)?.map(|it| (name, it)));
        document.names().into_iter().map(profile).filter_map(Result::transpose).collect()
    }

    /// The profile of this name, if the file has it. Mistakes in others do not matter.
    pub fn profile(&self, name: &str) -> Result<Option<Profile>> {
        self.read()?.profile(name, &self.path)
    }

    /// The names of the profiles: `default` first, the others in the order of the file.
    pub fn names(&self) -> Result<Vec<String>> {
        Ok(self.read()?.names())
    }

    /// Adds the profile, or replaces what is known of it: a member that is `None` is taken out,
    /// one that we do not know stays.
    ///
    /// The name is 1 to 64 of the characters `A-Z a-z 0-9 . - _ @`.
    pub fn save(&self, name: &str, profile: &Profile) -> Result<()> {
        let is_plain = |it: char| it.is_ascii_alphanumeric() || ".-_@".contains(it);
        if name.is_empty() || name.len() > 64 || !name.chars().all(is_plain) {
            return Err(Error::BadProfileName);
        }
        let mut old = None;
        self.change(|document| {
            // One that cannot be read is replaced, too.
            old = document.profile(name, &self.path).unwrap_or_default();
            document.set(name, profile, &self.path).map(|()| true)
        })?;
        // Nothing leads there any more; whether it can be cleared away is another matter.
        let _ = self.clear(&orphans(&old.unwrap_or_default(), profile));
        Ok(())
    }

    /// Takes the profile's secrets out of the keyring, then the profile out of the file, and the file
    /// away when nothing is left in it. Returns whether there was such a profile, which stays if the
    /// keyring keeps one of its secrets: else nobody would know any more what it is called there.
    pub fn remove(&self, name: &str) -> Result<bool> {
        // Else the lock would make a directory for nothing.
        if !self.names()?.iter().any(|it| it == name) {
            return Ok(false);
        }
        self.change(|document| {
            // One that cannot be read is removed, too.
            let old = document.profile(name, &self.path).unwrap_or_default();
            self.clear(&orphans(&old.unwrap_or_default(), &Profile::default()))?;
            Ok(document.remove(name))
        })
    }

    /// Puts the secret `what` of a profile into the keyring, and says where it is now.
    ///
    /// The name is a new one each time, so that two files with one profile name do not meet there.
    pub fn hide(&self, profile: &str, what: &str, secret: &Secret) -> Result<SecretSource> {
        let random = random::<8>()?;
        let name = format!("{profile}/{what}/{}", random.expose());
        self.keyring.set(&name, secret)?;
        Ok(SecretSource::Keyring(name))
    }

    /// Fetches the secret `what`, and refuses what cannot be one.
    pub fn secret(
        &self,
        what: &'static str,
        source: &SecretSource,
        env: &HelperEnv,
    ) -> Result<Secret> {
        let place = self.path.display().to_string();
        Part::stored(what, source.clone(), &place).fetch(env, &self.keyring)
    }

    /// Puts a secret in the place of another: into the keyring if that one is there, else into the
    /// file, which is not written yet.
    pub(crate) fn replaced(&self, old: &SecretSource, secret: &Secret) -> Result<SecretSource> {
        match old {
            SecretSource::Keyring(name) => {
                self.keyring.set(name, secret)?;
                Ok(old.clone())
            }
            _ => Ok(SecretSource::Plain(secret.clone())),
        }
    }

    /// Changes a profile as it is at that moment. `change` says whether it changed anything. Returns
    /// whether it did, and false if there is no such profile.
    pub(crate) fn alter(
        &self,
        name: &str,
        change: impl FnOnce(&mut Profile) -> Result<bool>,
    ) -> Result<bool> {
        let mut left = Vec::new();
        let is_changed = self.change(|document| {
            let Some(old) = document.profile(name, &self.path)? else { return Ok(false) };
            let mut profile = old.clone();
            let is_changed = change(&mut profile)?;
            if is_changed {
                document.set(name, &profile, &self.path)?;
                left = orphans(&old, &profile);
            }
            Ok(is_changed)
        })?;
        // As in `save`.
        let _ = self.clear(&left);
        Ok(is_changed)
    }

    /// Deletes from the keyring all that it can. The error is that of the first that it could not.
    fn clear(&self, names: &[String]) -> Result<()> {
        let mut outcome = Ok(());
        for name in names {
            outcome = outcome.and(self.keyring.delete(name));
        }
        outcome
    }

    fn read(&self) -> Result<Document> {
        match permissions::read(&self.path)? {
            Some(bytes) => Document::parse(&bytes, &self.path),
            None => Ok(Document::default()),
        }
    }

    /// Reads, changes and writes under the lock. `change` says whether it changed anything.
    fn change(&self, change: impl FnOnce(&mut Document) -> Result<bool>) -> Result<bool> {
        let directory = match self.path.parent() {
            Some(it) if !it.as_os_str().is_empty() => it,
            _ => Path::new("."),
        };
        let unwritable = |source| Error::Unwritable { path: self.path.clone(), source };
        create_private_directory(directory).map_err(unwritable)?;
        let lock = self.lock().map_err(unwritable)?;
        self.remove_leftovers(directory);
        let mut document = self.read()?;
        let is_changed = change(&mut document)?;
        if is_changed {
            self.write(&document, directory).map_err(unwritable)?;
        }
        drop(lock);
        Ok(is_changed)
    }

    /// Waits for the lock, which is held for the time of one small write. It ends with the file
    /// handle, however the process ends.
    fn lock(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(self.path.with_file_name(format!("{}.lock", self.file_name())))?;
        file.lock()?;
        Ok(file)
    }

    /// Removes what a writer left that was killed midway: secrets stand in it. Needs the lock.
    fn remove_leftovers(&self, directory: &Path) {
        let prefix = self.temporary_prefix();
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with(&prefix) && name.ends_with(TEMPORARY_SUFFIX) {
                // One that cannot be removed does no harm.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    fn temporary_prefix(&self) -> String {
        format!(".{}-", self.file_name())
    }

    fn file_name(&self) -> Cow<'_, str> {
        self.path.file_name().unwrap_or_default().to_string_lossy()
    }

    fn write(&self, document: &Document, directory: &Path) -> io::Result<()> {
        if document.is_empty() {
            fs::remove_file(&self.path)?;
            return sync_directory(directory);
        }
        let text = Zeroizing::new(document.text());
        let mut builder = tempfile::Builder::new();
        let prefix = self.temporary_prefix();
        builder.prefix(&prefix).suffix(TEMPORARY_SUFFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600));
        let mut file = builder.tempfile_in(directory)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&self.path).map_err(|error| error.error)?;
        sync_directory(directory)
    }
}

/// What `old` has in the keyring and `new` has not.
fn orphans(old: &Profile, new: &Profile) -> Vec<String> {
    let kept = new.keyring_names();
    let left = old.keyring_names().into_iter().filter(|it| !kept.contains(it));
    left.map(str::to_owned).collect()
}

fn create_private_directory(directory: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// Makes a rename survive a power cut.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}
