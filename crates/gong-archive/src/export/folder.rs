//! A folder as a place: files are written beside their place and renamed, and no link is followed.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    fs::File,
    io::{self, Write as _},
    mem,
    os::{
        fd::{AsFd as _, OwnedFd},
        unix::fs::DirBuilderExt as _,
    },
    path::Path,
    rc::Rc,
    thread,
    time::Duration,
};

use rustix::{
    fs::{
        AtFlags, CWD, Dir, FileType, FlockOperation, Mode, OFlags, flock, fsync, mkdirat, openat,
        renameat, statat, unlinkat,
    },
    io::Errno,
};

use super::place::There;

/// What the names of files begin with that are not finished.
const DRAFT: &str = ".gong-export-";
/// How many files, and how many bytes of them, wait to be put into their places together.
const MOST_FILES: usize = 256;
const MOST_BYTES: u64 = 64 << 20;
/// So few files are waited for one by one, and not for all else that is being written.
#[cfg(target_os = "linux")]
const FEW: usize = 8;
/// How often, and after which pause, another export is given time to end.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(4);
const FOLDERS: OFlags = OFlags::DIRECTORY.union(OFlags::CLOEXEC);
/// How deep files are looked for: deeper than they are put.
const DEEPEST: usize = 4;

/// An open folder that no other export writes to.
pub(super) struct Folder {
    root: OwnedFd,
    /// Files that are whole and not in their place yet.
    waiting: RefCell<Waiting>,
}

/// Files that are put into their places together: to wait for the disk for each of them would take
/// longer than all else.
#[derive(Default)]
struct Waiting {
    /// The name of each while it waits, and the one that it gets.
    names: Vec<(String, String)>,
    bytes: u64,
}

impl Folder {
    /// Opens the folder, makes it if there is none, and removes what a killed export left in it.
    ///
    /// Fails with [`io::ErrorKind::ResourceBusy`] if another export has it open.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let make = || std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
        make().map_err(no_folder)?;
        let root = openat(CWD, path, FOLDERS, Mode::empty())?;
        let mut tries = 0..TRIES;
        // Not every file system has locks: another error does not matter.
        while flock(&root, FlockOperation::NonBlockingLockExclusive) == Err(Errno::WOULDBLOCK) {
            if tries.next().is_none() {
                return Err(io::ErrorKind::ResourceBusy.into());
            }
            thread::sleep(PAUSE);
        }
        for entry in Dir::read_from(&root)? {
            let entry = entry?;
            if entry.file_name().to_bytes().starts_with(DRAFT.as_bytes()) {
                unlinkat(&root, entry.file_name(), AtFlags::empty())?;
            }
        }
        Ok(Self { root, waiting: RefCell::default() })
    }

    /// All files of a folder, as [`files`](Self::files) gives them, without a change to it.
    pub(super) fn look(path: &Path) -> io::Result<Vec<There>> {
        let mut files = Vec::new();
        match openat(CWD, path, FOLDERS, Mode::empty()) {
            Ok(root) => list(&root, "", 0, &mut files)?,
            Err(Errno::NOENT) => {}
            Err(error) => return Err(no_folder(error.into())),
        }
        Ok(files)
    }

    pub(super) fn create(self: &Rc<Self>, name: &str) -> io::Result<Draft> {
        // What is in the way is told before there is anything to throw away.
        self.parent(name)?;
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let own_name = format!("{DRAFT}{:016x}", u64::from_ne_bytes(random));
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = File::from(openat(&self.root, &own_name, flags, Mode::RUSR | Mode::WUSR)?);
        Ok(Draft { file, folder: Rc::clone(self), own_name: Some(own_name), name: name.to_owned() })
    }

    /// Puts what is waiting into its place, when it is on the disk.
    pub(super) fn settle(&self) -> io::Result<()> {
        let mut folders = BTreeSet::new();
        let waiting = self.waiting.borrow();
        if waiting.names.is_empty() {
            return Ok(());
        }
        self.sync(waiting.names.iter().map(|(own_name, _)| own_name.as_str()))?;
        for (own_name, name) in &waiting.names {
            let (folder, last) = self.parent(name)?;
            renameat(&self.root, own_name, &folder, last)?;
            folders.insert(&name[..name.len() - last.len()]);
        }
        for above in folders {
            fsync(self.parent(above)?.0)?;
        }
        drop(waiting);
        self.waiting.take();
        Ok(())
    }

    /// Waits until these files are on the disk: at once, where the system can.
    fn sync<'a>(&self, names: impl ExactSizeIterator<Item = &'a str>) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        if names.len() > FEW {
            return Ok(rustix::fs::syncfs(&self.root)?);
        }
        for name in names {
            let file = openat(&self.root, name, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
            fsync(file)?;
        }
        Ok(())
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        let (folder, last) = self.parent(name)?;
        unlinkat(&folder, last, AtFlags::empty())?;
        // The folders of a partition go with its last file; a folder that is not empty stays.
        let mut rest = name;
        while let Some((above, _)) = rest.rsplit_once('/') {
            let (folder, last) = self.parent(above)?;
            if unlinkat(&folder, last, AtFlags::REMOVEDIR).is_err() {
                break;
            }
            rest = above;
        }
        Ok(())
    }

    /// All files and folders. Links are none.
    pub(super) fn files(&self) -> io::Result<Vec<There>> {
        let mut files = Vec::new();
        list(&self.root, "", 0, &mut files)?;
        Ok(files)
    }

    /// The folder that a file is in, made if it is not there, and the last part of its name.
    fn parent<'a>(&self, name: &'a str) -> io::Result<(OwnedFd, &'a str)> {
        let mut folder = self.root.as_fd().try_clone_to_owned()?;
        let mut rest = name;
        while let Some((first, others)) = rest.split_once('/') {
            match mkdirat(&folder, first, Mode::RWXU) {
                Ok(()) | Err(Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
            folder = openat(&folder, first, FOLDERS | OFlags::NOFOLLOW, Mode::empty())?;
            rest = others;
        }
        Ok((folder, rest))
    }
}

/// Says of a file that it is no folder, rather than that it exists.
fn no_folder(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
            io::Error::new(io::ErrorKind::InvalidInput, "it is a file, or below one")
        }
        _ => error,
    }
}

