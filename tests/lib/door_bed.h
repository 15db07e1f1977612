/* door_bed.h — Job: a door with certificates, on a loop of its own, that writes down what
 * it tells. */
#ifndef TESTS_LIB_DOOR_BED_H
#define TESTS_LIB_DOOR_BED_H

#include <uv.h>

#include "gateway/door/door.h"
#include "tests/lib/pki.h"
#include "tests/lib/ws_raw.h"

enum { BED_AMBULANCE, BED_HOSPITAL, BED_ADMIN, BED_LISTENERS };
enum { BED_REVOKED_SERIAL = 666, BED_WAIT_MS = 5000 };

struct bed {
    uv_loop_t loop;
    struct pki pki;
    struct door_listener rows[BED_LISTENERS];
    struct door *door;
    bool ended;
    /* what to answer */
    enum err verdict;
    bool echo;
    enum err http_verdict;
    size_t http_bytes;
    /* what was told */
    int admits;
    int frames;
    int closes;
    struct conn *conn; /* the last one admitted; NULL once it is closed */
    struct peer peer;
    struct buf text;                                     /* of the last frame */
    char why[128];                                       /* of the last close */
    char path[128];                                      /* of the last GET */
    bool ours;                                           /* its Host */
    int rooms;                                           /* times room was told */
    void (*on_room)(struct bed *bed, struct conn *conn); /* may be NULL */
    void (*on_frame)(struct bed *bed, struct conn *conn, struct slice text); /* may be NULL */
};

/* Makes the certificates and the rows. In the folder: authorities ca and foreign; server; devices
 * amb1, amb2, hosp1, admin1 and the bad ones that the tests name. */
void bed_init(struct bed *bed);
/* Opens the door; aborts when it does not. */
void bed_open(struct bed *bed);
/* Closes it, lets the loop run dry, and aborts if a handle is left. */
void bed_fini(struct bed *bed);

void bed_turn(void *bed); /* one turn of the loop, without waiting */
/* Turns the loop until FACT holds; false after BED_WAIT_MS. */
bool bed_until(struct bed *bed, bool (*fact)(const struct bed *bed));
/* Where and as whom: device certificate NAME (NULL: none), the server checked against ca. */
struct ws_raw_to bed_to(struct bed *bed, size_t listener, const char *name);

bool bed_was_closed(const struct bed *bed);
bool bed_has_frame(const struct bed *bed);
#endif
