/* er_text.h — Job: what the ER reads of a case: the list's lines, requests, the crew's record. */
#ifndef HOSPITAL_CLIENT_ER_TEXT_H
#define HOSPITAL_CLIENT_ER_TEXT_H

#include "client/cases.h"
#include "client/sealed_view.h"

/* One plain line: short id, state, delivery, times. No name, nothing clinical. NOW: ms. VIEW may be
 * NULL. */
void er_text_line(const struct known_case *c, const struct sealed_view *view, int64_t now,
                  struct buf *out);
/* Private: the request's content, and the newest vitals and messages of the case. */
void er_text_request(const struct known_case *c, struct buf *out);
/* Private: the crew's record, identity first, each field with its source. RECORD: the body of a
 * crew_record message; NULL or damaged: says that there is none. */
void er_text_record(const struct json *record, int64_t now, struct buf *out);
/* Private: one message of crew or ER. */
void er_text_talk(const struct known_text *text, struct buf *out);
#endif
