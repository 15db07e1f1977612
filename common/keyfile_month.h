/* keyfile_month.h — Job: months as numbers and as names of key files; pure. For keyfile.c. */
#ifndef COMMON_KEYFILE_MONTH_H
#define COMMON_KEYFILE_MONTH_H

#include "proto/slice.h"

enum { KEYFILE_NAME_SIZE = 32 /* of "kek-2026-11", with room for a suffix and NUL */ };

/* Is it 197001 … 999912, with a month from 01 to 12? */
bool keyfile_month_valid(int month);
/* "kek-2026-11" of a valid month. */
void keyfile_month_name(int month, char name[KEYFILE_NAME_SIZE]);
/* The month whose key file has this NAME ("kek-2026-11.key"); 0 when it is another file. */
int keyfile_month_of_file(const char *name);
#endif
