/* card_service.h — Job: the PC/SC calls the tablet uses, as a table that tests can play. */
#ifndef AMBULANCE_CLIENT_CARD_SERVICE_H
#define AMBULANCE_CLIENT_CARD_SERVICE_H

#include "proto/limits.h"
#include "proto/slice.h"

/* Codes and flags have PC/SC's own values; card_pcsc.c checks that at compile time. A service may
 * return any other code: what we do not know is an error, never a success. */
#define CARD_RC_OK                 UINT32_C(0)
#define CARD_RC_CANCELLED          UINT32_C(0x80100002)
#define CARD_RC_INVALID_HANDLE     UINT32_C(0x80100003)
#define CARD_RC_NO_MEMORY          UINT32_C(0x80100006)
#define CARD_RC_UNKNOWN_READER     UINT32_C(0x80100009)
#define CARD_RC_TIMEOUT            UINT32_C(0x8010000A)
#define CARD_RC_SHARING            UINT32_C(0x8010000B)
#define CARD_RC_NO_CARD            UINT32_C(0x8010000C)
#define CARD_RC_COMM_ERROR         UINT32_C(0x80100013)
#define CARD_RC_NOT_TRANSACTED     UINT32_C(0x80100016)
#define CARD_RC_READER_UNAVAILABLE UINT32_C(0x80100017)
#define CARD_RC_NO_SERVICE         UINT32_C(0x8010001D)
#define CARD_RC_SERVICE_STOPPED    UINT32_C(0x8010001E)
#define CARD_RC_NO_READERS         UINT32_C(0x8010002E)
#define CARD_RC_RESET              UINT32_C(0x80100068)
#define CARD_RC_REMOVED            UINT32_C(0x80100069)

#define CARD_STATE_UNAWARE     UINT32_C(0x0000)
#define CARD_STATE_CHANGED     UINT32_C(0x0002)
#define CARD_STATE_UNKNOWN     UINT32_C(0x0004)
#define CARD_STATE_UNAVAILABLE UINT32_C(0x0008)
#define CARD_STATE_EMPTY       UINT32_C(0x0010)
#define CARD_STATE_PRESENT     UINT32_C(0x0020)
#define CARD_STATE_EXCLUSIVE   UINT32_C(0x0080)
#define CARD_STATE_MUTE        UINT32_C(0x0200)
/* Bits 16 to 31 count insertions and removals: a quick out-and-in shows only there. */
#define CARD_STATE_COUNTER_SHIFT 16

/* The name that stands for "a reader came or went" among the states. */
#define CARD_PNP_NAME "\\\\?PnP?\\Notification"

struct card_reader_names {
    char names[CARD_READERS_MAX][CARD_READER_NAME_MAX];
    size_t count;
};

struct card_reader_state {
    const char *name;
    uint32_t known; /* in: as last seen, CARD_STATE_CHANGED taken away */
    uint32_t now;   /* out */
};

struct card_handle {
    int64_t handle;
    bool t1; /* protocol T=1, else T=0 */
};

enum card_leave { CARD_LEAVE_AS_IS, CARD_LEAVE_RESET };

/* Each returns a CARD_RC_ code. CONTEXT is used by one thread, but for cancel. */
struct card_service {
    uint32_t (*establish)(void *self, int64_t *context);
    void (*release)(void *self, int64_t context);
    /* Ends a wait of another thread; does nothing when there is none yet. */
    void (*cancel)(void *self, int64_t context);
    uint32_t (*list)(void *self, int64_t context, struct card_reader_names *out);
    uint32_t (*wait)(void *self, int64_t context, uint32_t timeout_ms,
                     struct card_reader_state *states, size_t count);
    uint32_t (*connect)(void *self, int64_t context, const char *reader, struct card_handle *out);
    uint32_t (*begin)(void *self, const struct card_handle *card);
    /* OUT has ROOM bytes; *SIZE is only good with CARD_RC_OK. */
    uint32_t (*transmit)(void *self, const struct card_handle *card, struct slice command,
                         uint8_t *out, size_t room, size_t *size);
    void (*end)(void *self, const struct card_handle *card);
    uint32_t (*disconnect)(void *self, const struct card_handle *card, enum card_leave how);
    void *self;
};
#endif
