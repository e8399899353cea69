#!/usr/bin/env bash
# Installs the tools that building the page needs and that are missing. Everything but the Rust toolchain goes into this
# clone (.tools/, node_modules/). `tools/setup.sh --test` also installs a Chromium.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly SPLITTER=0.2.4
BINDGEN=$(sed -n '/^name = "wasm-bindgen"$/{n;s/version = "\(.*\)"/\1/p}' Cargo.lock)
TOOLCHAIN=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
readonly BINDGEN TOOLCHAIN LOGS=.tools/logs
export PATH="$PWD/.tools/bin:$PWD/node_modules/.bin:$PATH"

say() { echo "setup: $*"; }
fail() { echo "setup: $*" >&2; exit 1; }
log_end() { tail -n 25 "$1" >&2; fail "$2 failed; the full log is in $1"; }

command -v rustup >/dev/null || fail "rustup is missing: install it from https://rustup.rs and run this again"
command -v node >/dev/null || fail "Node.js is missing: install version 20 or newer from https://nodejs.org and run this again"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || fail "Node.js 20 or newer is needed, this is $(node --version)"
command -v cc >/dev/null || fail "a C compiler (cc) is missing: Rust links with it; on Debian: apt-get install build-essential"

if ! rustup run "$TOOLCHAIN" rustc --version >/dev/null 2>&1; then
  say "installing Rust $TOOLCHAIN (about a minute)"
  rustup toolchain install "$TOOLCHAIN" --profile minimal --component rustfmt,clippy --no-self-update
fi
if ! rustup target list --installed --toolchain "$TOOLCHAIN" | grep -qx wasm32-unknown-unknown; then
  say "adding the Rust target wasm32-unknown-unknown (a few seconds)"
  rustup target add wasm32-unknown-unknown --toolchain "$TOOLCHAIN"
fi

# A copy of the lock file in node_modules shows which version of it was installed.
if ! cmp -s package-lock.json node_modules/.installed-lock.json; then
  say "installing npm packages into node_modules/ (about 10 seconds)"
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.installed-lock.json
fi

# The tools' own release profiles take many minutes longer to compile, for speed that is not needed here.
install_tool() {
  CARGO_TARGET_DIR="$PWD/.tools/build" CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    cargo install --root "$PWD/.tools" --force --no-default-features "$@"
}
# cargo lists what it has installed; the splitter does not tell its version.
has() { grep -qsF "\"$1 $2 " .tools/.crates.toml; }

mkdir -p "$LOGS"
missing=()
has wasm-bindgen-cli "$BINDGEN" || missing+=("wasm-bindgen $BINDGEN")
has wasm_split_cli_support "$SPLITTER" || missing+=("wasm-split $SPLITTER")
if [ ${#missing[@]} -gt 0 ]; then
  say "compiling ${missing[*]} into .tools/, and the page's dependencies at the same time (once; about 5 minutes on two cores)"
  began=$SECONDS
  # Compiling the tools leaves cores idle during large crates and linking, so the page is compiled at the same time.
  cargo build --locked --quiet --target wasm32-unknown-unknown --profile web --bin statefulset-playground \
    >"$LOGS/page.log" 2>&1 &
  page=$!
  trap 'kill "$page" 2>/dev/null || true' EXIT
  if ! has wasm-bindgen-cli "$BINDGEN"; then
    # A registry mirror may lack a version that its lock file names.
    install_tool --locked "wasm-bindgen-cli@$BINDGEN" >"$LOGS/wasm-bindgen.log" 2>&1 ||
      install_tool "wasm-bindgen-cli@$BINDGEN" >"$LOGS/wasm-bindgen.log" 2>&1 ||
      log_end "$LOGS/wasm-bindgen.log" "installing wasm-bindgen"
    say "wasm-bindgen is ready after $((SECONDS - began)) s"
  fi
  if ! has wasm_split_cli_support "$SPLITTER"; then
    install_tool --locked --features build-binary "wasm_split_cli_support@$SPLITTER" >"$LOGS/wasm-split.log" 2>&1 ||
      install_tool --features build-binary "wasm_split_cli_support@$SPLITTER" >"$LOGS/wasm-split.log" 2>&1 ||
      log_end "$LOGS/wasm-split.log" "installing wasm-split"
    say "wasm-split is ready after $((SECONDS - began)) s"
  fi
  rm -rf .tools/build
  wait "$page" || log_end "$LOGS/page.log" "compiling the page"
  trap - EXIT
  say "tools and dependencies are ready after $((SECONDS - began)) s"
fi

if [ "${1:-}" = --test ]; then node tools/chromium.mjs --install >/dev/null; fi
