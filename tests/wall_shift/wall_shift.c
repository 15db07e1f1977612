/* wall_shift.c — Job: test only: a preloaded library that sets one program's wall clock.
 *
 * WALL_SHIFT_FILE holds a number of milliseconds (int64, this machine's byte order) that is added
 * to CLOCK_REALTIME; it may change at any time. The other clocks stay as they are. */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { MS_PER_S = 1000, NS_PER_MS = 1000000, NS_PER_US = 1000 };

static _Atomic int64_t none;
static _Atomic int64_t *shift = &none;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("WALL_SHIFT_FILE");
    int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    void *page = mmap(NULL, sizeof *shift, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (page == MAP_FAILED)
        abort(); /* a test whose clock does not move would prove nothing */
    shift = page;
}

int clock_gettime(clockid_t id, struct timespec *out)
{
    long failed = syscall(SYS_clock_gettime, id, out);
    if (failed != 0 || (id != CLOCK_REALTIME && id != CLOCK_REALTIME_COARSE))
        return (int)failed;
    int64_t ms = (int64_t)out->tv_sec * MS_PER_S + out->tv_nsec / NS_PER_MS + atomic_load(shift);
    out->tv_sec = (time_t)(ms / MS_PER_S);
    out->tv_nsec = (long)(ms % MS_PER_S) * NS_PER_MS + out->tv_nsec % NS_PER_MS;
    return 0;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / NS_PER_US;
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}
