/* sandbox.c — Job: a process that can do nothing but compute, before it looks at a PDF. */
#include "pdf_pages/sandbox.h"

#include "common/secret.h"
#include "proto/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NOBODY = 65534 };

/* ---- first step ---- */

static bool limit(__rlimit_resource_t what, rlim_t value)
{
    const struct rlimit both = {value, value};
    return setrlimit(what, &both) == 0;
}

static bool set_limits(void)
{
    return limit(RLIMIT_AS, PDF_MEMORY_BYTES) && limit(RLIMIT_CPU, PDF_CPU_S) &&
           limit(RLIMIT_NOFILE, PDF_FILES_MAX) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0);
}

/* Each of these is allowed on one machine and not on the next; the list of system calls below
 * stands in either case. */
static void leave_what_can_be_left(void)
{
    const gid_t no_groups = NOBODY;
    if (geteuid() != 0) {
        (void)unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC);
        return;
    }
    (void)unshare(CLONE_NEWNET | CLONE_NEWIPC);
    if (setgroups(0, &no_groups) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0)
        (void)!setresuid(NOBODY, NOBODY, NOBODY);
}

enum err sandbox_enter(void)
{
    struct process_state state;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        return ERR_IO;
    if (syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0) != 0)
        return ERR_IO;
    leave_what_can_be_left();
    /* A change of user takes the first of these back. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !set_limits())
        return ERR_IO;
    return process_harden(PROCESS_LOCK_TRY, &state);
}

/* ---- second step ---- */

static bool allow_folder(int rules, const char *path)
{
    struct landlock_path_beneath_attr beneath = {.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE |
                                                                   LANDLOCK_ACCESS_FS_READ_DIR,
                                                 .parent_fd = open(path, O_PATH | O_CLOEXEC)};
    if (beneath.parent_fd < 0)
        return true; /* a folder that is not there needs no right */
    long done = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    close(beneath.parent_fd);
    return done == 0;
}

/* Landlock, version 1 of its interface: every kernel that has it knows these rights. */
static bool read_only_below(const char *const *folders, size_t count)
{
    const struct landlock_ruleset_attr handled = {
        .handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                             LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
                             LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                             LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
                             LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
                             LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                             LANDLOCK_ACCESS_FS_MAKE_SYM};
    int rules =
        (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled.handled_access_fs, 0);
    if (rules < 0)
        return false;
    bool good = true;
    for (size_t i = 0; good && i < count; i++)
        good = allow_folder(rules, folders[i]);
    good = good && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    close(rules);
    return good;
}

/* What a library needs to compute, and to read and write what is open already. */
static const int harmless[] = {
    SCMP_SYS(read),         SCMP_SYS(write),         SCMP_SYS(readv),
    SCMP_SYS(writev),       SCMP_SYS(pread64),       SCMP_SYS(lseek),
    SCMP_SYS(close),        SCMP_SYS(fstat),         SCMP_SYS(munmap),
    SCMP_SYS(mremap),       SCMP_SYS(brk),           SCMP_SYS(madvise),
    SCMP_SYS(futex),        SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres),
    SCMP_SYS(gettimeofday), SCMP_SYS(getrandom),     SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(sched_yield),   SCMP_SYS(getdents64),
    SCMP_SYS(getpid),       SCMP_SYS(gettid),        SCMP_SYS(sched_getaffinity),
    SCMP_SYS(exit),         SCMP_SYS(exit_group),    SCMP_SYS(restart_syscall),
    SCMP_SYS(sysinfo),      SCMP_SYS(fadvise64),
};
/* Asked out of habit by libraries; the answer is no, and nobody dies of it. */
static const int refused[] = {
    SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink),
    SCMP_SYS(stat),   SCMP_SYS(lstat),     SCMP_SYS(statx),      SCMP_SYS(readlinkat),
    SCMP_SYS(getcwd), SCMP_SYS(uname),     SCMP_SYS(ioctl),      SCMP_SYS(fcntl),
    SCMP_SYS(statfs), SCMP_SYS(fstatfs),   SCMP_SYS(prctl),      SCMP_SYS(prlimit64),
};

/* Never memory that can be executed; a file only for reading, or not at all. */
static int add_conditions(scmp_filter_ctx rules, bool can_read)
{
    static const int maps[] = {SCMP_SYS(mmap), SCMP_SYS(mprotect)};
    const scmp_datum_t more = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | __O_TMPFILE;
    int bad = 0;
    for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++)
        bad |= seccomp_rule_add(rules, SCMP_ACT_ALLOW, maps[i], 1,
                                SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    bad |= seccomp_rule_add(rules, can_read ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EACCES),
                            SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, more, O_RDONLY));
    /* fstat of newer C libraries; other paths than "" are refused. */
    bad |= seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
                            SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));
    bad |= seccomp_rule_add(rules, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(newfstatat), 1,
                            SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, 0));
    return bad;
}

enum err sandbox_shut(const char *const *folders, size_t count, bool *can_read)
{
    *can_read = read_only_below(folders, count);
    scmp_filter_ctx rules = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (rules == NULL)
        return ERR_NO_MEMORY;
    int bad = add_conditions(rules, *can_read);
    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++)
        bad |= seccomp_rule_add(rules, SCMP_ACT_ALLOW, harmless[i], 0);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        bad |= seccomp_rule_add(rules, SCMP_ACT_ERRNO(EACCES), refused[i], 0);
    if (bad == 0)
        bad = seccomp_load(rules);
    seccomp_release(rules);
    return bad == 0 ? ERR_OK : ERR_IO;
}
