/* test_secret.c — Job: secret memory is zeroed, aligned and guarded; a hardened process dumps
 * nothing. */
#include "common/secret.h"

#include "tests/lib/sanitizer.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static void it_is_zeroed_and_aligned(void **state)
{
    (void)state;
    for (size_t size = 1; size < 5000; size += 331) {
        unsigned char *secret = secret_new(size);
        assert_non_null(secret);
        assert_int_equal((uintptr_t)secret % 16, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(secret[i], 0);
        memset(secret, 0xff, size);
        secret_free(secret);
    }
    secret_free(NULL);
    assert_null(secret_new(SIZE_MAX));
}

/* Gives how the child ended. */
static int in_child(void (*run)(void))
{
    int status = 0;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        signal(SIGSEGV, SIG_DFL);
        run();
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void write_behind(void)
{
    volatile unsigned char *secret = secret_new(4096);
    secret[4096] = 1;
}

static void write_behind_is_stopped(void **state)
{
    (void)state;
    int status = in_child(write_behind);
    /* Killed by the guard page; under a sanitizer its report ends the program instead. */
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void wiping_wipes(void **state)
{
    (void)state;
    char text[] = "secret";
    secret_wipe(text, sizeof text);
    for (size_t i = 0; i < sizeof text; i++)
        assert_int_equal(text[i], 0);
}

/* Its exit code says which promise is not kept. */
static void harden(void)
{
    struct process_state out;
    struct rlimit core = {1, 1};
    umask(0);
    if (process_harden(PROCESS_LOCK_TRY, &out) != ERR_OK)
        _exit(1);
    if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_cur != 0 || core.rlim_max != 0)
        _exit(2);
    if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
        _exit(3);
    if (umask(0) != 077)
        _exit(4);
    void *more = secret_new(1 << 20); /* a lock must not make allocation fail */
    if (more == NULL)
        _exit(5);
    if (!out.freed_wiped && !UNDER_ADDRESS_SANITIZER)
        _exit(6);
    _exit(0);
}

static void a_hardened_process_dumps_nothing(void **state)
{
    (void)state;
    int status = in_child(harden);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_zeroed_and_aligned),
        cmocka_unit_test(write_behind_is_stopped),
        cmocka_unit_test(wiping_wipes),
        cmocka_unit_test(a_hardened_process_dumps_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
