/* demo_page.c — Job: the demo's page on loopback: addresses, codes, and the card by a touch.
 *
 * demo-page HAND prints port=N and serves http://localhost:N/ until it is told to end. What is
 * shown and done there is what `sh HAND WORD...` says and does: a terminal and this page agree. */
#include <microhttpd.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/buf.h"

enum { SAID_BYTES_MAX = 65536, PAGE_BYTES_MAX = 262144, HOST_MAX = 64, EXIT_USAGE = 2 };

extern char **environ;

static const struct button {
    const char *label, *word, *more;
} buttons[] = {
    {"カード3：搬送中の傷病者 / on the way", "insert", "3"},
    {"カード4：別の傷病者 / somebody else", "insert", "4"},
    {"カード5：何も記録がない / nothing there", "insert", "5"},
    {"カード6：薬に同意なし / no medicines", "insert", "6"},
    {"カード7：未登録 / not registered", "insert", "7"},
    {"カード9：全部を拒否 / all refused", "insert", "9"},
    {"カード10：失効 / revoked", "insert", "10"},
    {"カード12：発行者が不明 / unknown issuer", "insert", "12"},
    {"ほかのカード / no My Number card", "insert", "other"},
    {"カードを抜く / take it out", "remove", NULL},
    {"残り回数を0に（ロック） / PIN locked", "tries", "0"},
    {"残り回数を3に / three tries", "tries", "3"},
    {"資格確認等システム：遅い / slow", "system", "slow"},
    {"資格確認等システム：別人を返す / wrong patient", "system", "wrong-patient"},
    {"資格確認等システム：普通 / as usual", "system", "none"},
};
enum { BUTTONS = sizeof buttons / sizeof buttons[0] };

struct desk {
    char *hand;
    char host[2][HOST_MAX]; /* the two names that a browser may ask us by */
    struct buf said;        /* by the last touch */
};

/* ---- what the hand says ---- */

static void read_all(int fd, struct buf *out)
{
    char bytes[4096];
    ssize_t size;
    while ((size = read(fd, bytes, sizeof bytes)) > 0)
        buf_add(out, bytes, (size_t)size);
}

