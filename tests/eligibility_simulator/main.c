/* main.c — Job: SIMULATOR of the eligibility system, over real TLS and folders. */
#include "tests/eligibility_simulator/api.h"
#include "tests/eligibility_simulator/control.h"
#include "tests/eligibility_simulator/folder.h"

#include "common/clock.h"
#include "common/file.h"
#include "proto/limits.h"

#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { OPTION_NAMES = 12 };

static const char usage[] =
    "SIMULATOR of the eligibility system. Synthetic patients only; never for production.\n"
    "  --seed N            makes the patients (default 1)\n"
    "  --marker TEXT       becomes the name of a medicine and of an institution\n"
    "  --port N            HTTPS on 127.0.0.1; 0 (default) chooses one and prints it\n"
    "  --cert F --key F --ca F   PEM: ours, and the authority of clients; without them no HTTPS\n"
    "  --req DIR --res DIR       the folder interface; without them none\n"
    "  --access-log F      one line of JSON per call\n"
    "  --oddity NAME       none slow half nonsense wrong-patient broken-xml entity-bomb big-pdf\n"
    "                      long-pdf\n"
    "  --control PATH      UNIX socket: 'oddity NAME', 'fetches'\n"
    "A card's patient is its certificate's serial number modulo 40.\n"
    "Prints 'port=N' and 'ready' and ends at SIGTERM or SIGINT.\n";

struct options {
    const char *seed, *marker, *port, *cert, *key, *ca, *req, *res, *access_log, *oddity, *control;
};

static bool read_options(int argc, char **argv, struct options *o)
{
    static const struct option names[OPTION_NAMES] = {
        {"seed", 1, NULL, 0},   {"marker", 1, NULL, 1},   {"port", 1, NULL, 2},
        {"cert", 1, NULL, 3},   {"key", 1, NULL, 4},      {"ca", 1, NULL, 5},
        {"req", 1, NULL, 6},    {"res", 1, NULL, 7},      {"access-log", 1, NULL, 8},
        {"oddity", 1, NULL, 9}, {"control", 1, NULL, 10}, {0}};
    const char **places[] = {&o->seed, &o->marker, &o->port,       &o->cert,   &o->key,    &o->ca,
                             &o->req,  &o->res,    &o->access_log, &o->oddity, &o->control};
    for (int c = getopt_long(argc, argv, "", names, NULL); c != -1;
         c = getopt_long(argc, argv, "", names, NULL)) {
        if (c == '?')
            return false;
        *places[c] = optarg;
    }
    return optind == argc;
}

/* The whole file as a text; exits when it cannot be read. */
static char *pem_text(const char *path)
{
    struct buf b = {0};
    size_t size;
    enum err e = file_read(path, PEM_BYTES_MAX, FILE_ANY, &b);
    buf_byte(&b, '\0');
    if (e != ERR_OK || b.failed) {
        fprintf(stderr, "SIMULATOR: %s: %s\n", path, err_text_en(e));
        exit(1);
    }
    return buf_take(&b, &size);
}

static void fail(const char *what)
{
    fprintf(stderr, "SIMULATOR: %s\n", what);
    exit(1);
}

static void set_up(const struct options *o, struct simulator *s)
{
    s->world = (struct world_of_patients){.seed = o->seed == NULL ? 1 : strtoull(o->seed, NULL, 10),
                                          .marker = o->marker,
                                          .now_ms = clock_wall_ms()};
    s->access_log = -1;
    if (o->access_log != NULL)
        s->access_log = open(o->access_log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (o->access_log != NULL && s->access_log < 0)
        fail("the access log cannot be opened");
    enum oddity oddity = o->oddity == NULL ? ODDITY_NONE : oddity_by_name(o->oddity);
    if (oddity == ODDITY_COUNT)
        fail("no such oddity");
    atomic_store(&s->oddity, oddity);
}

static struct api *start_api(const struct options *o, struct simulator *s)
{
    if (o->cert == NULL || o->key == NULL || o->ca == NULL)
        return NULL;
    uint16_t port = 0;
    char *cert = pem_text(o->cert), *key = pem_text(o->key), *ca = pem_text(o->ca);
    struct api_files files = {cert, key, ca};
    struct api *api = api_open(s, &files, (uint16_t)(o->port == NULL ? 0 : atoi(o->port)), &port);
    if (api == NULL)
        fail("HTTPS cannot be served (port, certificate, key?)");
    free(cert);
    free(key);
    free(ca);
    printf("port=%u\n", port);
    return api;
}

int main(int argc, char **argv)
{
    static struct simulator s;
    struct options o = {0};
    sigset_t ending;
    int signal_number;
    if (!read_options(argc, argv, &o)) {
        fputs(usage, stderr);
        return 2;
    }
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ending, NULL);
    puts("SIMULATOR: eligibility system with synthetic patients");
    set_up(&o, &s);
    struct api *api = start_api(&o, &s);
    struct folder_side folder = {&s, o.req, o.res};
    pthread_t folder_thread;
    bool folders = o.req != NULL && o.res != NULL;
    if (folders && pthread_create(&folder_thread, NULL, folder_serve, &folder) != 0)
        fail("no thread for the folders");
    struct control *control = o.control == NULL ? NULL : control_open(&s, o.control);
    if (o.control != NULL && control == NULL)
        fail("the control socket cannot be opened");
    puts("ready");
    fflush(stdout);
    sigwait(&ending, &signal_number);
    atomic_store(&s.stopping, true);
    api_close(api);
    if (folders)
        pthread_join(folder_thread, NULL);
    control_close(control);
    if (s.access_log >= 0)
        close(s.access_log);
    return 0;
}
