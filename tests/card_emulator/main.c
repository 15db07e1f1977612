/* main.c — Job: the card emulator program: options, the control socket, and its poll loop. */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "tests/card_emulator/card_folder.h"
#include "tests/card_emulator/control.h"

enum {
    EXIT_USAGE = 2,
    TELL_TRIES = 500, /* --tell waits up to 5 s for an emulator that is just starting */
    TELL_EVERY_MS = 10
};

static const char usage[] =
    "SIMULATOR: a made-up My Number card for tests; it is not and does not hold a real one.\n"
    "card-emulator --card DIR --reader unix:PATH|tcp:PORT [--control SOCK] [options]\n"
    "card-emulator --tell SOCK COMMAND...\n"
    "  --removed          start with the card out\n"
    "  --kind KIND        jpki, juki, android, iphone or none\n"
    "  --pin PIN --tries N --atr HEX --delay MS --sign-delay MS --blocked-sw HEX\n"
    "  --t0 --extended --eof-warning     other ways in which cards answer\n"
    "  --trace            show the APDUs, PINs hidden\n";

struct options {
    const char *card, *control, *pin, *atr, *tell;
    enum card_kind kind;
    int tries; /* -1: as the card has */
    struct jpki_applet_quirks quirks;
    bool removed;
};

/* The control socket serves one test at a time; others wait in its backlog. */
struct control_line {
    int listener, fd;
    char text[CONTROL_LINE_MAX];
    size_t size;
};

static bool unix_address(const char *path, struct sockaddr_un *out)
{
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof out->sun_path)
        return false;
    memcpy(out->sun_path, path, strlen(path) + 1);
    return true;
}

/* Listening before it has its name: who sees the socket can connect to it. */
static int control_listen(const char *path)
{
    struct sockaddr_un address;
    char fresh[sizeof address.sun_path];
    int length = snprintf(fresh, sizeof fresh, "%s.new", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || length < 0 || (size_t)length >= sizeof fresh || !unix_address(fresh, &address))
        return -1;
    unlink(fresh);
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 8) != 0 ||
        rename(fresh, path) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static void control_drop(struct control_line *line)
{
    close(line->fd);
    line->fd = -1;
    line->size = 0;
}

static enum control_next control_lines(struct emulator *e, struct control_line *line)
{
    char *newline;
    while ((newline = memchr(line->text, '\n', line->size)) != NULL) {
        char reply[CONTROL_REPLY_MAX + 1];
        *newline = '\0';
        enum control_next next = control_run(e, line->text, reply);
        size_t length = strlen(reply);
        reply[length] = '\n';
        (void)send(line->fd, reply, length + 1, MSG_NOSIGNAL);
        if (next == CONTROL_QUIT)
            return next;
        line->size -= (size_t)(newline + 1 - line->text);
        memmove(line->text, newline + 1, line->size);
    }
    return CONTROL_GO_ON;
}

static enum control_next control_serve(struct emulator *e, struct control_line *line)
{
    if (line->fd < 0) {
        line->fd = accept4(line->listener, NULL, NULL, SOCK_CLOEXEC);
        return CONTROL_GO_ON;
    }
    size_t room = sizeof line->text - line->size;
    ssize_t got = read(line->fd, line->text + line->size, room);
    if (got <= 0 || room == 0) {
        control_drop(line);
        return CONTROL_GO_ON;
    }
    line->size += (size_t)got;
    return control_lines(e, line);
}

static int run(struct emulator *e, struct control_line *line)
{
    for (;;) {
        int wait_ms = emulator_tick(e);
        /* While an answer is held back the reader is not read: it waits for it anyway. */
        struct pollfd fds[] = {
            {.fd = e->answer_size == 0 ? e->fd : -1, .events = POLLIN},
            {.fd = line->fd >= 0 ? line->fd : line->listener, .events = POLLIN},
        };
        if (poll(fds, 2, wait_ms) < 0 && errno != EINTR)
            return EXIT_FAILURE;
        if (fds[0].revents != 0)
            emulator_serve(e);
        if (fds[1].revents != 0 && control_serve(e, line) == CONTROL_QUIT)
            return EXIT_SUCCESS;
    }
}

/* ---- The other end: --tell ---- */

static int tell_dial(const char *path)
{
    struct sockaddr_un address;
    if (!unix_address(path, &address))
        return -1;
    for (int i = 0; i < TELL_TRIES; i++) {
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
            return fd;
        close(fd);
        poll(NULL, 0, TELL_EVERY_MS);
    }
    return -1;
}

static int tell(const char *path, char **words)
{
    char text[CONTROL_LINE_MAX] = "";
    size_t size = 0;
    for (; *words != NULL && size < sizeof text - 1; words++)
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%s", *words,
                                 words[1] == NULL ? "\n" : " ");
    int fd = tell_dial(path);
    if (fd < 0 || size >= sizeof text || write(fd, text, size) != (ssize_t)size)
        return EXIT_FAILURE;
    ssize_t got = read(fd, text, sizeof text);
    close(fd);
    if (got <= 0)
        return EXIT_FAILURE;
    fwrite(text, 1, (size_t)got, stdout);
    return strncmp(text, "error", 5) == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* ---- Options ---- */

