/* listeners.c — Job: the three listeners, from the settings to what the door asks for. */
#include "gateway/listeners.h"

static struct door_listener one(const char *name, enum device_kind kind,
                                const struct listener_settings *s)
{
    return (struct door_listener){.name = name,
                                  .kind = kind,
                                  .address = s->address,
                                  .port = (int)s->port,
                                  .cert_path = s->cert,
                                  .key_path = s->key,
                                  .ca_path = s->ca,
                                  .crl_path = s->crl[0] == '\0' ? NULL : s->crl,
                                  .allow = s->allow};
}

void listeners_of(const struct settings *settings, struct door_listener out[LISTENERS])
{
    out[0] = one("ambulance", DEVICE_AMBULANCE, &settings->ambulance);
    out[1] = one("hospital", DEVICE_HOSPITAL, &settings->hospital);
    out[2] = one("admin", DEVICE_ADMIN, &settings->admin);
}
