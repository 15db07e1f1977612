/* canon.h — Job: write a section's canonical JSON; the caller calls in the keys' byte order.
 *
 * Commas are found from what stands at the end of the buffer, so nobody has to count items. KEY is
 * NULL inside a list. Absent or empty texts are left out: a missing unit stays missing. */
#ifndef GATEWAY_ELIGIBILITY_CANON_H
#define GATEWAY_ELIGIBILITY_CANON_H

#include "gateway/errand/eligibility/xml_reader.h"
#include "proto/buf.h"

void canon_open(struct buf *b, const char *key, char bracket); /* '{' or '[' */
void canon_close(struct buf *b, char bracket);                 /* '}' or ']' */
void canon_text(struct buf *b, const char *key, struct slice text);
void canon_count(struct buf *b, const char *key, size_t count);
/* YYYYMMDD that is a real date becomes YYYY-MM-DD, YYYYMM becomes YYYY-MM; all else stays. */
void canon_date(struct buf *b, const char *key, struct slice text);
void canon_month(struct buf *b, const char *key, struct slice text);
/* JSON as it stands; left out when it is empty. */
void canon_raw(struct buf *b, const char *key, struct slice json);

/* Adds KEY (a list) with every leaf with a text below TOP that nobody has taken, as
 * {"path","text"}, and takes them; nothing when there is none. ERR_TOO_LARGE above MOST leaves:
 * what cannot be kept whole is not kept in part. */
MUST_CHECK enum err canon_others(struct buf *b, const char *key, const struct xml_node *top,
                                 size_t most);
/* The same leaves as bare items of an open list, each with "part":PART in front. */
MUST_CHECK enum err canon_unknown(struct buf *b, size_t part, const struct xml_node *top,
                                  size_t most);
#endif
