/* keyfile_month.c — Job: months as numbers and as names of key files; pure. */
#include "common/keyfile_month.h"

#include "common/keyfile.h"
#include "proto/time_text.h"

#include <stdio.h>

enum { MONTH_FIRST = 197001, MONTH_LAST = 999912 };

void keyfile_month_name(int month, char name[KEYFILE_NAME_SIZE])
{
    snprintf(name, KEYFILE_NAME_SIZE, "kek-%04d-%02d", month / 100, month % 100);
}

bool keyfile_month_valid(int month)
{
    return month >= MONTH_FIRST && month <= MONTH_LAST && month % 100 >= 1 && month % 100 <= 12;
}

/* The number that "2026-11" stands for. Whoever reads foreign text writes the answer again and
 * compares. */
static int month_of_text(const char *text)
{
    int year = 0;
    for (int i = 0; i < 4; i++)
        year = year * 10 + (text[i] - '0');
    return year * 100 + (text[5] - '0') * 10 + (text[6] - '0');
}

int keyfile_month(int64_t wall_ms)
{
    char text[TIME_TEXT_SIZE];
    time_text(wall_ms, text);
    return month_of_text(text);
}

int keyfile_month_of_file(const char *name)
{
    char again[KEYFILE_NAME_SIZE];
    if (strlen(name) != strlen("kek-2026-11.key"))
        return 0;
    int month = month_of_text(name + strlen("kek-"));
    if (!keyfile_month_valid(month))
        return 0;
    keyfile_month_name(month, again);
    bool same = strncmp(name, again, strlen(again)) == 0;
    return same && strcmp(name + strlen(again), ".key") == 0 ? month : 0;
}
