//! The file of an SQLite database: who may read it, and who opens it first.

use crate::{Error, Result};
use std::{
    fs::{DirBuilder, File, OpenOptions, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
    time::Duration,
};

/// How long a process that opens the file waits for others that do, and may be migrating it.
const PATIENCE: Duration = Duration::from_secs(300);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(20);

/// Makes the file and its folder where they are missing, for their owner alone: it holds password hashes and signing keys.
pub(super) fn prepare(file: &Path) -> Result<()> {
    let folder = folder(file);
    make_folder(folder)
        .map_err(|error| Error::Unopenable(format!("the folder {} cannot be created: {error}", folder.display())))?;
    // SQLite gives the files beside it the mode of this one. What is wrong with the path, SQLite says better.
    let _ = private(OpenOptions::new().write(true).create_new(true)).open(file);
    writable(file)
}

/// Takes from everyone else the right to read a file that is there, and those beside it. Only once it is known to be our
/// database: what else was named is not ours to change.
pub(super) fn keep_private(file: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        close_to_others(&beside(file, suffix));
    }
}

/// The folder it is in.
fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).create(folder)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(unix)]
fn close_to_others(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(found) = std::fs::symlink_metadata(file) else { return };
    let mode = found.permissions().mode();
    if !found.is_file() || mode & 0o077 == 0 {
        return;
    }
    match std::fs::set_permissions(file, PermissionsExt::from_mode(mode & 0o700)) {
        Ok(()) => tracing::info!(
            file = %file.display(),
            "other accounts of this machine could access the database file: only its owner can now"
        ),
        Err(error) => tracing::warn!(
            file = %file.display(),
            %error,
            "other accounts of this machine can access the database file, and its mode cannot be changed. Run chmod 600 \
             as its owner"
        ),
    }
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) {}

/// SQLite opens a file it may not write for reading, and would say so only at the first change. Checked before it has the
/// file open: whoever closes a file loses all locks that the process has on it.
fn writable(file: &Path) -> Result<()> {
    let readable = File::open(file).is_ok();
    match OpenOptions::new().write(true).open(file).map_err(|error| error.kind()) {
        Err(ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) if readable => Err(Error::ReadOnly),
        _ => Ok(()),
    }
}

/// Waits until no other process is opening a database in this folder, and keeps others waiting until it is dropped:
/// SQLite has no lock that spans switching to a write-ahead log and all migrations. It is on the folder, since closing
/// any other handle of the file itself would take SQLite's own locks with it.
pub(super) async fn alone(file: &Path) -> Result<Option<File>> {
    let Ok(folder) = File::open(folder(file)) else { return Ok(None) };
    let waiting = async {
        loop {
            match folder.try_lock() {
                Ok(()) => return true,
                Err(TryLockError::WouldBlock) => tokio::time::sleep(LOOK).await,
                // A file system without such locks.
                Err(TryLockError::Error(_)) => return false,
            }
        }
    };
    let locked = tokio::time::timeout(PATIENCE, waiting).await.map_err(|_| Error::Busy)?;
    Ok(locked.then_some(folder))
}
