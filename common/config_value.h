/* config_value.h — Job: one value of the settings: text to member, bounds, and what is allowed. */
#ifndef COMMON_CONFIG_VALUE_H
#define COMMON_CONFIG_VALUE_H

#include "common/config.h"

enum { CONFIG_ALLOWED_SIZE = 192 };

/* Reads TEXT as the value of KEY into VALUES. A list gets one more item. FOLDER: the settings
 * file's, for relative paths. ERR_BAD_FIELD when it is not allowed (config_allowed says what is);
 * ERR_FULL: a list has CONFIG_LIST_MAX items; ERR_NO_MEMORY. */
MUST_CHECK enum err config_value_set(const struct config_key *key, struct slice text,
                                     struct slice folder, void *values, struct arena *memory);
/* Are the two settings' values of KEY the same? */
bool config_value_same(const struct config_key *key, const void *a, const void *b);
/* What KEY accepts, in a few words, NUL-terminated. */
void config_allowed(const struct config_key *key, char ja[CONFIG_ALLOWED_SIZE],
                    char en[CONFIG_ALLOWED_SIZE]);
/* Without spaces and tabs at both ends. */
struct slice config_trim(struct slice text);
#endif
