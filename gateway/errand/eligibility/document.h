/* document.h — Job: the section "document": which PDFs there are, and tags that nobody knows. */
#ifndef GATEWAY_ELIGIBILITY_DOCUMENT_H
#define GATEWAY_ELIGIBILITY_DOCUMENT_H

#include "proto/view.h"

/* Sets SECTION to present with {"in_document":[…]}: the PDF parts that hold it. There is one. */
MUST_CHECK enum err document_refer(struct view *v, enum section section);

/* Sets SECTION_DOCUMENT from the view's PDF parts and UNKNOWN, the items of its "other" list. With
 * neither it is empty when it was ASKED for, else not asked. LOST: there were more unknown tags
 * than can be kept, so it is failed. */
MUST_CHECK enum err document_set(struct view *v, struct slice unknown, bool lost, bool asked);
#endif
