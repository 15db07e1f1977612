/* crew_inner.h — Job: the crew's tablet as its own files share it; nobody else includes it. */
#ifndef AMBULANCE_CLIENT_CREW_INNER_H
#define AMBULANCE_CLIENT_CREW_INNER_H

#include "ambulance_client/card_text.h"
#include "ambulance_client/crew.h"
#include "ambulance_client/typed.h"

enum {
    CREW_FLYING_MAX = 16,    /* kept messages of an earlier life under way at once */
    CREW_ARRIVALS_MAX = 128, /* happenings that a `wait` has not asked for yet */
    CREW_WORD_MAX = 48,      /* the longest event name that can be waited for */
    CREW_SAVE_MS = 10000,    /* the newest n goes to the disk this often */
    CREW_DRAIN_MS = 10000,   /* receipts are waited for this long at the end */
    CREW_RETRY_MS = 5000,    /* a kept message that was refused for now */
    CREW_WAIT_S = 60,        /* of `wait`, unless said otherwise */
    CREW_CARD_WAIT_S = 120,  /* of `card wait` */
    CREW_PIN_WAIT_S = 60,    /* for the card to sign */
    CREW_PROOF_TRIES = 15,   /* one a second: the entry's checkpoint may be still to come */
    CREW_HAND_UP_BURST = 64, /* pieces at once, then so many a tick: below RATE_FRAMES_PER_10S */
    CREW_HAND_UP_TICK = 6,
    CREW_HAND_UP_TRIES = 3
};

enum crew_secret { SECRET_NONE, SECRET_SIGN_IN, SECRET_PASSWORD, SECRET_PIN };

/* In locked memory: what was typed of a secret. */
struct crew_typed_secret {
    enum crew_secret use;
    enum err skip; /* the command has failed: its secrets are only taken out of the way */
    char login[LOGIN_MAX * 4 + 1];
    char first[PASSWORD_MAX * 4 + 1];
    bool has_first;
};

/* What the tablet itself knows of a case, beside client/cases.h: from before the gateway knows it.
 * */
struct crew_case {
    struct crew_case *next;
    struct id id, incident;
    char number[TEXT_SHORT_MAX * 4 + 1]; /* of the incident, as typed here */
    struct buf record;                   /* the record as last sent, canonical JSON; wiped */
    struct id destination_message;       /* not yet stored by the gateway; absent: none */
    int64_t destination_made_at;
    uint64_t card_at;     /* monotonic ms: when its card was put in; 0: not yet */
    uint64_t asked_at;    /* of the view */
    struct id shown_view; /* its person was shown for 「この方ですか」 */
    uint64_t wanted;      /* sections that were asked to be open */
    uint64_t uncovered;   /* sections shown without the gateway, not yet said to it */
    int64_t uncovered_at;
    struct id uncovered_view, uncovered_by;
    uint64_t open_at; /* monotonic ms of the last `open` */
};

struct crew_hospital {
    struct id id;
    char name[TEXT_SHORT_MAX * 4 + 1], specialties[TEXT_SHORT_MAX * 4 + 1];
    char phone[PHONE_CHARS_MAX + 1];
    int online, people, accepting; /* enum flag */
};

struct crew_hospitals {
    struct crew_hospital *rows; /* heap */
    size_t count;
    int64_t page; /* the newest that has come */
};

/* The card that lies in the reader. */
struct crew_card {
    bool good; /* a My Number card with its certificate */
    uint32_t card_no;
    uint64_t in_at;            /* monotonic ms */
    struct id used_for;        /* the case that it was read for */
    enum card_outcome outcome; /* the newest at the reader, for words */
    uint8_t certificate[CERT_BYTES_MAX];
    size_t certificate_size;
};

/* A signature under way. */
struct crew_signing {
    bool active;
    uint32_t order_no, card_no;
    enum card_last_try last_try;
    struct id message, case_id, person;
    bool by_page; /* no typed line waits for it */
    struct hash challenge;
};

