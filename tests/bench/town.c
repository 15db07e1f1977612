/* town.c — Job: a gateway's world for load: organisations, devices, people, and their talk. */
#include "tests/bench/town.h"

#include "common/clock.h"
#include "common/password.h"
#include "common/rng.h"
#include "proto/base64.h"
#include "proto/time_text.h"

#include <openssl/pem.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { WAIT_US = 20 * 1000000 };
static const char password[] = "Bench-2026-町の全員";

static void must(bool done, const char *what)
{
    if (done)
        return;
    fprintf(stderr, "bench: %s failed\n", what);
    abort();
}

/* ---- texts ---- */

bool text_has(struct slice text, const char *what)
{
    return memmem(text.bytes, text.size, what, strlen(what)) != NULL;
}

bool text_is(struct slice text, const char *type)
{
    char word[64];
    size_t size = (size_t)snprintf(word, sizeof word, "\"type\":\"%s\"}", type);
    return text.size >= size && memcmp(text.bytes + text.size - size, word, size) == 0;
}

void text_get(struct slice text, const char *key, char out[TOWN_ID])
{
    char word[64];
    size_t size = (size_t)snprintf(word, sizeof word, "\"%s\":\"", key);
    const char *at = memmem(text.bytes, text.size, word, size);
    must(at != NULL && text.size - (size_t)(at - text.bytes) >= size + ID_TEXT_SIZE, key);
    snprintf(out, TOWN_ID, "%.*s", ID_TEXT_SIZE, at + size);
}

const char *now_text(void)
{
    static char text[TIME_TEXT_SIZE];
    time_text(clock_wall_ms(), text);
    return text;
}

static void new_id(char out[TOWN_ID])
{
    struct id id = rng_id();
    id_text(&id, out);
    out[ID_TEXT_SIZE] = '\0';
}

/* ---- what the machine says about a process ---- */

static void read_proc(long pid, const char *file, char *text, size_t room)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/%s", pid, file);
    FILE *from = fopen(path, "r");
    must(from != NULL, path);
    text[fread(text, 1, room - 1, from)] = '\0';
    fclose(from);
}

long process_cpu_us(long pid)
{
    char text[1024];
    unsigned long user = 0, system = 0;
    read_proc(pid, "stat", text, sizeof text);
    char *at = strrchr(text, ')'); /* names may hold spaces */
    must(at != NULL && sscanf(at, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                              &system) == 2,
         "stat");
    return (long)(user + system) * (1000000 / sysconf(_SC_CLK_TCK));
}

long process_rss_kb(long pid)
{
    char text[4096];
    read_proc(pid, "status", text, sizeof text);
    const char *at = strstr(text, "VmRSS:");
    must(at != NULL, "status");
    return strtol(at + 6, NULL, 10);
}

/* ---- the operator's side ---- */

static void ask(struct town *town, struct buf *request, char id[TOWN_ID])
{
    char answer[1024];
    size_t size = 0;
    buf_text(request, "}\n");
    must(send(town->control, request->bytes, request->size, MSG_NOSIGNAL) == (ssize_t)request->size,
         "control");
    while (size == 0 || answer[size - 1] != '\n') {
        ssize_t n = read(town->control, answer + size, sizeof answer - 1 - size);
        must(n > 0, "control answer");
        size += (size_t)n;
    }
    answer[size] = '\0';
    must(strncmp(answer, "{\"ok\":true", 10) == 0, answer);
    text_get((struct slice){answer, size}, "id", id);
    buf_free(request);
}

static void dial(struct town *town)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int size =
        snprintf(address.sun_path, sizeof address.sun_path, "%s/control.sock", town->data_dir);
    must(size > 0 && size < (int)sizeof address.sun_path, "control path");
    town->control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(connect(town->control, (struct sockaddr *)&address, sizeof address) == 0, "control");
}

static void copy_file(const char *from, const char *to)
{
    char bytes[16384];
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    must(in != NULL && out != NULL, from);
    size_t size = fread(bytes, 1, sizeof bytes, in);
    must(fwrite(bytes, 1, size, out) == size && fclose(out) == 0, to);
    fclose(in);
}

