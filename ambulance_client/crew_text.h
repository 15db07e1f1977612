/* crew_text.h — Job: what a hospital has said, as Japanese text for a terminal (and only for one).
 */
#ifndef AMBULANCE_CLIENT_CREW_TEXT_H
#define AMBULANCE_CLIENT_CREW_TEXT_H

#include "client/cases.h"

/* Appends one line: time, who, and what was said. Nothing for a kind that carries no words. */
void crew_text_said(const struct known_text *text, struct buf *out);
#endif
