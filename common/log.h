/* log.h — Job: one line of text per happening, bounded, escaped, with ids only.
 *
 *   2026-11-24T05:00:00.000Z warn door conn=17 case=01J… event=refused wrong kind of certificate
 *
 * What was absent in `struct log_ids` is left out. A line names no person, no patient, no clinical
 * word: callers pass ids and codes (DESIGN §3). Any thread may log. */
#ifndef COMMON_LOG_H
#define COMMON_LOG_H

#include <stdint.h>

enum log_level { LEVEL_ERROR, LEVEL_WARN, LEVEL_INFO, LEVEL_DEBUG, LOG_LEVELS };

/* Lent NUL-terminated texts; a NULL member is left out. */
struct log_ids {
    const char *conn;
    const char *case_id;
    const char *event;
};

/* Lines above LEVEL are dropped before they are formatted. At first: LEVEL_INFO. */
void log_set_level(enum log_level level);
/* Where lines go. At first: 2 (stderr). The caller keeps the descriptor open. */
void log_set_fd(int fd);
/* "error", "warn", "info" or "debug" as a level; anything else gives LOG_LEVELS. */
enum log_level log_level_by_name(const char *name);

/* Writes one line of at most LOG_LINE_MAX bytes with one write(2). Control characters, DEL and what
 * is not UTF-8 come out as \xNN, so that no text can forge a line; what is too long ends in "...".
 * ROOM is the folder or program ("door"). IDS may be NULL. Keeps errno. */
void log_line(enum log_level level, const char *room, const struct log_ids *ids, const char *format,
              ...) __attribute__((format(printf, 4, 5)));

/* Lines of LEVEL written since the start (for metrics), and lines that could not be written. */
uint64_t log_count(enum log_level level);
uint64_t log_lost(void);

#define log_error(room, ids, ...) log_line(LEVEL_ERROR, room, ids, __VA_ARGS__)
#define log_warn(room, ids, ...)  log_line(LEVEL_WARN, room, ids, __VA_ARGS__)
#define log_info(room, ids, ...)  log_line(LEVEL_INFO, room, ids, __VA_ARGS__)
#define log_debug(room, ids, ...) log_line(LEVEL_DEBUG, room, ids, __VA_ARGS__)
#endif
