/* test_sandbox.c — Job: behind the shut doors a process computes and reads fonts; anything else is
 * its end. */
#include "pdf_pages/sandbox.h"

#include "tests/lib/sanitizer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What the act in the sandbox came to. */
enum { FINE = 0, NOT_SHUT = 90, REFUSED = 91, WENT_WRONG = 92 };

static char folder[] = "/tmp/sakiyomi-sandbox-XXXXXX";
static char inside[64], outside[] = "/tmp/sakiyomi-outside-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    int fd = mkstemp(outside);
    if (fd < 0 || mkdtemp(folder) == NULL || close(fd) != 0 || chmod(folder, 0755) != 0 ||
        chmod(outside, 0644) != 0)
        return -1;
    snprintf(inside, sizeof inside, "%s/font", folder);
    fd = open(inside, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    return fd >= 0 && write(fd, "letters", 7) == 7 && close(fd) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(inside);
    unlink(outside);
    return rmdir(folder);
}

static bool can_read;

/* What the child is before it enters. */
static void (*before)(void);

/* Runs ACT in a child behind shut doors; gives waitpid's status. */
static int in_sandbox(int (*act)(void))
{
    const char *folders[] = {folder, "/nowhere"};
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (before != NULL)
            before();
        if (sandbox_enter() != ERR_OK || sandbox_shut(folders, 2, &can_read) != ERR_OK)
            _exit(NOT_SHUT);
        _exit(act());
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

#define EXPECT_FINE(act)    assert_int_equal(in_sandbox(act), FINE << 8)
#define EXPECT_REFUSED(act) assert_int_equal(in_sandbox(act), REFUSED << 8)
#define EXPECT_KILLED(act)  assert_int_equal(in_sandbox(act) & 0x7F, SIGSYS)

static bool cannot_be_tried(void)
{
    const char *preload = getenv("LD_PRELOAD"); /* valgrind's own calls would be its end */
    return UNDER_ADDRESS_SANITIZER || (preload != NULL && strstr(preload, "vgpreload") != NULL);
}

/* ---- what is allowed ---- */

static int compute(void)
{
    char *memory = calloc(1, 64 * 1024 * 1024);
    struct timespec now;
    if (memory == NULL || clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return WENT_WRONG;
    char *more = realloc(memory, 128 * 1024 * 1024);
    free(more == NULL ? memory : more);
    return more != NULL ? FINE : WENT_WRONG;
}

static int read_a_font(void)
{
    char bytes[8] = "";
    FILE *file = fopen(inside, "re");
    if (!can_read)
        return file == NULL ? FINE : WENT_WRONG;
    if (file == NULL || fread(bytes, 1, 7, file) != 7 || fclose(file) != 0)
        return WENT_WRONG;
    return strcmp(bytes, "letters") == 0 ? FINE : WENT_WRONG;
}

static void it_computes_and_reads_fonts(void **state)
{
    (void)state;
    if (cannot_be_tried())
        skip();
    EXPECT_FINE(compute);
    EXPECT_FINE(read_a_font);
}

/* ---- what is refused without an end: libraries ask for it out of habit ---- */

static int read_elsewhere(void)
{
    return open(outside, O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES ? REFUSED : WENT_WRONG;
}
static int read_accounts(void)
{
    FILE *file = fopen("/etc/passwd", "re");
    return file == NULL && errno == EACCES ? REFUSED : WENT_WRONG;
}
static int climb_out(void)
{
    char path[128];
    snprintf(path, sizeof path, "%s/../../etc/passwd", folder);
    return open(path, O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES ? REFUSED : WENT_WRONG;
}
static int look_around(void)
{
    return access("/etc", R_OK) != 0 && errno == EACCES ? REFUSED : WENT_WRONG;
}
static int raise_limits(void)
{
    struct rlimit more = {1024, 1024};
    return setrlimit(RLIMIT_NOFILE, &more) != 0 ? REFUSED : WENT_WRONG;
}

static void no_file_elsewhere_can_be_read(void **state)
{
    (void)state;
    if (cannot_be_tried())
        skip();
    EXPECT_REFUSED(read_elsewhere);
    EXPECT_REFUSED(read_accounts);
    EXPECT_REFUSED(climb_out);
    EXPECT_REFUSED(look_around);
    EXPECT_REFUSED(raise_limits);
}

/* ---- what is its end ---- */

static int write_a_file(void)
{
    return open(inside, O_WRONLY | O_CLOEXEC);
}
static int make_a_file(void)
{
    return open("/tmp/sakiyomi-made", O_RDONLY | O_CREAT | O_CLOEXEC, 0600);
}
static int internet(void)
{
    return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}
static int local_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}
static int another_process(void)
{
    return fork();
}
static int another_program(void)
{
    char *args[] = {"/bin/true", NULL}, *none[] = {NULL};
    return execve(args[0], args, none);
}
static int kill_the_parent(void)
{
    return kill(getppid(), SIGTERM);
}
static int look_into_the_parent(void)
{
    return (int)ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}
static int new_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) == MAP_FAILED;
}
static int code_of_data(void)
{
    static char page[8192];
    return mprotect((void *)(((uintptr_t)page + 4095) & ~(uintptr_t)4095), 4096,
                    PROT_READ | PROT_EXEC);
}
static int remove_a_file(void)
{
    return unlink(inside);
}
static int another_root(void)
{
    return chroot(folder);
}
static int a_ring(void)
{
    return (int)syscall(SYS_io_uring_setup, 1, NULL);
}

static void everything_else_is_its_end(void **state)
{
    (void)state;
    if (cannot_be_tried())
        skip();
    EXPECT_KILLED(write_a_file);
    EXPECT_KILLED(make_a_file);
    EXPECT_KILLED(internet);
    EXPECT_KILLED(local_socket);
    EXPECT_KILLED(another_process);
    EXPECT_KILLED(another_program);
    EXPECT_KILLED(kill_the_parent);
    EXPECT_KILLED(look_into_the_parent);
    EXPECT_KILLED(new_code);
    EXPECT_KILLED(code_of_data);
    EXPECT_KILLED(remove_a_file);
    EXPECT_KILLED(another_root);
    EXPECT_KILLED(a_ring);
    assert_int_not_equal(access("/tmp/sakiyomi-made", F_OK), 0);
}

/* ---- on other machines ---- */

/* Whoever runs the tests: here it is nobody's process, without any right. */
static void become_ordinary(void)
{
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        _exit(NOT_SHUT);
}

/* A kernel without Landlock answers so. */
static void lose_landlock(void)
{
    scmp_filter_ctx rules = seccomp_init(SCMP_ACT_ALLOW);
    if (rules == NULL ||
        seccomp_rule_add(rules, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(landlock_create_ruleset), 0) !=
            0 ||
        seccomp_load(rules) != 0)
        _exit(NOT_SHUT);
    seccomp_release(rules);
}

static int read_no_font(void)
{
    FILE *file = fopen(inside, "re");
    return !can_read && file == NULL && errno == EACCES ? REFUSED : WENT_WRONG;
}

static void an_ordinary_user_is_held_as_well(void **state)
{
    (void)state;
    if (cannot_be_tried())
        skip();
    before = become_ordinary;
    EXPECT_FINE(compute);
    EXPECT_FINE(read_a_font);
    EXPECT_REFUSED(read_accounts);
    EXPECT_KILLED(internet);
    before = NULL;
}

static void without_landlock_no_file_can_be_opened(void **state)
{
    (void)state;
    if (cannot_be_tried())
        skip();
    before = lose_landlock;
    EXPECT_FINE(compute);
    EXPECT_REFUSED(read_no_font);
    EXPECT_REFUSED(read_accounts);
    EXPECT_KILLED(internet);
    before = NULL;
}

/* ---- limits ---- */

static int too_much_memory(void)
{
    void *memory = malloc((size_t)2 * 1024 * 1024 * 1024);
    return memory == NULL ? REFUSED : WENT_WRONG;
}
static int who_am_i(void)
{
    return geteuid() != 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? FINE : WENT_WRONG;
}
static _Noreturn void forever(void)
{
    volatile unsigned turns = 0;
    for (;;)
        turns++;
}

static void memory_is_bounded(void **state)
{
    (void)state;
    if (cannot_be_tried())
        skip();
    EXPECT_REFUSED(too_much_memory);
}

/* Before the doors are shut: the list would not let it ask. */
static void nobody_without_more_rights_or_descriptors(void **state)
{
    (void)state;
    if (cannot_be_tried())
        skip();
    int fd = dup(STDERR_FILENO);
    pid_t child = fork();
    assert_true(fd > STDERR_FILENO && child >= 0);
    if (child == 0)
        _exit(sandbox_enter() == ERR_OK && fcntl(fd, F_GETFD) < 0 ? who_am_i() : WENT_WRONG);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, FINE << 8);
    close(fd);
}

static void processor_time_is_bounded(void **state)
{
    (void)state;
    if (cannot_be_tried())
        skip();
    struct rlimit cpu = {1, 1}; /* stricter than the sandbox's own, which cannot be raised again */
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit now;
        if (sandbox_enter() != ERR_OK || getrlimit(RLIMIT_CPU, &now) != 0 ||
            now.rlim_max == RLIM_INFINITY || setrlimit(RLIMIT_CPU, &cpu) != 0)
            _exit(NOT_SHUT);
        forever();
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_computes_and_reads_fonts),
        cmocka_unit_test(no_file_elsewhere_can_be_read),
        cmocka_unit_test(everything_else_is_its_end),
        cmocka_unit_test(an_ordinary_user_is_held_as_well),
        cmocka_unit_test(without_landlock_no_file_can_be_opened),
        cmocka_unit_test(memory_is_bounded),
        cmocka_unit_test(nobody_without_more_rights_or_descriptors),
        cmocka_unit_test(processor_time_is_bounded),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
