/* secret.c — Job: memory for secrets (locked, guarded, wiped), and a process that leaks none. */
#include "common/secret.h"

#include <malloc.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { SECRET_ALIGN = 16, PRIVATE_UMASK = 077 };
/* Freed memory is overwritten with the opposite of this (mallopt(3)), also what libraries freed. */
enum { FRESH_BYTE = 0x5A };
/* Below this, free memory stays with the process: each batch would give back and ask again. */
enum { TRIM_BYTES = 64 * 1024 * 1024 };

void *secret_new(size_t size)
{
    if (size > SIZE_MAX / 2 || sodium_init() < 0)
        return NULL;
    /* libsodium puts the end of the block at the end of a page; a size that is a multiple of the
     * alignment is what makes its beginning aligned. */
    size_t rounded = (size + SECRET_ALIGN - 1) & ~(size_t)(SECRET_ALIGN - 1);
    void *secret = sodium_malloc(rounded);
    if (secret != NULL)
        memset(secret, 0, rounded);
    return secret;
}

void secret_free(void *secret)
{
    sodium_free(secret);
}

void secret_wipe(void *bytes, size_t size)
{
    explicit_bzero(bytes, size);
}

/* /proc/swaps has one heading line and one line per swap area. When it cannot be read (no /proc),
 * we say that there may be swap: a wrong alarm is better than a wrong calm. */
static bool swap_in_use(void)
{
    FILE *swaps = fopen("/proc/swaps", "re");
    if (swaps == NULL)
        return true;
    int lines = 0;
    for (int c = getc(swaps); c != EOF; c = getc(swaps))
        lines += c == '\n';
    fclose(swaps);
    return lines > 1;
}

static bool lock_all(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0)
        return false;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_MEMLOCK, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY)
        return false;
    return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
}

void process_warn(const struct process_state *state)
{
    if (!state->memory_locked && state->swap_in_use)
        fprintf(stderr,
                "注意: スワップが有効で、メモリを固定できません。スワップを切るか LimitMEMLOCK="
                "infinity にしてください / swap is on and memory cannot be locked: turn swap "
                "off or set LimitMEMLOCK=infinity\n");
}

enum err process_harden(enum process_lock lock, struct process_state *out)
{
    const struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return ERR_IO;
    umask(PRIVATE_UMASK);
    out->freed_wiped = mallopt(M_PERTURB, FRESH_BYTE) == 1;
    (void)mallopt(M_TRIM_THRESHOLD, TRIM_BYTES); /* only speed depends on it */
    out->memory_locked = lock == PROCESS_LOCK_TRY && lock_all();
    out->swap_in_use = swap_in_use();
    return ERR_OK;
}
