/* inner.h — Job: what the engine's own files share; nobody else includes it. */
#ifndef GATEWAY_ENGINE_INNER_H
#define GATEWAY_ENGINE_INNER_H

#include "gateway/core/access.h"
#include "gateway/engine/engine.h"
#include "gateway/engine/vault.h"

enum { PEER_SESSIONS_MAX = 8, READS_MAX = 48, NEXT_MAX = 24, RECIPIENTS_MAX = 256 };
enum { SPARE_STATES_MAX = 64 /* of 25 KB: a busy turn's, and no more */ };

struct bound_session {
    struct id session, person;
};

struct delivery; /* pieces.c */

struct peer_state {
    struct peer_state *next, *previous;
    void *conn;
    uint64_t number; /* never used twice */
    int kind;
    struct id device, org;
    bool welcomed;
    bool unsealing;     /* the frame being read came sealed, out of the tablet's spool */
    bool replaced_live; /* it pushed out a live connection and has not resumed a session */
    int64_t admitted_at, heard_at, alive_at;
    struct delivery *deliveries; /* views whose pieces are on their way */
    uint64_t acked, checkpoint_size;
    int64_t checkpoint_at;
    struct bound_session sessions[PEER_SESSIONS_MAX];
    size_t sessions_count;
    /* hospital: the board's own word */
    int people, accepting;
    char specialties[TEXT_SHORT_MAX * 4 + 1];
    int64_t board_at;
};

enum work_kind { WORK_MESSAGE, WORK_OUTCOME, WORK_EXPIRY, WORK_OPERATOR };

struct next_state {
    struct slot *slot;
    uint64_t expected;
    union any_state *state;
};

/* One message or gateway act on its way through IN and COMMIT. */
struct work {
    struct work *next;
    enum work_kind kind;
    uint64_t peer;          /* number of the connection that waits for the answer; 0: nobody */
    struct id device;       /* the speaking device */
    struct message message; /* WORK_MESSAGE */
    bool spooled;           /* it came out of the tablet's spool: its session is not proved */
    struct job *job;        /* WORK_OUTCOME; or the job to start once durable */
    struct id case_id;      /* WORK_EXPIRY */
    struct event event;     /* WORK_OPERATOR */
    void *done_self;
    void (*done)(void *self, enum err err, uint64_t seq);
    int tries;
    struct next_state states[NEXT_MAX];
    size_t states_count;
    struct errand_ask errands[JUDGED_ERRANDS_MAX];
    size_t errands_count;
};

struct refusal {
    struct refusal *next;
    struct id org, device, person;
    enum err code;
    int64_t count, first_at;
};

/* A revocation that the store has not taken yet (unsaved.c). */
struct unsaved {
    struct unsaved *next;
    struct event event;
};

/* Wiped, for the next message (spare.c). */
struct spares {
    struct judgement *judgement;
    union any_state *states[SPARE_STATES_MAX];
    size_t states_count;
    struct buf row;
};

struct engine {
    struct engine_calls calls;
    struct journal *journal;
    struct policy policy;
    char name[256];
    struct slice spool_key;
    const uint8_t *spool_secret;
    int64_t lease_ms;
    bool simulator;
    struct world_table table;
    struct world world; /* what judgements see; its self is the engine */
    struct vault *vault;
    struct peer_state *peers;
    struct world_index *by_device; /* device -> peer_state */
    struct world_index *by_number;
    size_t peers_count;
    uint64_t peer_numbers;
    struct batch *batch; /* what this turn has judged */
    size_t in_flight;    /* batches with the journal */
    struct work *flying; /* works in batches; for duplicates under way */
    size_t works;
    struct slot *reads[READS_MAX];
    size_t reads_count;
    bool reads_full;
    struct slot *blocked;       /* an aggregate in flight that the judgement needed */
    struct json *judge_json[8]; /* payloads decoded for the running judgement */
    size_t judge_json_count;
    struct arena judge_arena;
    struct refusal *refusals;
    size_t refusals_count;
    struct unsaved *unsaved;
    int64_t started_at, refusals_at, hospitals_at, lost_at;
    uint64_t checkpoint_size; /* newest that may leave */
    bool store_down;
    uint64_t counts_messages, counts_events, counts_refused;
    struct spares spare;
};

