/* demo_codes.c — Job: who may sign in at the demo, and the code that the gateway takes next.
 *
 * demo_codes FOLDER [LOGIN] reads from FOLDER: people (a line for each: login, password, id,
 * secrets file, where, name, separated by tabs) and export/events.jsonl (the exported log). Each
 * code counts once: which one a person used last stands in the log. With LOGIN only that person's
 * code is printed; exit 3, and how long to wait, when the next code is not yet taken. */
#include "common/clock.h"
#include "common/file.h"
#include "proto/json.h"
#include "tests/lib/code_key.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVENTS_BYTES_MAX = 64 * 1024 * 1024, COLUMNS = 6, EXIT_WAIT = 3 };
enum column { LOGIN, PASSWORD, PERSON, SECRETS, PLACE, NAME };

struct next {
    char code[TOTP_DIGITS + 1];
    int64_t wait_ms; /* 0: it is taken now */
    int64_t left_ms; /* as long as this */
};

static bool text_is(const struct json *row, const char *key, const char *value)
{
    const struct json *node = json_get(row, key);
    return node != NULL && json_kind(node) == JSON_TEXT && slice_is(json_text(node), value);
}

/* The step of the last code that PERSON signed in with; 0: none. */
static int64_t last_step(char *events, const char *person)
{
    int64_t last = 0;
    for (char *line = events; line != NULL && *line != '\0';) {
        char *end = strchr(line, '\n');
        struct json *row = NULL;
        struct slice text = {line, end == NULL ? strlen(line) : (size_t)(end - line)};
        if (json_parse(text, text.size + 1, &row) == ERR_OK && json_kind(row) == JSON_OBJECT &&
            text_is(row, "type", "session_opened") && text_is(row, "person", person)) {
            const struct json *step = json_get(row, "count");
            if (step != NULL && json_kind(step) == JSON_INT && json_int(step) > last)
                last = json_int(step);
        }
        json_free(row);
        line = end == NULL ? NULL : end + 1;
    }
    return last;
}

/* The gateway takes the codes of the last step, this one and the next, above the one used last. */
static bool next_of(const char *secrets, int64_t used, struct next *out)
{
    uint8_t secret[TOTP_SECRET_SIZE];
    int64_t now = clock_wall_ms(), step = now / TOTP_STEP_MS;
    int64_t next = used >= step ? used + 1 : step;
    out->wait_ms = next > step + 1 ? (next - 1) * TOTP_STEP_MS - now : 0;
    out->left_ms = (next + 2) * TOTP_STEP_MS - now;
    return code_key_read(secrets, secret) &&
           totp_code(secret, next * TOTP_STEP_MS, out->code) == ERR_OK;
}

static bool cut(char *line, char *columns[COLUMNS])
{
    for (int i = 0; i < COLUMNS; i++) {
        columns[i] = strsep(&line, "\t");
        if (columns[i] == NULL)
            return false;
    }
    return true;
}

static int seconds(int64_t ms)
{
    return (int)((ms + 999) / 1000);
}

static void say_row(char *columns[COLUMNS], const struct next *next)
{
    printf("   %-8s %-16s ", columns[LOGIN], columns[PASSWORD]);
    if (next->wait_ms == 0)
        printf("%s  %2d s ", next->code, seconds(next->left_ms));
    else
        printf("------ in %2d s", seconds(next->wait_ms));
    printf("  %s  %s\n", columns[NAME], columns[PLACE]);
}

static int say_code(const struct next *next)
{
    if (next->wait_ms != 0) {
        fprintf(stderr, "%d 秒待ってください / wait %d s: each code counts once\n",
                seconds(next->wait_ms), seconds(next->wait_ms));
        return EXIT_WAIT;
    }
    printf("%s\n", next->code);
    return 0;
}

/* One row of people; ONLY names the one who is asked for, NULL all. -1: not this one. */
static int person(const char *folder, char *line, char *events, const char *only)
{
    char *columns[COLUMNS], path[1024];
    struct next next;
    if (!cut(line, columns))
        return 1;
    if (only != NULL && strcmp(columns[LOGIN], only) != 0)
        return -1;
    snprintf(path, sizeof path, "%s/%s", folder, columns[SECRETS]);
    if (!next_of(path, last_step(events, columns[PERSON]), &next))
        return 1;
    if (only != NULL)
        return say_code(&next);
    say_row(columns, &next);
    return -1;
}

static bool read_text(const char *folder, const char *name, struct buf *out)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (file_read(path, EVENTS_BYTES_MAX, FILE_ANY, out) != ERR_OK)
        return false;
    buf_byte(out, '\0');
    return buf_error(out) == ERR_OK;
}

int main(int argc, char **argv)
{
    struct buf people = {0}, events = {0};
    const char *only = argc > 2 ? argv[2] : NULL;
    if (argc < 2 || sodium_init() < 0 || !read_text(argv[1], "people", &people) ||
        !read_text(argv[1], "export/events.jsonl", &events))
        return 2;
    if (only == NULL)
        printf("   %-8s %-16s %-13s\n", "login", "password", "code   good");
    int status = -1;
    char *rest = people.bytes, *line;
    while (status < 0 && (line = strsep(&rest, "\n")) != NULL)
        if (*line != '\0')
            status = person(argv[1], line, events.bytes, only);
    buf_free(&people);
    buf_free(&events);
    if (status < 0)
        status = only != NULL;
    return status;
}
