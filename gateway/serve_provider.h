/* serve_provider.h — Job: open the way to the eligibility system that the settings name. */
#ifndef GATEWAY_SERVE_PROVIDER_H
#define GATEWAY_SERVE_PROVIDER_H

#include "gateway/errand/eligibility/provider.h"
#include "gateway/settings.h"

/* OUT stays closed (ops NULL) with `provider = none`: then each fetch says ERR_NOT_PROVIDED. The
 * caller closes it with provider_close. ERR_CONFIG, ERR_NO_MEMORY. */
MUST_CHECK enum err serve_provider(const struct settings *s, struct provider *out);
/* The simulator for practice beside live work. OUT stays closed when none is named, and when it
 * cannot be opened: that is logged, and live work starts all the same. Only answers that say they
 * are a simulator's are taken. As above. */
void serve_practice(const struct settings *s, struct provider *out);
#endif
