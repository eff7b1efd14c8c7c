//! Migrations are compiled in: a new one makes this crate compile again.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
