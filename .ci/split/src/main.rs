//! Splits the browser half: what every page needs stays in the program, what only the pages of an area need goes into
//! files of their own.
//!
//!     kestra-split INPUT OUT
//!
//! INPUT was linked with `--emit-relocs`. OUT gets `main.wasm` (the program, for wasm-bindgen), `split_<area>.wasm` and
//! `chunk_<n>.wasm` (what several areas share), the script that fetches them, and `areas.json`, which lists the files of
//! each area by their stems.

use std::{collections::BTreeMap, env, error::Error, fs, path::Path};
use wasm_split_cli_support::{Options, transform};

/// The script that fetches the files of an area. `.ci/assets.mjs` writes a hash of this length into its name, also where
/// the program names it.
const LOADER: &str = "./areas.________________.js";
/// The script of wasm-bindgen.
const MAIN: &str = "./kestra.js";

fn main() -> Result<(), Box<dyn Error>> {
    let [input, out] = env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "usage: kestra-split INPUT OUT")?;
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
