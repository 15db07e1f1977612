/* console_files.c — Job: the console's files, for a browser at the administration's listener. */
#include "gateway/console_files.h"

#include "common/log.h"

/* As the pages of the client programs have it. The page's WebSocket is 'self', too. */
static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

enum err console_files_open(const struct settings *settings, struct pages_files **files)
{
    *files = NULL;
    if (settings->console[0] == '\0')
        return ERR_OK;
    enum err err = pages_files_open(settings->console, "gateway", files);
    if (err == ERR_OK)
        log_info("console", NULL, "%zu files", pages_files_count(*files));
    else
        log_error("console", NULL, "the folder `console` cannot be used: %s", err_name(err));
    return err;
}

enum err console_files_answer(const struct pages_files *files, const struct http_ask *ask,
                              struct http_answer *answer)
{
    struct pages_file file;
    if (files == NULL || ask->peer->kind != DEVICE_ADMIN)
        return ERR_NOT_FOUND;
    if (!ask->ours) {
        answer->status = 421;
        return ERR_OK;
    }
    enum err err = pages_files_find(files, ask->path, &file);
    if (err != ERR_OK)
        return err;
    answer->lent = file.bytes;
    answer->content_type = file.type;
    answer->policy = policy;
    return ERR_OK;
}
