/* clock_shift.c — Job: preloaded into a program, moves its time without moving the wall clock.
 *
 * The file that CLOCK_SHIFT names holds one number, eight bytes, little-endian as this machine:
 * the milliseconds to add. It is looked at with every reading, so a test moves the time of a
 * running program by writing it: leases end, lines have been silent. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *shift_ms;

__attribute__((constructor)) static void find(void)
{
    const char *path = getenv("CLOCK_SHIFT");
    int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        abort(); /* a test that shifts nothing would prove nothing */
    void *at = mmap(NULL, sizeof *shift_ms, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (at == MAP_FAILED)
        abort();
    shift_ms = at;
}

int clock_gettime(clockid_t id, struct timespec *out)
{
    long result = syscall(SYS_clock_gettime, id, out);
    if (result == 0 && (id == CLOCK_MONOTONIC || id == CLOCK_BOOTTIME) && shift_ms != NULL) {
        int64_t ms = *shift_ms;
        out->tv_sec += (time_t)(ms / 1000);
        out->tv_nsec += (long)(ms % 1000) * 1000000;
        if (out->tv_nsec >= 1000000000) {
            out->tv_sec++;
            out->tv_nsec -= 1000000000;
        }
    }
    return (int)result;
}
