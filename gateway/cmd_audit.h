/* cmd_audit.h — Job: what commands that read the journal beside whoever writes it share. */
#ifndef GATEWAY_CMD_AUDIT_H
#define GATEWAY_CMD_AUDIT_H

#include "gateway/commands.h"
#include "gateway/journal/audit.h"

/* The journal for reading, beside whoever writes it. The caller closes it. */
MUST_CHECK enum err audit_open_reader(const struct settings *settings, struct store **out);
/* The realms' keys, to open what is sealed in STORE, which is lent. The caller closes both. */
MUST_CHECK enum err audit_open_keys(const struct settings *settings, struct store *store,
                                    struct keyfile **keys, struct keyring **ring);
int audit_fail(enum err err); /* says it; gives the exit status */

/* cmd_verify.c. KEY: the log's. */
int audit_cmd_verify(const struct settings *settings, const struct args *args,
                     const struct note_key *key);
#endif
