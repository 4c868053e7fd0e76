# One command a task. Each one first installs the Debian packages that it lacks, and says so.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PREFIX ?= /usr/local
DESTDIR ?=
# A configuration file for `make run`; without one it starts the demo.
CONFIG ?=
# More options for every `swift build` and `swift test`, such as -j 1.
SWIFT_OPTIONS ?=
# How long `make fuzz` looks for inputs that break something.
FUZZ_SECONDS ?= 300

binary := .build/release/sluice
release := swift build -c release --static-swift-stdlib $(SWIFT_OPTIONS)
packages := scripts/install-packages
swift_sources := Sources Tests Package.swift
bash_sources := scripts/install-packages .ci/run

fuzz_dir := .build-fuzz
fuzz_swiftc := swiftc -O -wmo -parse-as-library -swift-version 6 -sanitize=fuzzer,address -I $(fuzz_dir)
fuzz_module := -c -emit-module -module-name

bindir := $(PREFIX)/bin
datadir := $(PREFIX)/share
docdir := $(datadir)/doc/sluice
unitdir := $(PREFIX)/lib/systemd/system

# What `make install` puts in place and `make uninstall` takes away. Nothing below /etc.
installed := \
	$(bindir)/sluice \
	$(datadir)/man/man1/sluice.1 \
	$(datadir)/bash-completion/completions/sluice \
	$(datadir)/zsh/site-functions/_sluice \
	$(datadir)/fish/vendor_completions.d/sluice.fish \
	$(unitdir)/sluice.service \
	$(docdir)/sluice.yaml \
	$(docdir)/LICENSE

.PHONY: help
help: ## Show this list
	@echo 'Usage: make TARGET [VARIABLE=value]'
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(firstword $(MAKEFILE_LIST)) \
		| while IFS='|' read -r target text; do printf '  %-10s %s\n' "$$target" "$$text"; done
	@echo
	@echo 'Variables:'
	@echo '  CONFIG     for run: a configuration, such as examples/redis.yaml'
	@echo '  PREFIX     for install: where it goes (now: $(PREFIX))'
	@echo '  DESTDIR    for install: a folder to put before PREFIX, to build packages'
	@echo '  FUZZ_SECONDS  for fuzz: how long (now: $(FUZZ_SECONDS))'
	@echo '  SWIFT_OPTIONS  for all: more options for swift build and swift test'

.PHONY: run
run: build ## Build the release binary and start the demo, or CONFIG=FILE
	@exec $(binary) $(if $(CONFIG),run $(CONFIG),demo)

.PHONY: build
build: ## Build the release binary, .build/release/sluice
	@$(packages) build
	$(release) --product sluice

# The tests of the whole program run the release binary; `swift test` itself builds for debugging.
.PHONY: test
test: ## Run every test
	@$(packages) build test
	$(release) --product sluice
	SLUICE_BINARY=$(CURDIR)/$(binary) swift test $(SWIFT_OPTIONS)

# A sanitised program that crashes has to end at once: Swift's own backtraces would hang it.
.PHONY: test-tsan
test-tsan: export TSAN_OPTIONS := halt_on_error=1 exitcode=66 log_path=$(CURDIR)/.build-tsan/report
test-tsan: ## Run every test under ThreadSanitizer
	@$(packages) build test
	$(call test_sanitized,thread,.build-tsan)

# Leaks are counted by tests of our own; what the Swift runtime keeps for ever is none.
.PHONY: test-asan
test-asan: export ASAN_OPTIONS := detect_leaks=0 log_path=$(CURDIR)/.build-asan/report
test-asan: ## Run every test under AddressSanitizer
	@$(packages) build test
	$(call test_sanitized,address,.build-asan)

# A report fails the run whatever process it is of, and whatever the tests made of its end.
define test_sanitized
@rm -f $(2)/report.*
swift build --sanitize $(1) --scratch-path $(2) $(SWIFT_OPTIONS) --product sluice
SWIFT_BACKTRACE=enable=no SLUICE_BINARY=$(CURDIR)/$(2)/debug/sluice \
	swift test --sanitize $(1) --scratch-path $(2) $(SWIFT_OPTIONS) \
	|| { cat $(2)/report.* 2>/dev/null || true; exit 1; }
@if compgen -G '$(2)/report.*' >/dev/null; then cat $(2)/report.*; exit 1; fi
endef

