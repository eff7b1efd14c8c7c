//! Makes the server follow the browser half, which `.ci/build` lays out in `target/site`.

use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    let site = Path::new("../target/site");
    // Without a browser half the server still compiles (clippy, unit tests); it has no assets then.
    fs::create_dir_all(site)?;
    // A release carries the files, so it is linked again when one changes; a debug build reads
    // them from disk when they are asked for.
    if env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo:rerun-if-changed={}", site.display());
    }
    Ok(())
}
