/* json_scan.h — Job: judges a JSON text before any parser sees it; used by json.c only. */
#ifndef PROTO_JSON_SCAN_H
#define PROTO_JSON_SCAN_H

#include "proto/err.h"
#include "proto/slice.h"

/* ERR_OK when TEXT is exactly one JSON value within the rules of json.h. Allocates nothing and does
 * not recurse. */
MUST_CHECK enum err json_scan(struct slice text);
#endif
