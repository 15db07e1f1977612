/* provider.c — Job: check what is asked before it goes to an eligibility system of any kind. */
#include "gateway/errand/eligibility/provider.h"

enum { FACILITY_DIGITS = 10 };

static bool is_month(struct slice text)
{
    if (text.bytes == NULL)
        return true;
    if (text.size != MONTH_CHARS || text.bytes[4] != '-')
        return false;
    for (size_t i = 0; i < MONTH_CHARS; i++)
        if (i != 4 && (text.bytes[i] < '0' || text.bytes[i] > '9'))
            return false;
    int month = (text.bytes[5] - '0') * 10 + text.bytes[6] - '0';
    return month >= 1 && month <= 12;
}

bool provider_is_code(struct slice text)
{
    if (text.bytes == NULL || text.size == 0 || text.size > LOGIN_MAX)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '-' && c != '_' && c != '.')
            return false;
    }
    return true;
}

static enum err check_ask(const struct fetch_ask *ask)
{
    if (ask->basis == BASIS_REFUSED)
        return ERR_REFUSED_BY_PATIENT;
    bool codes = provider_is_code(ask->hq_code) && provider_is_code(ask->crew_code) &&
                 provider_is_code(ask->viewer_id) && provider_is_code(ask->terminal_id);
    bool card = ask->card_certificate.size > 0 && ask->card_certificate.size <= CERT_BYTES_MAX;
    bool way =
        ask->identified_by >= IDENTIFIED_CARD_VISUAL && ask->identified_by <= IDENTIFIED_CARD_PIN;
    bool known = codes_name(&codes_basis, ask->basis)[0] != '\0' &&
                 codes_name(&codes_card_proof, ask->card_proof)[0] != '\0' &&
                 codes_name(&codes_view_kind, (int)ask->kind)[0] != '\0';
    if (!codes || !card || !way || !known || id_absent(&ask->view) || id_absent(&ask->case_id))
        return ERR_BAD_FIELD;
    if (!is_month(ask->from_month) || !is_month(ask->to_month) || ask->timeout_ms <= 0)
        return ERR_BAD_FIELD;
    return ERR_OK;
}

enum err provider_fetch(const struct provider *p, const struct fetch_ask *ask, struct view **out)
{
    *out = NULL;
    if (p->ops == NULL)
        return ERR_UPSTREAM;
    enum err e = check_ask(ask);
    if (e != ERR_OK)
        return e;
    struct fetch_ask whole = *ask;
    whole.sections |= SECTION_BIT(SECTION_PERSON);
    if (ask->kind == VIEW_ELIGIBILITY_ONLY)
        whole.sections = SECTION_BIT(SECTION_PERSON);
    return p->ops->fetch(p->self, &whole, out);
}

enum err provider_let_see(const struct provider *p, const struct id *view,
                          struct slice hospital_code10, int64_t until_ms)
{
    if (p->ops == NULL)
        return ERR_UPSTREAM;
    if (!provider_is_code(hospital_code10) || hospital_code10.size != FACILITY_DIGITS ||
        until_ms <= 0)
        return ERR_BAD_FIELD;
    return p->ops->let_see(p->self, view, hospital_code10, until_ms);
}

enum err provider_withdraw(const struct provider *p, const struct id *view)
{
    return p->ops == NULL ? ERR_UPSTREAM : p->ops->withdraw(p->self, view);
}

void provider_close(struct provider *p)
{
    if (p == NULL || p->ops == NULL)
        return;
    p->ops->close(p->self);
    *p = (struct provider){0};
}
