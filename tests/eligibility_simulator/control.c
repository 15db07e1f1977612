/* control.c — Job: SIMULATOR: switch oddities at run time through a UNIX socket. */
#include "tests/eligibility_simulator/control.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 128, LOOK_MS = 100 };

struct control {
    struct simulator *s;
    pthread_t thread;
    int listener;
    char path[108];
};

static void answer_line(const struct control *c, const char *line, int fd)
{
    static const char oddity[] = "oddity ";
    char answer[64] = "unknown\n";
    if (strncmp(line, oddity, sizeof oddity - 1) == 0) {
        enum oddity which = oddity_by_name(line + sizeof oddity - 1);
        if (which != ODDITY_COUNT) {
            atomic_store(&c->s->oddity, which);
            snprintf(answer, sizeof answer, "ok\n");
        }
    } else if (strcmp(line, "fetches") == 0) {
        snprintf(answer, sizeof answer, "%lu\n", atomic_load(&c->s->fetches));
    }
    (void)send(fd, answer, strlen(answer), MSG_NOSIGNAL);
}

static void talk(const struct control *c, int fd)
{
    char line[LINE_MAX_BYTES];
    FILE *lines = fdopen(fd, "r");
    if (lines == NULL) {
        close(fd);
        return;
    }
    while (fgets(line, sizeof line, lines) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        answer_line(c, line, fd);
    }
    fclose(lines);
}

static void *serve(void *self)
{
    const struct control *c = self;
    while (!atomic_load(&c->s->stopping)) {
        struct pollfd p = {.fd = c->listener, .events = POLLIN};
        int fd = poll(&p, 1, LOOK_MS) > 0 ? accept(c->listener, NULL, NULL) : -1;
        if (fd >= 0)
            talk(c, fd);
    }
    return NULL;
}

struct control *control_open(struct simulator *s, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct control *c = calloc(1, sizeof *c);
    if (c == NULL || strlen(path) >= sizeof address.sun_path) {
        free(c);
        return NULL;
    }
    c->s = s;
    memcpy(c->path, path, strlen(path) + 1);
    memcpy(address.sun_path, path, strlen(path) + 1);
    c->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->listener < 0 || bind(c->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(c->listener, 8) != 0 || pthread_create(&c->thread, NULL, serve, c) != 0) {
        if (c->listener >= 0)
            close(c->listener);
        free(c);
        return NULL;
    }
    return c;
}

void control_close(struct control *c)
{
    if (c == NULL)
        return;
    pthread_join(c->thread, NULL);
    close(c->listener);
    unlink(c->path);
    free(c);
}
