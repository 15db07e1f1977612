/* record_value.h — Job: checks one JSON value against a row of a table; used by record*.c only. */
#ifndef PROTO_RECORD_VALUE_H
#define PROTO_RECORD_VALUE_H

#include "proto/record.h"

/* Fills the member of FIELD in the struct at BASE. Not for FIELD_RECORD and FIELD_LIST, which hold
 * structs of their own. ERR_BAD_FIELD for a wrong kind, form or range. */
MUST_CHECK enum err record_value(const struct field *field, const struct json *value,
                                 enum record_mode mode, char *base);
#endif
