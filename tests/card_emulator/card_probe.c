/* card_probe.c — Job: the tablet's card reader on a bench: prints what the tablet is told. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include "ambulance_client/card_pcsc.h"
#include "ambulance_client/card_text.h"
#include "common/clock.h"
#include "common/jpki_trust.h"
#include "proto/buf.h"

/* One line an event, as name=value. Lines on standard input are orders:
 *     sign PIN | sign-last PIN | quit
 * The certificate of each card is written to --cert FILE and judged by --ca and --crl. */

enum { FILE_ROOM = 1 << 20, LINE_ROOM = 256, EXIT_USAGE = 2 };

static const char challenge[] = "card-probe challenge";

static const char usage[] = "card-probe [--ca FILE.der]... [--crl FILE.der]... [--cert FILE]\n";

struct probe {
    struct card_watch *watch;
    struct jpki_trust *trust;
    const char *cert_path;
    uv_pipe_t input;
    char line[LINE_ROOM];
    size_t line_size;
    uint32_t card_no;
    uint8_t cert[CERT_BYTES_MAX];
    size_t cert_size;
};

static const char *event_name(enum card_event_kind kind)
{
    static const char *const names[] = {
        [CARD_EVENT_SERVICE_MISSING] = "service_missing",
        [CARD_EVENT_NO_READER] = "no_reader",
        [CARD_EVENT_READER_EMPTY] = "empty",
        [CARD_EVENT_IN] = "in",
        [CARD_EVENT_READ_FAILED] = "read_failed",
        [CARD_EVENT_OUT] = "out",
        [CARD_EVENT_SIGNED] = "signed",
        [CARD_EVENT_SIGN_FAILED] = "sign_failed",
    };
    return names[kind];
}

static void write_cert(const char *path, const struct card_event *event)
{
    FILE *file = path == NULL ? NULL : fopen(path, "wb");
    if (file == NULL)
        return;
    fwrite(event->certificate, 1, event->certificate_size, file);
    fclose(file);
}

static void judge_card(struct probe *p, const struct card_event *event)
{
    struct jpki_verdict verdict;
    struct slice der = {(const char *)event->certificate, event->certificate_size};
    p->card_no = event->card_no;
    p->cert_size = event->certificate_size;
    memcpy(p->cert, event->certificate, event->certificate_size);
    write_cert(p->cert_path, event);
    if (event->certificate_size == 0)
        return;
    enum err err = jpki_trust_check(p->trust, der, clock_wall_ms(), &verdict);
    printf(" trust=%s revocation=%d test=%d", err_name(err), verdict.revocation,
           verdict.cert.is_test);
}

static void judge_signature(const struct probe *p, const struct card_event *event)
{
    struct slice der = {(const char *)p->cert, p->cert_size};
    struct slice signature = {(const char *)event->signature, event->signature_size};
    enum err good = jpki_cert_check_signature(der, slice_of(challenge), signature);
    enum err other = jpki_cert_check_signature(der, slice_of("another"), signature);
    printf(" signature=%s other=%s bytes=", err_name(good), err_name(other));
    for (size_t i = 0; i < event->signature_size; i++)
        printf("%02x", event->signature[i]);
}

static void on_event(void *self, const struct card_event *event)
{
    struct probe *p = self;
    printf("%s kind=%s outcome=%s err=%s sw=%04X code=%08X tries=%d cert=%zu apdus=%u us=%llu",
           event_name(event->kind), codes_name(&codes_card_kind, (int)event->card),
           card_outcome_name(card_outcome_of(event)), err_name(event->err), event->sw, event->code,
           event->tries, event->certificate_size, event->apdus,
           (unsigned long long)event->elapsed_us);
    if (event->kind == CARD_EVENT_IN)
        judge_card(p, event);
    if (event->kind == CARD_EVENT_SIGNED)
        judge_signature(p, event);
    printf(" reader=%s\n", event->reader);
    fflush(stdout);
}

static void on_closed(void *self)
{
    struct probe *p = self;
    printf("closed\n");
    fflush(stdout);
    p->watch = NULL;
}

