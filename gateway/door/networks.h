/* networks.h — Job: which source addresses a listener talks to. */
#ifndef GATEWAY_DOOR_NETWORKS_H
#define GATEWAY_DOOR_NETWORKS_H

#include <sys/socket.h>

#include "proto/err.h"
#include "proto/limits.h"
#include "proto/slice.h"

/* IPv4 is kept as IPv6 (::ffff:a.b.c.d, RFC 4291 §2.5.5.2), so a dual-stack socket is
 * judged alike. */
struct network {
    uint8_t address[16];
    unsigned bits; /* how many of the first must be equal */
};

/* Zeroed is the empty list, which allows everybody. */
struct networks {
    struct network *rows; /* heap */
    size_t count;
};

/* TEXT: "192.0.2.0/24, 2001:db8::/32 203.0.113.7". NULL or blank gives the empty list. ERR_CONFIG
 * for what is not a network, for bits set behind the prefix, and above NETWORKS_MAX. */
MUST_CHECK enum err networks_init(struct networks *n, const char *text);
void networks_fini(struct networks *n);
bool networks_allow(const struct networks *n, const struct sockaddr *source);

/* The numeric text of an address, IPv4 without the IPv6 clothes; "" when it is neither. ROOM
 * ≥ 46. */
void network_address_text(const struct sockaddr *address, char *text, size_t room);
#endif