static bool parse_atr(const char *hex, struct emulator *e)
{
    size_t size = strlen(hex) / 2;
    if (size == 0 || size > ATR_MAX || strlen(hex) % 2 != 0)
        return false;
    for (size_t i = 0; i < size; i++) {
        unsigned byte;
        if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
            return false;
        e->atr[i] = (uint8_t)byte;
    }
    e->atr_size = size;
    return true;
}

static bool parse_option(int option, struct options *o, struct emulator *e)
{
    switch (option) {
    case 'c':
        o->card = optarg;
        return true;
    case 'r':
        e->reader = optarg;
        return true;
    case 's':
        o->control = optarg;
        return true;
    case 'w':
        o->tell = optarg;
        return true;
    case 'p':
        o->pin = optarg;
        return true;
    case 'a':
        o->atr = optarg;
        return true;
    case 'k':
        o->kind = control_kind(optarg);
        return o->kind != 0;
    case 'n':
        o->tries = (int)strtol(optarg, NULL, 10);
        return true;
    case 'd':
        e->delay_ms = (int)strtol(optarg, NULL, 10);
        return true;
    case 'D':
        e->sign_delay_ms = (int)strtol(optarg, NULL, 10);
        return true;
    case 'b':
        o->quirks.sw_blocked = (uint16_t)strtoul(optarg, NULL, 16);
        return true;
    case '0':
        o->quirks.t0 = true;
        return true;
    case 'x':
        o->quirks.extended = true;
        return true;
    case 'e':
        o->quirks.eof_warning = true;
        return true;
    case 'o':
        o->removed = true;
        return true;
    case 't':
        e->trace = TRACE_APDUS;
        return true;
    default:
        return false;
    }
}

static bool parse_options(int argc, char **argv, struct options *o, struct emulator *e)
{
    static const struct option names[] = {
        {"card", required_argument, NULL, 'c'},
        {"reader", required_argument, NULL, 'r'},
        {"control", required_argument, NULL, 's'},
        {"tell", required_argument, NULL, 'w'},
        {"pin", required_argument, NULL, 'p'},
        {"atr", required_argument, NULL, 'a'},
        {"kind", required_argument, NULL, 'k'},
        {"tries", required_argument, NULL, 'n'},
        {"delay", required_argument, NULL, 'd'},
        {"sign-delay", required_argument, NULL, 'D'},
        {"blocked-sw", required_argument, NULL, 'b'},
        {"t0", no_argument, NULL, '0'},
        {"extended", no_argument, NULL, 'x'},
        {"eof-warning", no_argument, NULL, 'e'},
        {"removed", no_argument, NULL, 'o'},
        {"trace", no_argument, NULL, 't'},
        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1)
        if (!parse_option(option, o, e))
            return false;
    return o->tell != NULL || (o->card != NULL && e->reader != NULL && parse_atr(o->atr, e));
}

static enum err prepare(const struct options *o, struct emulator *e)
{
    enum err err = card_folder_load(o->card, &e->card);
    if (err == ERR_OK)
        err = jpki_applet_set_pin(&e->card.auth, slice_of(o->pin));
    if (err != ERR_OK)
        return err;
    jpki_applet_set_kind(&e->card, o->kind);
    e->card.quirks = o->quirks;
    if (o->tries >= 0)
        e->card.auth.left = (unsigned)o->tries & 0xF;
    e->inserted = !o->removed;
    return ERR_OK;
}

int main(int argc, char **argv)
{
    static struct emulator e = {
        .fd = -1, .drop.ins = NO_INS, .hang.ins = NO_INS, .force.ins = NO_INS};
    struct control_line line = {.listener = -1, .fd = -1};
    struct options o = {.pin = "1234", .kind = CARD_JPKI, .tries = -1, .atr = "3BE000FF8131FE4514"};
    if (!parse_options(argc, argv, &o, &e)) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    if (o.tell != NULL)
        return tell(o.tell, argv + optind);
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* a test that dies leaves nothing behind */
    enum err err = prepare(&o, &e);
    if (err == ERR_OK && o.control != NULL) {
        line.listener = control_listen(o.control);
        err = line.listener < 0 ? ERR_IO : ERR_OK;
    }
    if (err != ERR_OK) {
        fprintf(stderr, "card-emulator: %s: %s\n", err_name(err), err_text_en(err));
        return EXIT_FAILURE;
    }
    fprintf(stderr, "SIMULATOR: made-up My Number card from %s, for tests only\n", o.card);
    int code = run(&e, &line);
    emulator_remove(&e, READER_CLOSE);
    jpki_applet_fini(&e.card);
    return code;
}
