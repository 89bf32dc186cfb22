# Two commands do everything: `make run` and `make test`. `make help` lists the rest.
# What they need is installed by `make setup-build` and `make setup-test`, which say first what they install.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test lint bench docs setup-build setup-test assets build clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## Build, make the demonstration where there is none, serve on 127.0.0.1:8080
	target/release/nearhand demo start

test: setup-test assets ## Every test: unit, property, store (both databases), conformance, routes, browser journeys
	scripts/with-postgres cargo test --workspace --locked -- --show-output

lint: assets ## Format and clippy, warnings denied; rustdoc without broken links
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings -A rustdoc::private-intra-doc-links" cargo doc --workspace --no-deps --locked --document-private-items --quiet

bench: build ## Measure imports and page latency beside what a user would use instead (see bench/README.md)
	scripts/with-postgres bench/run

docs: assets ## Write the documents that tests keep true (access matrix, retention table)
	NEARHAND_WRITE_DOCS=1 cargo test --locked -p nearhand --test routes

build: setup-build assets ## Build the program for release
	cargo build --release --locked -p nearhand

assets: node_modules/.package-lock.json ## Fetch the design system from the npm registry

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

setup-build: ## Check for what the build needs: Rust, Node, a C compiler
	@scripts/setup build

setup-test: setup-build ## Install what the tests need: Chromium and its driver, PostgreSQL
	@scripts/setup test

clean: ## Remove what was built (not the data)
	rm -rf target node_modules