/* ---- Orders on standard input ---- */

static void order_sign(struct probe *p, char *pin, enum card_last_try last_try)
{
    uint32_t order_no;
    struct card_order order = {.card_no = p->card_no,
                               .pin = pin,
                               .pin_size = strlen(pin),
                               .hash = sha256(challenge, sizeof challenge - 1),
                               .last_try = last_try};
    enum err err = card_sign(p->watch, &order, &order_no);
    if (err != ERR_OK)
        printf("order err=%s\n", err_name(err));
    fflush(stdout);
}

static void end(struct probe *p)
{
    card_close(p->watch);
    if (!uv_is_closing((uv_handle_t *)&p->input))
        uv_close((uv_handle_t *)&p->input, NULL);
}

static void order_line(struct probe *p, char *line)
{
    if (strncmp(line, "sign ", 5) == 0)
        order_sign(p, line + 5, CARD_KEEP_LAST_TRY);
    else if (strncmp(line, "sign-last ", 10) == 0)
        order_sign(p, line + 10, CARD_SPEND_LAST_TRY);
    else if (strcmp(line, "quit") == 0)
        end(p);
}

static void give_room(uv_handle_t *handle, size_t wanted, uv_buf_t *out)
{
    (void)wanted;
    struct probe *p = handle->data;
    *out = uv_buf_init(p->line + p->line_size, (unsigned)(sizeof p->line - p->line_size));
}

static void on_input(uv_stream_t *stream, ssize_t got, const uv_buf_t *room)
{
    (void)room;
    struct probe *p = stream->data;
    char *newline;
    if (got < 0) {
        end(p);
        return;
    }
    p->line_size += (size_t)got;
    while ((newline = memchr(p->line, '\n', p->line_size)) != NULL) {
        *newline = '\0';
        order_line(p, p->line);
        p->line_size -= (size_t)(newline + 1 - p->line);
        memmove(p->line, newline + 1, p->line_size);
    }
}

/* ---- Start ---- */

static enum err add_file(struct jpki_trust *t, const char *path,
                         enum err (*add)(struct jpki_trust *, struct slice))
{
    static char bytes[FILE_ROOM];
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return ERR_IO;
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return add(t, (struct slice){bytes, size});
}

static enum err parse(struct probe *p, int argc, char **argv)
{
    static const struct option names[] = {
        {"ca", required_argument, NULL, 'a'},
        {"crl", required_argument, NULL, 'r'},
        {"cert", required_argument, NULL, 'c'},
        {NULL, 0, NULL, 0},
    };
    enum err err = ERR_OK;
    int option;
    while (err == ERR_OK && (option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        if (option == 'a')
            err = add_file(p->trust, optarg, jpki_trust_add_ca);
        else if (option == 'r')
            err = add_file(p->trust, optarg, jpki_trust_add_crl);
        else if (option == 'c')
            p->cert_path = optarg;
        else
            err = ERR_USAGE;
    }
    return err;
}

static enum err start(struct probe *p, uv_loop_t *loop)
{
    struct card_config config = {
        .service = card_pcsc_service(), .on_event = on_event, .on_closed = on_closed, .self = p};
    enum err err = card_open(loop, &config, &p->watch);
    if (err != ERR_OK)
        return err;
    p->input.data = p;
    if (uv_pipe_init(loop, &p->input, 0) != 0 || uv_pipe_open(&p->input, 0) != 0 ||
        uv_read_start((uv_stream_t *)&p->input, give_room, on_input) != 0)
        return ERR_IO;
    return ERR_OK;
}

int main(int argc, char **argv)
{
    static struct probe probe;
    enum err err = jpki_trust_new(&probe.trust);
    if (err == ERR_OK)
        err = parse(&probe, argc, argv);
    if (err == ERR_OK)
        err = start(&probe, uv_default_loop());
    if (err != ERR_OK) {
        fprintf(stderr, "%scard-probe: %s\n", usage, err_name(err));
        return EXIT_USAGE;
    }
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    jpki_trust_free(probe.trust);
    return uv_loop_close(uv_default_loop()) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
