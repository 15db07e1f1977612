# rules.mk — Job: how the simulation is linked and where it writes.
# The simulation plants a forgotten revocation in front of the judgements' own act.
$(B)/sim/sim_core: LDFLAGS += -Wl,--wrap=act_revoke
# Its checkpoint files are synced at each commit: in memory, because here only the order matters.
check-sim: export TMPDIR = $(if $(wildcard /dev/shm/.),/dev/shm,/tmp)
