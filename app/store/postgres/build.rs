//! Compiles the crate again when what its queries are checked against has changed.

fn main() {
    // sqlx's macros read both folders without telling cargo.
    println!("cargo:rerun-if-changed=.sqlx");
    println!("cargo:rerun-if-changed=../../../migrations/postgres");
}
