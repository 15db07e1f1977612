/* card_pcsc.h — Job: the card readers of this machine, through pcsc-lite. */
#ifndef AMBULANCE_CLIENT_CARD_PCSC_H
#define AMBULANCE_CLIENT_CARD_PCSC_H

#include "ambulance_client/card_service.h"

/* Static; stateless, so any number of threads may use it with their own contexts. */
const struct card_service *card_pcsc_service(void);
#endif
