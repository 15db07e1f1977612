/* console.h — Job: what an administrator is shown of one person, device or connection. */
#ifndef GATEWAY_CORE_CONSOLE_H
#define GATEWAY_CORE_CONSOLE_H

#include "gateway/core/access.h"
#include "proto/console.h"

/* All are of the viewer's own organisation: the caller sees to that. Texts are lent to OUT. An
 * auditor is told ids and no name (L-11). */
void console_person(const struct access_viewer *viewer, const struct person_state *person,
                    int64_t now, struct person_row *out);
/* SINCE: when its connection was made; 0: it is not on the line. */
void console_device(const struct device_state *device, int64_t since, struct device_row *out);
void console_on_line(const struct access_viewer *viewer, const struct person_state *person,
                     struct connection_person *out);
int account_state_of(const struct person_state *person, int64_t now); /* enum account_state */
#endif
