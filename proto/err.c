/* err.c — Job: the one list of errors: code, wire name, final or retryable, both languages. */
#include "proto/err.h"

#include <assert.h>
#include <string.h>

struct err_row {
    const char *name;
    enum err_class class;
    const char *ja;
    const char *en;
};

#define ERR_AS_ROW(code, class, ja, en) [code] = {#code, class, ja, en},
static const struct err_row rows[ERR_COUNT] = {ERR_TABLE(ERR_AS_ROW)};

static const struct err_row *row_of(enum err code)
{
    assert(code >= 0 && code < ERR_COUNT);
    return &rows[code];
}

const char *err_name(enum err code)
{
    return row_of(code)->name;
}

const char *err_text_ja(enum err code)
{
    return row_of(code)->ja;
}

const char *err_text_en(enum err code)
{
    return row_of(code)->en;
}

enum err_class err_class_of(enum err code)
{
    return row_of(code)->class;
}

enum err err_by_name(const char *name)
{
    for (int i = 0; i < ERR_COUNT; i++)
        if (strcmp(rows[i].name, name) == 0)
            return (enum err)i;
    return ERR_COUNT;
}
