/* fixtures.c — Job: the golden frames of proto/fixtures, read one by one. */
#include "tests/lib/fixtures.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/limits.h"

static int is_fixture(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);
    return size > 5 && strcmp(entry->d_name + size - 5, ".json") == 0;
}

static void read_one(const char *folder, const char *file, fixture_fn *each, void *self)
{
    static char bytes[2 * FRAME_BYTES_MAX];
    char path[512], name[256];
    snprintf(path, sizeof path, "proto/fixtures/%s/%s", folder, file);
    snprintf(name, sizeof name, "%.*s", (int)strlen(file) - 5, file);
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return;
    size_t size = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    if (size > 0 && bytes[size - 1] == '\n')
        size--;
    each(name, (struct slice){bytes, size}, self);
}

size_t fixtures_each(const char *folder, fixture_fn *each, void *self)
{
    char path[512];
    struct dirent **entries = NULL;
    snprintf(path, sizeof path, "proto/fixtures/%s", folder);
    int count = scandir(path, &entries, is_fixture, alphasort);
    for (int i = 0; i < count; i++) {
        read_one(folder, entries[i]->d_name, each, self);
        free(entries[i]);
    }
    free(entries);
    return count < 0 ? 0 : (size_t)count;
}

enum sender fixture_sender(struct slice frame)
{
    struct message m;
    struct complaint why;
    /* Asked as the gateway on purpose: even a type that it may not send is recognised. */
    enum err e = message_decode(frame, FROM_GATEWAY, &m, &why);
    unsigned senders = m.type == NULL ? 0 : m.type->senders;
    if (e == ERR_OK)
        message_fini(&m);
    for (unsigned side = FROM_AMBULANCE; side <= FROM_GATEWAY; side <<= 1)
        if ((senders & side) != 0)
            return (enum sender)side;
    return FROM_GATEWAY;
}
