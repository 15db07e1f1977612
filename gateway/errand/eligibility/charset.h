/* charset.h — Job: bytes of an official file as UTF-8: converted or checked, strictly.
 *
 * The files are declared Shift_JIS and hold CP932 (the Windows extension: 髙, 﨑, ①, ㈱), or they
 * are UTF-8 (DOMAIN C11). Nothing else is accepted; a wrong byte refuses the whole file, because a
 * guessed letter in a medicine's name is worse than none. */
#ifndef GATEWAY_ELIGIBILITY_CHARSET_H
#define GATEWAY_ELIGIBILITY_CHARSET_H

#include "proto/view.h"

/* What the XML declaration (or a UTF-8 byte order mark) says; without either it is UTF-8. A file
 * that says Shift_JIS and is surely UTF-8 (the mark, or kana and kanji throughout) is UTF-8: read
 * as CP932 it would be other letters, or none. ERR_UPSTREAM_ANSWER for any other encoding, UTF-16
 * too. */
MUST_CHECK enum err charset_of_xml(struct slice bytes, enum view_charset *out);

/* Appends BYTES as UTF-8 to OUT (whose limit counts), without byte order mark. ERR_UTF8 for a byte
 * that has no meaning in CHARSET; ERR_TOO_LARGE; ERR_NO_MEMORY; ERR_IO when the system has no
 * CP932 converter. */
MUST_CHECK enum err charset_to_utf8(struct slice bytes, enum view_charset charset, struct buf *out);
/* The other way: appends UTF-8 TEXT as CHARSET. ERR_UTF8 when a character does not exist there. */
MUST_CHECK enum err charset_from_utf8(struct slice text, enum view_charset charset,
                                      struct buf *out);
#endif
