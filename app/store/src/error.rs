//! What can go wrong in a database, as far as those above care. Whoever starts the program reads these sentences:
//! each says what is wrong and what to do, without a word of SQL.

use crate::open::why_refused;
use model::Unreadable;
use sqlx::{
    error::{DatabaseError, ErrorKind},
    migrate::MigrateError,
};

/// Shorthand.
pub type Result<T> = std::result::Result<T, Error>;

/// A failed query, transaction or start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row of that key exists already.
    #[error("a row of that key exists already")]
    Duplicate,
    /// What the row refers to does not exist, or not any more.
    #[error("the {0} that the row refers to does not exist")]
    Dangling(Missing),
    /// A row is not there any more.
    #[error("a row is not there any more")]
    Gone,
    /// A row was to be written by a transaction that has not locked it: a bug.
    #[error("a row was to be written that another transaction has locked")]
    NotLocked,
    /// What is stored is not what is ever written: by a newer version, or by a hand.
    #[error("what is stored cannot be read: {0}")]
    Unreadable(Unreadable),
    /// Another process holds the database.
    #[error("the database is busy: another process is writing to it. Try again in a moment")]
    Busy,
    /// The file, its folder or the server do not allow writing.
    #[error(
        "the database is read-only. Make its file and folder writable for this user; on PostgreSQL, connect to the \
         primary server"
    )]
    ReadOnly,
    /// No room is left.
    #[error("the disk of the database is full. Make room on it")]
    Full,
    /// The disk does not do what it is asked.
    #[error("the disk of the database cannot be read or written: {0}. Check that it works and has room")]
    Disk(String),
    /// The file cannot be opened or made.
    #[error(
        "the database file cannot be opened: {0}. Check that the path is that of a file, and that this user may read \
         and write it and its folder"
    )]
    Unopenable(String),
    /// Some other file.
    #[error("this file is no SQLite database. Move it away, or name another one in datasources.<name>.url")]
    NotSqlite,
    /// A file that is not whole.
    #[error("the database file is damaged: {0}. Restore it from a backup")]
    Damaged(String),
    /// No connection.
    #[error(
        "the database cannot be reached: {0}. Check that it runs and that datasources.<name>.url is where it listens"
    )]
    Unreachable(String),
    /// The server does not encrypt, or is not known to be the one that is meant.
    #[error("no encrypted connection to PostgreSQL: {0}")]
    Encryption(String),
    /// The server does not let this user in.
    #[error("PostgreSQL refuses the sign-in: {0}. Check datasources.<name>.username and .password")]
    Credentials(String),
    /// The server has no such database.
    #[error("PostgreSQL has no such database: {0}. Create it, or name another one in datasources.<name>.url")]
    NoDatabase(String),
    /// The user may not do what is needed.
    #[error(
        "PostgreSQL refuses: {0}. Give the user the right to create objects in this database, or make it its owner"
    )]
    Privilege(String),
    /// The server lacks an extension.
    #[error("PostgreSQL lacks an extension: {0}. Install the package of PostgreSQL's own extensions (contrib)")]
    Extension(String),
    /// Tables of something else are in the way.
    #[error("the database holds tables of something else: {0}. Use an empty database")]
    Occupied(String),
    /// The schema is from a later version of this program.
    #[error("the database was written by a newer version (migration {0}). Run that version or a later one")]
    Newer(i64),
    /// The schema is from a build that made it differently.
    #[error("the database was made by another build, whose migration {0} differs. Run that build")]
    Foreign(i64),
    /// The address of the database is not one.
    #[error("{0}")]
    Address(String),
    /// Which database could not be opened, and why.
    #[error("{place}: {why}")]
    Open {
        /// The file, or host, port and database.
        place: String,
        /// What is wrong with it.
        why: Box<Error>,
    },
    /// Anything else: a bug here or a broken database.
    #[error("the database failed: {0}")]
    Other(#[source] sqlx::Error),
}

impl Error {
    /// Says which database it was.
    pub(crate) fn at(self, place: String) -> Self {
        Self::Open { place, why: Box::new(self) }
    }

    /// Whether the database can be read and not be changed, for now.
    pub fn refuses_changes(&self) -> bool {
        matches!(self, Self::Full | Self::ReadOnly | Self::Disk(_))
    }

    /// Whether the cause lies with the database: then somebody has to look after it, and not for a bug.
    pub fn outside(&self) -> bool {
        !matches!(
            self,
            Self::Duplicate | Self::Dangling(_) | Self::Gone | Self::NotLocked | Self::Unreadable(_) | Self::Other(_)
        )
    }
}

