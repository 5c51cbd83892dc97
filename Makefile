# Every command of the project. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# Build caches live outside the tree, in a folder that survives a fresh clone.
CACHE ?= $(HOME)/.cache/holdfast
export CARGO_TARGET_DIR ?= $(CACHE)/target
export HOLDFAST_SAMPLE ?= $(CACHE)/sample
BIN := $(CARGO_TARGET_DIR)/debug
WEB := appliance/web
DATA ?= run/box
PROFILE ?= release
BENCH_RUNS ?= 5
BENCH_DISK ?= /var/tmp
LISTEN ?= 0.0.0.0:8443

help: ## What can be made
	@grep -hE '^[a-z][a-z-]*:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

deps: ## Install what the project needs from Debian and npm (asks for root once, changes nothing when all is there)
	@tests/deps.sh

web: deps ## Build the web client into appliance/web/dist
	@tests/build-web.sh

build: web ## Build everything
	cargo build --workspace --bins

sample: deps ## Make the documents of the sample company
	@tests/sample/prepare.sh "$(HOLDFAST_SAMPLE)"

run: build sample ## Start the box with the sample company; prints its address and the sign-ins
	@$(BIN)/holdfast-box run --data "$(DATA)" --listen "$(LISTEN)" --sample "$(HOLDFAST_SAMPLE)"

throwaway: build sample ## Start a box in a temporary folder; one JSON line; ends when standard input closes
	@$(BIN)/holdfast-box throwaway --sample "$(HOLDFAST_SAMPLE)"

lint: web ## Formatting, clippy with warnings denied, documentation, licences, the web client's checks
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet
	cd $(WEB) && npm run --silent lint

test: build sample lint ## All tests; what CI runs
	cd $(WEB) && npm test --silent
	cargo build --workspace --bins --tests
	cargo test --workspace
	@tests/outside/run.sh
	@tests/browser/run.sh
	@$(MAKE) --no-print-directory system

outside: build ## litmus, rclone, a second audit verifier, Go's own tlog and schemathesis against a throwaway box (SCHEMATHESIS_SECONDS for each caller)
	@tests/outside/run.sh

fuzz: ## Every parser under libFuzzer for a minute each (FUZZ_SECONDS)
	@fuzz/run.sh

bench: web sample ## Measure the box beside its peers: one table with ratios. BENCH_RUNS=1 for a short form, PROFILE=dev while developing
	@tests/deps.sh bench
	cargo build --workspace --bins --profile $(PROFILE)
	@$(CARGO_TARGET_DIR)/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))/holdfast-bench --sample "$(HOLDFAST_SAMPLE)" \
		--disk "$(BENCH_DISK)" --runs "$(BENCH_RUNS)" --json "$(CARGO_TARGET_DIR)/bench.json" $(BENCH_FLAGS)

soak: build ## Kills, power cuts and other faults for hours (ROUNDS, CUTS, SOAK_MINUTES, SEED)
	@tests/soak/soak.sh

soak-short: build ## The same in about half an hour
	@ROUNDS=$${ROUNDS:-200} CUTS=$${CUTS:-100} STRIKES=$${STRIKES:-200} FLIPS=$${FLIPS:-300} SCHEMATHESIS_SECONDS=$${SCHEMATHESIS_SECONDS:-120} tests/soak/soak.sh

PROGRAMS := $(CARGO_TARGET_DIR)/$(if $(RELEASE),release,debug)
export DEB_COMPRESSION ?= $(if $(RELEASE),xz,gzip)

deb: web ## Build the .deb into target/deb, from the profile that tests use; RELEASE=1: from the release profile
	cargo build --workspace --bins $(if $(RELEASE),--release)
	@packaging/deb.sh "$(PROGRAMS)" target/deb

system: deb ## Install the .deb in a Debian 12 booted by systemd-nspawn, and beat it (needs root; HOLDFAST_CUTS=n: more cuts of the power)
	@tests/system/run.sh "$(CACHE)" target/deb "$(PROGRAMS)"

rpm: ## Not filled yet: it says so and fails
	@echo "make $@: not filled yet; it comes with the issue 'The box holds'" >&2; exit 1

.PHONY: help deps web build sample run throwaway lint test bench outside soak soak-short fuzz deb system rpm