# libFuzzer wants the main program, so its parts are compiled without the package manager. What it
# finds new goes to the build folder; an input that breaks something is left at its top.
.PHONY: fuzz
fuzz: ## Fuzz the parsers of HTTP and of TLS, each for FUZZ_SECONDS
	@$(packages) build
	$(call fuzz_parser,HTTP,http,Sources/Protocols/HTTP)
	$(call fuzz_parser,TLS,tls,Sources/Protocols/TLS/ClientHello)

# Of the module $(1), whose corpus and dictionary are named $(2) and whose sources are below $(3).
define fuzz_parser
@mkdir -p $(fuzz_dir)/new-$(2)
$(fuzz_swiftc) $(fuzz_module) $(1) -emit-module-path $(fuzz_dir)/$(1).swiftmodule \
	-o $(fuzz_dir)/$(1).o $$(find $(3) -name '*.swift')
$(fuzz_swiftc) $(fuzz_module) Fuzz$(1) -emit-module-path $(fuzz_dir)/Fuzz$(1).swiftmodule \
	-o $(fuzz_dir)/Fuzz$(1).o Tests/Fuzz/$(1)/*.swift
$(fuzz_swiftc) -use-ld=lld -module-name $(1)Fuzzer $(fuzz_dir)/$(1).o $(fuzz_dir)/Fuzz$(1).o \
	Tests/Fuzz/Main/$(1)Fuzzer.swift -o $(fuzz_dir)/$(2)
SWIFT_BACKTRACE=enable=no $(fuzz_dir)/$(2) -max_total_time=$(FUZZ_SECONDS) -timeout=10 \
	-max_len=2048 -artifact_prefix=$(fuzz_dir)/ -dict=Tests/Fuzz/$(2).dict \
	$(fuzz_dir)/new-$(2) Tests/Fuzz/Corpus/$(2)
endef

.PHONY: bench
bench: ## Measure against HAProxy and nginx, into docs/benchmarks.md
	@$(packages) build bench
	$(release) --product sluice
	$(release) --product Benchmarks
	@mkdir -p docs
	.build/release/Benchmarks --sluice $(binary) --output docs/benchmarks.md

.PHONY: lint
lint: ## Check the format of all sources
	@$(packages) lint
	swift format lint --strict -r -p $(swift_sources)
	@if command -v shellcheck >/dev/null; then \
		echo shellcheck $(bash_sources); shellcheck $(bash_sources); \
	fi

.PHONY: format
format: ## Format all sources in place
	swift format -i -r -p $(swift_sources)

# Builds only when there is no binary: `make build && sudo make install` compiles nothing as root.
$(binary):
	$(MAKE) build

.PHONY: install
install: $(binary) ## Install binary, man page, completions and systemd unit
	install -D -m 755 $(binary) $(DESTDIR)$(bindir)/sluice
	install -D -m 644 packaging/sluice.1 $(DESTDIR)$(datadir)/man/man1/sluice.1
	install -d $(DESTDIR)$(datadir)/bash-completion/completions \
		$(DESTDIR)$(datadir)/zsh/site-functions \
		$(DESTDIR)$(datadir)/fish/vendor_completions.d $(DESTDIR)$(unitdir)
	$(binary) --generate-completion-script bash \
		> $(DESTDIR)$(datadir)/bash-completion/completions/sluice
	$(binary) --generate-completion-script zsh \
		> $(DESTDIR)$(datadir)/zsh/site-functions/_sluice
	$(binary) --generate-completion-script fish \
		> $(DESTDIR)$(datadir)/fish/vendor_completions.d/sluice.fish
	sed 's|/usr/local/bin|$(bindir)|' packaging/sluice.service \
		> $(DESTDIR)$(unitdir)/sluice.service
	install -D -m 644 packaging/sluice.yaml $(DESTDIR)$(docdir)/sluice.yaml
	install -D -m 644 LICENSE $(DESTDIR)$(docdir)/LICENSE
	@chmod 644 $(addprefix $(DESTDIR),$(filter-out %/bin/sluice,$(installed)))
	@echo 'Installed. To run it as a service, write /etc/sluice/sluice.yaml, from'
	@echo '$(docdir)/sluice.yaml, and: systemctl daemon-reload'
	@echo 'and: systemctl enable --now sluice'

.PHONY: uninstall
uninstall: ## Take away what install put in place
	rm -f $(addprefix $(DESTDIR),$(installed))
	@rmdir --ignore-fail-on-non-empty $(DESTDIR)$(docdir) 2>/dev/null || true

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf .build .build-tsan .build-asan .build-fuzz
