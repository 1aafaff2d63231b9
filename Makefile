# tcplab's build. `make help` says what there is to make.
#
# Sources are found, not listed: a new file in sim/*/, viz/ or tests/ is built
# the next time. BUILD=dir builds elsewhere; HEADLESS=1 builds without a window.

BUILD  ?= build
PREFIX ?= /usr/local
T      ?= 60
# Linux has more ways to a network than others. SYSTEM=portable builds on Linux
# what macOS and the BSDs get.
SYSTEM ?= $(if $(filter Linux,$(shell uname -s)),linux,portable)
ifeq ($(origin CC),default)
CC := $(if $(filter linux,$(SYSTEM)),gcc,cc)
endif
FAST   := -O2 -g
CFLAGS ?= $(FAST)

# The files that need SDL, Cairo or Pango. Of those in viz/ a shared object is
# made, which the program loads when it draws; HEADLESS=1 leaves them out.
WINDOW_FILES := viz/sdl_%.c viz/cairo_%.c viz/window%.c \
                tests/test_sdl%.c tests/test_cairo%.c tests/test_window%.c

# And those that need libcurl or libmicrohttpd, for `tcplab live`.
HTTP_FILES := sim/live/http_%.c

# What is one system's alone: of raw sockets, namespaces and TUN devices Linux's way;
# where a file has a sibling, one of the two is built.
LINUX_FILES    := sim/live/%_linux.c viz/%_linux.c sim/live/netd%.c sim/live/gate_raw.c \
                  sim/live/gate_own.c sim/live/gate_tun.c sim/live/tun.c sim/live/outlet.c \
                  sim/live/filter.c sim/live/pass.c sim/live/drill_%.c tests/test_netd.c \
                  tests/diff/%.c
PORTABLE_FILES := sim/live/%_portable.c viz/%_portable.c

PKGS        := libcjson nettle
ifeq ($(SYSTEM),linux)
PKGS        += libpcap libseccomp
ELSEWHERE   := $(PORTABLE_FILES)
else
ELSEWHERE   := $(LINUX_FILES)
endif
HTTP_PKGS   := libcurl libmicrohttpd
WINDOW_PKGS := sdl2 cairo pangocairo fontconfig
ifeq ($(HEADLESS),1)
OMITTED     := $(WINDOW_FILES)
WINDOW_PKGS :=
endif

