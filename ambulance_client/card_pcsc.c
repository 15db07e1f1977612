/* card_pcsc.c — Job: the card readers of this machine, through pcsc-lite. */
#include "ambulance_client/card_pcsc.h"

#include <winscard.h>

/* pcsc-lite's LONG and DWORD are 64 bits wide here and a code may come sign-extended: codes are
 * compared as 32 bits. */
#define SAME(ours, theirs) _Static_assert((ours) == (uint32_t)(theirs), #theirs)
SAME(CARD_RC_OK, SCARD_S_SUCCESS);
SAME(CARD_RC_CANCELLED, SCARD_E_CANCELLED);
SAME(CARD_RC_INVALID_HANDLE, SCARD_E_INVALID_HANDLE);
SAME(CARD_RC_NO_MEMORY, SCARD_E_NO_MEMORY);
SAME(CARD_RC_UNKNOWN_READER, SCARD_E_UNKNOWN_READER);
SAME(CARD_RC_TIMEOUT, SCARD_E_TIMEOUT);
SAME(CARD_RC_SHARING, SCARD_E_SHARING_VIOLATION);
SAME(CARD_RC_NO_CARD, SCARD_E_NO_SMARTCARD);
SAME(CARD_RC_COMM_ERROR, SCARD_F_COMM_ERROR);
SAME(CARD_RC_NOT_TRANSACTED, SCARD_E_NOT_TRANSACTED);
SAME(CARD_RC_READER_UNAVAILABLE, SCARD_E_READER_UNAVAILABLE);
SAME(CARD_RC_NO_SERVICE, SCARD_E_NO_SERVICE);
SAME(CARD_RC_SERVICE_STOPPED, SCARD_E_SERVICE_STOPPED);
SAME(CARD_RC_NO_READERS, SCARD_E_NO_READERS_AVAILABLE);
SAME(CARD_RC_RESET, SCARD_W_RESET_CARD);
SAME(CARD_RC_REMOVED, SCARD_W_REMOVED_CARD);
SAME(CARD_STATE_UNAWARE, SCARD_STATE_UNAWARE);
SAME(CARD_STATE_CHANGED, SCARD_STATE_CHANGED);
SAME(CARD_STATE_UNKNOWN, SCARD_STATE_UNKNOWN);
SAME(CARD_STATE_UNAVAILABLE, SCARD_STATE_UNAVAILABLE);
SAME(CARD_STATE_EMPTY, SCARD_STATE_EMPTY);
SAME(CARD_STATE_PRESENT, SCARD_STATE_PRESENT);
SAME(CARD_STATE_EXCLUSIVE, SCARD_STATE_EXCLUSIVE);
SAME(CARD_STATE_MUTE, SCARD_STATE_MUTE);

enum { STATES_MAX = CARD_READERS_MAX + 1 /* and the one for readers coming and going */ };

static uint32_t code(LONG rv)
{
    return (uint32_t)rv;
}

static uint32_t establish(void *self, int64_t *context)
{
    (void)self;
    SCARDCONTEXT got = 0;
    LONG rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &got);
    *context = got;
    return code(rv);
}

static void release(void *self, int64_t context)
{
    (void)self;
    (void)SCardReleaseContext((SCARDCONTEXT)context);
}

static void cancel(void *self, int64_t context)
{
    (void)self;
    (void)SCardCancel((SCARDCONTEXT)context);
}

/* Readers beyond CARD_READERS_MAX are not seen; a name that does not fit cannot be one. */
static void names_take(const char *multi, struct card_reader_names *out)
{
    out->count = 0;
    for (const char *name = multi; *name != '\0'; name += strlen(name) + 1) {
        size_t size = strlen(name) + 1;
        if (out->count == CARD_READERS_MAX)
            return;
        if (size <= CARD_READER_NAME_MAX)
            memcpy(out->names[out->count++], name, size);
    }
}

static uint32_t list(void *self, int64_t context, struct card_reader_names *out)
{
    (void)self;
    char *multi = NULL;
    DWORD size = SCARD_AUTOALLOCATE;
    out->count = 0;
    LONG rv = SCardListReaders((SCARDCONTEXT)context, NULL, (LPSTR)&multi, &size);
    if (rv != SCARD_S_SUCCESS)
        return code(rv);
    if (multi != NULL)
        names_take(multi, out);
    (void)SCardFreeMemory((SCARDCONTEXT)context, multi);
    return CARD_RC_OK;
}

static uint32_t wait_change(void *self, int64_t context, uint32_t timeout_ms,
                            struct card_reader_state *states, size_t count)
{
    (void)self;
    SCARD_READERSTATE theirs[STATES_MAX];
    if (count > STATES_MAX)
        return CARD_RC_NO_MEMORY;
    memset(theirs, 0, sizeof theirs);
    for (size_t i = 0; i < count; i++) {
        theirs[i].szReader = states[i].name;
        theirs[i].dwCurrentState = states[i].known;
    }
    LONG rv = SCardGetStatusChange((SCARDCONTEXT)context, timeout_ms, theirs, (DWORD)count);
    for (size_t i = 0; i < count && rv == SCARD_S_SUCCESS; i++)
        states[i].now = (uint32_t)theirs[i].dwEventState;
    return code(rv);
}

/* Shared: the official terminal's program may use the same reader. */
static uint32_t connect_card(void *self, int64_t context, const char *reader,
                             struct card_handle *out)
{
    (void)self;
    SCARDHANDLE handle = 0;
    DWORD protocol = 0;
    LONG rv = SCardConnect((SCARDCONTEXT)context, reader, SCARD_SHARE_SHARED,
                           SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &handle, &protocol);
    *out = (struct card_handle){handle, protocol == SCARD_PROTOCOL_T1};
    return code(rv);
}

static uint32_t begin(void *self, const struct card_handle *card)
{
    (void)self;
    return code(SCardBeginTransaction((SCARDHANDLE)card->handle));
}

static uint32_t transmit(void *self, const struct card_handle *card, struct slice command,
                         uint8_t *out, size_t room, size_t *size)
{
    (void)self;
    DWORD got = room;
    *size = 0;
    LONG rv = SCardTransmit((SCARDHANDLE)card->handle, card->t1 ? SCARD_PCI_T1 : SCARD_PCI_T0,
                            (const BYTE *)command.bytes, command.size, NULL, out, &got);
    if (rv == SCARD_S_SUCCESS) /* otherwise the length is left as it was */
        *size = got;
    return code(rv);
}

static void end(void *self, const struct card_handle *card)
{
    (void)self;
    (void)SCardEndTransaction((SCARDHANDLE)card->handle, SCARD_LEAVE_CARD);
}

static uint32_t disconnect(void *self, const struct card_handle *card, enum card_leave how)
{
    (void)self;
    DWORD disposition = how == CARD_LEAVE_RESET ? SCARD_RESET_CARD : SCARD_LEAVE_CARD;
    return code(SCardDisconnect((SCARDHANDLE)card->handle, disposition));
}

const struct card_service *card_pcsc_service(void)
{
    static const struct card_service service = {
        .establish = establish,
        .release = release,
        .cancel = cancel,
        .list = list,
        .wait = wait_change,
        .connect = connect_card,
        .begin = begin,
        .transmit = transmit,
        .end = end,
        .disconnect = disconnect,
    };
    return &service;
}