enum crew_wait_kind {
    WAIT_NOTHING,
    WAIT_EVENT,
    WAIT_ONLINE,
    WAIT_SESSION,
    WAIT_CARD,      /* one lies in the reader */
    WAIT_CARD_READ, /* `card wait`: and is sent */
    WAIT_SIGNATURE,
    WAIT_VIEW,
    WAIT_SENT
};
struct crew_wait {
    enum crew_wait_kind kind;
    char event[CREW_WORD_MAX];
    struct id case_id;
    uint64_t began, until; /* monotonic ms */
};
struct crew_arrival {
    struct id case_id;
    char event[CREW_WORD_MAX]; /* "": free */
};

/* A page has asked for the card to be read; nobody waits at the terminal. */
struct crew_page_wait {
    struct id case_id, person; /* absent: no page has */
    uint64_t until;            /* monotonic ms */
};

struct crew_flying {
    int64_t number; /* of the spool's row; 0: free */
    struct id message, outer;
    uint64_t retry_at; /* 0: under way */
};

struct crew_hand_up {
    struct id case_id, view;
    size_t section; /* index */
    int64_t piece;
    int tries; /* 0: this row is free */
    bool running;
};

struct crew_proof {
    struct id message;
    int64_t entry; /* 0: none */
    char path[FILE_PATH_MAX];
    int tries;
    uint64_t retry_at;
};

struct crew {
    struct crew_calls calls;
    const struct ambulance_settings *settings;
    struct screen screen;
    struct report report;
    struct client_state *state;
    struct spool *spool;
    struct client *client;
    struct pages *pages; /* NULL: none */
    enum crew_secrets secrets;
    enum crew_input input;
    struct crew_typed_secret *secret;
    struct id preset;          /* the id that the next message must have; absent: any */
    struct id person, case_id; /* session and case that are spoken for; absent: none */
    bool online, greeted;      /* welcome has come; ever */
    int64_t offline_since;
    struct crew_case *cases;
    struct crew_hospitals hospitals, coming; /* the list; the pages of the next one */
    struct crew_card card;
    struct crew_signing signing;
    struct crew_wait wait;
    struct crew_page_wait page_wait;
    struct crew_arrival arrivals[CREW_ARRIVALS_MAX];
    size_t arrivals_next;
    struct crew_flying flying[CREW_FLYING_MAX];
    struct crew_hand_up hand_up[CASE_VIEWS_MAX];
    struct crew_proof proof;
    uint64_t saved_at, ending_at; /* ending_at: monotonic ms by which the program ends; 0: not */
    int status;
    bool over; /* quit was called */
};

/* crew.c */
uint64_t crew_mono(const struct crew *crew);
int64_t crew_wall(const struct crew *crew);
int64_t crew_now(const struct crew *crew); /* the gateway's time, as far as known */
/* The case, made when it is new. NULL: no memory. */
struct crew_case *crew_case_of(struct crew *crew, const struct id *id);
/* Something was refused: a strict script ends here. */
void crew_failed(struct crew *crew);
void crew_end(struct crew *crew, uint64_t within_ms);

/* crew_commands.c */
typedef enum err crew_run(struct crew *crew, const struct typed *typed);
void crew_command(struct crew *crew, struct typed *typed);
void crew_unsuccessful(struct crew *crew, const char *command, enum err err);
/* Sends a message of the current person about the current case. */
MUST_CHECK enum err crew_say(struct crew *crew, enum message_kind kind, const void *body,
                             struct id *message);
/* Words from INDEX on as KEY=VALUE into BODY, already cleared; says which word is wrong. */
MUST_CHECK enum err crew_pairs(struct crew *crew, const struct record *record,
                               const struct typed *typed, size_t index, void *body);

/* crew_people.c */
crew_run run_sign_in, run_password, run_sign_out, run_who, run_as;
MUST_CHECK enum err crew_begin_secret(struct crew *crew, enum crew_secret use, const char *login);
void crew_secret_line(struct crew *crew, const char *line, size_t size);
void crew_signed_in(struct crew *crew, const struct happened *what);
void crew_signed_out(struct crew *crew, const struct happened *what);

/* crew_case.c */
crew_run run_case, run_use, run_record, run_vitals, run_handover, run_end, run_takeover, run_talk,
    run_eta, run_arrived, run_no_view, run_mixup, run_ack_mixup, run_withdraw;

