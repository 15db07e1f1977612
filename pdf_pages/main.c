/* main.c — Job: `sakiyomi-pdf-pages PAGE [paper]`: a PDF on standard input, its page on standard
 * output; `paper`: as large as a printer can use it.
 *
 * The PDF comes in base64, as the section "document" has it; what goes out is common/pdf_frame.h.
 * One page, one process: whatever a PDF does to it ends with it. Started by sakiyomi-ambulance and
 * sakiyomi-hospital, which bound its time; nothing is written anywhere but to standard output. */
#include "pdf_pages/fonts.h"
#include "pdf_pages/render.h"
#include "pdf_pages/sandbox.h"
#include "proto/base64.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { READ_BYTES = 65536, STATUS_USAGE = 2 };
enum { BASE64_MAX = (VIEW_PART_BYTES_MAX + 2) / 3 * 4 };

static enum err read_all(struct buf *text)
{
    static char bytes[READ_BYTES];
    ssize_t got = 0;
    buf_init(text, BASE64_MAX);
    while ((got = read(STDIN_FILENO, bytes, sizeof bytes)) > 0 || (got < 0 && errno == EINTR))
        if (got > 0)
            buf_add(text, bytes, (size_t)got);
    return got < 0 ? ERR_IO : buf_error(text);
}

static enum err write_all(struct slice bytes)
{
    while (bytes.size != 0) {
        ssize_t done = write(STDOUT_FILENO, bytes.bytes, bytes.size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return ERR_IO;
        bytes.bytes += done;
        bytes.size -= (size_t)done;
    }
    return ERR_OK;
}

/* In place: three bytes never take more room than the four letters they come from. */
static enum err decode(struct buf *text)
{
    size_t size = 0;
    enum err err = base64_decode(buf_slice(text), text->bytes, text->size, &size);
    text->size = size;
    return err;
}

static enum err say(const struct render_order *order)
{
    struct buf pdf, out = {0};
    enum err err = read_all(&pdf);
    if (err == ERR_OK && decode(&pdf) == ERR_OK)
        render_page(buf_slice(&pdf), order, &out);
    else if (err == ERR_OK || err == ERR_TOO_LARGE)
        pdf_frame_failure(&out, err == ERR_OK ? PDF_BROKEN : PDF_LIMITS);
    if (err == ERR_OK || err == ERR_TOO_LARGE)
        err = buf_error(&out);
    if (err == ERR_OK)
        err = write_all(buf_slice(&out));
    buf_free(&pdf);
    buf_free(&out);
    return err;
}

int main(int argc, char **argv)
{
    struct fonts fonts;
    bool can_read = false;
    char *end = NULL;
    bool paper = argc == 3 && strcmp(argv[2], "paper") == 0;
    long page = argc == 2 || paper ? strtol(argv[1], &end, 10) : -1;
    if (page < 0 || end == argv[1] || *end != '\0' || page >= PDF_PAGES_MAX)
        return STATUS_USAGE;
    if (sandbox_enter() != ERR_OK || fonts_open(&fonts) != ERR_OK || render_warm_up() != ERR_OK)
        return EXIT_FAILURE;
    enum err err = sandbox_shut((const char *const *)fonts.folders, fonts.folders_count, &can_read);
    struct render_order order = {
        .page = (int)page,
        .size = paper ? PDF_PAPER : PDF_SCREEN,
        .letters = {.any = fonts.any && can_read, .japanese = fonts.japanese && can_read}};
    if (err == ERR_OK)
        err = say(&order);
    render_end();
    fonts_close(&fonts);
    return err == ERR_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
