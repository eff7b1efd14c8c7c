//! What is wrong with a database is said, with what to do about it.

use super::{out, reason};
use crate::support::{Engine, Instance};
use rstest::rstest;
use sqlx::{Connection, Executor};
use std::{
    io::{Read, Write},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

/// Why a command fails on another database than its own.
fn refused(instance: &Instance, url: &str) -> String {
    let output = instance.command(&["tenants", "list"]).env("DATASOURCES_MAIN_URL", url).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", out(&output));
    reason(&output)
}

/// The program without the power over files that root has.
fn as_anybody(folder: &Path, arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_kestra");
    let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let mut command = if root { Command::new("setpriv") } else { Command::new(program) };
    if root {
        command.args(["--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-all", program]);
    }
    let url = format!("sqlite:{}", folder.join("kestra.db").display());
    command.args(arguments).env("DATASOURCES_MAIN_URL", url).env("HOME", folder).env_remove("RUST_LOG");
    command.stdin(Stdio::null()).output().unwrap()
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn a_folder_or_file_that_cannot_be_written() {
    let home = TempDir::new().unwrap();
    let made = as_anybody(home.path(), &["auths", "users", "list"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let file = home.path().join("kestra.db");

    mode(&file, 0o444);
    let failed = as_anybody(home.path(), &["auths", "users", "create", "a@example.com"]);
    assert_eq!(failed.status.code(), Some(1));
    let told = reason(&failed);
    assert!(told.contains("kestra.db: the database is read-only. Make its file and folder writable"), "{told}");

    mode(&file, 0o000);
    let told = reason(&as_anybody(home.path(), &["auths", "users", "list"]));
    assert!(told.contains("the database file cannot be opened") && told.contains("read and write it"), "{told}");

    mode(&file, 0o644);
    // A command that fails may end before its connection has put these away. With them the folder need not be written to.
    for beside in ["kestra.db-wal", "kestra.db-shm"] {
        std::fs::remove_file(home.path().join(beside)).ok();
    }
    mode(home.path(), 0o555);
    let failed = as_anybody(home.path(), &["auths", "users", "create", "a@example.com"]);
    assert_eq!(failed.status.code(), Some(1));
    let told = reason(&failed);
    assert!(told.contains("kestra.db: the database") && told.contains("folder"), "{told}");

    std::fs::remove_file(&file).ok();
    mode(home.path(), 0o755);
    std::fs::remove_file(&file).ok();
    mode(home.path(), 0o555);
    let told = reason(&as_anybody(home.path(), &["auths", "users", "list"]));
    assert!(told.contains("the database file cannot be opened"), "{told}");
    mode(home.path(), 0o755);
}

#[tokio::test]
async fn a_command_leaves_the_file_whole() {
    let home = TempDir::new().unwrap();
    assert!(as_anybody(home.path(), &["auths", "users", "create", "a@example.com"]).status.success());
    let left: Vec<_> = std::fs::read_dir(home.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left, ["kestra.db"]);
}

#[tokio::test]
async fn what_is_there_is_no_database_file() {
    let instance = Instance::new(Engine::Sqlite).await;
    let folder = TempDir::new().unwrap();
    let url = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    std::fs::write(folder.path().join("notes.txt"), "not a database, and long enough to be seen as none\n".repeat(99))
        .unwrap();
    let told = refused(&instance, &url("notes.txt"));
    assert!(told.contains("notes.txt: this file is no SQLite database. Move it away"), "{told}");
    let told = refused(&instance, &url(""));
    assert!(told.contains("the database file cannot be opened"), "a folder: {told}");
    let told = refused(&instance, &url("notes.txt/kestra.db"));
    assert!(told.contains("the folder") && told.contains("cannot be created"), "{told}");
    let told = refused(&instance, "sqlite:/proc/nothing/kestra.db");
    assert!(told.contains("the folder /proc/nothing cannot be created"), "{told}");
}

#[tokio::test]
async fn a_file_that_somebody_else_writes_to() {
    let instance = Instance::new(Engine::Sqlite).await;
    instance.ok("tenants create dev Dev");
    let mut other = sqlx::SqliteConnection::connect(&instance.database).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let told = instance.fails("tenants create prod Production");
    assert!(told.contains("the database is busy: another process is writing to it. Try again in a moment"), "{told}");
    instance.ok("tenants list");
    other.execute("ROLLBACK").await.unwrap();
    instance.ok("tenants create prod Production");
}

#[tokio::test]
async fn a_file_that_somebody_else_has_for_itself() {
    let instance = Instance::new(Engine::Sqlite).await;
    instance.ok("tenants list");
    let mut other = sqlx::SqliteConnection::connect(&instance.database).await.unwrap();
    other.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").await.unwrap();
    let told = instance.fails("tenants list");
    assert!(told.contains("kestra.db: the database is busy"), "{told}");
}

#[rstest]
#[tokio::test]
async fn a_schema_of_another_version(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    instance.ok("tenants list");
    instance.execute("UPDATE _sqlx_migrations SET version = 9001 WHERE version = 2").await;
    let told = instance.fails("tenants list");
    assert!(told.contains("written by a newer version (migration 9001). Run that version or a later one"), "{told}");
    let server = instance.command(&["server"]).output().unwrap();
    assert_eq!(server.status.code(), Some(1), "the server too");
}

#[rstest]
#[tokio::test]
async fn a_database_that_holds_something_else(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let instance = Instance::new(engine).await;
    if engine == Engine::Sqlite {
        std::fs::write(instance.database.trim_start_matches("sqlite:"), "").unwrap();
    }
    instance.execute("CREATE TABLE tenants (id TEXT)").await;
    let told = instance.fails("tenants list");
    assert!(told.contains("holds tables of something else") && told.contains("Use an empty database"), "{told}");
}

#[tokio::test]
async fn a_postgresql_that_does_not_let_one_in() {
    let instance = Instance::new(Engine::Postgres).await;
    let host = instance.database.split('@').next_back().unwrap().to_owned();
    let told = refused(&instance, &format!("postgres://nobody:secret@{host}"));
    assert!(told.contains(&format!("{host}: PostgreSQL refuses the sign-in")), "{told}");
    assert!(told.contains("Check datasources.<name>.username and .password") && !told.contains("secret"), "{told}");

    let server = instance.database.rsplit_once('/').unwrap().0;
    let told = refused(&instance, &format!("{server}/absent"));
    assert!(told.contains("PostgreSQL has no such database") && told.contains("Create it"), "{told}");

    instance.execute("DROP ROLE IF EXISTS guest_of_a_test; CREATE ROLE guest_of_a_test LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC").await;
    let told = refused(&instance, &format!("postgres://guest_of_a_test@{host}"));
    instance.execute("DROP ROLE guest_of_a_test").await;
    assert!(told.contains("PostgreSQL refuses: ") && told.contains("make it its owner"), "{told}");

    instance.ok("tenants list");
    let told = refused(&instance, &format!("{}?options=-cdefault_transaction_read_only%3Don", instance.database));
    assert!(told.contains("the database is read-only"), "{told}");
}

/// Something that speaks as much of PostgreSQL's protocol as it takes to refuse a password: the cluster of the tests
/// asks for none.
fn refusing_passwords() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut said = [0; 1024];
            // First it is asked for encryption, which it does not have; then come user and database.
            if client.read(&mut said).is_ok() && client.write_all(b"N").is_ok() && client.read(&mut said).is_ok() {
                let fields = b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user \"kestra\"\0\0";
                let length = u32::try_from(fields.len() + 4).unwrap().to_be_bytes();
                let _ = client.write_all(&[b"E", &length[..], fields].concat());
            }
        }
    });
    port
}

#[tokio::test]
async fn a_wrong_password() {
    let instance = Instance::new(Engine::Sqlite).await;
    let told = refused(&instance, &format!("postgres://kestra:s3cret@127.0.0.1:{}/kestra", refusing_passwords()));
    let said = "PostgreSQL refuses the sign-in: password authentication failed for user \"kestra\"";
    assert!(told.contains(said) && told.contains("Check datasources.<name>.username and .password"), "{told}");
    assert!(!told.contains("s3cret"), "{told}");
}

#[tokio::test]
async fn a_postgresql_that_is_not_there() {
    let instance = Instance::new(Engine::Sqlite).await;
    let told = refused(&instance, "postgres://nobody@127.0.0.1:1/none");
    assert!(told.contains("127.0.0.1:1/none: the database cannot be reached: "), "{told}");
    assert!(told.contains("refused") && told.contains("Check that it runs"), "{told}");
    let told = refused(&instance, "postgres://nobody@nowhere.invalid/none");
    assert!(told.contains("nowhere.invalid:5432/none: the database cannot be reached"), "{told}");
}
