/* record_set.h — Job: every record and code list that the messages reach, for the documents. */
#ifndef TESTS_RECORD_SET_H
#define TESTS_RECORD_SET_H

#include "proto/message.h"

enum { RECORD_SET_MAX = 128, CODES_SET_MAX = 64 };

/* Records inside other records, and all code lists, each once, in order of first use. */
struct record_set {
    const struct record *inner[RECORD_SET_MAX];
    bool strict[RECORD_SET_MAX]; /* a request reaches it: unknown fields are refused */
    size_t inner_count;
    const struct codes *codes[CODES_SET_MAX];
    size_t codes_count;
};

void record_set_collect(struct record_set *set);

/* Only answers to requests reach an administrator's connection; everybody else hears everything
 * that the gateway says. */
bool message_is_heard(const struct message_type *type, enum sender listener);
#endif
