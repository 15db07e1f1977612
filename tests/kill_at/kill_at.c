/* kill_at.c — Job: test only: a preloaded library that kills the program before it makes a file.
 *
 * KILL_AT_FILE is the end of the file's name. SIGKILL: nothing of the program runs any more. */
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int names_the_end(const char *path)
{
    const char *end = getenv("KILL_AT_FILE");
    size_t size = end == NULL ? 0 : strlen(end), whole = strlen(path);
    return size != 0 && whole >= size && strcmp(path + whole - size, end) == 0;
}

int open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    if ((flags & O_CREAT) != 0) {
        va_list more;
        va_start(more, flags);
        mode = va_arg(more, mode_t);
        va_end(more);
        if (names_the_end(path))
            (void)raise(SIGKILL);
    }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