SOURCES  := $(filter-out $(OMITTED) $(ELSEWHERE),$(wildcard sim/*/*.c viz/*.c))
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o)
DRAWING  := $(patsubst %.c,$(BUILD)/%.o,$(filter $(WINDOW_FILES),$(SOURCES)))
SPEAKING := $(patsubst %.c,$(BUILD)/%.o,$(filter $(HTTP_FILES),$(SOURCES)))
PROGRAM  := $(BUILD)/tcplab
WINDOW   := $(BUILD)/tcplab-window.so
HTTP     := $(BUILD)/tcplab-http.so
# The only part that is ever given a privilege: a program of its own.
NETD     := $(if $(filter linux,$(SYSTEM)),$(BUILD)/tcplab-netd)
# And one that outlives a run through libpcap.
KEEPER   := $(BUILD)/tcplab-keeper
MAINS    := $(BUILD)/viz/main.o $(BUILD)/sim/live/netd_main.o $(BUILD)/sim/live/keeper_main.o
# What tests take what they need from: all but main(), and the helpers in tests/.
PARTS    := $(filter-out $(MAINS) $(DRAWING) $(SPEAKING),$(OBJECTS))
HELPERS  := $(patsubst %.c,$(BUILD)/%.o,$(filter-out tests/test_%,$(wildcard tests/*.c)))
# The layers in which a scenario runs need nothing of the others.
ENGINE   := $(filter $(foreach layer,base wire tcp record net source,$(BUILD)/sim/$(layer)/%),$(OBJECTS))
TESTS    := $(patsubst %.c,$(BUILD)/%,$(filter-out $(OMITTED) $(ELSEWHERE),$(wildcard tests/test_*.c)))
DRAWN    := $(filter $(WINDOW_FILES:%.c=$(BUILD)/%),$(TESTS))
SOAK     := $(BUILD)/tests/soak/soak
SOAKING  := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/soak/*.c))
# What macOS and the BSDs get, of the same objects: for tests/portable.sh and tests/live_pcap.sh.
PORTABLE := $(if $(NETD),$(BUILD)/tcplab-portable)
ABROAD   := $(patsubst %.c,$(BUILD)/%.o,$(filter $(PORTABLE_FILES),$(wildcard sim/*/*.c viz/*.c)))
DIFF     := $(if $(NETD),$(BUILD)/tests/diff/diff)
DIFFING  := $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(ELSEWHERE),$(wildcard tests/diff/*.c)))
EXPORTER := $(BUILD)/tests/determinism/export
FUZZERS  := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
BENCHES  := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/bench_*.c))
WORKING  := $(patsubst %.c,$(BUILD)/%.o,$(filter-out tests/bench/bench_%,$(wildcard tests/bench/*.c)))
SCRIPTS  := $(filter-out tests/run.sh tests/mutants.sh,$(wildcard tests/*.sh traces/check.sh))
OF_C     := $(wildcard sim/*/*.[ch] viz/*.[ch] tests/*.[ch] tests/*/*.[ch])
SCENARIO := $(firstword $(wildcard scenarios/01-*.json))

# Here and there the same names are asked for otherwise, and lie in other libraries.
ifeq ($(SYSTEM),portable)
ALSO     := -D_DARWIN_C_SOURCE -D_NETBSD_SOURCE -pthread
BASE     := -pthread -lpcap -lm $(if $(filter Linux,$(shell uname -s)),-ldl)
SHARED   := -shared $(if $(filter Darwin,$(shell uname -s)),-undefined dynamic_lookup)
else
BASE     := -lm -ldl
SHARED   := -shared
endif
WARNINGS := -Wall -Wextra -Wshadow -Wpedantic -Wstrict-prototypes -Wmissing-prototypes
COMPILE  := $(CC) -std=c11 -D_DEFAULT_SOURCE $(ALSO) -Isim -I. $(WARNINGS) $(CPPFLAGS) $(CFLAGS) \
            $(shell pkg-config --cflags $(PKGS) $(HTTP_PKGS) $(WINDOW_PKGS) 2>/dev/null)
LIBS     := $(shell pkg-config --libs $(filter-out libseccomp,$(PKGS)) 2>/dev/null) $(BASE)
CONFINE  := $(shell pkg-config --libs libseccomp 2>/dev/null)
DRAW     := $(shell pkg-config --libs $(WINDOW_PKGS) 2>/dev/null) -lm
SPEAK    := $(shell pkg-config --libs $(HTTP_PKGS) 2>/dev/null)
# Small functions in small files cost nothing where what runs for each packet is
# optimised as one, which gcc does without further tools.
ifeq ($(findstring gcc,$(CC))$(CFLAGS),gcc$(FAST))
AS_ONE   := -flto=auto
# A header is cleared and copied with plain moves: starting the instruction for
# long stretches takes longer than that.
ifeq ($(findstring x86_64,$(shell $(CC) -dumpmachine)),x86_64)
PLAIN    := unrolled_loop:256:noalign,libcall:-1:noalign
AS_ONE   += -mmemset-strategy=$(PLAIN) -mmemcpy-strategy=$(PLAIN)
endif
$(filter-out $(BUILD)/sim/source/%,$(ENGINE)): private COMPILE += $(AS_ONE)
endif
LINK      = @echo '  LINK $@'; $(CC) $(CFLAGS) $(AS_ONE) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^)

SANITIZE := -O1 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all \
            -DTCPLAB_THOROUGH

# Hundreds of programs are linked for the tests: by the quicker linker, if it is here.
LINK_SOON = $(LDFLAGS) $(if $(shell command -v ld.gold),-fuse-ld=gold)

MAKEFLAGS += --no-print-directory --no-builtin-rules
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(or $(shell nproc 2>/dev/null),2)
endif
.DELETE_ON_ERROR:
.PHONY: all deps demo test tests sanitized optimized sources objects check format bench benches soak diff-kernel explore mutants fuzz fuzzers install install-live uninstall clean help FORCE

all: objects $(PROGRAM) $(NETD) $(KEEPER) ## Build the program, build/tcplab (the default)

objects: $(OBJECTS)

# What `make test` builds with the sanitizers; and what it needs quick, or only to compile.
sanitized: all $(TESTS) $(PORTABLE)
optimized: $(EXPORTER) $(SOAK) $(DIFF) $(BENCHES) $(FUZZERS:=.o)

tests: $(TESTS) $(FUZZERS:=.o) $(SOAK) $(DIFF) $(BENCHES) $(EXPORTER) $(PORTABLE)

sources: ; @echo $(SOURCES)

fuzzers: $(FUZZERS)

$(BUILD)/%.o: %.c $(BUILD)/command
	@mkdir -p $(@D); echo '  CC   $<'
	@$(COMPILE) $(if $(filter $@,$(DRAWING) $(SPEAKING)),-fPIC) -MMD -MP -c -o $@ $<

# Never one without the other: they share structs. What the parts call of the
# program they find by name, hence -rdynamic.
$(PROGRAM): $(BUILD)/viz/main.o $(filter-out $(BUILD)/sim/live/netd_%.o,$(PARTS)) | $(HTTP) $(if $(DRAWING),$(WINDOW))
	$(LINK) $(LIBS) -rdynamic
	@$(if $(DRAWING),,rm -f $(WINDOW))

$(KEEPER): $(BUILD)/sim/live/keeper_main.o $(BUILD)/parts.a
	$(LINK) $(LIBS)

ifneq ($(NETD),)
$(NETD): $(BUILD)/sim/live/netd_main.o $(BUILD)/parts.a
	$(LINK) $(CONFINE)

$(DIFF): $(DIFFING) $(BUILD)/sim/live/tun.o $(BUILD)/engine.a
	$(LINK) $(LIBS)

$(PORTABLE): $(BUILD)/viz/main.o $(filter-out $(LINUX_FILES:%.c=$(BUILD)/%.o),$(PARTS)) $(ABROAD)
	$(LINK) $(LIBS) -rdynamic
endif

$(WINDOW): $(DRAWING)
	$(LINK) $(DRAW) $(SHARED)

$(HTTP): $(SPEAKING)
	$(LINK) $(SPEAK) $(SHARED)

$(DRAWN): $(DRAWING)
$(TESTS): %: %.o $(BUILD)/tests/helpers.a $(BUILD)/parts.a
	$(LINK) $(LIBS) $(if $(filter $@,$(DRAWN)),$(DRAW)) -lcmocka

$(SOAK): $(SOAKING) $(BUILD)/engine.a
	$(LINK) $(LIBS)

$(EXPORTER): $(EXPORTER).o $(BUILD)/engine.a
	$(LINK) $(LIBS)

$(BENCHES): %: %.o $(WORKING) $(BUILD)/tests/dumbbell.o $(BUILD)/engine.a
	$(LINK) $(LIBS) -lcmocka

$(FUZZERS): %: %.o $(BUILD)/tests/helpers.a $(BUILD)/parts.a
	$(LINK) $(LIBS) -fsanitize=fuzzer

$(BUILD)/parts.a: $(PARTS)
$(BUILD)/engine.a: $(ENGINE)
$(BUILD)/tests/helpers.a: $(HELPERS)
%.a: ; @mkdir -p $(@D); rm -f $@; ar rcs $@ $^

# Everything is compiled anew when the command for it is another one.
$(BUILD)/command: FORCE
	@pkg-config --exists $(PKGS) $(HTTP_PKGS) $(WINDOW_PKGS) 2>/dev/null || .ci/install --explain $(if $(WINDOW_PKGS),build,headless)
	@mkdir -p $(@D); echo '$(COMPILE)' | cmp -s - $@ || echo '$(COMPILE)' >$@

