/* crew_hospitals.c — Job: the hospitals: who can be asked, asking, accepting by phone, destination.
 */
#include "ambulance_client/crew_inner.h"

#include "ambulance_client/pairs.h"
#include "client/view_text.h"

#include <assert.h>
#include <stdlib.h>

/* ---- who there is ---- */

static void copy_text(char *to, size_t room, struct slice text)
{
    size_t size = text.bytes == NULL ? 0 : text.size < room ? text.size : room - 1;
    while (size > 0 && size < text.size && ((unsigned char)text.bytes[size] & 0xc0) == 0x80)
        size--;
    memcpy(to, text.bytes == NULL ? "" : text.bytes, size);
    to[size] = '\0';
}

void crew_hospitals_free(struct crew_hospitals *list)
{
    free(list->rows);
    *list = (struct crew_hospitals){0};
}

static bool add_page(struct crew_hospitals *list, const struct body_hospitals *body)
{
    size_t count = list->count + body->hospitals_count;
    struct crew_hospital *rows = realloc(list->rows, (count + 1) * sizeof *rows);
    if (rows == NULL)
        return false;
    list->rows = rows;
    for (size_t i = 0; i < body->hospitals_count; i++) {
        const struct hospital_row *row = &body->hospitals[i];
        struct crew_hospital *h = &rows[list->count++];
        *h = (struct crew_hospital){.id = row->org,
                                    .online = row->online,
                                    .people = row->people,
                                    .accepting = row->accepting};
        copy_text(h->name, sizeof h->name, row->name);
        copy_text(h->phone, sizeof h->phone, row->phone);
        copy_text(h->specialties, sizeof h->specialties, row->specialties);
    }
    list->page = body->page;
    return true;
}

/* The pages of one list follow each other; until the last one is here the old list is true. A page
 * out of its order belongs to a list whose beginning was lost with the line: the next is whole. */
void crew_hospitals(struct crew *crew, const struct happened *what)
{
    const struct body_hospitals *body = what->frame->body;
    size_t before = crew->hospitals.count;
    if (body->page == 1)
        crew_hospitals_free(&crew->coming);
    if (body->page != crew->coming.page + 1 || !add_page(&crew->coming, body)) {
        crew_hospitals_free(&crew->coming);
        return;
    }
    if (body->page < body->pages)
        return;
    crew_hospitals_free(&crew->hospitals);
    crew->hospitals = crew->coming;
    crew->coming = (struct crew_hospitals){0};
    if (before == crew->hospitals.count)
        return;
    report_begin(&crew->report, "hospitals");
    report_int(&crew->report, "count", (int64_t)crew->hospitals.count);
    report_end(&crew->report);
}

/* By id; by the whole name; or by a part of it that only one hospital has. */
enum err crew_hospital_named(const struct crew *crew, struct slice name, struct id *out)
{
    size_t parts = 0;
    if (id_parse(name, out) == ERR_OK)
        return ERR_OK;
    for (size_t i = 0; i < crew->hospitals.count && name.size != 0; i++) {
        const struct crew_hospital *h = &crew->hospitals.rows[i];
        assert(h->name != NULL);
        if (slice_is(name, h->name)) {
            *out = h->id;
            return ERR_OK;
        }
        if (memmem(h->name, strlen(h->name), name.bytes, name.size) == NULL)
            continue;
        parts++;
        *out = h->id;
    }
    return parts == 1 ? ERR_OK : ERR_NO_SUCH_HOSPITAL;
}

enum err run_hospitals(struct crew *crew, const struct typed *typed)
{
    struct buf text = {0};
    (void)typed;
    for (size_t i = 0; i < crew->hospitals.count; i++) {
        const struct crew_hospital *h = &crew->hospitals.rows[i];
        char id[ID_TEXT_SIZE];
        id_text(&h->id, id);
        buf_printf(&text, "%.*s ", ID_TEXT_SIZE, id);
        view_text_add(&text, slice_of(h->name));
        buf_text(&text, h->online != FLAG_YES ? "  画面につながっていません。電話してください"
                        : h->people != FLAG_YES ? "  画面に人がいません。電話してください"
                                                : "  画面に人がいます");
        buf_text(&text, h->accepting == FLAG_YES  ? "  受入可"
                        : h->accepting == FLAG_NO ? "  受入不可"
                                                  : "");
        buf_text(&text, h->phone[0] == '\0' ? "" : "  電話 ");
        view_text_add(&text, slice_of(h->phone));
        buf_text(&text, "  ");
        view_text_add(&text, slice_of(h->specialties));
        buf_byte(&text, '\n');
    }
    if (crew->hospitals.count == 0)
        buf_text(&text, "病院の一覧はまだ届いていません（サインオンすると届きます）\n");
    screen_text(&crew->screen, buf_slice(&text));
    buf_free(&text);
    return ERR_OK;
}

/* ---- asking ---- */

static enum err hospitals_named(const struct crew *crew, const char *names,
                                struct body_inquiry *body)
{
    while (*names != '\0') {
        size_t size = strcspn(names, ",");
        struct slice name = {names, size};
        if (body->hospitals_count == CASE_HOSPITALS_MAX)
            return ERR_FULL;
        enum err err = crew_hospital_named(crew, name, &body->hospitals[body->hospitals_count]);
        if (err != ERR_OK)
            return err;
        body->hospitals_count++;
        names += size;
        names += *names == ',' ? 1 : 0;
    }
    return body->hospitals_count == 0 ? ERR_USAGE : ERR_OK;
}