/* intake.c */
void intake_frame(struct engine *engine, struct peer_state *peer, struct slice text);
void intake_run(struct engine *engine, struct work *work);         /* takes WORK */
void intake_release(struct engine *engine, struct slot *slot);     /* runs what waited for SLOT */
struct work *work_new(struct engine *engine, enum work_kind kind); /* NULL: no memory */
void work_free(struct engine *engine, struct work *work);
void work_drop_states(struct engine *engine, struct work *work); /* its next states */
void intake_refuse(struct engine *engine, struct work *work, enum err err, const char *path);

/* spare.c. A judgement, zeroed; a copy of SLOT's state, or zeros. NULL: no memory. Given back they
 * are wiped; NULL does nothing. */
struct judgement *spare_judgement(struct engine *engine);
void spare_judgement_back(struct engine *engine, struct judgement *judged); /* and its arena */
union any_state *spare_state(struct engine *engine, const struct slot *slot);
void spare_state_back(struct engine *engine, enum aggregate kind, union any_state *state);
/* STATE as the row that the store keeps, in ARENA. */
MUST_CHECK enum err spare_row(struct engine *engine, enum aggregate kind,
                              const union any_state *state, struct arena *arena,
                              struct slice *json);
void spare_free(struct engine *engine);

/* expiry.c: SLOT's state is new; and what is due by now. */
void expiry_plan(struct engine *engine, struct slot *slot);
void expiry_tick(struct engine *engine);

/* entry.c: a judgement becomes an entry of the batch. Takes WORK on success. */
MUST_CHECK enum err entry_build(struct engine *engine, struct work *work, struct judgement *judged);

/* lookup.c */
void lookup_init(struct engine *engine);
void lookup_begin(struct engine *engine); /* forget what the last judgement looked at */
void lookup_end(struct engine *engine);
struct slot *lookup_slot(struct engine *engine, enum aggregate kind, const struct id *id);
/* A case that is here, or of one that ended long ago its row; false: there is none to be read. */
bool lookup_case(struct engine *engine, const struct id *id, struct case_state *out);
/* A payload of a case's event, from beside the case or from the journal; bytes NULL: none. Lent
 * until the case ends. */
struct slice lookup_text(struct engine *engine, struct slot *slot, const struct id *event);

/* out.c */
void out_send(struct engine *engine, struct peer_state *peer, enum message_kind kind,
              const struct message *head, const void *body, enum lane lane, const struct id *tag);
void out_receipt(struct engine *engine, struct peer_state *peer, const struct id *message,
                 uint64_t seq, int64_t recorded_at);
void out_refusal(struct engine *engine, struct peer_state *peer, const struct id *message,
                 enum err err, const char *path);
/* One notice of EVENT to PEER. N 0 and seq 0: taken away before it is logged. */
void out_notice(struct engine *engine, struct peer_state *peer, const struct event *event,
                uint64_t n);
/* What a committed event lets out besides notices: keys, views, records, sessions. */
void out_effects(struct engine *engine, struct work *work, const struct event *event);
/* Covers at once, before anything is durable: drops queued pieces and tells the screens. */
void out_take_away(struct engine *engine, const struct judged_event *row);
void out_checkpoint(struct engine *engine, struct peer_state *peer);
/* Every session of PERSON that is bound anywhere. */
void out_unbind_person(struct engine *engine, const struct id *person, const struct id *session);

/* out_view.c */
void out_view(struct engine *engine, struct peer_state *peer, struct slot *slot,
              const struct case_view *view, const struct case_grant *grant);
void out_keys(struct engine *engine, struct peer_state *peer, const struct event *event,
              uint64_t sections);
void out_view_to_hospital(struct engine *engine, struct slot *slot, const struct id *grant);
void hand_up(struct engine *engine, struct peer_state *peer, const struct message *msg);

/* pieces.c: views on their way to a device. TAG: the grant, or the view of the crew's own right. */
size_t pieces_of(struct slice sealed);
void pieces_begin(struct engine *engine, struct peer_state *peer, const struct id *case_id,
                  const struct body_view_header *header);
/* What waits in the lane goes, too. */
void pieces_stop(struct engine *engine, struct peer_state *peer, const struct id *tag);
void pieces_forget(struct peer_state *peer); /* the line is gone */

/* spooled.c: opens a kept message and reads it as if it had come by itself. */
void spooled_message(struct engine *engine, struct peer_state *peer, const struct message *msg);

