/* control.h — Job: the lines a test sends to the emulator, and the one that asks how it is. */
#ifndef TESTS_CARD_EMULATOR_CONTROL_H
#define TESTS_CARD_EMULATOR_CONTROL_H

#include "tests/card_emulator/emulator.h"

/* insert | remove | delay MS | sigdelay MS | drop INS [rst] | hang INS | sw INS SW | tries N |
 * card DIR | kind jpki|juki|android|iphone|none | stat | quit      (INS and SW in hex)
 * Each line is answered by one line: "ok", the counters, or "error WHY". */

enum control_next { CONTROL_GO_ON, CONTROL_QUIT };
enum { CONTROL_LINE_MAX = 600, CONTROL_REPLY_MAX = 160 };

/* LINE without its newline; it is cut into words. */
enum control_next control_run(struct emulator *e, char *line, char reply[CONTROL_REPLY_MAX]);
/* CARD_OTHER for "none"; 0 when the name is unknown. */
enum card_kind control_kind(const char *name);
#endif