enum err run_inquiry(struct crew *crew, const struct typed *typed)
{
    struct body_inquiry *body = calloc(1, sizeof *body);
    if (body == NULL)
        return ERR_NO_MEMORY;
    record_clear(&record_inquiry, body);
    body->inquiry = crew->calls.new_id(crew->calls.self);
    enum err err = hospitals_named(crew, typed->words[1], body);
    if (err == ERR_OK)
        err = crew_pairs(crew, &record_inquiry, typed, 2, body);
    if (err == ERR_OK)
        err = crew_say(crew, MSG_INQUIRY, body, NULL);
    explicit_bzero(body, sizeof *body);
    free(body);
    return err;
}

enum err run_cancel(struct crew *crew, const struct typed *typed)
{
    struct body_hospital_ref body;
    enum err err = crew_hospital_named(crew, slice_of(typed->words[1]), &body.hospital);
    return err == ERR_OK ? crew_say(crew, MSG_INQUIRY_CANCEL, &body, NULL) : err;
}

enum err run_phone_accept(struct crew *crew, const struct typed *typed)
{
    struct body_phone_acceptance body = {
        .name = slice_of(typed->words[2]), .role = typed_rest(typed, 3), .at = crew_now(crew)};
    enum err err = crew_hospital_named(crew, slice_of(typed->words[1]), &body.hospital);
    return err == ERR_OK ? crew_say(crew, MSG_PHONE_ACCEPTANCE, &body, NULL) : err;
}

/* ---- destination ---- */

static enum err say_destination(struct crew *crew, const struct body_destination *body)
{
    struct id message;
    enum err err = crew_say(crew, MSG_DESTINATION, body, &message);
    struct crew_case *c = err == ERR_OK ? crew_case_of(crew, &crew->case_id) : NULL;
    if (c == NULL)
        return err;
    c->destination_message = message;
    c->destination_made_at = crew_now(crew);
    report_begin(&crew->report, "destination_said");
    report_id(&crew->report, "case", &crew->case_id);
    report_id(&crew->report, "message", &message);
    report_id(&crew->report, "hospital", &body->hospital);
    report_flag(&crew->report, "ground", body->ground_present != 0);
    report_end(&crew->report);
    return err;
}

static enum err not_connected(struct crew *crew, const struct typed *typed)
{
    struct body_destination body;
    record_clear(&record_destination, &body);
    body.not_connected = typed_rest(typed, 2);
    return body.not_connected.bytes == NULL ? ERR_USAGE : say_destination(crew, &body);
}

/* hide= belongs to the ground; the rest to the destination itself. */
static enum err destination_options(struct crew *crew, const struct typed *typed, size_t index,
                                    struct body_destination *body)
{
    for (size_t i = index; i < typed->count; i++) {
        const char *word = typed->words[i];
        size_t wrong;
        bool hides = strncmp(word, "hide=", 5) == 0 && body->ground_present != 0;
        bool own = strncmp(word, "sections=", 9) == 0 || strncmp(word, "reason=", 7) == 0 ||
                   strncmp(word, "eta_at=", 7) == 0;
        enum err err = ERR_USAGE;
        if (hides)
            err = pairs_codes(&codes_section, word + 5, &body->ground.hidden);
        else if (own)
            err =
                pairs_take(&record_destination, typed->words + i, 1, crew_now(crew), body, &wrong);
        if (err != ERR_OK)
            return err;
    }
    return ERR_OK;
}

enum err run_destination(struct crew *crew, const struct typed *typed)
{
    struct body_destination body;
    size_t index = 2;
    if (strcmp(typed->words[1], "not-connected") == 0)
        return not_connected(crew, typed);
    record_clear(&record_destination, &body);
    enum err err = crew_hospital_named(crew, slice_of(typed->words[1]), &body.hospital);
    if (err != ERR_OK)
        return err;
    if (strcmp(typed->words[2], "no-ground") == 0) {
        index++;
    } else {
        body.ground_present = 1;
        body.ground.right = RIGHT_DISCLOSE_TO;
        body.ground.hospital = body.hospital;
        err = crew_ground_words(crew, typed, &index, &body.ground);
    }
    if (err == ERR_OK)
        err = destination_options(crew, typed, index, &body);
    return err == ERR_OK ? say_destination(crew, &body) : err;
}

/* ---- break-glass ---- */

enum err run_object(struct crew *crew, const struct typed *typed)
{
    const struct known_case *known = cases_find(client_cases(crew->client), &crew->case_id);
    struct body_grant_ref body = {.grant = {{0}}};
    for (size_t i = 0; known != NULL && i < known->shown.grants_count; i++)
        if (known->shown.grants[i].break_glass == FLAG_YES && known->shown.grants[i].revoke == 0)
            body.grant = known->shown.grants[i].grant;
    if (typed->count > 1 && id_parse(slice_of(typed->words[1]), &body.grant) != ERR_OK)
        return ERR_USAGE;
    return id_absent(&body.grant) ? ERR_NOT_FOUND
                                  : crew_say(crew, MSG_BREAK_GLASS_OBJECT, &body, NULL);
}
