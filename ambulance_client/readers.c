/* readers.c — Job: `readers`: what the card reader and the card do, live, in plain words. */
#include "ambulance_client/card_pcsc.h"
#include "ambulance_client/card_text.h"
#include "ambulance_client/tablet.h"

#include <stdio.h>
#include <unistd.h>

struct readers {
    const struct ambulance_settings *settings;
    struct card_watch *watch;
    uv_signal_t interrupt, terminate;
    bool ending;
};

static void on_event(void *self, const struct card_event *event)
{
    struct readers *r = self;
    struct screen screen;
    char text[CARD_TEXT_MAX];
    screen_init(&screen, STDOUT_FILENO, SCREEN_QUIET);
    card_text(card_outcome_of(event), (enum card_language)(r->settings->card_words - 1),
              event->tries, text);
    screen_line(&screen, "%s%s%s", event->reader, event->reader[0] == '\0' ? "" : ": ", text);
    if (event->kind == CARD_EVENT_IN && event->card == CARD_JPKI)
        screen_line(&screen, "    %u APDU, %llu ms", event->apdus,
                    (unsigned long long)(event->elapsed_us / 1000));
}

static void on_closed(void *self)
{
    (void)self;
}

static void on_signal(uv_signal_t *signal, int number)
{
    struct readers *r = signal->data;
    (void)number;
    if (r->ending)
        return;
    r->ending = true;
    card_close(r->watch);
    uv_close((uv_handle_t *)&r->interrupt, NULL);
    uv_close((uv_handle_t *)&r->terminate, NULL);
}

enum err tablet_readers(const struct ambulance_settings *settings)
{
    struct readers r = {.settings = settings};
    uv_loop_t loop;
    struct card_config config = {
        .service = card_pcsc_service(), .on_event = on_event, .on_closed = on_closed, .self = &r};
    uv_loop_init(&loop);
    uv_signal_init(&loop, &r.interrupt);
    uv_signal_init(&loop, &r.terminate);
    r.interrupt.data = r.terminate.data = &r;
    enum err err = card_open(&loop, &config, &r.watch);
    if (err == ERR_OK) {
        uv_signal_start(&r.interrupt, on_signal, SIGINT);
        uv_signal_start(&r.terminate, on_signal, SIGTERM);
    } else {
        on_signal(&r.interrupt, SIGTERM); /* closes what there is */
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&loop);
    return err;
}
