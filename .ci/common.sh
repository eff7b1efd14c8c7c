# shellcheck shell=bash
# Sourced by every script beside it: the same folder, the same environment, the same words.

# The scripts work from anywhere; everything they name is relative to the checkout.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
root=$PWD
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kestra-build
target=${CARGO_TARGET_DIR:-$root/target}

# The queries are checked against the committed metadata: building needs no database.
export SQLX_OFFLINE=true
# npm's tools and wasm-bindgen come first, so that scripts find them.
wasm_bindgen_version=$(sed -n 's/^wasm-bindgen = .*"=\([0-9.]*\)".*/\1/p' Cargo.toml)
[ -n "$wasm_bindgen_version" ] || { echo "Cargo.toml pins no wasm-bindgen (wasm-bindgen = \"=X\")" >&2; exit 1; }
# The splitter in .ci/split, by what it is built from.
split_folder=$cache/split-$(cat .ci/split/Cargo.* .ci/split/src/main.rs | cksum | cut -d' ' -f1)
export PATH="$cache/wasm-bindgen-$wasm_bindgen_version/bin:$split_folder/bin:$root/end2end/node_modules/.bin:$PATH:$cache/proxies/usr/sbin:$cache/proxies/usr/bin"

# The step of the script that is running, so that a log can be read.
say() { printf '\n\033[1m▸ %s\033[0m\n' "$*" >&2; }
# Ends the script with a reason a person can act on.
die() { printf '\n%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
# True where a command can be found.
has() { command -v "$1" >/dev/null 2>&1; }

# Runs a command with the rights to install packages; fails where there are none.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; elif has sudo; then sudo "$@"; else return 1; fi
}
# cargo for the browser half, with the toolchain that has its standard library.
cargo_wasm() {
  local toolchain
  toolchain=$(.ci/wasm-target)
  if [ -n "$toolchain" ]; then RUSTUP_TOOLCHAIN=$toolchain cargo "$@"; else cargo "$@"; fi
}
