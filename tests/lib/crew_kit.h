/* crew_kit.h — Job: a crew between a gateway of text, a card by hand, and a screen to read. */
#ifndef TESTS_LIB_CREW_KIT_H
#define TESTS_LIB_CREW_KIT_H

#include "ambulance_client/crew.h"
#include "tests/lib/client_kit.h"
#include "tests/lib/temp_folder.h"

enum crew_kit_screen { CREW_KIT_PIPE, CREW_KIT_TERMINAL };

struct crew_kit {
    struct client_kit kit; /* kit.client is the crew's: not the kit's to free */
    struct crew *crew;
    struct ambulance_settings settings;
    struct client_state *state;
    struct spool *spool;
    char folder[TEMP_PATH_MAX];
    int screen_fds[2]; /* [0] is what the test reads; a pipe, or a pseudo terminal */
    int json_fd;
    int relinks, quits, status;
    int64_t n; /* of the last notice */
    enum crew_echo echo;
    /* The last order for a signature; card_err is what the reader says to it. */
    struct hash order_hash;
    char order_pin[CARD_PIN_DIGITS + 1];
    enum card_last_try order_last;
    uint32_t order_no;
    enum err card_err;
    uint8_t spool_secret[KEY_BYTES], spool_public[KEY_BYTES];
    char text[65536]; /* of the last crew_kit_read_… */
};

/* A new tablet: empty folder, a script with typed secrets. */
void crew_kit_open(struct crew_kit *ck, enum crew_kit_screen screen, enum crew_input input);
void crew_kit_close(struct crew_kit *ck);
/* The program ends and starts again: the folder stays, memory is gone. */
void crew_kit_restart(struct crew_kit *ck);

void crew_kit_type(struct crew_kit *ck, const char *line);
/* Online and welcomed, with the spool's key; an empty snapshot. */
void crew_kit_welcome(struct crew_kit *ck);
/* The same and one person signed in (session 'S'). */
void crew_kit_ready(struct crew_kit *ck);
/* Case 'C' is known (notice case_opened) and in use. */
void crew_kit_case(struct crew_kit *ck);
/* A frame of the gateway to the crew. ENVELOPE and body as in client_kit.h. */
void crew_kit_say(struct crew_kit *ck, const char *type, const char *envelope, const char *format,
                  ...) __attribute__((format(printf, 4, 5)));
/* A numbered notice about case 'C'. MORE: further members of the body, each with a comma behind. */
void crew_kit_notice(struct crew_kit *ck, const char *event, const char *more);
/* The receipt of the newest frame of TYPE, or its refusal with CODE. */
void crew_kit_receipt(struct crew_kit *ck, const char *type);
void crew_kit_refuse(struct crew_kit *ck, const char *type, const char *code, bool final);
/* Case 'C' as a snapshot tells it; MORE as above. */
void crew_kit_snapshot(struct crew_kit *ck, const char *more);
/* The sections of the crew's view 'V' of case 'C': person (山田太郎) and medications (ワルファリン). */
extern const struct ckit_section crew_kit_sections[2];
/* `view` is typed; it is fetched and arrives, with the keys of `person`. */
void crew_kit_view(struct crew_kit *ck);
/* `identity matched` is typed, and its notice comes. */
void crew_kit_matched(struct crew_kit *ck);
/* `open all` is typed, and the keys come. */
void crew_kit_opened(struct crew_kit *ck);
/* A good card with number NO is in the reader. */
void crew_kit_card_in(struct crew_kit *ck, uint32_t no);
/* Time passes, a second a tick. */
void crew_kit_pass(struct crew_kit *ck, int seconds);
/* The member PATH of the newest frame of TYPE that was sent; "" when there is none. */
const char *crew_kit_sent(struct crew_kit *ck, const char *type, const char *path);

/* What has come to the screen, or to the JSON lines, since the last call. Lent until the next. */
const char *crew_kit_screen_text(struct crew_kit *ck);
const char *crew_kit_json(struct crew_kit *ck);
/* Fails the test unless WORDS stand in TEXT, or with has_not unless they do not. */
void crew_kit_has(const char *text, const char *words);
void crew_kit_has_not(const char *text, const char *words);
#endif
