# checks.mk — Job: the targets that try things; the Makefile says how they are built.
# Each check writes "PASSED FAILED" into $(RESULTS), which `make test` adds up.
RESULTS ?= $(B)/results
export RESULTS
CPUS    := $(shell nproc 2>/dev/null || echo 2)
CLANG   ?= $(call first_of,clang-14 clang)
TIDY    ?= $(call first_of,clang-tidy-14 clang-tidy)
FORMAT  ?= $(call first_of,clang-format-14 clang-format)
first_of = $(firstword $(foreach name,$(1),$(shell command -v $(name))) $(lastword $(1)))
export TIDY FORMAT
RUN      = $(Q)sh tests/run_checks.sh
OWN_C    = $(sort $(foreach room,$(ROOMS) tests,$(call find_c,$(room))))

help:
	@sed -n 's/^#: //p' tests/checks.mk

.PHONY: check check-asan check-valgrind check-wire check-fault check-sim check-web lint tidy \
        format format-check fuzz fuzz-short demo demo-once bench test check-debian13

#: make                  the four programs, in build/bin
#: make demo             the main job from end to end, everything running on this machine
#: make test             everything below that proves something; last line: N passed, N failed
#: make setup            install what building, demo and tests need (apt); says what and why
setup:
	$(Q)sh tests/setup.sh build demo test

#: make install          programs, pages, sample settings, systemd units under PREFIX (/usr/local);
#:                       make uninstall takes them away. Settings, keys and the log stay
#: make check            unit tests
check: unit
	$(RUN) $(or $(PART),unit) 120 $(UNIT)
check: export JOBS = $(CPUS)

#: make check-asan       unit tests under AddressSanitizer and UndefinedBehaviorSanitizer
# clang, and instrumented for the fuzzers too: they share these objects.
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all
ASAN_CFLAGS = -O1 -g -fno-omit-frame-pointer -U_FORTIFY_SOURCE $(SANITIZE) \
              -fsanitize=fuzzer-no-link
ASAN     = B=$(B)-asan CC=$(CLANG) RESULTS=$(abspath $(RESULTS)) WARN=-w WERROR= \
           LDFLAGS='$(SANITIZE)' CFLAGS='$(ASAN_CFLAGS)'
check-asan:
	$(Q)+$(MAKE) --no-print-directory $(ASAN) PART=asan check

#: make check-valgrind   unit tests under valgrind (slow; not part of make test)
check-valgrind: unit
	$(RUN) valgrind 900 $(UNIT)
check-valgrind: export JOBS = $(CPUS)
check-valgrind: export WRAP = valgrind -q --error-exitcode=99 --leak-check=full \
                              --errors-for-leak-kinds=definite \
                              --suppressions=tests/valgrind.supp

#: make check-wire       real programs, real sockets, an independent encoder
check-wire: all tools
	$(RUN) wire 300 $(call scripts,wire)

#: make check-fault      failures counted down; kill -9 and replay
check-fault: all tools $(FAULT)
	$(RUN) fault 600 $(FAULT) $(call scripts,fault)
check-fault: export JOBS = $(CPUS)

#: make storm            the kills of check-fault, STORM_KILLS (300) of them from a new seed
.PHONY: storm
storm: all tools
	$(RUN) storm 7200 tests/fault/10-kill_test.mjs
storm: export FAULT_KILLS = $(or $(STORM_KILLS),300)
storm: export FAULT_SEED := $(or $(FAULT_SEED),$(shell date +%s))

#: make check-sim        many random histories through the judgements and the journal
check-sim: $(SIM) tools
	$(RUN) sim 600 $(SIM) $(call scripts,sim)
check-sim: export JOBS = $(CPUS)

#: make check-web        the pages in Chromium before the real programs; pictures in build/web
check-web: all tools
	$(RUN) web 300 $(call scripts,web)
# A browser waits as long as it works: one more than there are processors.
check-web: export JOBS = $(shell expr $(CPUS) + 1)

#: make check-web-states the same in a whole Chromium, with axe in every state that a hand leaves
#:                       (long)
.PHONY: check-web-states
check-web-states: all tools
	$(Q)sh tests/setup.sh browser
	$(RUN) web 1200 $(call scripts,web)
check-web-states: export JOBS = $(CPUS)
check-web-states: export EVERY_STATE = 1
check-web-states: export CHROMIUM := $(or $(CHROMIUM),/usr/bin/chromium)

#: make fuzz             each decoder and handler for FUZZ_SECONDS (60)
FUZZ_SECONDS ?= 60
fuzz:
	$(Q)+$(MAKE) --no-print-directory $(ASAN) FUZZ_SECONDS=$(FUZZ_SECONDS) fuzz-here
.PHONY: fuzz-here
fuzz-here: $(FUZZERS)
	$(RUN) fuzz $$(($(FUZZ_SECONDS) + 60)) $(FUZZERS)
fuzz-here: export WRAP = sh tests/run_fuzzer.sh
fuzz-here: export JOBS = $(CPUS)
fuzz-here: export FUZZ_SECONDS := $(FUZZ_SECONDS)

#: make lint             house rules, includes, untested files, cppcheck, clang-tidy, layout
lint: tidy
	$(RUN) lint 600 $(sort $(wildcard tests/lint/check_*.sh)) tests/lint/selftest.sh
lint: export JOBS = $(CPUS)
lint: export ROOMS := $(ROOMS)

# One file's findings, kept until the file or a header of it changes (its object knows which).
TIDY_FLAGS = -std=c11 -D_GNU_SOURCE -I. $(PKG_CFLAGS) $(PDF_CFLAGS)
TIDY_OUT = $(patsubst %.c,$(B)/tidy/%.txt,$(OWN_C))
tidy: $(TIDY_OUT)
$(B)/tidy/%.txt: %.c .clang-tidy $(B)/%.o
	$(call say,TIDY,$<)
	@mkdir -p $(@D)
	$(Q)$(TIDY) --quiet $< -- $(TIDY_FLAGS) >$@ 2>$@.said || cat $@.said >>$@

#: make format           lay out all C files; format-check only looks
C_AND_H  = $(sort $(shell find $(ROOMS) tests -name '*.[ch]' 2>/dev/null))
format:
	$(Q)$(FORMAT) -i $(C_AND_H)
format-check:
	$(Q)$(FORMAT) --dry-run -Werror $(C_AND_H)

demo:
	$(Q)sh tests/setup.sh build demo
	$(Q)+$(MAKE) --no-print-directory -j$(CPUS) all tools
	$(Q)sh tests/demo/run.sh
# The same without anybody watching: run.sh ends by itself and prints `ok` lines. The last one to
# run leaves timeline.json.
.PHONY: demo-once
demo-once: all tools
	$(RUN) demo 300 $(call scripts,demo) tests/demo/run.sh
demo-once: export DEMO_ONCE = 1

#: make bench            the numbers of the design, measured here
bench: all tools
	$(Q)sh tests/bench/run.sh

#: make check-debian13   build and unit tests in a Debian 13 made for it (needs root, a mirror)
check-debian13:
	$(Q)if sh tests/setup.sh debian13; then sh tests/run_debian13.sh; \
	    else echo "check-debian13: SKIPPED: debootstrap cannot be had here"; fi

test:
	$(Q)+B=$(B) MAKE='$(MAKE)' CPUS=$(CPUS) sh tests/run_all.sh
