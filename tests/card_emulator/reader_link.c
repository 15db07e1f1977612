/* reader_link.c — Job: the card's side of the wire to a simulated reader, UNIX socket or TCP. */
#include "tests/card_emulator/reader_link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { LENGTH_BYTES = 2 };

static int connect_or_close(int fd, const void *address, socklen_t size)
{
    if (fd >= 0 && connect(fd, address, size) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static int dial_unix(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return -1;
    memcpy(address.sun_path, path, strlen(path) + 1);
    return connect_or_close(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), &address,
                            sizeof address);
}

static int dial_tcp(const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd =
        connect_or_close(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), &address, sizeof address);
    int one = 1;
    if (fd >= 0)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

int reader_dial(const char *where)
{
    if (strncmp(where, "unix:", 5) == 0)
        return dial_unix(where + 5);
    if (strncmp(where, "tcp:", 4) == 0)
        return dial_tcp(where + 4);
    return -1;
}

/* vpcd sends length and body separately. Without an immediate ACK the second part waits for our
 * delayed one (44 ms an APDU), and the kernel forgets the option after each use. On a UNIX
 * socket the call fails and does no harm. */
static void ack_at_once(int fd)
{
    int one = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
}

static enum err read_all(int fd, uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ack_at_once(fd);
        ssize_t got = read(fd, bytes, size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return ERR_IO;
        bytes += got;
        size -= (size_t)got;
    }
    return ERR_OK;
}

enum err reader_receive(int fd, uint8_t bytes[READER_MESSAGE_MAX], size_t *size)
{
    uint8_t length[LENGTH_BYTES];
    *size = 0;
    enum err err = read_all(fd, length, sizeof length);
    if (err != ERR_OK)
        return err;
    size_t wanted = (size_t)length[0] << 8 | length[1];
    err = read_all(fd, bytes, wanted);
    if (err == ERR_OK)
        *size = wanted;
    return err;
}

enum err reader_send(int fd, const uint8_t *bytes, size_t size)
{
    uint8_t message[LENGTH_BYTES + READER_MESSAGE_MAX];
    if (size > READER_MESSAGE_MAX)
        return ERR_TOO_LARGE;
    message[0] = (uint8_t)(size >> 8);
    message[1] = (uint8_t)(size & 0xFF);
    memcpy(message + LENGTH_BYTES, bytes, size);
    ssize_t sent = send(fd, message, LENGTH_BYTES + size, MSG_NOSIGNAL);
    return sent == (ssize_t)(LENGTH_BYTES + size) ? ERR_OK : ERR_IO;
}

void reader_hang_up(int fd, enum reader_close how)
{
    if (fd < 0)
        return;
    struct linger no_linger = {.l_onoff = 1, .l_linger = 0};
    if (how == READER_ABORT)
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &no_linger, sizeof no_linger);
    close(fd);
}