/* crew_list.c */
void crew_list(struct crew *crew);
/* 送信待ち → ゲートウェイ保存 → 病院受信 → 病院確認, as far as notices have told. */
void crew_steps(struct crew *crew, const struct id *case_id);

/* crew_hospitals.c */
crew_run run_hospitals, run_inquiry, run_cancel, run_phone_accept, run_destination, run_object;
void crew_hospitals(struct crew *crew, const struct happened *what);
void crew_hospitals_free(struct crew_hospitals *list);
MUST_CHECK enum err crew_hospital_named(const struct crew *crew, struct slice name, struct id *out);

/* crew_ground.c */
crew_run run_ground;
/* `oral WHO`, `life NEED OBSTACLE` or `refused` from word *INDEX on; *INDEX moves behind it. */
MUST_CHECK enum err crew_ground_words(struct crew *crew, const struct typed *typed, size_t *index,
                                      struct body_ground *out);

/* crew_view.c */
crew_run run_view, run_identity, run_open, run_uncover, run_close;
/* The gateway is there again. */
void crew_view_ready(struct crew *crew);
void crew_view_complete(struct crew *crew, const struct happened *what);
void crew_opened(struct crew *crew, const struct happened *what);
void crew_covered(struct crew *crew, const struct happened *what);
void crew_show_opened(struct crew *crew); /* everything that is open, anew */

/* crew_reader.c */
crew_run run_card;
void crew_signed(struct crew *crew, const struct card_event *event);
/* The wait for a card is over: CARD is there. */
void crew_card_use(struct crew *crew);
MUST_CHECK enum err crew_pin(struct crew *crew, const char *pin, size_t size);
/* The card that lies there, to the gateway, in PERSON's name; BODY has proof and identified_by. */
MUST_CHECK enum err crew_say_card(struct crew *crew, const struct id *person,
                                  const struct id *case_id, struct body_card_read *body);
MUST_CHECK enum err crew_say_bare_card(struct crew *crew, const struct id *person,
                                       const struct id *case_id);
/* Begins a signature by the card for PERSON and CASE_ID; crew_signed hears the end. */
MUST_CHECK enum err crew_sign(struct crew *crew, const struct id *person, const struct id *case_id,
                              struct slice pin);

/* crew_page.c: what pages ask of the reader */
void crew_page_look(struct crew *crew);
void crew_page_tell(struct crew *crew, const struct card_event *event);

/* crew_wait.c */
crew_run run_wait;
void crew_wait_begin(struct crew *crew, enum crew_wait_kind kind, const char *event,
                     int64_t seconds);
/* EVENT has happened to CASE_ID. */
void crew_arrived(struct crew *crew, const struct id *case_id, struct slice event);
/* Looks whether what is waited for is true now. */
void crew_wait_look(struct crew *crew);
void crew_wait_end(struct crew *crew, enum err how);

/* crew_kept.c: the spool */
void crew_keep(struct crew *crew, const struct id *message, struct slice frame);
void crew_kept_settled(struct crew *crew, const struct settled *how);
void crew_kept_ready(struct crew *crew, const struct body_welcome *welcome);
/* Looks at a frame: an answer to a message of an earlier life? */
void crew_kept_frame(struct crew *crew, struct slice text);
void crew_kept_offline(struct crew *crew);
void crew_kept_tick(struct crew *crew);
void crew_kept_count(struct crew *crew); /* the pages hear how many are of an earlier life */
void crew_kept_tell(struct crew *crew);  /* count and time, if there are any */
size_t crew_kept_flying(const struct crew *crew);

/* crew_hand_up.c: after a restart of the gateway */
void crew_hand_up_look(struct crew *crew);
void crew_hand_up_tick(struct crew *crew);
void crew_hand_up_offline(struct crew *crew);

/* crew_log.c */
crew_run run_proof, run_witness, run_witness_close;
void crew_checkpoint(struct crew *crew, const struct happened *what);
void crew_proof(struct crew *crew, const struct happened *what);
void crew_proof_refused(struct crew *crew, const struct settled *how);
void crew_proof_tick(struct crew *crew);

/* crew_happened.c */
void crew_happened(void *self, const struct happened *what);
#endif
