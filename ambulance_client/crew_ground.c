/* crew_ground.c — Job: grounds as they are spoken: recipient, who said it, what hindered. */
#include "ambulance_client/crew_inner.h"

#include "ambulance_client/pairs.h"

static enum err oral(const struct typed *typed, size_t *index, struct body_ground *out)
{
    if (*index >= typed->count)
        return ERR_USAGE;
    out->basis = BASIS_PATIENT_ORAL;
    out->said_by = pairs_code(&codes_said_by, slice_of(typed->words[(*index)++]));
    return out->said_by == 0 || out->said_by == SAID_NOBODY ? ERR_USAGE : ERR_OK;
}

/* "In a hurry" is neither need nor obstacle, and is not offered. */
static enum err life(const struct typed *typed, size_t *index, struct body_ground *out)
{
    if (*index + 1 >= typed->count)
        return ERR_USAGE;
    out->basis = BASIS_LIFE_BODY_NO_CONSENT;
    out->said_by = SAID_NOBODY;
    out->need = pairs_code(&codes_need, slice_of(typed->words[(*index)++]));
    out->obstacle = pairs_code(&codes_obstacle, slice_of(typed->words[(*index)++]));
    return out->need == 0 || out->obstacle == 0 ? ERR_USAGE : ERR_OK;
}

enum err crew_ground_words(struct crew *crew, const struct typed *typed, size_t *index,
                           struct body_ground *out)
{
    if (*index >= typed->count)
        return ERR_USAGE;
    const char *basis = typed->words[(*index)++];
    out->at = crew_now(crew);
    out->sentence = slice_of(crew->settings->sentence);
    out->language = slice_of(crew->settings->language);
    if (strcmp(basis, "oral") == 0)
        return oral(typed, index, out);
    out->sentence = out->language = (struct slice){NULL, 0}; /* nothing was read aloud */
    if (strcmp(basis, "life") == 0)
        return life(typed, index, out);
    if (strcmp(basis, "refused") != 0)
        return ERR_USAGE;
    out->basis = BASIS_REFUSED;
    out->said_by = SAID_PATIENT;
    return ERR_OK;
}

/* What may follow a ground: hide=SECTION,... and language=LANG. */
static enum err ground_options(const struct typed *typed, size_t index, struct body_ground *out)
{
    enum err err = ERR_OK;
    for (size_t i = index; err == ERR_OK && i < typed->count; i++) {
        const char *word = typed->words[i];
        if (strncmp(word, "hide=", 5) == 0)
            err = pairs_codes(&codes_section, word + 5, &out->hidden);
        else if (strncmp(word, "language=", 9) == 0)
            out->language = slice_of(word + 9);
        else
            err = ERR_USAGE;
    }
    return err;
}

enum err run_ground(struct crew *crew, const struct typed *typed)
{
    struct body_ground body;
    size_t index = 2;
    record_clear(&record_ground, &body);
    enum err err = ERR_OK;
    if (strcmp(typed->words[1], "crew") == 0) {
        body.right = RIGHT_CREW_VIEW;
    } else if (strcmp(typed->words[1], "disclose") == 0 && typed->count > 2) {
        body.right = RIGHT_DISCLOSE_TO;
        err = crew_hospital_named(crew, slice_of(typed->words[index++]), &body.hospital);
    } else {
        return ERR_USAGE;
    }
    if (err == ERR_OK)
        err = crew_ground_words(crew, typed, &index, &body);
    if (err == ERR_OK)
        err = ground_options(typed, index, &body);
    return err == ERR_OK ? crew_say(crew, MSG_GROUND, &body, NULL) : err;
}
