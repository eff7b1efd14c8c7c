# shellcheck shell=bash
# Sourced by every script beside it: the same folder, the same environment, the same words.

# The scripts work from anywhere; everything they name is relative to the checkout.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
root=$PWD
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kestra-build

# The queries are checked against the committed metadata: building needs no database.
export SQLX_OFFLINE=true
# Leptos reads it while it compiles (the names of its files) and while it runs.
export LEPTOS_OUTPUT_NAME=kestra
# npm's tools and wasm-bindgen come first, so that cargo-leptos finds them too.
wasm_bindgen_version=$(sed -n 's/^wasm-bindgen = .*"=\([0-9.]*\)".*/\1/p' Cargo.toml)
[ -n "$wasm_bindgen_version" ] || { echo "Cargo.toml pins no wasm-bindgen (wasm-bindgen = \"=X\")" >&2; exit 1; }
export PATH="$cache/wasm-bindgen-$wasm_bindgen_version/bin:$root/end2end/node_modules/.bin:$PATH"

# The step of the script that is running, so that a log can be read.
say() { printf '\n\033[1m▸ %s\033[0m\n' "$*" >&2; }
# Ends the script with a reason a person can act on.
die() { printf '\n%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }
