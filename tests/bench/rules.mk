# rules.mk — Job: build the programs that measure: bench_*.c with what they share here.
# They link all rooms, as the other test programs do; none of them is linked into anything else.
BENCH      = $(patsubst tests/bench/%.c,$(B)/bench/%,$(wildcard tests/bench/bench_*.c))
BENCH_DIR  = $(B)/tests/bench
BENCH_WIRE = $(patsubst %,$(BENCH_DIR)/%.o,swarm town figure_doors figure_view figure_events)

.PHONY: bench-programs
bench-programs: $(BENCH)
bench: bench-programs

$(B)/bench/bench_wire: $(BENCH_WIRE)
$(B)/bench/bench_console: $(BENCH_DIR)/nation.o
$(B)/bench/%: $(BENCH_DIR)/%.o $(ALL_LIBS)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(ALL_LIBS) $(LIBS)
