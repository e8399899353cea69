# make run    build the page and serve it on this machine
# make test   all tests: Rust, natively, and the built page in Chromium
# Both install what is missing first (tools/setup.sh) and start at once the next time.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export TRUNK_SKIP_VERSION_CHECK := true
# Trunk 0.21 stops at a NO_COLOR that is not "true" or "false".
unexport NO_COLOR

# Folders are listed too: their time changes when a file is added or removed.
SOURCES := $(shell find src style public -not -name '*~') $(wildcard build.rs) \
	Cargo.toml Cargo.lock rust-toolchain.toml Trunk.toml index.html package-lock.json tools/bundle.mjs

.PHONY: replay fidelity fuzz help run build test test-rust test-browser size parts bench lint screenshots tools tools-test

help:
	@echo "make run          build the page and serve it (first time: several minutes, installs its tools into .tools/)"
	@echo "make test         all tests: Rust natively, then the release build in Chromium"
	@echo "make build        the page as static files in dist/"
	@echo "make size         sizes of the built page against their budgets"
	@echo "make parts        what each part of the Wasm costs"
	@echo "make replay OUT=DIR  every recording again, with what the simulator does instead of what was recorded"
	@echo "make fidelity     the recordings again, and how many agree, into public/fidelity.json"
	@echo "make fuzz         random and mutated input for as long as you like: make fuzz FACTOR=1000"
	@echo "make bench        measurements, natively and in Chromium"
	@echo "make lint         formatting, clippy for both targets, types of the scripts"
	@echo "make screenshots  pictures of the built page in target/screenshots/"

run: dist/index.html
	@node tools/serve.mjs dist

build: dist/index.html

dist/index.html: $(SOURCES) | tools
	@echo "build: compiling the page in release (a minute or less; setup has compiled what it stands on)"
	trunk --log warn build --release
	@touch $@

# With debug assertions, without optimisation: the tests panic in it.
target/debug-dist/index.html: $(SOURCES) | tools dist/index.html
	@echo "build: compiling the page for debugging (first time about a minute)"
	CARGO_PROFILE_DEV_DEBUG=0 trunk --log warn build --dist target/debug-dist
	@touch $@

test: test-rust test-browser

test-rust: | tools
	@echo "test: unit tests (first time about 2 minutes to compile)"
	cargo test --locked --lib
	@echo "test: recordings, properties and whole runs, in release (first time about 2 minutes to compile)"
	cargo test --locked --release --test it -- --nocapture

replay: | tools
	@[ -n "$(OUT)" ] || { echo "replay: name a folder: make replay OUT=DIR"; exit 2; }
	REPLAY_OUT="$(abspath $(OUT))" cargo test --locked --release --test it conformance -- --nocapture

fidelity: | tools
	UPDATE_FIDELITY=1 cargo test --locked --release --test it conformance -- --nocapture

# The short form is a part of `make test`.
FACTOR ?= 200
fuzz: | tools
	FUZZ_FACTOR=$(FACTOR) cargo test --locked --release --test it fuzz -- --nocapture
	FUZZ_FACTOR=$(FACTOR) cargo test --locked --release --test it robustness

test-browser: dist/index.html target/debug-dist/index.html | tools-test
	@echo "test: the built page in Chromium (a minute or two)"
	playwright test --config tests/e2e/playwright.config.mjs

size: dist/index.html
	@node tools/size.mjs dist

parts: dist/index.html
	@node tools/parts.mjs

bench: dist/index.html | tools-test
	@node tools/bench.mjs

lint: | tools
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo clippy --locked --target wasm32-unknown-unknown --lib --bins -- -D warnings
	tsc --project tsconfig.json

screenshots: dist/index.html | tools-test
	@node tools/screenshots.mjs

tools:
	@tools/setup.sh

tools-test:
	@tools/setup.sh --test