-include $(EXPORTER).d $(OBJECTS:.o=.d) $(ABROAD:.o=.d) $(HELPERS:.o=.d) $(TESTS:=.d) $(FUZZERS:=.d) $(SOAKING:.o=.d) $(DIFFING:.o=.d) $(BENCHES:=.d) $(WORKING:.o=.d)

deps: ## Install the packages that building and running needs (Debian, Ubuntu)
	@.ci/install build

demo: ## Install what is missing, build, and show the first scenario
	@.ci/install build
	@$(MAKE) all
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
		$(BUILD)/tcplab run $(SCENARIO); status=$$?; \
		[ $$status -eq 3 ] || exit $$status; \
	fi; \
	echo 'There is no display here: the window is drawn to $(BUILD)/demo.png, and told below.'; \
	$(BUILD)/tcplab export $(SCENARIO) -o $(BUILD)/demo.png && \
	$(BUILD)/tcplab run $(SCENARIO) --text

test: ## Run every test in tests/, with the address and undefined behaviour sanitizers
	@.ci/install test
	@$(MAKE) all
	@$(MAKE) BUILD=$(BUILD)/clang-O2 CC=clang CFLAGS=-O2 HEADLESS=1 LDFLAGS='$(LINK_SOON)' optimized
	@$(MAKE) BUILD=$(BUILD)/gcc-O0 CC=gcc CFLAGS=-O0 HEADLESS=1 LDFLAGS='$(LINK_SOON)' $(BUILD)/gcc-O0/tests/determinism/export
	@$(MAKE) BUILD=$(BUILD)/test CFLAGS='$(SANITIZE)' LDFLAGS='$(LINK_SOON)' sanitized
	@TOP='$(CURDIR)' BUILD='$(abspath $(BUILD))' \
	TCPLAB='$(abspath $(BUILD)/test/tcplab)' TCPLAB_RELEASE='$(abspath $(BUILD)/tcplab)' \
	tests/run.sh $(SCRIPTS) $(TESTS:$(BUILD)/%=$(BUILD)/test/%)

check: ## Formatting, warnings of gcc and clang, `make test`; LONG=1: soak, fuzzing, mutants …
	@.ci/install test
	@clang-format --dry-run -Werror --ferror-limit=1 $(OF_C) || \
		{ echo 'These files are not laid out as .clang-format says: run make format.'; exit 1; }
	@for cc in gcc clang; do \
		$(MAKE) BUILD=$(BUILD)/$$cc CC=$$cc CFLAGS='-O2 -g -Werror' all tests && \
		$(MAKE) BUILD=$(BUILD)/$$cc-headless CC=$$cc CFLAGS='-O2 -g -Werror' HEADLESS=1 all && \
		$(MAKE) BUILD=$(BUILD)/$$cc-portable CC=$$cc CFLAGS='-O2 -g -Werror' SYSTEM=portable all || \
		exit 1; \
	done
	@$(MAKE) test
ifneq ($(LONG),)
	@$(MAKE) soak SEED=$(or $(SEED),1000000) N=20000
	@$(MAKE) fuzz T=60
	@$(MAKE) mutants explore
endif

format: ## Lay out the C sources as .clang-format says
	clang-format -i $(OF_C)

bench: ## Measure; UPDATE=1 writes docs/measurements.md
	@.ci/install test
	@$(MAKE) BUILD=$(BUILD)/bench CFLAGS='$(FAST)' all benches
	@TOP='$(CURDIR)' TCPLAB='$(abspath $(BUILD)/bench/tcplab)' UPDATE='$(UPDATE)' \
		tests/bench/run.sh $(BUILD)/bench/tests/bench

benches: $(BENCHES)

