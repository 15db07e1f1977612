/* card_check.h — Job: whose cards count, and the check of one card on a worker thread. */
#ifndef GATEWAY_ERRAND_CARD_CHECK_H
#define GATEWAY_ERRAND_CARD_CHECK_H

#include "gateway/errand/runner.h"
#include "gateway/settings.h"

struct card_trust; /* heap; safe for several threads */

/* Reads the authorities and the revocation list that the settings name. With no authority named no
 * card is accepted (ERR_CARD_ISSUER for each). ERR_CONFIG with the file in the log. */
MUST_CHECK enum err card_trust_open(const struct settings *settings, struct card_trust **out);
void card_trust_close(struct card_trust *trust);

/* errand_card (runner.h): certificate chain, dates, revocation, test cards, the PIN's signature;
 * then the patient's alias: an id that only this gateway's alias key can make from the card. */
#endif
