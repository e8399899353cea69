# make run    builds the page and serves it on this machine
# make test   runs all tests: the Rust ones natively, then the built page in Chromium
# Both first install what is missing (tools/setup.sh).

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/node_modules/.bin:$(PATH)

# Folders are prerequisites too: their modification time changes when a file is added or removed.
SOURCES := $(shell find src style public -not -name '*~') $(wildcard build.rs) \
	Cargo.toml Cargo.lock rust-toolchain.toml index.html package-lock.json tools/build.mjs .cargo/config.toml

.PHONY: replay fidelity fuzz help run build test test-rust test-browser size parts bench lint screenshots tools tools-test

help:
	@echo "make run          build and serve the page (the first time takes several minutes and installs tools into .tools/)"
	@echo "make test         run all tests: Rust natively, then the built page in Chromium"
	@echo "make build        build the page as static files in dist/"
	@echo "make size         print the sizes of the built page and their budgets"
	@echo "make parts        print what each part of the Wasm costs"
	@echo "make replay OUT=DIR  replay every recording and write what the simulator does, in the recordings' format"
	@echo "make fidelity     replay the recordings and write how many agree, and forget differences that are gone"
	@echo "make fuzz         run the fuzz tests longer: make fuzz FACTOR=1000"
	@echo "make bench        measure, natively and in Chromium"
	@echo "make lint         check formatting, clippy for both targets, and the types of the scripts"
	@echo "make screenshots  take pictures of the built page into target/screenshots/"

run: dist/index.html
	@node tools/serve.mjs dist

build: dist/index.html

dist/index.html: $(SOURCES) | tools
	@echo "build: compiling the page in release (a minute or less; the dependencies are already compiled)"
	node tools/build.mjs
	@touch $@

# Unoptimised, with debug assertions. The browser tests of the panic page need it.
target/debug-dist/index.html: $(SOURCES) | tools dist/index.html
	@echo "build: compiling the page for debugging (first time about a minute)"
	CARGO_PROFILE_DEV_DEBUG=0 node tools/build.mjs --debug --dist target/debug-dist
	@touch $@

test: test-rust test-browser

test-rust: | tools
	@echo "test: unit tests (first time about 2 minutes to compile)"
	cargo test --locked --lib
	@echo "test: integration tests, in release (first time about 2 minutes to compile)"
	cargo test --locked --release --test it -- --nocapture

replay: | tools
	@[ -n "$(OUT)" ] || { echo "replay: name the output folder: make replay OUT=DIR"; exit 2; }
	REPLAY_OUT="$(abspath $(OUT))" cargo test --locked --release --test it conformance -- --nocapture

fidelity: | tools
	UPDATE_FIDELITY=1 cargo test --locked --release --test it conformance -- --nocapture

# `make test` runs these tests with a factor of 1.
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