/// What a row refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// A tenant.
    Tenant,
    /// A user or service account.
    Principal,
    /// Access of a user or service account to a tenant.
    Access,
    /// A role.
    Role,
    /// A group.
    Group,
    /// A flow.
    Flow,
    /// Something: SQLite does not say what.
    Something,
}

impl Missing {
    /// From the name of the constraint that says that it must be there.
    fn of(constraint: Option<&str>) -> Self {
        const KNOWN: [(&str, Missing); 7] = [
            ("_principal_id_fkey", Missing::Principal),
            ("_impersonator_fkey", Missing::Principal),
            ("_tenant_uid_principal_id_fkey", Missing::Access),
            ("_tenant_uid_role_id_fkey", Missing::Role),
            ("_tenant_uid_group_id_fkey", Missing::Group),
            ("_tenant_uid_namespace_id_fkey", Missing::Flow),
            ("_tenant_uid_fkey", Missing::Tenant),
        ];
        let Some(constraint) = constraint else { return Self::Something };
        let fits = KNOWN.iter().filter(|(end, _)| constraint.ends_with(end));
        fits.max_by_key(|(end, _)| end.len()).map_or(Self::Something, |(_, what)| *what)
    }
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Tenant => "tenant",
            Self::Principal => "user or service account",
            Self::Access => "access to the tenant",
            Self::Role => "role",
            Self::Group => "group",
            Self::Flow => "flow",
            Self::Something => "row",
        })
    }
}

/// What the codes of either engine mean, where it is known.
fn known(cause: &dyn DatabaseError) -> Option<Error> {
    match cause.kind() {
        ErrorKind::UniqueViolation => return Some(Error::Duplicate),
        ErrorKind::ForeignKeyViolation => return Some(Error::Dangling(Missing::of(cause.constraint()))),
        _ => {}
    }
    let (code, message) = (cause.code()?, cause.message().to_owned());
    // PostgreSQL's codes have five characters. Those of SQLite are numbers below 10,000.
    if code.len() < 5 { sqlite(code.parse().ok()?, message) } else { postgres(&code, message) }
}

fn sqlite(code: u32, message: String) -> Option<Error> {
    // What is beyond the lowest byte tells variants apart.
    Some(match code & 0xff {
        5 | 6 => Error::Busy,
        8 => Error::ReadOnly,
        10 => Error::Disk(message),
        11 => Error::Damaged(message),
        13 => Error::Full,
        14 => Error::Unopenable(message),
        26 => Error::NotSqlite,
        _ => return None,
    })
}

/// The code of what a tunnel reports (`open/tls`): none of PostgreSQL's.
pub(crate) const NOT_ENCRYPTED: &str = "08TLS";

fn postgres(code: &str, message: String) -> Option<Error> {
    Some(match code {
        NOT_ENCRYPTED => Error::Encryption(message),
        // Deadlock, somebody else's write, and lock timeout.
        "40P01" | "40001" | "55P03" => Error::Busy,
        "25006" => Error::ReadOnly,
        "53100" => Error::Full,
        "28P01" | "28000" => Error::Credentials(message),
        "3D000" => Error::NoDatabase(message),
        "42501" => Error::Privilege(message),
        // It shuts down, starts up, or has too many clients.
        "57P01" | "57P02" | "57P03" | "53300" => Error::Unreachable(message),
        // The connection is lost.
        code if code.starts_with("08") => Error::Unreachable(message),
        // Its disk, or what the system gives it, fails.
        "58030" => Error::Disk(message),
        _ => return None,
    })
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(cause) => known(cause.as_ref()).unwrap_or(Self::Other(error)),
            sqlx::Error::Io(cause) => match cause.get_ref().and_then(|cause| cause.downcast_ref()) {
                Some(refused) => Self::Encryption(why_refused(refused)),
                None => Self::Unreachable(cause.to_string()),
            },
            sqlx::Error::PoolTimedOut => Self::Unreachable("no connection came free in time".into()),
            sqlx::Error::Tls(cause) => Self::Encryption(cause.to_string()),
            // A connection that ends in the middle of a message.
            sqlx::Error::Protocol(cause) => Self::Unreachable(cause.clone()),
            // Only where a row must be there: somebody has deleted it since.
            sqlx::Error::RowNotFound => Self::Gone,
            sqlx::Error::Decode(cause) => match cause.downcast_ref::<Unreadable>() {
                Some(unreadable) => Self::Unreadable(unreadable.clone()),
                None => Self::Other(error),
            },
            _ => Self::Other(error),
        }
    }
}

