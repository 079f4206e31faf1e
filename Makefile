# Every target is a script under scripts/; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run demo build unit test drill bench scale format clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build if needed, start the control plane and one worker; Ctrl-C stops both
	@scripts/run.sh

demo: ## `make run` with an nginx-rtmp origin, a test picture that is published, and the address that plays it
	@scripts/demo.sh

build: ## compile and package both planes, without tests
	@scripts/build.sh

unit: ## quality gates and all tests that start no plane (about 5 minutes)
	@scripts/test.sh unit

test: ## everything CI checks: quality gates, unit tests, tests with real processes
	@scripts/test.sh

drill: ## outages that take longer than a test may: stores paused, slow, full, lost; networks in two (about 10 minutes)
	@scripts/drill.sh

bench: ## relays of RTMP, HTTP-FLV and WebRTC beside nginx, of RTMP beside HAProxy too: CPU seconds per GB, added delay (about 30 minutes)
	@scripts/bench.sh

scale: ## one control plane under a simulated deployment of three sizes: resolves, reports, tables, memory (about 15 minutes)
	@scripts/scale.sh small
	@scripts/scale.sh medium
	@scripts/scale.sh full

format: ## put all sources into the formatter's shape
	@scripts/mvn.sh -q spotless:apply

clean: ## remove what the build made
	@scripts/mvn.sh -q clean
