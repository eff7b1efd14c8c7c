//! What can go wrong in a database, as far as those above care.

/// Shorthand.
pub type Result<T> = std::result::Result<T, Error>;

/// A failed query, transaction or start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row of that key exists already.
    #[error("a row of that key exists already")]
    Duplicate,
    /// What the row refers to does not exist, or not any more.
    #[error("what the row refers to does not exist")]
    Dangling,
    /// Another process holds the database.
    #[error("the database is busy: another process is writing to it. Try again in a moment")]
    Busy,
    /// The file or the user's rights do not allow writing.
    #[error("the database is read-only: check the file's permissions and the free space")]
    ReadOnly,
    /// No connection.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// The schema is from a later version of this program.
    #[error("the database was written by a newer version (migration {0}); run that version or a later one")]
    Newer(i64),
    /// The address of the database is not one.
    #[error("{0}")]
    Address(String),
    /// Anything else: a bug here or a broken database.
    #[error("the database failed: {0}")]
    Other(#[source] sqlx::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::error::ErrorKind;
        match &error {
            sqlx::Error::Database(cause) => match (cause.kind(), cause.code().as_deref()) {
                (ErrorKind::UniqueViolation, _) => Self::Duplicate,
                (ErrorKind::ForeignKeyViolation, _) => Self::Dangling,
                // SQLITE_BUSY and its variants; PostgreSQL's deadlock and lock timeout.
                (_, Some("5" | "261" | "517" | "773" | "40P01" | "55P03")) => Self::Busy,
                (_, Some("8" | "264" | "520" | "776" | "1032" | "1288" | "1544" | "25006" | "42501")) => Self::ReadOnly,
                (_, Some("14" | "57P01" | "57P03" | "53300" | "28P01" | "28000" | "3D000")) => {
                    Self::Unreachable(cause.message().to_owned())
                }
                _ => Self::Other(error),
            },
            sqlx::Error::Io(cause) => Self::Unreachable(cause.to_string()),
            sqlx::Error::PoolTimedOut => Self::Unreachable("no connection came free in time".into()),
            sqlx::Error::Tls(cause) => Self::Unreachable(cause.to_string()),
            _ => Self::Other(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for Error {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError;
        match error {
            MigrateError::VersionMissing(version) => Self::Newer(version),
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            other => Self::Other(sqlx::Error::Migrate(Box::new(other))),
        }
    }
}
