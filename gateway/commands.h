/* commands.h — Job: what the gateway's command line can do. */
#ifndef GATEWAY_COMMANDS_H
#define GATEWAY_COMMANDS_H

#include "common/args.h"
#include "gateway/core/event.h"
#include "gateway/settings.h"

struct opened;
struct reason_payload;

extern const struct args_table commands_table;

/* Runs the parsed command; gives the exit status. */
int commands_run(const struct args *args);

/* One command each; SETTINGS are those of --config. Give the exit status. */
int cmd_init(const struct settings *settings, const struct args *args);
int cmd_pki(const struct settings *settings, const struct args *args);
int cmd_org(const struct settings *settings, const struct args *args);
int cmd_device(const struct settings *settings, const struct args *args);
int cmd_person(const struct settings *settings, const struct args *args);
int cmd_stop(const struct settings *settings, const struct args *args);
int cmd_keys(const struct settings *settings, const struct args *args);
int cmd_clock(const struct settings *settings, const struct args *args);
int cmd_audit(const struct settings *settings, const struct args *args);

/* Sends one act (JSON) to the running gateway, or carries it out here when none runs. ANSWER gets
 * the answer's line. ERR_IO, ERR_BUSY; a refused act is ERR_OK with "ok":false. */
MUST_CHECK enum err operator_call(const struct settings *settings, struct slice request,
                                  struct buf *answer);
/* The same, printed: 0 when the answer says ok. ANSWER may be NULL. */
int operator_print(const struct settings *settings, struct slice request, struct buf *answer);
/* Appends ,"KEY":"TEXT" (escaped) when TEXT is not NULL. */
void operator_text(struct buf *request, const char *key, const char *text);

/* --by and --reason of an act that asks for them; 0, or the status of the usage error. */
int operator_words(const struct args *args, struct reason_payload *words);
/* An entry about all organisations, WORDS sealed beside it, by a command that holds the data folder
 * alone; durable with ERR_OK. */
MUST_CHECK enum err operator_entry(const struct settings *settings, struct opened *opened,
                                   enum event_type type, int64_t from, int64_t until,
                                   const struct reason_payload *words);

/* pki: the revocation list written anew from the list of revoked serials. */
MUST_CHECK enum err pki_write_crl(const struct settings *settings);
/* Makes CA, the gateway's own key and certificate for NAMES (comma-separated), and a first list. */
MUST_CHECK enum err pki_init(const struct settings *settings, const char *names);
int usage_error(const char *ja, const char *en);
#endif
