/* secret.h — Job: memory for secrets (locked, guarded, wiped), and a process that leaks none. */
#ifndef COMMON_SECRET_H
#define COMMON_SECRET_H

#include "proto/err.h"
#include "proto/slice.h"

/* SIZE zeroed bytes between guard pages, kept out of swap and core dumps (libsodium). Costs at
 * least three pages each: for keys and views, not for small strings by the thousand. Aligned to 16.
 * NULL when there is no memory. The caller frees it with secret_free. */
void *secret_new(size_t size);
void secret_free(void *secret); /* wipes; NULL is allowed */
/* Wipes SIZE bytes in place, in a way that the compiler cannot leave out. */
void secret_wipe(void *bytes, size_t size);

/* What process_harden could do on this machine. */
struct process_state {
    bool memory_locked; /* nothing of this process goes to swap */
    bool freed_wiped;   /* the C library overwrites what anybody frees (not under a sanitizer) */
    bool swap_in_use;   /* the machine has swap: memory_locked matters */
};
/* One line for the operator, to stderr, when secrets may reach a swap disk. */
void process_warn(const struct process_state *state);
enum process_lock { PROCESS_LOCK_NO, PROCESS_LOCK_TRY };

/* Call first in main. No core dumps, no reading by other processes of the same user, new files
 * private (umask 077), freed memory overwritten. PROCESS_LOCK_TRY also locks all memory, but only
 * where RLIMIT_MEMLOCK is unlimited: below a limit a lock of future pages would make later
 * allocations fail.
 * ERR_IO when core dumps cannot be forbidden; then do not go on. */
MUST_CHECK enum err process_harden(enum process_lock lock, struct process_state *out);
#endif
