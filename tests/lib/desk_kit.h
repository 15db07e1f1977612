/* desk_kit.h — Job: a desk between a gateway of text and a screen that a test can read. */
#ifndef TESTS_LIB_DESK_KIT_H
#define TESTS_LIB_DESK_KIT_H

#include "hospital_client/desk.h"
#include "tests/lib/client_kit.h"
#include "tests/lib/temp_folder.h"

struct desk_kit {
    struct client_kit kit; /* kit.client is the desk's: not the kit's to free */
    struct desk *desk;
    struct hospital_settings settings;
    struct client_state *state;
    char folder[TEMP_PATH_MAX];
    int screen_fds[2]; /* [0] is what the test reads; a pipe, or a pseudo terminal */
    int json_fd;
    int relinks, quits;
    enum desk_echo echo;
    char text[65536]; /* of the last desk_kit_screen or desk_kit_json */
};

enum desk_kit_screen { DESK_KIT_PIPE, DESK_KIT_TERMINAL };

void desk_kit_open(struct desk_kit *dk, enum desk_kit_screen screen, enum desk_secrets secrets);
void desk_kit_close(struct desk_kit *dk);
/* Online, welcome, empty snapshot, one person signed in (session 'S') by typed lines. */
void desk_kit_ready(struct desk_kit *dk);
void desk_kit_type(struct desk_kit *dk, const char *line);
/* What has come to the screen, or to the JSON lines, since the last call. Lent until the next. */
const char *desk_kit_read_screen(struct desk_kit *dk);
const char *desk_kit_read_json(struct desk_kit *dk);
/* The case of ckit_case as the desk calls it. */
const char *desk_kit_case(void);
/* "open CASE all" and what the gateway does then: receipt and keys. */
void desk_kit_open_view(struct desk_kit *dk, const struct ckit_section *sections, size_t count);
/* Fails the test unless WORDS stand in TEXT, or with has_not unless they do not. */
void desk_kit_has(const char *text, const char *words);
void desk_kit_has_not(const char *text, const char *words);
#endif
