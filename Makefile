# make            build/dossier
# make demo       a centre with 60 invented cases to play with (installs what is missing)
# make test       everything, under prove (installs what is missing)
# make lint       compiler analyzer, cppcheck, shellcheck, manuals, headers, storeys
# make fuzz       each fuzz target for FUZZ_SECONDS (60)
# make bench      ratios against recutils, ripgrep and git; BENCH_SIZES="1000 10000 100000"
# make install    PREFIX=/usr/local DESTDIR=
# Variables: DEV=1 warnings are errors; SAN=1 address and undefined-behaviour sanitizers.

.DEFAULT_GOAL = all
PREFIX = /usr/local
B = build$(if $(SAN),-san)
CC = gcc
CFLAGS = $(if $(SAN),-O1,-O2) -g
WARN = -Wall -Wextra -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wdeclaration-after-statement -Wformat-security -Wunused -Wvla -Wshadow -Wwrite-strings \
	-Wno-missing-field-initializers -Wno-override-init $(if $(DEV),-Werror)
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
SANFLAGS = $(if $(SAN),$(SANITIZE))
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unknown)
MANUALS = $(wildcard src/*.[157]) $(B)/dossier-findings.7
ALL_CFLAGS = -std=c11 $(CFLAGS) $(WARN) $(SANFLAGS) -pthread -MMD -MP -Isrc -DPREFIX='"$(PREFIX)"'
$(B)/command.o: CFLAGS += -DVERSION='"$(VERSION)"'
$(B)/command.o: $(B)/version
$(B)/setup.o $(B)/cmd-help.o: $(B)/prefix

# The static libgit2, without its network half: starts in a fifth of the time and cannot reach a network.
# Elsewhere the shared one.
GIT2_A := $(wildcard $(shell pkg-config --variable=libdir libgit2 2>/dev/null)/libgit2.a)
NOTLS = -Wl,--wrap=git_mbedtls_stream_global_init
LIBS = $(if $(GIT2_A),$(NOTLS) $(GIT2_A) $(B)/nonet.o,-lgit2) -lpcre2-8 -lz -lpthread

SRC := $(filter-out src/main.c,$(wildcard src/*.c))
OBJ = $(SRC:src/%.c=$(B)/%.o)
TESTS := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/*.c))

all: $(B)/dossier

$(B)/dossier: $(B)/main.o $(B)/libdossier.a $(if $(GIT2_A),$(B)/nonet.o)
	$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $(B)/main.o $(B)/libdossier.a $(LIBS)

$(B)/libdossier.a: $(OBJ)
	@rm -f $@
	ar rcs $@ $(OBJ)

$(B)/%.o: src/%.c | deps
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(B)/tests/%: tests/%.c $(B)/libdossier.a $(if $(GIT2_A),$(B)/nonet.o)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests -o $@ $< $(B)/libdossier.a $(LIBS)

# What libgit2 wants of ssh, TLS, Kerberos and http: set-up does nothing, all else ends the program. TLS is never set up
# at all: it would free what its own set-up had made.
NET = \(libssh2\|gss\|GSS\|mbedtls\|http\)_[a-zA-Z0-9_]*
QUIET = init\|free\|conf\|config\|setup\|parse_file\|parse_path\|seed\|exit\|ciphersuite
$(B)/nonet.c: $(GIT2_A) Makefile
	@mkdir -p $(@D)
	{ echo '#include <stdlib.h>'; echo 'int __wrap_git_mbedtls_stream_global_init(void); int __wrap_git_mbedtls_stream_global_init(void) { return 0; }'; nm $< 2>/dev/null | sed -n 's/^ *U \($(NET)\)$$/\1/p' | sort -u | \
	sed '/suite_id$$/s/.*/int &(void); int &(void) { return 1; }/;t;/\($(QUIET)\)/s/.*/int &(void); int &(void) { return 0; }/;t;s/.*/void &(void); void &(void) { abort(); }/'; } >$@

$(B)/nonet.o: $(B)/nonet.c
	$(CC) $(CFLAGS) -c -o $@ $<

# Change when the version and the prefix do, so that what the program says of itself is true.
$(B)/version: SAYS = $(VERSION)
$(B)/prefix: SAYS = $(PREFIX)
$(B)/version $(B)/prefix: always
	@mkdir -p $(@D)
	@echo '$(SAYS)' | cmp -s - $@ || echo '$(SAYS)' >$@

# Packages that are missing, by apt-get. Make starts anew when some were: what it found out above was found without.
deps: $(B)/deps.mk
deps-test: $(B)/deps-test
$(B)/deps.mk: .ci/deps
	@mkdir -p $(@D)
	@sh .ci/deps build && touch $@
$(B)/deps-test: .ci/deps
	@mkdir -p $(@D)
	@sh .ci/deps test && touch $@

demo: all
	@DOSSIER_BUILD=$(abspath $(B)) sh tests/demo/demo.sh

test: all $(TESTS) | deps-test
	DOSSIER_BUILD=$(abspath $(B)) prove -f -o -j2 $(PROVEFLAGS) $(TESTS) tests/*.t

test-unit: $(TESTS) | deps-test
	DOSSIER_BUILD=$(abspath $(B)) prove -f -o -j2 $(PROVEFLAGS) $(TESTS)

# gcc 12 does not follow results handed back through pointers: what is uninitialized is left to the sanitizers.
ANALYZE = -fanalyzer -Wno-analyzer-use-of-uninitialized-value -Werror
CPPCHECK = cppcheck -q -j $(shell nproc) --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
	--suppressions-list=tests/cppcheck.txt --template=gcc -D__GNUC__=12 -Isrc -Itests

lint: $(wildcard src/*.c tests/*.c) $(SRC:src/%.c=$(B)/lint/%.o) $(MANUALS) | deps-test
	$(CPPCHECK) --cppcheck-build-dir=$(B)/lint src tests
	shellcheck -S warning tests/lib.sh $$(grep -lE '^#!.*/(ba)?sh' .ci/run .ci/deps hooks/* tests/*.t tests/*/*.sh)
	shellcheck -S warning -e SC2034,SC2154 -s sh tests/messages/*/run
	mandoc -T lint -W warning $(MANUALS)
	sh tests/layers.t

$(B)/lint/%.o: src/%.c | deps
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ANALYZE) -c -o $@ $<

$(B)/dossier-findings.7: $(B)/dossier
	$(B)/dossier explain -f mdoc >$@

FUZZ_SECONDS = 60
FUZZ = $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
fuzz: $(FUZZ:%=fuzz-%)

fuzz-build: | deps-test
	$(MAKE) B=build-fuzz CC=clang SAN=1 SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
		$(FUZZ:%=build-fuzz/fuzz/%)

$(FUZZ:%=fuzz-%): fuzz-%: fuzz-build
	@mkdir -p build-fuzz/corpus/$*
	@build-fuzz/fuzz/$* -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=2048 -verbosity=0 \
		-print_final_stats=1 -artifact_prefix=build-fuzz/$*- build-fuzz/corpus/$* \
		$$(ls -d tests/fuzz/seeds/$* 2>/dev/null) >build-fuzz/$*.log 2>&1 || \
		{ echo "fuzz $*: failed"; tail -n 40 build-fuzz/$*.log; exit 1; }
	@echo "fuzz $*: $$(sed -n 's/^stat::number_of_executed_units: *//p' build-fuzz/$*.log) tries"

$(B)/fuzz/%: tests/fuzz/%.c $(B)/libdossier.a $(if $(GIT2_A),$(B)/nonet.o)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer -o $@ $< $(B)/libdossier.a $(LIBS)

BENCH_SIZES = 1000 10000 100000
bench: $(B)/dossier $(B)/bench/generate $(B)/bench/run | deps-test
	BENCH_SIZES="$(BENCH_SIZES)" sh tests/bench/bench.sh $(abspath $(B)/dossier) $(B)/bench

$(B)/bench/%: tests/bench/%.c $(B)/libdossier.a $(if $(GIT2_A),$(B)/nonet.o)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -o $@ $< $(B)/libdossier.a $(LIBS)

install: all $(MANUALS)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/dossier
	install $(B)/dossier $(DESTDIR)$(PREFIX)/bin/dossier
	cp -R templates hooks $(DESTDIR)$(PREFIX)/share/dossier/
	for page in $(MANUALS); do section=$${page##*.}; \
		install -d $(DESTDIR)$(PREFIX)/share/man/man$$section; \
		install -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$$section/; done
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	$(B)/dossier help --completion bash >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/dossier
	$(B)/dossier help --completion zsh >$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_dossier

clean:
	rm -rf build build-san build-fuzz

.PHONY: always all deps deps-test demo test test-unit lint fuzz fuzz-build $(FUZZ:%=fuzz-%) bench install clean
.DELETE_ON_ERROR:
-include $(wildcard $(B)/*.d $(B)/*/*.d) $(if $(filter clean,$(MAKECMDGOALS)),,$(B)/deps.mk)
