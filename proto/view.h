/* view.h — Job: one view of the eligibility system in memory: sections, states, parts, hashes.
 *
 * The model is DOMAIN I: what was received is kept unchanged, part by part, with its SHA-256;
 * beside it stands what was understood of it, section by section, as canonical JSON with its
 * SHA-256. A view is never written to disk. Its memory is locked (best effort), kept out of core
 * dumps, and wiped when freed.
 *
 * Canonical JSON: UTF-8, keys in byte order, no spaces, no numbers but counts. Every value is the
 * text that was delivered: no unit, flag or rounding is added. A tag that was absent or empty is
 * an absent key. Dates of eight digits become YYYY-MM-DD and months of six YYYY-MM when they are
 * real ones; anything else stays as delivered. A tag we do not know is kept:
 *   OTHER = [{"path":"A/B","text":"..."}, ...] in the order of the document, key "other".
 *
 * person       {"address","birth_date","branch_number","card_class","consents":[{"at","flag",
 *              "kind"}],"insured_number","insurer_name","insurer_number","kana","name","other",
 *              "other_kana","other_name","personal_family","postcode","qualified_from",
 *              "qualified_to","reference_number","sex","sex_code","symbol","validity"}
 *              sex is "male" or "female", absent when sex_code is neither 1 nor 2; the insurer
 *              number's padding is removed (C22b); kind is health_checkups, medications,
 *              treatment or surgery, flag as delivered.
 * medications  {"groups":[{"items":[DRUG],"newest_month","source"}]}
 *              source is receipt, dispensed or prescribed, in this order; DRUG = {"class","code",
 *              "date","in_out","ingredient","institution":PLACE,"month","name","other",
 *              "prescribed_at","prescriber":PLACE,"quantity","special","times","unit","usage"};
 *              code is the 9-digit receipt code (C28), date the day of dispensing, or of
 *              prescribing in the prescribed branch; PLACE = {"code","name","own"}.
 * visits       {"items":[{"date","in_out","institution":PLACE,"month","source"}]}
 *              The institutions and days of the same branches (C24), each once.
 * surgery, treatment, dialysis
 *              {"items":[{"class","code","date","institution":PLACE,"month","name","other",
 *              "quantity","times","unit"}],"newest_month"}
 * checkups     {"items":[{"date","other","results":[{"code","name","oid","other","type","unit",
 *              "value","value_name"}]}]}
 * document     {"other":[{"part":N,"path","text"}],"parts":[{"bytes","media","part",
 *              "sections":[..],"sha256"}]}
 *              The PDF parts, and the unknown tags that belong to no item of a section.
 * A section whose content came as a PDF only is present with {"in_document":[N, ...]}: the parts
 * that hold it. Nothing is known of its items, so nobody may read "none" into it.
 *
 * A section that has not the state `present` has no JSON. */
#ifndef PROTO_VIEW_H
#define PROTO_VIEW_H

#include "proto/buf.h"
#include "proto/codes.h"
#include "proto/id.h"
#include "proto/limits.h"
#include "proto/sha256.h"

enum view_charset { CHARSET_NONE, CHARSET_UTF8, CHARSET_CP932 };

struct view_section {
    enum section_state state; /* STATE_NOT_ASKED at first */
    struct slice json;        /* STATE_PRESENT only, else bytes NULL; lent by the view */
    struct hash hash;         /* SHA-256 of json */
};

struct view_part {
    char media[VIEW_MEDIA_MAX]; /* "application/xml", "application/pdf" */
    enum view_charset charset;
    struct slice bytes; /* as received, unchanged; lent by the view */
    struct hash hash;   /* SHA-256 of bytes */
    uint64_t sections;  /* SECTION_BIT set: all that stands in it */
};

struct view {
    struct id id, case_id;
    enum view_kind kind;
    int64_t fetched_at_ms; /* wall clock, UTC */
    bool simulator;        /* the answer came from the eligibility simulator */
    bool refetched;
    char interface_id[VIEW_INTERFACE_MAX];           /* "OQS-IF-048", "YZK" (C12, C13) */
    char from[MONTH_CHARS + 1], to[MONTH_CHARS + 1]; /* looks back from..to; "": not stated */
    struct view_section sections[VIEW_SECTIONS + 1]; /* by enum section; [0] is unused */
    struct view_part parts[VIEW_PARTS_MAX];
    size_t part_count;
    size_t bytes, bytes_unlocked; /* held in all; of these, what could not be locked */
};

/* A view with every section STATE_NOT_ASKED. The caller fills the plain members and frees it.
 * ERR_NO_MEMORY. */
MUST_CHECK enum err view_new(struct view **out);
void view_free(struct view *v); /* wipes; NULL is allowed */
/* Bytes of memory that the view holds: the budget VIEWS_BYTES_MAX is the caller's to keep. */
size_t view_bytes(const struct view *v);

/* Sets a section, in place of what was there. JSON (copied) is for STATE_PRESENT only and must be
 * given there; the caller vouches that it is canonical. ERR_TOO_LARGE above
 * VIEW_SECTION_BYTES_MAX, ERR_NO_MEMORY; the section is then STATE_FAILED. */
MUST_CHECK enum err view_set(struct view *v, enum section section, enum section_state state,
                             struct slice json);

/* Adds a part (BYTES are copied). SECTIONS: all that stands in it. INDEX may be NULL.
 * ERR_FULL above VIEW_PARTS_MAX parts, ERR_TOO_LARGE above VIEW_PART_BYTES_MAX, ERR_BAD_FIELD for
 * an empty part or a media type that is too long, ERR_NO_MEMORY. */
MUST_CHECK enum err view_add_part(struct view *v, const char *media, enum view_charset charset,
                                  struct slice bytes, uint64_t sections, size_t *index);

/* What may leave the gateway under a grant of the sections SCOPE when the patient hides HIDDEN.
 * The state that SECTION then has: out of scope is STATE_NOT_ASKED, hidden is
 * STATE_NOT_CONSENTED, what the source does not have stays STATE_NOT_PROVIDED, and only at
 * STATE_PRESENT may its JSON go out. The document goes only when everything in every part may go.
 * */
enum section_state view_state_for(const struct view *v, enum section section, uint64_t scope,
                                  uint64_t hidden);
/* Whether part INDEX may go out: all that stands in it is in scope, not hidden, and consented to
 * (DESIGN §6: what is out of scope never leaves, not inside a PDF either). */
bool view_part_goes(const struct view *v, size_t index, uint64_t scope, uint64_t hidden);

/* Appends the canonical description of what view_state_for and view_part_goes let out, without any
 * content, so that both ends can prove sameness (hashes are lower-case hex):
 *   {"fetched_at":MS,"from":"2026-08","id":"…","interface":"…","kind":"…",
 *    "parts":[{"bytes":N,"charset":"cp932","hash":"…","media":"…","part":N,"sections":[…]}],
 *    "refetched":false,"sections":[{"bytes":N,"hash":"…","section":"…","state":"…"}],
 *    "simulator":false,"to":"2026-11"} */
void view_manifest(const struct view *v, uint64_t scope, uint64_t hidden, struct buf *out);

/* SHA-256 over the manifest of the whole view: the view's own hash. All zero when there is no
 * memory. */
struct hash view_hash(const struct view *v);

/* Appends the wire names of a section set as a JSON list, in order of their codes. */
void view_sections_json(uint64_t sections, struct buf *out);
#endif