fn list(folder: &OwnedFd, before: &str, depth: usize, files: &mut Vec<There>) -> io::Result<()> {
    let file = |last: &str, name: String| {
        let file = statat(folder, last, AtFlags::SYMLINK_NOFOLLOW)?;
        io::Result::Ok(There { name, bytes: u64::try_from(file.st_size).unwrap_or_default() })
    };
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        // Names that are no text are none of ours.
        let Ok(name) = entry.file_name().to_str() else { continue };
        if name == "." || name == ".." {
            continue;
        }
        let whole = format!("{before}{name}");
        let flags = FOLDERS | OFlags::NOFOLLOW;
        match entry.file_type() {
            FileType::RegularFile => files.push(file(name, whole)?),
            FileType::Directory | FileType::Unknown if depth < DEEPEST => {
                match openat(folder, name, flags, Mode::empty()) {
                    Ok(inner) => {
                        let name = format!("{whole}/");
                        list(&inner, &name, depth + 1, files)?;
                        files.push(There { name, bytes: 0 });
                    }
                    Err(Errno::NOTDIR) => files.push(file(name, whole)?),
                    Err(_) => {}
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// A file that is not in its place yet.
pub(super) struct Draft {
    file: File,
    folder: Rc<Folder>,
    /// Its name in the root, as long as there is something to remove.
    own_name: Option<String>,
    /// The name that it gets.
    name: String,
}

impl Draft {
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Has it put into its place, with others.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        let bytes = self.file.metadata()?.len();
        let own_name = self.own_name.take().unwrap_or_default();
        let is_enough = {
            let mut waiting = self.folder.waiting.borrow_mut();
            waiting.names.push((own_name, mem::take(&mut self.name)));
            waiting.bytes += bytes;
            waiting.names.len() >= MOST_FILES || waiting.bytes >= MOST_BYTES
        };
        if is_enough { self.folder.settle() } else { Ok(()) }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(own_name) = &self.own_name {
            // The next export removes what could not be removed now.
            let _ = unlinkat(&self.folder.root, own_name, AtFlags::empty());
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        for (own_name, _) in self.waiting.take().names {
            let _ = unlinkat(&self.root, own_name, AtFlags::empty());
        }
    }
}
