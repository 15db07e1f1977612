/* origin.c — Job: does a browser ask us by a name of ours, and from our own page: Host and
 * Origin. */
#include "gateway/door/origin.h"

#include <openssl/x509v3.h>
#include <stdio.h>

#include "common/pages_rules.h"

enum { VALUE_MAX = 256 };

struct header {
    char text[VALUE_MAX];
    bool there; /* in the request, though it may have been too long to keep */
    bool whole;
};

static struct header header_of(struct lws *wsi, enum lws_token_indexes which)
{
    struct header header = {.there = lws_hdr_total_length(wsi, which) > 0};
    header.whole = lws_hdr_copy(wsi, header.text, sizeof header.text, which) > 0;
    return header;
}

/* Cuts ":port" off, and the brackets of an IPv6 address. What is left is a name or an address. */
static void name_of_host(const char *host, char *name, size_t room)
{
    const char *end = host[0] == '[' ? strchr(host, ']') : strchr(host, ':');
    size_t from = host[0] == '[' ? 1 : 0;
    size_t size = (end == NULL ? strlen(host) : (size_t)(end - host)) - from;
    snprintf(name, room, "%.*s", (int)size, host + from);
}

/* What stands in brackets is an address (RFC 3986 section 3.2.2). */
static bool in_certificate(const struct listener *listener, const char *name, bool brackets)
{
    X509 *cert = SSL_CTX_get0_certificate(listener->ctx);
    if (cert == NULL || name[0] == '\0' || name[0] == '.') /* ".test" would mean any below */
        return false;
    if (brackets || X509_check_ip_asc(cert, name, 0) == 1)
        return X509_check_ip_asc(cert, name, 0) == 1;
    return X509_check_host(cert, name, strlen(name), X509_CHECK_FLAG_NO_WILDCARDS, NULL) == 1;
}

static enum origin_host judge_host(const struct listener *listener, const char *host)
{
    char name[VALUE_MAX], spelled[VALUE_MAX + 2];
    name_of_host(host, name, sizeof name);
    if (!in_certificate(listener, name, host[0] == '['))
        return ORIGIN_FOREIGN;
    snprintf(spelled, sizeof spelled, host[0] == '[' ? "[%s]" : "%s", name);
    struct pages_origin own = {PAGES_HTTPS, spelled, listener->port};
    if (!pages_host_is(&own, slice_of(host)))
        return ORIGIN_FOREIGN;
    return strcasecmp(name, "localhost") == 0 ? ORIGIN_LOCAL : ORIGIN_OURS;
}

enum origin_host origin_host_of(struct lws *wsi, const struct listener *listener)
{
    struct header host = header_of(wsi, WSI_TOKEN_HOST);
    return host.whole ? judge_host(listener, host.text) : ORIGIN_FOREIGN;
}

bool origin_may_upgrade(struct lws *wsi, const struct listener *listener)
{
    char wanted[VALUE_MAX + 16];
    struct header origin = header_of(wsi, WSI_TOKEN_ORIGIN);
    if (listener->kind != DEVICE_ADMIN || !origin.there)
        return true;
    struct header host = header_of(wsi, WSI_TOKEN_HOST);
    if (!origin.whole || !host.whole || judge_host(listener, host.text) == ORIGIN_FOREIGN)
        return false;
    snprintf(wanted, sizeof wanted, "https://%s", host.text);
    return strcmp(origin.text, wanted) == 0;
}
