# `make run` and `make test` are all the set-up there is. Everything else is for those who build.
SWIFT ?= swift
JOBS ?=
FLAGS = $(if $(JOBS),--jobs $(JOBS))

# Build and unit tests: the loop of a small change.
default:
	$(SWIFT) build --build-tests $(FLAGS)
	$(SWIFT) test --skip-build --quiet

# A server with users and mail on this machine's loopback. `make run DEMO="--port-base 30000"` passes options on.
run:
	@scripts/bootstrap
	$(SWIFT) build --configuration release --product martlet $(FLAGS)
	@exec .build/release/martlet demo --dir var/demo $(DEMO)

# Every test, real clients and crashes included.
test:
	@scripts/bootstrap
	@scripts/test

# What a change must keep: arrows between rooms, lengths, references, words, format, warnings.
check:
	@scripts/check

# Breaks long lines and sets spaces as .swift-format says. `make format ROOM=Directory` for one room.
format:
	$(SWIFT) format --in-place --configuration .swift-format --recursive $(if $(ROOM),Sources/$(ROOM) Tests/$(ROOM)Tests,Sources Tests)

# Regenerates docs/references.md and docs/smtp-standards.md from the comments.
references:
	@scripts/references --write
	@scripts/requirements --write

# Beside Postfix, Dovecot and libwbxml, which are installed for it.
bench: release-build
	@scripts/bootstrap
	@scripts/bench

# 500 rounds of SIGKILL under load. `make crash ROUNDS=20` is what `make test` does.
ROUNDS ?= 500
crash: release-build
	@scripts/bootstrap
	@scripts/crash --rounds $(ROUNDS)

# Phones, IMAP clients and SMTP at random on one account: 100,000 steps.
STEPS ?= 100000
model: release-build
	@scripts/bootstrap
	@.venv/bin/python Tests/Conformance/replicas.py --steps $(STEPS)

release-build:
	$(SWIFT) build --configuration release --product martlet $(FLAGS)

# One file to install: the standard library inside, symbols outside.
release:
	@scripts/release

.PHONY: default run test check format references bench crash model release-build release
