/* console_files.h — Job: the console's files, for a browser at the administration's listener.
 *
 * The files are static; everything that they show comes over the WebSocket, to the person who
 * signed in there. */
#ifndef GATEWAY_CONSOLE_FILES_H
#define GATEWAY_CONSOLE_FILES_H

#include "common/pages_files.h"
#include "gateway/door/door.h"
#include "gateway/settings.h"

/* OUT: the files of the setting `console`; NULL when it is empty. Errors of pages_files_open. */
MUST_CHECK enum err console_files_open(const struct settings *settings, struct pages_files **out);
/* FILES may be NULL. ERR_NOT_FOUND: no such file, or not a device of the administration. A
 * file asked for under a name that is not ours becomes the status 421. Its bytes are FILES'. */
MUST_CHECK enum err console_files_answer(const struct pages_files *files,
                                         const struct http_ask *ask, struct http_answer *answer);
#endif
