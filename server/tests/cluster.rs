//! A PostgreSQL of a test's own, which it may stop and set up as it likes.

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::Arc,
};
use tempfile::TempDir;

/// A cluster.
pub struct Cluster {
    /// Its data.
    pub folder: PathBuf,
    /// Where it listens.
    pub port: u16,
    _home: Arc<TempDir>,
}

impl Cluster {
    fn program(name: &str) -> PathBuf {
        let mut found: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
            .map(|versions| versions.filter_map(|one| one.ok().map(|one| one.path().join("bin").join(name))).collect())
            .unwrap_or_default();
        found.retain(|path: &PathBuf| path.exists());
        found.sort();
        found.pop().unwrap_or_else(|| PathBuf::from(name))
    }

    /// PostgreSQL does not run as root.
    fn command(program: &str) -> Command {
        let program = Self::program(program);
        let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
        let mut command = if root { Command::new("runuser") } else { Command::new(&program) };
        if root {
            command.args(["-u", "postgres", "--"]).arg(&program);
        }
        command.current_dir("/").stdin(Stdio::null());
        command
    }

    fn run(program: &str, arguments: &[&str]) -> Output {
        Self::command(program).args(arguments).output().unwrap()
    }

    /// Runs a program as its owner, which must go well.
    pub fn must(program: &str, arguments: &[&str]) {
        let output = Self::run(program, arguments);
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn home() -> Arc<TempDir> {
        let home = TempDir::new().unwrap();
        std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        Arc::new(home)
    }

    pub fn primary() -> Self {
        let home = Self::home();
        let folder = home.path().join("primary");
        let at = folder.to_str().unwrap();
        Self::must(
            "initdb",
            &["-D", at, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"],
        );
        Self::start(folder, home)
    }

    /// One that follows this one.
    pub fn standby(&self) -> Self {
        let home = Self::home();
        let folder = home.path().join("standby");
        let port = self.port.to_string();
        let at = folder.to_str().unwrap();
        Self::must("pg_basebackup", &["-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-D", at, "-R", "-c", "fast"]);
        Self::start(folder, home)
    }

    /// The same one, started anew where it was.
    pub fn again(&self) -> Self {
        Self::start_at(self.port, &self.folder, &self._home).unwrap()
    }

    fn start(folder: PathBuf, home: Arc<TempDir>) -> Self {
        for _ in 0..8 {
            let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            if let Some(started) = Self::start_at(port, &folder, &home) {
                return started;
            }
        }
        panic!("PostgreSQL did not start in {}", folder.display());
    }

    fn start_at(port: u16, folder: &Path, home: &Arc<TempDir>) -> Option<Self> {
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c fsync=off",
            home.path().display()
        );
        // Without pipes: the server would keep them open.
        let mut command = Self::command("pg_ctl");
        command.arg("-D").arg(folder).args(["-w", "-t", "60", "-l"]).arg(home.path().join("log"));
        command.args(["-o", &options, "start"]).stdout(Stdio::null()).stderr(Stdio::null());
        let started = command.status().is_ok_and(|status| status.success());
        started.then(|| Self { folder: folder.to_owned(), port, _home: home.clone() })
    }

    pub fn sql(&self, sql: &str) -> String {
        let port = self.port.to_string();
        let output = Self::run("psql", &["-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-XAtqc", sql, "postgres"]);
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub fn control(&self, word: &str) {
        let at = self.folder.to_str().unwrap();
        let output = Self::run("pg_ctl", &["-D", at, "-w", "-t", "30", word]);
        assert!(output.status.success(), "{word}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Lets nobody in who is not in yet, until it is told to go on: who is in is answered.
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let file = std::fs::read_to_string(self.folder.join("postmaster.pid")).unwrap();
        let done = Command::new("kill").args([signal, file.lines().next().unwrap()]).status().unwrap();
        assert!(done.success());
    }

    pub fn stop(&self) {
        Self::run("pg_ctl", &["-D", self.folder.to_str().unwrap(), "-m", "immediate", "-w", "stop"]);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}