soak: ## Run N=100000 random worlds from SEED=1 on; one that fails shrinks to a scenario
	@$(MAKE) $(SOAK)
	@mkdir -p $(BUILD)/soak; $(SOAK) -o $(BUILD)/soak $(or $(SEED),1) $(or $(N),100000)

diff-kernel: ## Compare with this machine's kernel: N=1000000 sequences of SEED=1, over TUN
	@$(MAKE) $(DIFF)
	@$(DIFF) tests/diff/differences.tsv $(or $(SEED),1) $(or $(N),1000000) $(or $(FIRST),0)

explore: ## Every order of events in small connections, further than `make test` goes
	@$(MAKE) $(BUILD)/tests/test_explore
	@TCPLAB_EXPLORE=1 $(BUILD)/tests/test_explore

mutants: ## Spoil the engine in one place after the other: do the tests notice?
	@.ci/install test
	@TOP='$(CURDIR)' tests/mutants.sh

fuzz: ## Feed random input to each tests/fuzz/ target, T=60 seconds each
	@.ci/install test
	@$(MAKE) BUILD=$(BUILD)/fuzz CC=clang CFLAGS='$(SANITIZE) -fsanitize=fuzzer-no-link' HEADLESS=1 fuzzers
	@for target in $(notdir $(FUZZERS)); do \
		corpus=$(BUILD)/corpus/$$target; mkdir -p $$corpus; echo "$$target, $(T) s"; \
		$(BUILD)/fuzz/tests/fuzz/$$target -max_total_time=$(T) -timeout=10 -verbosity=0 \
			-print_final_stats=1 -artifact_prefix=$$corpus- $$corpus || exit 1; \
	done

INTO = $(DESTDIR)$(PREFIX)
# install -D is not everywhere.
PUT  = @put() { mkdir -p "$$(dirname "$$3")" && install -m "$$1" "$$2" "$$3"; };
install: all ## Install under PREFIX=/usr/local, below DESTDIR where that is set
	$(PUT) put 755 $(PROGRAM) $(INTO)/bin/tcplab
	$(if $(NETD),$(PUT) put 755 $(NETD) $(INTO)/lib/tcplab/tcplab-netd)
	$(PUT) put 755 $(KEEPER) $(INTO)/lib/tcplab/tcplab-keeper
	$(PUT) put 644 $(HTTP) $(INTO)/lib/tcplab/tcplab-http.so
	$(if $(DRAWING),$(PUT) put 644 $(WINDOW) $(INTO)/lib/tcplab/tcplab-window.so)
	$(PUT) put 644 docs/tcplab.1 $(INTO)/share/man/man1/tcplab.1
	$(PUT) put 644 docs/tcplab.bash $(INTO)/share/bash-completion/completions/tcplab
	$(PUT) put 644 LICENSE $(INTO)/share/doc/tcplab/LICENSE
	$(PUT) find scenarios traces -name '*.json' -o -name '*.pcap*' -o -name '*.md' | \
		while read -r file; do put 644 "$$file" "$(INTO)/share/tcplab/$$file" || exit 1; done

install-live: install ## The same, and whoever may run tcplab may use raw sockets through tcplab-netd
ifeq ($(NETD),)
	@echo 'There is no tcplab-netd here: tcplab live and tcplab watch are run as root.'; exit 1
else
	setcap cap_net_raw,cap_net_admin+ep $(INTO)/lib/tcplab/tcplab-netd
endif

uninstall: ## Remove what `make install` put there
	rm -f $(INTO)/bin/tcplab $(INTO)/share/man/man1/tcplab.1
	rm -f $(INTO)/share/bash-completion/completions/tcplab
	rm -rf $(INTO)/lib/tcplab $(INTO)/share/tcplab $(INTO)/share/doc/tcplab

clean: ## Remove the build directory
	rm -rf $(BUILD)

help: ## This list
	@awk '/^[a-z-]+:.* ## / { name = $$1; sub(/:.*/, "", name); sub(/.* ## /, ""); \
		printf "  make %-13s%s\n", name, $$0 }' Makefile
