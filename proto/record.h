/* record.h — Job: a table of fields from which a C struct is decoded, checked and encoded.
 *
 * One table per record says names, kinds and bounds; nobody writes a decoder by hand. The same
 * tables give the AsyncAPI document, the sealed payloads, the derived state rows and the leaves.
 * Encoding is canonical: keys in byte order, no spaces, UTF-8, no floats; so a table's rows stand
 * in that order, and a test checks it. */
#ifndef PROTO_RECORD_H
#define PROTO_RECORD_H

#include "proto/buf.h"
#include "proto/codes.h"
#include "proto/id.h"
#include "proto/json.h"
#include "proto/sha256.h"

/* The member of the C struct that each kind fills, and what "absent" looks like in it. */
enum field_kind {
    FIELD_TEXT,   /* struct slice; bytes NULL. min..max: characters (code points). Printable UTF-8,
                     line feed allowed, no other control character. Lent by the parsed JSON. */
    FIELD_SECRET, /* as FIELD_TEXT; never encoded, never printed */
    FIELD_CODE,   /* int; 0. One wire name of `codes` */
    FIELD_CODES,  /* uint64_t bit set, bit number = code value; 0. A list of wire names */
    FIELD_ID,     /* struct id; all zero */
    FIELD_IDS,    /* inline array of struct id at offset, size_t count at count_offset; count 0 */
    FIELD_INT,    /* int64_t within min..max; INT_ABSENT */
    FIELD_TIME,   /* int64_t ms since 1970, RFC 3339 UTC with ms on the wire; 0 */
    FIELD_DATE,   /* struct slice "YYYY-MM-DD", a real date; bytes NULL */
    FIELD_FLAG,   /* int, enum flag; FLAG_ABSENT */
    FIELD_HASH,   /* struct hash, base64 on the wire; all zero */
    FIELD_BYTES,  /* struct slice of the base64 TEXT (not decoded), max: decoded bytes; NULL */
    FIELD_RAW,    /* struct slice of canonical JSON, encoded as it stands. Decoding: refused in
                     strict mode; in lenient mode NULL, read it through the parsed JSON; NULL */
    FIELD_RECORD, /* the struct of `record`, inline at offset; int presence at count_offset */
    FIELD_LIST    /* inline array of the structs of `record`, size_t count at count_offset */
};

#define INT_ABSENT INT64_MIN
enum { FIELD_OPTIONAL = 0, FIELD_REQUIRED = 1 };

struct record;

struct field {
    const char *name;
    enum field_kind kind;
    unsigned flags;
    size_t offset;
    size_t count_offset;
    int64_t min;
    int64_t max; /* for IDS and LIST: items, never above the inline array */
    const struct codes *codes;
    const struct record *record;
};

struct record {
    const char *name;
    size_t size; /* of the C struct */
    const struct field *fields;
    size_t fields_count;
};

/* Rows: S is the struct, M the member (also the wire name). */
/* clang-format off */
#define ROW_TEXT(S, M, NEED, LO, HI) {#M, FIELD_TEXT, NEED, offsetof(S, M), 0, LO, HI, 0, 0}
#define ROW_SECRET(S, M, NEED, LO, HI) {#M, FIELD_SECRET, NEED, offsetof(S, M), 0, LO, HI, 0, 0}
#define ROW_CODE(S, M, NEED, LIST) {#M, FIELD_CODE, NEED, offsetof(S, M), 0, 0, 0, LIST, 0}
#define ROW_CODES(S, M, NEED, LIST) {#M, FIELD_CODES, NEED, offsetof(S, M), 0, 0, 0, LIST, 0}
#define ROW_ID(S, M, NEED) {#M, FIELD_ID, NEED, offsetof(S, M), 0, 0, 0, 0, 0}
#define ROW_IDS(S, M, NEED, HI)                                                                    \
    {#M, FIELD_IDS, NEED, offsetof(S, M), offsetof(S, M##_count), 0, HI, 0, 0}
#define ROW_INT(S, M, NEED, LO, HI) {#M, FIELD_INT, NEED, offsetof(S, M), 0, LO, HI, 0, 0}
#define ROW_TIME(S, M, NEED) {#M, FIELD_TIME, NEED, offsetof(S, M), 0, 0, 0, 0, 0}
#define ROW_DATE(S, M, NEED) {#M, FIELD_DATE, NEED, offsetof(S, M), 0, 0, 0, 0, 0}
#define ROW_FLAG(S, M, NEED) {#M, FIELD_FLAG, NEED, offsetof(S, M), 0, 0, 0, 0, 0}
#define ROW_HASH(S, M, NEED) {#M, FIELD_HASH, NEED, offsetof(S, M), 0, 0, 0, 0, 0}
#define ROW_BYTES(S, M, NEED, HI) {#M, FIELD_BYTES, NEED, offsetof(S, M), 0, 0, HI, 0, 0}
#define ROW_RAW(S, M, NEED) {#M, FIELD_RAW, NEED, offsetof(S, M), 0, 0, 0, 0, 0}
#define ROW_RECORD(S, M, NEED, REC)                                                                \
    {#M, FIELD_RECORD, NEED, offsetof(S, M), offsetof(S, M##_present), 0, 0, 0, REC}
#define ROW_LIST(S, M, NEED, HI, REC)                                                              \
    {#M, FIELD_LIST, NEED, offsetof(S, M), offsetof(S, M##_count), 0, HI, 0, REC}
#define RECORD(NAME, S, FIELDS) {NAME, sizeof(S), FIELDS, sizeof FIELDS / sizeof FIELDS[0]}
/* clang-format on */

enum record_mode {
    RECORD_STRICT, /* unknown fields refused: requests (P-08) */
    RECORD_LENIENT /* unknown fields ignored, and unknown names in a CODES list or an optional CODE:
                      notices, so that a gateway may grow */
};

enum { COMPLAINT_SIZE = 96 };
/* Which field was wrong ("body.vitals.pulse"); empty when the error is not about one field.
 * Only names from our tables or "?": never text from the peer. */
struct complaint {
    char path[COMPLAINT_SIZE];
};

/* Fills OUT (RECORD->size bytes; set to "absent" first) from OBJECT. Slices in OUT are lent by
 * OBJECT's root. ERR_UNKNOWN_FIELD, ERR_MISSING_FIELD, ERR_BAD_FIELD with the path in WHY. */
MUST_CHECK enum err record_decode(const struct record *record, const struct json *object,
                                  enum record_mode mode, void *out, struct complaint *why);
/* Sets every member to "absent". */
void record_clear(const struct record *record, void *out);
/* Appends the canonical JSON object; absent fields are left out. Secrets are never written. */
void record_encode(const struct record *record, const void *in, struct buf *out);
#endif
