/* pages_rules.h — Job: who may ask the page server for what: Host, Origin, cookie.
 *
 * Pure. A web page of anybody else on the same machine or network can make a browser send requests
 * here; these three rules are what such a page does not get past (WebSockets know no same-origin
 * policy of their own: RFC 6455 §10.2). */
#ifndef COMMON_PAGES_RULES_H
#define COMMON_PAGES_RULES_H

#include "proto/slice.h"

enum pages_scheme { PAGES_HTTP, PAGES_HTTPS };

/* The one name under which we are asked. NAME: a host name, lower case. */
struct pages_origin {
    enum pages_scheme scheme;
    const char *name;
    int port;
};

/* HOST: the header's value. Name in any case, with our port; without one only where it is the
 * scheme's own (80, 443). */
bool pages_host_is(const struct pages_origin *own, struct slice host);
/* ORIGIN: the header's value; as RFC 6454 §6.2 spells it, so compared byte by byte. */
bool pages_origin_is(const struct pages_origin *own, struct slice origin);
/* The value of the cookie NAME in the header's value (RFC 6265 §4.2.1); bytes NULL: none, or more
 * than one of that name (then somebody else has set one). Lent. */
struct slice pages_cookie(struct slice header, const char *name);
/* Equal, in a time that does not tell where they differ. */
bool pages_same_secret(struct slice a, struct slice b);
#endif