void town_org(struct town *town, const char *kind, const char *name, char id[TOWN_ID])
{
    struct buf request = {0};
    buf_printf(&request, "{\"act\":\"org_add\",\"kind\":\"%s\",\"name\":\"%s\"", kind, name);
    buf_printf(&request, ",\"code\":\"%s\"", strcmp(kind, "hospital") == 0 ? "1310000001" : "0372");
    ask(town, &request, id);
}

static void load(struct town *town, struct device *device, const char *name)
{
    char file[64];
    snprintf(file, sizeof file, "%s.pem", name);
    FILE *from = fopen(pki_path(&town->pki, file), "r");
    must(from != NULL, file);
    device->cert = PEM_read_X509(from, NULL, NULL, NULL);
    fclose(from);
    snprintf(file, sizeof file, "%s.key", name);
    from = fopen(pki_path(&town->pki, file), "r");
    must(from != NULL, file);
    device->key = PEM_read_PrivateKey(from, NULL, NULL, NULL);
    fclose(from);
    must(device->cert != NULL && device->key != NULL, name);
}

void town_device(struct town *town, struct device *device)
{
    char name[32];
    unsigned char hash[32];
    unsigned size = 0;
    struct buf request = {0};
    const char *kind = device->hospital ? "hospital" : "ambulance";
    snprintf(name, sizeof name, "device-%u", ++town->certs);
    pki_make(&town->pki,
             &(struct pki_want){.name = name, .ca = "ca", .ou = kind, .usage = "clientAuth"});
    load(town, device, name);
    must(X509_digest(device->cert, EVP_sha256(), hash, &size) == 1, "digest");
    buf_printf(&request, "{\"act\":\"device_add\",\"device_kind\":\"%s\",\"org\":\"%s\"", kind,
               device->org);
    buf_printf(&request, ",\"name\":\"%s\",\"fingerprint\":\"", name);
    base64_add(&request, hash, sizeof hash);
    buf_byte(&request, '"');
    ask(town, &request, device->id);
}

void town_cost(struct town *town, unsigned memory_mib)
{
    struct password_cost cost = {2, (size_t)memory_mib << 20};
    must(password_hash(&cost, slice_of(password), town->password_hash) == ERR_OK, "hash");
}

void town_person(struct town *town, struct device *device, const char *roles)
{
    char secret[TOTP_BASE32_SIZE], id[TOWN_ID];
    struct buf request = {0};
    snprintf(device->login, sizeof device->login, "person-%u", ++town->people);
    totp_new_secret(device->totp);
    must(totp_base32(device->totp, secret) == ERR_OK, "totp");
    buf_printf(&request, "{\"act\":\"person_add\",\"org\":\"%s\",\"login\":\"%s\",\"roles\":%s",
               device->org, device->login, roles);
    buf_printf(&request, ",\"name\":\"試験 %u\",\"must_change\":false", town->people);
    buf_printf(&request, ",\"password\":\"%s\",\"totp\":\"%s\"", town->password_hash, secret);
    ask(town, &request, id);
}

/* ---- the devices' side ---- */

static void on_opened(void *self, struct line *line)
{
    (void)self;
    line_send(line, slice_of("{\"body\":{\"checkpoint_size\":0,\"client\":\"bench\",\"n\":0},"
                             "\"type\":\"hello\"}"));
}

static void on_text(void *self, struct line *line, struct slice text)
{
    struct town *town = self;
    struct device *device = line->user;
    if (!device->welcomed && text_is(text, "welcome")) {
        device->welcomed = true;
        town->welcomed++;
    }
    if (town->watch != NULL)
        town->watch(town->watch_self, device, text);
    if (device->want == NULL || device->found)
        return;
    if (text_is(text, "refusal") || text_has(text, "\"event\":\"fetch_failed\"") ||
        text_has(text, "\"event\":\"card_refused\"")) {
        fprintf(stderr, "bench: refused: %.*s\n", (int)text.size, text.bytes);
        abort();
    }
    device->found = text_has(text, device->want);
    buf_clear(&device->got);
    buf_add(&device->got, text.bytes, text.size);
}

