/* png_check.c — Job: is this a plain PNG and nothing else, and how large is it? */
#include "common/png_check.h"

#include <stdbool.h>
#include <string.h>
#include <zlib.h>

/* ISO/IEC 15948: signature, then chunks of length, type, content, CRC-32 of type and content. */
enum { SIGNATURE = 8, CHUNK_FRAME = 12, HEADER = 13, GREY = 0, RGB = 2, DEPTH = 8, GROUND = 6 };

struct chunk {
    const uint8_t *type, *content;
    size_t size;
};

static uint32_t u32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Takes the next chunk off the front of REST. */
static bool next(struct slice *rest, struct chunk *out)
{
    const uint8_t *bytes = (const uint8_t *)rest->bytes;
    if (rest->size < CHUNK_FRAME || u32(bytes) > rest->size - CHUNK_FRAME)
        return false;
    *out = (struct chunk){.type = bytes + 4, .content = bytes + 8, .size = u32(bytes)};
    rest->bytes += CHUNK_FRAME + out->size;
    rest->size -= CHUNK_FRAME + out->size;
    uLong sum = crc32(crc32(0, NULL, 0), out->type, (uInt)(out->size + 4));
    return sum == u32(out->content + out->size);
}

static bool is(const struct chunk *chunk, const char *type)
{
    return memcmp(chunk->type, type, 4) == 0;
}

/* Width, height, depth, colour, compression 0, filter 0, not interlaced. */
static bool header(const struct chunk *c, int width_max, int height_max, int *width, int *height)
{
    if (!is(c, "IHDR") || c->size != HEADER)
        return false;
    uint32_t w = u32(c->content), h = u32(c->content + 4);
    if (w < 1 || h < 1 || w > (uint32_t)width_max || h > (uint32_t)height_max)
        return false;
    *width = (int)w;
    *height = (int)h;
    const uint8_t *how = c->content + 8;
    return how[0] == DEPTH && (how[1] == GREY || how[1] == RGB) && how[2] == 0 && how[3] == 0 &&
           how[4] == 0;
}

enum err png_check(struct slice png, int width_max, int height_max, int *width, int *height)
{
    static const char signature[] = "\x89PNG\r\n\x1a\n";
    struct chunk chunk;
    bool pixels = false;
    if (png.size < SIGNATURE || memcmp(png.bytes, signature, SIGNATURE) != 0)
        return ERR_BAD_FIELD;
    struct slice rest = {png.bytes + SIGNATURE, png.size - SIGNATURE};
    if (!next(&rest, &chunk) || !header(&chunk, width_max, height_max, width, height))
        return ERR_BAD_FIELD;
    while (next(&rest, &chunk)) {
        if (is(&chunk, "IEND") && pixels && chunk.size == 0 && rest.size == 0)
            return ERR_OK;
        bool ground = is(&chunk, "bKGD") && !pixels && chunk.size <= GROUND;
        if (!ground && !is(&chunk, "IDAT"))
            break;
        pixels = !ground;
    }
    return ERR_BAD_FIELD;
}
