//! What the command line says about itself: help, completions and man pages.

use super::{err, out};
use std::process::{Command, Output};

fn kestra(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kestra"));
    command.args(args).env_remove("KESTRA_PLUGINS_PATH").env("COLUMNS", "120").env("LINES", "50").output().unwrap()
}

fn help_of(command: &[String]) -> String {
    let args: Vec<&str> = command.iter().map(String::as_str).chain(["--help"]).collect();
    let output = kestra(&args);
    assert!(output.status.success(), "{command:?}: {}", err(&output));
    out(&output)
}

/// The commands that a help text names.
fn commands(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let named = listed.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    named.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Every command with its help, from the program itself, so that none can be forgotten.
fn all() -> Vec<(Vec<String>, String)> {
    let mut found = Vec::new();
    let mut open = vec![Vec::new()];
    while let Some(command) = open.pop() {
        let help = help_of(&command);
        let below = commands(&help).into_iter().rev().map(|name| [command.as_slice(), &[name]].concat());
        open.extend(below);
        found.push((command, help));
    }
    found
}

/// Help is a promise; a change of it shows in review. `UPDATE_HELP=1` writes it anew. What is common to all commands
/// stands there once.
#[tokio::test]
async fn help_is_as_committed() {
    let mut text = String::new();
    let mut common = None;
    for (command, help) in all() {
        let (own, shared) = help.split_once("\nCommon options:\n").expect("every command has the common options");
        let shared = shared.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(*common.get_or_insert_with(|| shared.clone()), shared, "{command:?}");
        let own = if command.is_empty() { help.as_str() } else { own };
        let own = own.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        let own = own.trim_end();
        let called = [&["$ kestra".to_owned()], command.as_slice(), &["--help".to_owned()]].concat().join(" ");
        text += &format!("{called}\n{own}\n\n");
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/help.txt");
    if std::env::var_os("UPDATE_HELP").is_some() {
        std::fs::write(file, &text).unwrap();
    }
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    assert_eq!(text, committed, "run with UPDATE_HELP=1 and look at the difference");
}

#[tokio::test]
async fn a_group_of_commands_explains_itself_and_nonsense_is_not_understood() {
    for (command, _) in all().iter().filter(|(_, help)| help.contains("\nCommands:\n")) {
        let args: Vec<&str> = command.iter().map(String::as_str).collect();
        assert_eq!(kestra(&args).status.code(), Some(0), "{command:?}");
        assert_eq!(kestra(&[&args[..], &["nonsense"]].concat()).status.code(), Some(2), "{command:?}");
    }
}

#[tokio::test]
async fn shells_complete_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = kestra(&["completions", shell]);
        assert!(script.status.success(), "{shell}: {}", err(&script));
        let script = out(&script);
        for word in ["kestra", "set-superadmin", "add-member", "who-can", "permissions-file"] {
            assert!(script.contains(word), "{shell} knows nothing of {word}");
        }
    }
    assert_eq!(kestra(&["completions", "cmd"]).status.code(), Some(2));
    assert_eq!(kestra(&["completions"]).status.code(), Some(2));
}

#[tokio::test]
async fn every_command_has_a_man_page() {
    let folder = tempfile::TempDir::new().unwrap();
    let man = folder.path().join("man1");
    let written = kestra(&["man", man.to_str().unwrap()]);
    assert!(written.status.success(), "{}", err(&written));
    for (command, _) in all() {
        let name = [&["kestra".to_owned()][..], &command].concat().join("-");
        let page = std::fs::read_to_string(man.join(format!("{name}.1"))).expect(&name);
        assert!(page.contains(".SH SYNOPSIS"), "{name}");
    }
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let refused = kestra(&["man", file.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).contains(file.to_str().unwrap()), "{}", err(&refused));
}
