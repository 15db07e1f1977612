/* listeners.h — Job: the three listeners, from the settings to what the door asks for. */
#ifndef GATEWAY_LISTENERS_H
#define GATEWAY_LISTENERS_H

#include "gateway/door/door.h"
#include "gateway/settings.h"

enum { LISTENERS = 3 };
/* Ambulance, hospital, administration. The texts are SETTINGS'. */
void listeners_of(const struct settings *settings, struct door_listener out[LISTENERS]);
#endif
