/* schema_doc.h — Job: JSON Schemas of records, code lists and the envelope, from the tables. */
#ifndef TESTS_SCHEMA_DOC_H
#define TESTS_SCHEMA_DOC_H

#include "tests/lib/json_writer.h"
#include "tests/lib/record_set.h"

/* The members of an object schema for RECORD, into the object that is open. STRICT refuses unknown
 * fields. */
void schema_record(struct json_writer *w, const struct record *record, bool strict);
/* A member NAME (NULL: the list's own name) with the schema of the list. */
void schema_codes(struct json_writer *w, const struct codes *codes);
void schema_errors(struct json_writer *w);
/* The members of the frame's schema for TYPE, into the object that is open. */
void schema_frame(struct json_writer *w, const struct message_type *type);
/* Schemas of id, time, date and hash, as members of the object that is open. */
void schema_basics(struct json_writer *w);
#endif
