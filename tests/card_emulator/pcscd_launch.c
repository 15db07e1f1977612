/* pcscd_launch.c — Job: become a private pcscd with one simulated reader, for one test. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* pcscd takes a listening socket on descriptor 3 by systemd's protocol, so it needs no systemd:
 * clients reach it at DIR/pcscd.comm through PCSCLITE_CSOCK_NAME. The socket exists before pcscd
 * runs, so nobody has to wait for it, and any number of such instances live side by side. */

enum {
    PATH_ROOM = 108, /* sun_path */
    CONF_ROOM = 1024,
    ARGS_MAX = 32,
    SYSTEMD_FD = 3,
    EXIT_USAGE = 2,
    /* Below Linux' ephemeral range, where a stranger's outgoing connection may hold the port. */
    PORT_FIRST = 20000,
    PORT_LAST = 32000
};

static const char usage[] =
    "pcscd-launch DIR DRIVER [pcscd options]\n"
    "  DRIVER: path of ifd-unix.so  -> reader \"Test Reader\", card dials unix:DIR/card.sock\n"
    "          vpcd                 -> vsmartcard's driver, card dials tcp:PORT, PORT in DIR/port\n"
    "Clients: PCSCLITE_CSOCK_NAME=DIR/pcscd.comm. DIR must be absolute; made if missing.\n";

static const char vpcd_driver[] = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";

static void die(const char *what)
{
    fprintf(stderr, "pcscd-launch: %s: %s\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

static void path_in(char path[PATH_ROOM], const char *dir, const char *name)
{
    int length = snprintf(path, PATH_ROOM, "%s/%s", dir, name);
    if (length < 0 || length >= PATH_ROOM) {
        errno = ENAMETOOLONG;
        die(dir);
    }
}

static void write_text(const char *dir, const char *name, const char *text)
{
    char path[PATH_ROOM];
    path_in(path, dir, name);
    FILE *file = fopen(path, "w");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        die(path);
}

/* ---- A pair of ports for vpcd ---- */

static bool port_free(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool free_now = fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    if (fd >= 0)
        close(fd);
    return free_now;
}

/* Holds the pair against other launchers: an abstract socket named after the port, kept open
 * across exec for as long as this pcscd lives. */
static bool port_lease(int port)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int length = snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "sakiyomi-vpcd-%d", port);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd >= 0 && bind(fd, (const struct sockaddr *)&name, size) == 0)
        return true;
    if (fd >= 0)
        close(fd);
    return false;
}

static int port_pair(void)
{
    int pairs = (PORT_LAST - PORT_FIRST) / 2;
    for (int i = 0; i < pairs; i++) {
        int port = PORT_FIRST + 2 * ((getpid() + i) % pairs);
        if (port_lease(port) && port_free(port) && port_free(port + 1))
            return port;
    }
    errno = EADDRINUSE;
    die("no free pair of ports");
    return -1;
}

/* ---- Preparing ---- */

static void write_reader(const char *dir, const char *driver)
{
    char conf[CONF_ROOM];
    if (strcmp(driver, "vpcd") == 0) {
        char text[16];
        int port = port_pair();
        snprintf(text, sizeof text, "%d\n", port);
        write_text(dir, "port", text);
        snprintf(conf, sizeof conf,
                 "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:0x%X\n"
                 "LIBPATH %s\nCHANNELID 0x%X\n",
                 (unsigned)port, vpcd_driver, (unsigned)port);
    } else {
        snprintf(conf, sizeof conf,
                 "FRIENDLYNAME \"Test Reader\"\nDEVICENAME sock:%s/card.sock\n"
                 "LIBPATH %s\nCHANNELID 0\n",
                 dir, driver);
    }
    write_text(dir, "reader.conf", conf);
}

static void write_proc(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        die(path);
    close(fd);
}

/* pcscd insists on /run/pcscd for its pid file. Who may not make it gets a private /run. */
static void need_run_folder(void)
{
    char map[64];
    unsigned uid = getuid(), gid = getgid();
    if (mkdir("/run/pcscd", 0755) == 0 || errno == EEXIST)
        return;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
        die("cannot make /run/pcscd, and no user namespace either");
    snprintf(map, sizeof map, "0 %u 1", uid);
    write_proc("/proc/self/uid_map", map);
    write_proc("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "0 %u 1", gid);
    write_proc("/proc/self/gid_map", map);
    if (mount("tmpfs", "/run", "tmpfs", 0, "mode=755") != 0 || mkdir("/run/pcscd", 0755) != 0)
        die("private /run");
}

/* Bound and listening under another name first: between bind and listen a client is refused. */
static void listen_as_systemd_would(const char *dir)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char fresh[PATH_ROOM], path[PATH_ROOM], pid[16];
    path_in(fresh, dir, "pcscd.new");
    path_in(path, dir, "pcscd.comm");
    memcpy(address.sun_path, fresh, sizeof fresh);
    unlink(fresh);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, 16) != 0 || rename(fresh, path) != 0)
        die(path);
    if (fd != SYSTEMD_FD) {
        /* Descriptor 3 may be the port lease: keep that one open under another number. */
        if (fcntl(SYSTEMD_FD, F_DUPFD, SYSTEMD_FD + 1) < 0 && errno != EBADF)
            die("dup");
        dup2(fd, SYSTEMD_FD);
        close(fd);
    }
    snprintf(pid, sizeof pid, "%d", (int)getpid());
    setenv("LISTEN_PID", pid, 1);
    setenv("LISTEN_FDS", "1", 1);
}

int main(int argc, char **argv)
{
    char conf[PATH_ROOM];
    char *args[ARGS_MAX] = {"pcscd", "--foreground", "-c", conf};
    if (argc < 3 || argv[1][0] != '/' || argc > ARGS_MAX - 4) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    if (mkdir(argv[1], 0700) != 0 && errno != EEXIST)
        die(argv[1]);
    path_in(conf, argv[1], "reader.conf");
    for (int i = 3; i < argc; i++)
        args[i + 1] = argv[i];
    write_reader(argv[1], argv[2]);
    need_run_folder();
    listen_as_systemd_would(argv[1]);
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* ends with the test that started it */
    execv("/usr/sbin/pcscd", args);
    die("/usr/sbin/pcscd");
    return EXIT_FAILURE;
}
