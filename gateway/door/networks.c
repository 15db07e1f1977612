/* networks.c — Job: which source addresses a listener talks to. */
#include "gateway/door/networks.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool is_mapped(const uint8_t address[16])
{
    return memcmp(address, mapped, sizeof mapped) == 0;
}

static bool address_of(const struct sockaddr *from, uint8_t address[16])
{
    if (from->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)from;
        memcpy(address, mapped, sizeof mapped);
        memcpy(address + sizeof mapped, &in->sin_addr, 4);
        return true;
    }
    if (from->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)from;
        memcpy(address, &in6->sin6_addr, 16);
        return true;
    }
    return false;
}

static bool bits_equal(const uint8_t a[16], const uint8_t b[16], unsigned bits)
{
    if (memcmp(a, b, bits / 8) != 0)
        return false;
    if (bits % 8 == 0)
        return true;
    unsigned mask = 0xffu << (8 - bits % 8) & 0xffu;
    return ((a[bits / 8] ^ b[bits / 8]) & mask) == 0;
}

/* 0..LIMIT in decimal digits and nothing else, or -1. */
static int prefix_bits(const char *text, int limit)
{
    int bits = 0;
    size_t length = strlen(text);
    if (length == 0 || length > 3)
        return -1;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p < '0' || *p > '9')
            return -1;
        bits = bits * 10 + (*p - '0');
    }
    return bits <= limit ? bits : -1;
}

static enum err network_parse(char *word, struct network *out)
{
    char *slash = strchr(word, '/');
    if (slash != NULL)
        *slash = '\0';
    int width = 128;
    if (inet_pton(AF_INET6, word, out->address) != 1) {
        memcpy(out->address, mapped, sizeof mapped);
        if (inet_pton(AF_INET, word, out->address + sizeof mapped) != 1)
            return ERR_CONFIG;
        width = 32;
    }
    int bits = slash == NULL ? width : prefix_bits(slash + 1, width);
    if (bits < 0)
        return ERR_CONFIG;
    out->bits = (unsigned)(bits + 128 - width);
    /* "192.0.2.7/24" is more likely a slip than a wish: refused. */
    for (unsigned bit = out->bits; bit < 128; bit++)
        if ((out->address[bit / 8] >> (7 - bit % 8) & 1) != 0)
            return ERR_CONFIG;
    return ERR_OK;
}

enum err networks_init(struct networks *n, const char *text)
{
    *n = (struct networks){0};
    if (text == NULL)
        return ERR_OK;
    char *copy = strdup(text);
    struct network *rows = calloc(NETWORKS_MAX, sizeof *rows);
    enum err err = copy == NULL || rows == NULL ? ERR_NO_MEMORY : ERR_OK;
    size_t count = 0;
    char *state = NULL;
    char *word = err == ERR_OK ? strtok_r(copy, " ,\t", &state) : NULL;
    while (word != NULL && err == ERR_OK) {
        err = count == NETWORKS_MAX ? ERR_CONFIG : network_parse(word, &rows[count]);
        count++;
        word = strtok_r(NULL, " ,\t", &state);
    }
    free(copy);
    if (err != ERR_OK || count == 0) {
        free(rows);
        return err;
    }
    *n = (struct networks){rows, count};
    return ERR_OK;
}

void networks_fini(struct networks *n)
{
    free(n->rows);
    *n = (struct networks){0};
}

bool networks_allow(const struct networks *n, const struct sockaddr *source)
{
    if (n->count == 0)
        return true;
    uint8_t address[16];
    if (!address_of(source, address))
        return false;
    for (size_t i = 0; i < n->count; i++)
        if (bits_equal(n->rows[i].address, address, n->rows[i].bits))
            return true;
    return false;
}

void network_address_text(const struct sockaddr *address, char *text, size_t room)
{
    uint8_t bytes[16];
    text[0] = '\0';
    if (!address_of(address, bytes))
        return;
    const char *done = is_mapped(bytes)
                           ? inet_ntop(AF_INET, bytes + sizeof mapped, text, (socklen_t)room)
                           : inet_ntop(AF_INET6, bytes, text, (socklen_t)room);
    if (done == NULL)
        text[0] = '\0';
}
