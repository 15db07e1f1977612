/* cmd_clock.c — Job: the command clock: this machine's clock is right, though behind the log.
 *
 * A gateway starts no earlier than its newest entry, so that no right lasts longer than promised.
 * After a time with a clock that was ahead somebody has to say that the present one is right: that
 * is an entry, and as the newest one it is where the next start begins. */
#include "gateway/commands.h"

#include "common/clock.h"
#include "gateway/core/people.h"
#include "gateway/opened.h"

#include <stdio.h>
#include <string.h>

static int accept(const struct settings *settings, const struct reason_payload *words)
{
    struct opened opened;
    int64_t last_ms = 0, now_ms = clock_even_ms();
    enum err err = opened_open(settings, OPENED_TO_SET_CLOCK, &opened);
    if (err == ERR_OK)
        err = opened_last_ms(&opened, &last_ms);
    bool behind = now_ms < last_ms;
    if (err == ERR_OK && behind)
        err = operator_entry(settings, &opened, EVENT_CLOCK_ACCEPTED, now_ms, last_ms, words);
    opened_close(&opened);
    if (err != ERR_OK) {
        fprintf(stderr, "%s / %s\n", err_text_ja(err), err_text_en(err));
        return 1;
    }
    if (!behind)
        return usage_error("時計は記録より遅れていません", "the clock is not behind the log");
    printf("{\"ok\":true,\"behind_ms\":%lld}\n", (long long)(last_ms - now_ms));
    return 0;
}

int cmd_clock(const struct settings *settings, const struct args *args)
{
    struct reason_payload words;
    if (strcmp(args->words[0], "accept") != 0)
        return usage_error("accept です", "accept");
    int status = operator_words(args, &words);
    return status != 0 ? status : accept(settings, &words);
}
