/* ifd_unix.c — Job: a TEST-ONLY reader driver whose card is a program on a UNIX socket. */
#include <ifdhandler.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* DEVICENAME is "sock:/path". The card connects there (inserted), closes (removed) and speaks
 * the vpcd protocol: two bytes of length, then the message. Insertion and removal are events
 * here, where vpcd polls each 400 ms. While the file "/path.fault" exists the reader reports a
 * communication error. IFD_UNIX_TIMEOUT_MS in the environment ends the wait for a mute card.
 *
 * pcscd has a thread that waits here for changes, and others that talk to the card and ask for
 * presence, too. Only the waiting one takes a new card, and only after it has seen the old one
 * leave: else a card that did not answer, which pcscd takes for absent, would come back unseen. */

enum {
    LENGTH_BYTES = 2,
    MESSAGE_MAX = 65535,
    CARD_POWER_OFF = 0,
    CARD_POWER_ON = 1,
    CARD_RESET = 2,
    CARD_GET_ATR = 4,
    PROTOCOL_T1 = 1,
    TAG_ATR_SCARD = 0x00090303, /* SCARD_ATTR_ATR_STRING */
    WAIT_FOR_EVER = -1
};

enum transfer { TRANSFER_OK, TRANSFER_GONE, TRANSFER_TIMEOUT };

static struct {
    int listener, wake[2];
    _Atomic int card;
    atomic_bool left;    /* a card went, and the waiting thread has not been told yet */
    atomic_bool watched; /* there is a waiting thread */
    int timeout_ms;
    char path[sizeof((struct sockaddr_un *)0)->sun_path];
    char fault[sizeof((struct sockaddr_un *)0)->sun_path + sizeof ".fault"];
} reader = {.listener = -1, .card = -1, .wake = {-1, -1}, .timeout_ms = WAIT_FOR_EVER};

static _Thread_local bool watching; /* this is the thread that waits */

/* ---- The card's line ---- */

static void eject(void)
{
    int card = atomic_exchange(&reader.card, -1);
    if (card < 0)
        return;
    atomic_store(&reader.left, true);
    close(card);
}

