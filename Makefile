# What people do with this repository. Each target is a script in scripts/ or one command; CI runs .ci/run.

.DEFAULT_GOAL := help
.PHONY: help run test schemathesis web lint fmt generated openapi bench clean

help: ## Shows this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

run: ## Builds what has changed and starts Rapport on http://localhost:3000, data in ./data
	@scripts/run

test: ## Runs every test: Rust on SQLite and PostgreSQL, web units, Schemathesis, browser
	@scripts/test

schemathesis: ## Asks the server long what Schemathesis makes up from its document
	@scripts/need cargo cc node
	@scripts/schemathesis --long

web: ## Builds the web app into web/dist
	@scripts/need node
	@scripts/web-build

lint: ## Checks formatting, lints, types and the dependency rule
	@scripts/lint

fmt: ## Formats Rust and the web app
	@cargo fmt --all
	@scripts/web-install
	@cd web && node_modules/.bin/biome check --write

generated: ## Writes env.example, api/openapi.json and the web client anew
	@scripts/need cargo cc node
	@scripts/generated

openapi: generated ## The same as generated

bench: ## Measures the server beside its floor (docs/performance.md)
	@scripts/bench

clean: ## Deletes everything that was built; ./data stays
	cargo clean
	rm -rf web/dist web/node_modules web/tools/*/node_modules web/test-results web/playwright-report web/coverage