static bool begin(const struct desk *desk, char *word, char *more, int out, pid_t *pid)
{
    char sh[] = "sh";
    char *const words[] = {sh, desk->hand, word, more, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
    int failed = posix_spawn(pid, "/bin/sh", &actions, &attributes, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failed == 0;
}

static void ask_hand(const struct desk *desk, const char *word, const char *more, struct buf *out)
{
    char first[32], second[32];
    int ends[2];
    pid_t pid;
    snprintf(first, sizeof first, "%s", word);
    snprintf(second, sizeof second, "%s", more == NULL ? "" : more);
    buf_init(out, SAID_BYTES_MAX);
    if (pipe2(ends, O_CLOEXEC) != 0)
        return;
    bool begun = begin(desk, first, more == NULL ? NULL : second, ends[1], &pid);
    close(ends[1]);
    read_all(ends[0], out);
    close(ends[0]);
    if (begun)
        (void)waitpid(pid, NULL, 0);
}

/* ---- the page ---- */

static void add_escaped(struct buf *b, struct slice text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (c == '&' || c == '<' || c == '>' || c == '"')
            buf_printf(b, "&#%d;", c);
        else
            buf_byte(b, c);
    }
}

/* Text as it is; a word that begins like an address of this machine's pages is a link. */
static void add_text(struct buf *b, struct slice text)
{
    while (text.size > 0) {
        size_t size = 0;
        while (size < text.size && text.bytes[size] != ' ' && text.bytes[size] != '\n')
            size++;
        struct slice word = {text.bytes, size == 0 ? 1 : size};
        bool link = (size > 7 && memcmp(word.bytes, "http://", 7) == 0) ||
                    (size > 8 && memcmp(word.bytes, "https://", 8) == 0);
        if (link) {
            buf_text(b, "<a target=\"_blank\" rel=\"noopener\" href=\"");
            add_escaped(b, word);
            buf_text(b, "\">");
        }
        add_escaped(b, word);
        buf_text(b, link ? "</a>" : "");
        text.bytes += word.size;
        text.size -= word.size;
    }
}

static void add_said(const struct desk *desk, const char *title, const char *word, struct buf *b)
{
    struct buf said = {0};
    ask_hand(desk, word, NULL, &said);
    buf_printf(b, "<h2>%s</h2><pre>", title);
    add_text(b, buf_slice(&said));
    buf_text(b, "</pre>");
    buf_free(&said);
}

static void write_page(const struct desk *desk, struct buf *b)
{
    buf_text(b, "<!doctype html><html lang=\"ja\"><meta charset=\"utf-8\">"
                "<meta http-equiv=\"refresh\" content=\"15;url=/\"><title>デモ / demo</title>"
                "<style>body{font:16px/1.6 sans-serif;margin:1rem 2rem}pre{white-space:pre-wrap}"
                "form{display:inline}button{font:inherit;min-height:44px;margin:4px}</style>"
                "<h1>SIMULATOR：デモの手元 / the demo's hand</h1>");
    add_said(desk, "サインオン / sign-in", "codes", b);
    buf_text(b, "<h2>カードと接続先 / card and source</h2>");
    for (size_t i = 0; i < BUTTONS; i++)
        buf_printf(b, "<form method=\"post\" action=\"/do?act=%zu\"><button>%s</button></form>", i,
                   buttons[i].label);
    buf_text(b, "<pre>");
    add_text(b, buf_slice(&desk->said));
    buf_text(b, "</pre>");
    add_said(desk, "アドレス / addresses", "where", b);
    buf_text(b, "</html>\n");
}

/* ---- requests ---- */

static enum MHD_Result answer(struct MHD_Connection *c, unsigned status, const char *place,
                              struct buf *body)
{
    size_t size;
    char *bytes = buf_take(body, &size);
    struct MHD_Response *r = MHD_create_response_from_buffer(size, bytes == NULL ? "" : bytes,
                                                             bytes == NULL ? MHD_RESPMEM_PERSISTENT
                                                                           : MHD_RESPMEM_MUST_FREE);
    MHD_add_response_header(r, "Content-Type", "text/html; charset=utf-8");
    MHD_add_response_header(r, "Cache-Control", "no-store");
    MHD_add_response_header(r, "Content-Security-Policy",
                            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
                            "frame-ancestors 'none'");
    if (place != NULL)
        MHD_add_response_header(r, "Location", place);
    enum MHD_Result result = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return result;
}

/* Asked by a name of ours, and acted on from our own page only. */
static bool is_ours(const struct desk *desk, struct MHD_Connection *c, bool act)
{
    const char *host = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Host");
    const char *origin = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Origin");
    if (host == NULL || (strcmp(host, desk->host[0]) != 0 && strcmp(host, desk->host[1]) != 0))
        return false;
    return !act ||
           (origin != NULL && strncmp(origin, "http://", 7) == 0 && strcmp(origin + 7, host) == 0);
}

static void act(struct desk *desk, struct MHD_Connection *c)
{
    const char *number = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "act");
    unsigned long i = number == NULL ? BUTTONS : strtoul(number, NULL, 10);
    if (i >= BUTTONS)
        return;
    buf_free(&desk->said);
    ask_hand(desk, buttons[i].word, buttons[i].more, &desk->said);
    if (desk->said.size == 0)
        buf_text(&desk->said, buttons[i].label);
}

static enum MHD_Result on_request(void *self, struct MHD_Connection *c, const char *url,
                                  const char *method, const char *version, const char *bytes,
                                  size_t *size, void **request)
{
    static int seen;
    struct desk *desk = self;
    struct buf body = {0};
    (void)version;
    (void)bytes;
    if (*request == NULL || *size != 0) { /* what a form sends is in the address */
        *request = &seen;
        *size = 0;
        return MHD_YES;
    }
    bool post = strcmp(method, "POST") == 0;
    if (!is_ours(desk, c, post))
        return answer(c, MHD_HTTP_FORBIDDEN, NULL, &body);
    if (post && strcmp(url, "/do") == 0) {
        act(desk, c);
        return answer(c, MHD_HTTP_SEE_OTHER, "/", &body);
    }
    if (strcmp(method, "GET") != 0 || strcmp(url, "/") != 0)
        return answer(c, MHD_HTTP_NOT_FOUND, NULL, &body);
    buf_init(&body, PAGE_BYTES_MAX);
    write_page(desk, &body);
    return answer(c, MHD_HTTP_OK, NULL, &body);
}

int main(int argc, char **argv)
{
    static struct desk desk;
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    sigset_t ends;
    int got;
    if (argc != 2)
        return EXIT_USAGE;
    desk.hand = argv[1];
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, on_request,
                         &desk, MHD_OPTION_SOCK_ADDR, &here, MHD_OPTION_END);
    const union MHD_DaemonInfo *info =
        daemon == NULL ? NULL : MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    if (info == NULL)
        return EXIT_FAILURE;
    snprintf(desk.host[0], HOST_MAX, "localhost:%u", info->port);
    snprintf(desk.host[1], HOST_MAX, "127.0.0.1:%u", info->port);
    printf("port=%u\n", info->port);
    fflush(stdout);
    (void)sigwait(&ends, &got);
    MHD_stop_daemon(daemon);
    buf_free(&desk.said);
    return EXIT_SUCCESS;
}