static void on_ended(void *self, struct line *line)
{
    struct town *town = self;
    struct device *device = line->user;
    fprintf(stderr, "bench: the gateway ended the line of %s\n", device->id);
    town->welcomed -= device->welcomed ? 1 : 0;
    device->welcomed = false;
    device->line = NULL;
}

void town_open(struct town *town)
{
    char path[1024];
    const struct swarm_calls calls = {town, on_opened, on_text, on_ended};
    pki_init(&town->pki);
    snprintf(path, sizeof path, "%s/pki/ca.crt", town->data_dir);
    copy_file(path, pki_path(&town->pki, "ca.pem"));
    town->swarm = swarm_new(path, &calls);
    snprintf(path, sizeof path, "%s/pki/ca.key", town->data_dir);
    copy_file(path, pki_path(&town->pki, "ca.key"));
    dial(town);
}

void town_close(struct town *town)
{
    swarm_free(town->swarm);
    close(town->control);
    pki_fini(&town->pki);
}

void town_connect(struct town *town, struct device *device)
{
    device->welcomed = false;
    device->line = swarm_connect(
        town->swarm,
        &(struct swarm_to){.port = device->hospital ? town->hospital_port : town->ambulance_port,
                           .cert = device->cert,
                           .key = device->key,
                           .user = device});
}

void town_hang_up(struct town *town, struct device *device)
{
    if (device->line == NULL)
        return;
    line_close(device->line);
    device->line = NULL;
    town->welcomed -= device->welcomed ? 1 : 0;
    device->welcomed = false;
}

void town_connect_all(struct town *town, struct device *devices, size_t count, size_t wide)
{
    size_t begun = 0, before = town->welcomed;
    int64_t limit = now_us() + WAIT_US + (int64_t)count * 5000;
    while (town->welcomed - before < count) {
        while (begun < count && begun - (town->welcomed - before) < wide)
            town_connect(town, &devices[begun++]);
        swarm_run(town->swarm, 100);
        must(now_us() < limit, "connecting all");
    }
}

void town_say(struct device *device, const char *type, const char *case_id, const char *format, ...)
{
    char id[TOWN_ID];
    struct buf text = {0};
    char body[8192];
    va_list args;
    va_start(args, format);
    int size = vsnprintf(body, sizeof body, format, args);
    va_end(args);
    must(size >= 0 && size < (int)sizeof body && device->line != NULL, "message");
    new_id(id);
    buf_printf(&text, "{\"type\":\"%s\",\"id\":\"%s\",\"sent_at\":\"%s\"", type, id, now_text());
    if (device->session[0] != '\0')
        buf_printf(&text, ",\"session\":\"%s\"", device->session);
    if (case_id != NULL)
        buf_printf(&text, ",\"case\":\"%s\"", case_id);
    buf_text(&text, ",\"body\":");
    buf_add(&text, body, (size_t)size);
    buf_byte(&text, '}');
    line_send(device->line, buf_slice(&text));
    buf_free(&text);
}

struct slice town_wait(struct town *town, struct device *device, const char *want)
{
    int64_t limit = now_us() + WAIT_US;
    device->want = want;
    device->found = false;
    while (!device->found) {
        swarm_run(town->swarm, 100);
        if (now_us() >= limit)
            fprintf(stderr, "last: %.*s\n", (int)device->got.size, device->got.bytes);
        must(now_us() < limit, want);
    }
    device->want = NULL;
    return buf_slice(&device->got);
}

void town_sign_in(struct town *town, struct device *device)
{
    char code[TOTP_DIGITS + 1];
    must(totp_code(device->totp, clock_wall_ms(), code) == ERR_OK, "code");
    town_say(device, "sign_in", NULL, "{\"login\":\"%s\",\"password\":\"%s\",\"code\":\"%s\"}",
             device->login, password, code);
    text_get(town_wait(town, device, "\"type\":\"session\""), "session", device->session);
}

void town_case(struct town *town, struct device *device)
{
    char incident[TOWN_ID];
    new_id(device->case_id);
    new_id(incident);
    town_say(device, "case_open", device->case_id, "{\"incident\":\"%s\"}", incident);
    (void)town_wait(town, device, "\"type\":\"receipt\"");
}