impl From<MigrateError> for Error {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(version) => Self::Newer(version),
            MigrateError::VersionMismatch(version) => Self::Foreign(version),
            MigrateError::Execute(error) => error.into(),
            MigrateError::ExecuteMigration(error, _) => migrating(error),
            other => Self::Other(sqlx::Error::Migrate(Box::new(other))),
        }
    }
}

/// What can be wrong only while the schema is made.
fn migrating(error: sqlx::Error) -> Error {
    let Some(cause) = error.as_database_error() else { return error.into() };
    let message = cause.message().to_owned();
    match cause.code().as_deref() {
        // A table, another object or a function of that name.
        Some("42P07" | "42710" | "42723") => Error::Occupied(message),
        Some("1") if message.ends_with("already exists") => Error::Occupied(message),
        Some("58P01" | "0A000") => Error::Extension(message),
        _ => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    /// An error with a code, as either engine reports it.
    #[derive(Debug)]
    struct Reported(&'static str);

    impl std::fmt::Display for Reported {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.message())
        }
    }

    impl std::error::Error for Reported {}

    impl DatabaseError for Reported {
        fn message(&self) -> &str {
            "as reported"
        }

        fn code(&self) -> Option<Cow<'_, str>> {
            Some(self.0.into())
        }

        fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
            self
        }

        fn as_error_mut(&mut self) -> &mut (dyn std::error::Error + Send + Sync + 'static) {
            self
        }

        fn into_error(self: Box<Self>) -> Box<dyn std::error::Error + Send + Sync + 'static> {
            self
        }

        fn kind(&self) -> ErrorKind {
            ErrorKind::Other
        }
    }

    fn told(code: &'static str) -> String {
        Error::from(sqlx::Error::Database(Box::new(Reported(code)))).to_string()
    }

    /// What no test can bring about on every machine; the others are in `server/tests`.
    #[test]
    fn each_code_says_what_to_do() {
        for (code, said) in [
            // SQLITE_BUSY and SQLITE_BUSY_RECOVERY, _SNAPSHOT and _TIMEOUT.
            ("5", "busy"),
            ("261", "busy"),
            ("517", "busy"),
            ("773", "busy"),
            // SQLITE_READONLY and its variants for a folder and for the write-ahead log.
            ("8", "read-only"),
            ("1544", "read-only"),
            ("1288", "read-only"),
            ("11", "Restore it from a backup"),
            // SQLITE_IOERR_WRITE and _SHMSIZE.
            ("778", "has room"),
            ("4874", "has room"),
            ("13", "full"),
            ("14", "cannot be opened"),
            ("40P01", "busy"),
            ("40001", "busy"),
            ("25006", "read-only"),
            ("53100", "full"),
            ("28P01", "Check datasources.<name>.username and .password"),
            ("42501", "Give the user the right"),
            ("57P03", "cannot be reached"),
            ("08006", "cannot be reached"),
        ] {
            assert!(told(code).contains(said), "{code}: {}", told(code));
        }
        assert!(told("42601").starts_with("the database failed"));
        assert!(told("1").starts_with("the database failed"));
    }

    #[test]
    fn a_constraint_says_what_is_missing() {
        for (constraint, what) in [
            ("bindings_tenant_uid_role_id_fkey", Missing::Role),
            ("bindings_tenant_uid_principal_id_fkey", Missing::Access),
            ("memberships_tenant_uid_group_id_fkey", Missing::Group),
            ("tenant_access_principal_id_fkey", Missing::Principal),
            ("tenant_access_tenant_uid_fkey", Missing::Tenant),
            ("flow_revisions_tenant_uid_namespace_id_fkey", Missing::Flow),
            ("of_another_build", Missing::Something),
        ] {
            assert_eq!(Missing::of(Some(constraint)), what, "{constraint}");
        }
        assert_eq!(Missing::of(None), Missing::Something);
    }

    #[test]
    fn what_is_in_the_way_of_the_schema_is_said() {
        let told = |code| {
            let error = sqlx::Error::Database(Box::new(Reported(code)));
            Error::from(MigrateError::ExecuteMigration(error, 1)).to_string()
        };
        assert!(told("42P07").contains("Use an empty database"), "{}", told("42P07"));
        assert!(told("58P01").contains("Install the package"), "{}", told("58P01"));
        assert!(told("42501").contains("Give the user the right"), "{}", told("42501"));
    }
}
