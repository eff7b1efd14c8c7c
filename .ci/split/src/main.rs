//! Splits the browser half. What every page needs stays in the program, what only an area needs goes into files of its
//! own.
//!
//!     kestra-split INPUT OUT
//!
//! INPUT is linked with `--emit-relocs`. OUT gets `main.wasm` (the program, for wasm-bindgen), `split_<area>.wasm`,
//! `chunk_<n>.wasm` (what several areas share), the script that fetches them, and `areas.json`: the stems of each area's
//! files.

use std::{collections::BTreeMap, env, error::Error, fs, path::Path};
use wasm_split_cli_support::{Options, transform};

/// The script that fetches the files. `.ci/assets.mjs` replaces the underscores by a hash of the same length, also in the
/// program, which imports the script by this name.
const LOADER: &str = "./areas.________________.js";
/// The script that wasm-bindgen writes.
const MAIN: &str = "./kestra.js";

fn main() -> Result<(), Box<dyn Error>> {
    let [input, out] =
        env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "usage: kestra-split INPUT OUT")?;
    let (input, out) = (fs::read(input)?, Path::new(&out));
    let main = out.join("main.wasm");
    let mut options = Options::new(&input);
    options.output_dir = out;
    options.main_out_path = &main;
    options.link_name = LOADER;
    options.main_module = MAIN;
    let areas: BTreeMap<_, _> = transform(options)?.prefetch_map.into_iter().collect();
    fs::write(out.join("areas.json"), serde_json::to_string_pretty(&areas)?)?;
    Ok(())
}
