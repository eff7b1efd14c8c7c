# The commands. What they do stands in .ci/, one script each.
.PHONY: help run test bench dev build check sqlx

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build the release and start it on http://127.0.0.1:8080
	@.ci/start

test: ## every test, on both databases and in a real browser
	@.ci/test

bench: ## measure the release: start, memory, pages, lists of up to a million, permission checks
	@.ci/tools
	@.ci/build release
	@.ci/bench

dev: ## build and start the server again on save
	@.ci/dev

build: ## target/release/kestra: one file with everything in it
	@.ci/tools
	@.ci/build release

check: ## formatting, lints of both halves, and the borders between the crates
	@.ci/check

sqlx: ## after changing a query or a migration: prepare the checked metadata
	@.ci/sqlx