/* hello.c */
void hello_message(struct engine *engine, struct peer_state *peer, const struct message *msg);
struct peer_state *peer_of_device(struct engine *engine, const struct id *device);
/* The same, once its hello has said what it holds: before that it is told nothing. NULL: it is not
 * there, and asks for what it missed when it comes. */
struct peer_state *peer_to_tell(struct engine *engine, const struct id *device);
struct peer_state *peer_of_number(struct engine *engine, uint64_t number);
struct bound_session *peer_session(struct peer_state *peer, const struct id *session);
void peer_bind(struct peer_state *peer, const struct id *session, const struct id *person);
void peer_unbind(struct peer_state *peer, const struct id *session);
void proof_send(struct engine *engine, struct peer_state *peer, const struct message *msg);
void snapshot_send(struct engine *engine, struct peer_state *peer);
/* Fills BODY with what HOSPITAL's right stands on; nothing without one. */
void snapshot_rests_on(const struct case_state *c, const struct id *hospital,
                       struct body_record *body);
/* The newest vital signs, oldest first; lent until the turn's end. OUT: SHOWN_VITALS_MAX rows. */
void snapshot_vitals(struct engine *engine, struct slot *slot, struct shown_text *out,
                     size_t *count);

/* hospitals.c: the whole list, in pages, to ONLY; NULL: to every ambulance with somebody on it. */
void hospitals_send(struct engine *engine, struct peer_state *only);

/* console.c: answers from memory, to the session that asked and still may. */
struct asker {
    struct peer_state *peer;
    struct access_viewer viewer;
    struct message head; /* of the answer */
};
/* false: it is gone, or was refused just now (its right has ended meanwhile). Who comes back asks
 * again, and that is logged again. */
bool console_asker(struct engine *engine, uint64_t peer, const struct message *asked,
                   uint64_t entry, struct asker *out);
bool console_asker_of(struct engine *engine, const struct job *job, struct asker *out);
void console_send(struct engine *engine, const struct work *work, const struct event *event);
/* How many of ROWS rows of the answer fit a frame; ROWS_COUNT is PAGE's, and is set to it. */
size_t console_fit(enum message_kind kind, const struct asker *asker, const void *page,
                   size_t *rows_count);
/* Of the ids that are offered by next_ids_take the LIMIT smallest, in order. */
struct next_ids {
    struct id ids[ACCESS_ROWS_MAX + 1]; /* one more than a page takes: then there is another */
    size_t count, limit;
};
void next_ids_take(struct next_ids *next, const struct id *id);
size_t next_ids_rows(const struct next_ids *next);
/* After ROWS rows that fitted: whether these are all, and where the next page begins. */
int next_ids_cut(const struct next_ids *next, size_t rows, struct id *after);
/* tablets.c: the tablets of a headquarters, to the crew that asked. */
void tablets_send(struct engine *engine, const struct work *work, const struct event *event);
bool console_concerns(struct engine *engine, const struct peer_state *peer,
                      const struct event *event); /* proof.c */
/* log_page.c, log_state.c, coverage_page.c: what an errand has read of the log. */
void access_send(struct engine *engine, const struct job *job);
void log_state_send(struct engine *engine, const struct job *job);
void coverage_send(struct engine *engine, const struct job *job);
void written_send(struct engine *engine, const struct job *job);

/* alerts.c: what of the own organisation is to be looked at, to the session that asked. EVENT has
 * recorded the question MSG. */
void alerts_tick(struct engine *engine); /* tells again what nobody has seen */
void alerts_effect(struct engine *engine, struct peer_state *peer, const struct message *msg,
                   const struct event *event);

/* unsaved.c */
bool unsaved_has(const struct engine *engine, const struct id *grant);
void out_unsaved(struct engine *engine, const struct entry *entry);
void unsaved_tell(struct engine *engine, struct peer_state *peer);
void unsaved_retry(struct engine *engine);
void unsaved_free(struct engine *engine);

/* recover.c */
void recover_tick(struct engine *engine);

/* jobs.c */
struct job *jobs_make(struct engine *engine, struct work *work, const struct errand_ask *ask);

static inline int64_t engine_now(const struct engine *engine)
{
    return engine->calls.now(engine->calls.self);
}
#endif