static void take_waiting_card(void)
{
    if (reader.card < 0)
        reader.card = accept4(reader.listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

static bool card_present(void)
{
    struct pollfd gone = {.fd = reader.card, .events = POLLRDHUP};
    if (reader.card >= 0 && poll(&gone, 1, 0) > 0)
        eject();
    if (reader.watched && !watching)
        return reader.card >= 0 && !reader.left;
    if (atomic_exchange(&reader.left, false))
        return false;
    take_waiting_card();
    return reader.card >= 0;
}

static enum transfer read_all(uint8_t *bytes, size_t size)
{
    while (size > 0) {
        struct pollfd ready = {.fd = reader.card, .events = POLLIN};
        int polled = poll(&ready, 1, reader.timeout_ms);
        if (polled == 0)
            return TRANSFER_TIMEOUT;
        ssize_t got = polled < 0 ? -1 : read(reader.card, bytes, size);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got <= 0)
            return TRANSFER_GONE;
        bytes += got;
        size -= (size_t)got;
    }
    return TRANSFER_OK;
}

static enum transfer send_message(const uint8_t *bytes, size_t size)
{
    static uint8_t message[LENGTH_BYTES + MESSAGE_MAX];
    if (reader.card < 0 || size > MESSAGE_MAX)
        return TRANSFER_GONE;
    message[0] = (uint8_t)(size >> 8);
    message[1] = (uint8_t)(size & 0xFF);
    memcpy(message + LENGTH_BYTES, bytes, size);
    ssize_t sent = send(reader.card, message, LENGTH_BYTES + size, MSG_NOSIGNAL);
    memset(message, 0, LENGTH_BYTES + size); /* it may have been a PIN */
    return sent == (ssize_t)(LENGTH_BYTES + size) ? TRANSFER_OK : TRANSFER_GONE;
}

static enum transfer receive_message(uint8_t *out, size_t room, size_t *size)
{
    uint8_t length[LENGTH_BYTES];
    enum transfer result = read_all(length, sizeof length);
    if (result != TRANSFER_OK)
        return result;
    size_t wanted = (size_t)length[0] << 8 | length[1];
    if (wanted > room)
        return TRANSFER_GONE;
    result = read_all(out, wanted);
    if (result == TRANSFER_OK)
        *size = wanted;
    return result;
}

/* One exchange; a card that is out of step afterwards is taken as removed. */
static enum transfer exchange(const uint8_t *in, size_t in_size, uint8_t *out, size_t room,
                              size_t *size)
{
    *size = 0;
    enum transfer result = send_message(in, in_size);
    if (result == TRANSFER_OK)
        result = receive_message(out, room, size);
    if (result != TRANSFER_OK)
        eject();
    return result;
}

static RESPONSECODE get_atr(PUCHAR out, PDWORD size)
{
    const uint8_t ask = CARD_GET_ATR;
    size_t got;
    enum transfer result = exchange(&ask, 1, out, *size, &got);
    *size = got;
    return result == TRANSFER_OK && got > 0 ? IFD_SUCCESS : IFD_COMMUNICATION_ERROR;
}

/* ---- Waiting for insertion and removal (pcscd's own thread) ---- */

static RESPONSECODE card_event(DWORD lun, int timeout_ms)
{
    (void)lun;
    watching = true;
    reader.watched = true;
    int card = reader.card;
    char byte;
    struct pollfd fds[] = {
        {.fd = card >= 0 ? card : reader.listener, .events = card >= 0 ? POLLRDHUP : POLLIN},
        {.fd = reader.wake[0], .events = POLLIN},
    };
    if (poll(fds, 2, timeout_ms) > 0 && fds[1].revents != 0)
        while (read(reader.wake[0], &byte, 1) > 0)
            continue;
    return IFD_SUCCESS;
}

static RESPONSECODE stop_event(DWORD lun)
{
    (void)lun;
    return write(reader.wake[1], "x", 1) == 1 ? IFD_SUCCESS : IFD_COMMUNICATION_ERROR;
}

/* ---- What pcscd calls ---- */

RESPONSECODE IFDHCreateChannelByName(DWORD lun, LPSTR device)
{
    (void)lun;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = strchr(device, ':');
    const char *timeout = getenv("IFD_UNIX_TIMEOUT_MS");
    if (path == NULL || strlen(path + 1) >= sizeof address.sun_path)
        return IFD_NO_SUCH_DEVICE;
    memcpy(address.sun_path, path + 1, strlen(path + 1) + 1);
    memcpy(reader.path, address.sun_path, sizeof reader.path);
    snprintf(reader.fault, sizeof reader.fault, "%s.fault", reader.path);
    if (timeout != NULL)
        reader.timeout_ms = (int)strtol(timeout, NULL, 10);
    unlink(reader.path);
    reader.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (reader.listener < 0)
        return IFD_COMMUNICATION_ERROR;
    if (bind(reader.listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(reader.listener, 1) != 0 || pipe2(reader.wake, O_CLOEXEC | O_NONBLOCK) != 0) {
        close(reader.listener);
        return IFD_COMMUNICATION_ERROR;
    }
    return IFD_SUCCESS;
}

RESPONSECODE IFDHCreateChannel(DWORD lun, DWORD channel)
{
    (void)lun;
    (void)channel;
    return IFD_NOT_SUPPORTED;
}

RESPONSECODE IFDHCloseChannel(DWORD lun)
{
    (void)lun;
    eject();
    close(reader.listener);
    close(reader.wake[0]);
    close(reader.wake[1]);
    unlink(reader.path);
    reader.listener = -1;
    return IFD_SUCCESS;
}

static RESPONSECODE give_number(PDWORD size, PUCHAR out, UCHAR value)
{
    *size = 1;
    *out = value;
    return IFD_SUCCESS;
}

/* pcscd takes the address of a function as the tag's value. */
static RESPONSECODE give_function(PDWORD size, PUCHAR out, const void *address, size_t width)
{
    if (*size < width)
        return IFD_ERROR_INSUFFICIENT_BUFFER;
    memcpy(out, address, width);
    *size = width;
    return IFD_SUCCESS;
}

RESPONSECODE IFDHGetCapabilities(DWORD lun, DWORD tag, PDWORD size, PUCHAR out)
{
    (void)lun;
    RESPONSECODE (*wait)(DWORD, int) = card_event;
    RESPONSECODE (*stop)(DWORD) = stop_event;
    switch (tag) {
    case TAG_IFD_ATR:
    case TAG_ATR_SCARD:
        return get_atr(out, size);
    case TAG_IFD_SLOTS_NUMBER:
    case TAG_IFD_SIMULTANEOUS_ACCESS:
        return give_number(size, out, 1);
    case TAG_IFD_POLLING_THREAD_KILLABLE:
        return give_number(size, out, 0);
    case TAG_IFD_POLLING_THREAD_WITH_TIMEOUT:
        return give_function(size, out, &wait, sizeof wait);
    case TAG_IFD_STOP_POLLING_THREAD:
        return give_function(size, out, &stop, sizeof stop);
    default:
        *size = 0;
        return IFD_ERROR_TAG;
    }
}

RESPONSECODE IFDHSetCapabilities(DWORD lun, DWORD tag, DWORD size, PUCHAR value)
{
    (void)lun;
    (void)tag;
    (void)size;
    (void)value;
    return IFD_NOT_SUPPORTED;
}

RESPONSECODE IFDHSetProtocolParameters(DWORD lun, DWORD protocol, UCHAR flags, UCHAR pts1,
                                       UCHAR pts2, UCHAR pts3)
{
    (void)lun;
    (void)protocol;
    (void)flags;
    (void)pts1;
    (void)pts2;
    (void)pts3;
    return IFD_SUCCESS;
}

RESPONSECODE IFDHPowerICC(DWORD lun, DWORD action, PUCHAR atr, PDWORD size)
{
    (void)lun;
    uint8_t order = action == IFD_POWER_UP ? CARD_POWER_ON
                    : action == IFD_RESET  ? CARD_RESET
                                           : CARD_POWER_OFF;
    DWORD room = MAX_ATR_SIZE;
    if (send_message(&order, 1) != TRANSFER_OK) {
        eject();
        *size = 0;
        return IFD_COMMUNICATION_ERROR;
    }
    if (action == IFD_POWER_DOWN)
        return IFD_SUCCESS;
    RESPONSECODE result = get_atr(atr, &room);
    *size = room;
    return result;
}

RESPONSECODE IFDHTransmitToICC(DWORD lun, SCARD_IO_HEADER send_pci, PUCHAR in, DWORD in_size,
                               PUCHAR out, PDWORD size, PSCARD_IO_HEADER receive_pci)
{
    (void)lun;
    (void)send_pci;
    size_t got;
    enum transfer result = exchange(in, in_size, out, *size, &got);
    *size = got;
    if (result == TRANSFER_TIMEOUT)
        return IFD_RESPONSE_TIMEOUT;
    if (result == TRANSFER_GONE)
        return IFD_ICC_NOT_PRESENT;
    if (receive_pci != NULL)
        receive_pci->Protocol = PROTOCOL_T1;
    return IFD_SUCCESS;
}

RESPONSECODE IFDHControl(DWORD lun, DWORD code, PUCHAR in, DWORD in_size, PUCHAR out, DWORD room,
                         LPDWORD size)
{
    (void)lun;
    (void)code;
    (void)in;
    (void)in_size;
    (void)out;
    (void)room;
    if (size != NULL)
        *size = 0;
    return IFD_ERROR_NOT_SUPPORTED;
}

RESPONSECODE IFDHICCPresence(DWORD lun)
{
    (void)lun;
    if (access(reader.fault, F_OK) == 0)
        return IFD_COMMUNICATION_ERROR;
    return card_present() ? IFD_ICC_PRESENT : IFD_ICC_NOT_PRESENT;
}
