/* view_text.h — Job: opened sections as Japanese text for a terminal (and only for one).
 *
 * What may be written where is the caller's duty: this text is the view. Words follow DOMAIN B and
 * I: an absent value is never "none", no unit, date or flag is invented, the source and its limits
 * are said. Control characters of the content are never passed to the terminal. */
#ifndef CLIENT_VIEW_TEXT_H
#define CLIENT_VIEW_TEXT_H

#include "client/sealed_view.h"

struct view_text_now {
    int64_t now;    /* for the age; wall clock or the gateway's time, ms */
    int profile;    /* enum profile: anything but production has a banner */
    uint64_t asked; /* sections that the person opened now */
};

/* The whole: banner of the person (if open), marks (写し, fetch time, simulator, refetched), then
 * every section of ASKED in order, with its state in words. Appends to OUT (the caller's buffer
 * wipes when freed). */
void view_text(const struct sealed_view *view, const struct view_text_now *now, struct buf *out);
/* One line: name, kana, birth date in both eras, age, sex; nothing when the section is not open. */
void view_text_person(const struct sealed_view *view, int64_t now, struct buf *out);

/* ---- for other texts of a terminal ---- */
/* TEXT without anything that a terminal would take for an order. */
void view_text_add(struct buf *out, struct slice text);
/* "2026年11月24日 14:05" in Japan's time (UTC+9, which has no summer time); 0: 「不明」. */
void view_text_time(struct buf *out, int64_t ms);
/* "1950-03-05" as 「昭和25年（1950年）3月5日」; as it stands when it is no date. */
void view_text_date(struct buf *out, struct slice date);
/* Whole years from DATE ("YYYY-MM-DD") to NOW; -1: no date. */
int view_text_age(struct slice date, int64_t now);

/* ---- the sections (view_text_drugs.c, view_text_items.c) ---- */
struct section_json;
void view_text_drugs(const struct section_json *doc, uint32_t content, struct buf *out);
void view_text_person_rows(const struct section_json *doc, uint32_t content, struct buf *out);
void view_text_visits(const struct section_json *doc, uint32_t content, struct buf *out);
void view_text_acts(const struct section_json *doc, uint32_t content, struct buf *out);
void view_text_checkups(const struct section_json *doc, uint32_t content, struct buf *out);
void view_text_document(const struct section_json *doc, uint32_t content, struct buf *out);
/* LABEL and the member KEY of OBJECT; nothing when it has none. */
void view_text_field(const struct section_json *doc, uint32_t object, const char *key,
                     const char *label, struct buf *out);
/* Quantity and unit of ITEM; a missing unit is said to be missing. */
void view_text_amount(const struct section_json *doc, uint32_t item, const char *value,
                      struct buf *out);
/* Tags that nobody knows, as they came. */
void view_text_others(const struct section_json *doc, uint32_t object, struct buf *out);
/* What came inside a PDF only: says so, true. */
bool view_text_in_document(const struct section_json *doc, uint32_t content, struct buf *out);
#endif
