/* desk_inner.h — Job: the desk as its own files share it; nobody else includes it. */
#ifndef HOSPITAL_CLIENT_DESK_INNER_H
#define HOSPITAL_CLIENT_DESK_INNER_H

#include "hospital_client/desk.h"

enum {
    DESK_OPENS_MAX = 32,
    DESK_PROOFS_MAX = 8,
    DESK_WORDS_MAX = 16,
    DESK_BOARD_MS = 20000,
    DESK_SAVE_MS = 10000,
    DESK_WITNESS_MS = 2000,
    DESK_KEEP_ENDED_MS = 60 * 60 * 1000,
    DESK_PROOF_TRIES = 15
};

enum desk_secret { SECRET_NONE, SECRET_SIGN_IN, SECRET_PASSWORD };

/* An opening under way, and what the person wants to see of the view. */
struct desk_open {
    struct id message, view, grant;
    uint64_t asked;
    uint64_t at; /* monotonic ms of the command */
};

struct desk_proof {
    struct id message; /* absent: this row is free, or waits for its next try */
    int64_t entry;     /* 0: free */
    char path[FILE_PATH_MAX];
    int tries;
    uint64_t retry_at; /* 0: under way */
};

/* In locked memory: what was typed of a sign-in. */
struct desk_typed_secret {
    enum desk_secret use;
    char login[LOGIN_MAX * 4 + 1];
    char first[PASSWORD_MAX * 4 + 1]; /* the password */
    bool has_first;
};

struct desk {
    struct desk_calls calls;
    const struct hospital_settings *settings;
    struct screen screen;
    struct report report;
    struct client_state *state;
    struct client *client;
    struct pages *pages; /* NULL: none */
    enum desk_secrets secrets;
    struct desk_typed_secret *typed;
    struct id current;     /* session of the person who types; absent: nobody */
    bool online;           /* welcome has come */
    int64_t offline_since; /* wall ms; 0: never was on */
    int people, accepting; /* enum flag: the board */
    bool people_by_page;   /* it was a page that said so: true as long as one is open */
    char specialties[TEXT_SHORT_MAX * 4 + 1];
    uint64_t board_at, saved_at, witness_at;
    bool witness_unsaved; /* a newer checkpoint than the one on the disk */
    struct desk_open opens[DESK_OPENS_MAX];
    size_t opens_next;
    struct desk_proof proofs[DESK_PROOFS_MAX];
};

/* One typed line, taken apart in place. rest[i] is the line from word i on. */
struct desk_words {
    size_t count;
    char *words[DESK_WORDS_MAX];
    char *rest[DESK_WORDS_MAX];
};

uint64_t desk_mono(const struct desk *d);
int64_t desk_now(const struct desk *d); /* the gateway's time, as far as known */

/* desk_happened.c */
void desk_happened(void *self, const struct happened *what);
/* desk_show.c */
void desk_show_opened(struct desk *d); /* everything that is open, anew */
void desk_covered(struct desk *d, const struct happened *what);
void desk_opened(struct desk *d, const struct happened *what);
void desk_record(struct desk *d, const struct happened *what);
struct desk_open *desk_open_of(struct desk *d, const struct id *view, const struct id *grant);
void desk_list(struct desk *d);
/* desk_log.c: checkpoints and proofs */
void desk_witness_tick(struct desk *d);
void desk_witness_flush(struct desk *d); /* at the end */
void desk_checkpoint(struct desk *d, const struct happened *what);
void desk_proof(struct desk *d, const struct happened *what);
void desk_proof_refused(struct desk *d, const struct settled *how);
void desk_proofs_tick(struct desk *d);
MUST_CHECK enum err desk_ask_proof(struct desk *d, int64_t entry, const char *path);
MUST_CHECK enum err desk_close_alarm(struct desk *d, enum witness_choice choice);
void desk_show_witness(struct desk *d);
/* desk_people.c: sign-in and its secrets */
MUST_CHECK enum err desk_begin_secret(struct desk *d, enum desk_secret use, const char *login);
void desk_secret_line(struct desk *d, const char *line, size_t size);
void desk_signed_in(struct desk *d, const struct happened *what);
void desk_signed_out(struct desk *d, const struct happened *what);
void desk_next_person(struct desk *d);
/* desk_cases.c: commands whose first word is a case. Each sends at most one message. */
typedef enum err desk_run(struct desk *d, const struct desk_words *t);
desk_run desk_run_list, desk_run_answer, desk_run_withdraw, desk_run_confirm_phone, desk_run_record,
    desk_run_handover, desk_run_mixup, desk_run_ack_mixup, desk_run_talk, desk_run_open,
    desk_run_close, desk_run_extend, desk_run_break_glass;
/* The line from word INDEX on; bytes NULL: it ends before. */
struct slice desk_rest(const struct desk_words *t, size_t index);
/* desk_commands.c */
void desk_command(struct desk *d, struct desk_words *typed);
void desk_board(struct desk *d);
#endif
