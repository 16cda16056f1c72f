# Two commands: `make serve` and `make test`. Everything else is for those who work on Martlet.

SWIFT ?= swift
ARGS ?=
BINARY := .build/release/martlet

.PHONY: serve build test lint format docs bench bench-micro bench-gateway prepare clean help

help:
	@echo "make serve            build and start (a demo when nothing is configured); ARGS='--config FILE' to change that"
	@echo "make test             run every test"
	@echo "make build            leave the optimised binary at $(BINARY)"
	@echo "make bench            measure routing and the gateway beside Envoy and nginx"
	@echo "make docs             write Docs/configuration.md from the declarations"
	@echo "make lint | format    check | fix formatting"

prepare:
	@Scripts/prepare build

build: prepare
	@$(SWIFT) build -c release --product martlet --static-swift-stdlib

serve: build
	@exec $(BINARY) serve $(ARGS)

test:
	@Scripts/prepare build test
	@$(SWIFT) build --build-tests
	@Scripts/test

lint:
	@Scripts/lint

format:
	@$(SWIFT) format format --in-place --recursive --parallel Sources Tests Benchmarks Package.swift

docs: build
	@$(BINARY) reference > Docs/configuration.md

bench: bench-micro bench-gateway

bench-micro: prepare
	@$(SWIFT) run -c release martlet-benchmarks

bench-gateway: build
	@Scripts/prepare bench
	@Benchmarks/Gateway/compare

clean:
	@rm -rf .build
