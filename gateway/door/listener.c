/* listener.c — Job: one listening address: its configuration, its files, its vhost. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gateway/door/door_inner.h"
#include "gateway/door/tls_guards.h"

enum { RX_BYTES = 1024 };            /* per connection; longer messages come in pieces */
enum { TX_BYTES = FRAME_BYTES_MAX }; /* whole frames at once, not RX_BYTES at a time */
enum { KEEP_ALIVE_SECONDS = 5, NEVER_SECONDS = 0 };

static bool copy_text(char **to, const char *from)
{
    *to = from == NULL ? NULL : strdup(from);
    return from == NULL || *to != NULL;
}

static bool is_numeric(const char *address)
{
    uint8_t bytes[16];
    return inet_pton(AF_INET, address, bytes) == 1 || inet_pton(AF_INET6, address, bytes) == 1;
}

static enum err check_row(const struct door_listener *from)
{
    if (from->name == NULL || from->address == NULL || !is_numeric(from->address) ||
        from->cert_path == NULL || from->key_path == NULL || from->ca_path == NULL)
        return ERR_CONFIG;
    if (from->port < 0 || from->port > 65535 ||
        codes_name(&codes_device_kind, (int)from->kind)[0] == '\0')
        return ERR_CONFIG;
    return ERR_OK;
}

enum err listener_load(const struct listener *listener, struct tls_files *out)
{
    return tls_files_load(listener->cert_path, listener->key_path, listener->ca_path,
                          listener->crl_path, out);
}

enum err listener_init(struct listener *out, struct door *door, const struct door_listener *from)
{
    *out = (struct listener){.door = door, .kind = from->kind, .port = from->port};
    enum err err = check_row(from);
    if (err != ERR_OK)
        return err;
    bool copied =
        copy_text(&out->name, from->name) && copy_text(&out->address, from->address) &&
        copy_text(&out->cert_path, from->cert_path) && copy_text(&out->key_path, from->key_path) &&
        copy_text(&out->ca_path, from->ca_path) && copy_text(&out->crl_path, from->crl_path);
    if (!copied)
        return ERR_NO_MEMORY;
    err = networks_init(&out->allow, from->allow);
    return err != ERR_OK ? err : listener_load(out, &out->files);
}

void listener_fini(struct listener *listener)
{
    networks_fini(&listener->allow);
    tls_files_fini(&listener->files);
    free(listener->name);
    free(listener->address);
    free(listener->cert_path);
    free(listener->key_path);
    free(listener->ca_path);
    free(listener->crl_path);
    *listener = (struct listener){0};
}

/* protocols[0] answers for everything that has no protocol yet, TLS included. */
static void name_protocols(struct lws_protocols protocols[3])
{
    protocols[0] = (struct lws_protocols){.name = "http",
                                          .callback = pages_callback,
                                          .per_session_data_size = pages_session_size,
                                          .tx_packet_size = TX_BYTES};
    protocols[1] = (struct lws_protocols){.name = "sakiyomi.v1",
                                          .callback = conn_callback,
                                          .per_session_data_size = conn_session_size,
                                          .rx_buffer_size = RX_BYTES,
                                          .tx_packet_size = TX_BYTES};
    protocols[2] = (struct lws_protocols){0};
}

/* libwebsockets keeps a sorted list of per-connection keep-alive timers and walks it at every
 * message; with thousands of connections that is most of its work. The door's sweep does the job
 * instead. */
static const lws_retry_bo_t no_keep_alive = {.secs_since_valid_ping = NEVER_SECONDS,
                                             .secs_since_valid_hangup = NEVER_SECONDS};

/* libwebsockets 4.3 tries an address that is not ours again and again, whatever its options say:
 * asked before. */
static bool can_bind(const char *address, int port)
{
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                                   .ai_socktype = SOCK_STREAM};
    const int on = 1;
    struct addrinfo *found;
    char number[8];
    snprintf(number, sizeof number, "%d", port);
    if (getaddrinfo(address, number, &hints, &found) != 0)
        return false;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool good = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                bind(fd, found->ai_addr, found->ai_addrlen) == 0;
    if (fd >= 0)
        close(fd);
    freeaddrinfo(found);
    return good;
}

enum err listener_bind(struct listener *listener)
{
    if (!can_bind(listener->address, listener->port))
        return ERR_IO;
    name_protocols(listener->protocols);
    bool v4 = strchr(listener->address, ':') == NULL;
    struct lws_context_creation_info info = {
        .port = listener->port,
        .iface = listener->address,
        .vhost_name = listener->name,
        .protocols = listener->protocols,
        .headers = pages_headers(),
        .alpn = "http/1.1",
        .user = listener,
        .retry_and_idle_policy = &no_keep_alive,
        .keepalive_timeout = KEEP_ALIVE_SECONDS,
        .options =
            LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX |
            LWS_SERVER_OPTION_REQUIRE_VALID_OPENSSL_CLIENT_CERT |
            LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS | LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND |
            (v4 ? LWS_SERVER_OPTION_DISABLE_IPV6
                : LWS_SERVER_OPTION_IPV6_V6ONLY_MODIFY | LWS_SERVER_OPTION_IPV6_V6ONLY_VALUE),
    };
    listener->vhost = lws_create_vhost(listener->door->context, &info);
    if (listener->vhost == NULL)
        return ERR_IO;
    listener->port = lws_get_vhost_listen_port(listener->vhost);
    return listener->ctx == NULL ? ERR_CRYPTO : ERR_OK;
}

struct listener *door_listener_of(struct lws *wsi)
{
    SSL *ssl = lws_get_ssl(wsi);
    struct door *door = lws_context_user(lws_get_context(wsi));
    for (size_t i = 0; ssl != NULL && i < door->count; i++)
        if (door->listeners[i].ctx == SSL_get_SSL_CTX(ssl))
            return &door->listeners[i];
    return NULL;
}

enum err door_peer(struct lws *wsi, const struct listener *listener, struct peer *peer)
{
    enum err err = guard_peer(lws_get_ssl(wsi), listener->kind, peer);
    struct sockaddr_storage source;
    socklen_t size = sizeof source;
    if (err == ERR_OK &&
        getpeername(lws_get_socket_fd(wsi), (struct sockaddr *)&source, &size) == 0)
        network_address_text((struct sockaddr *)&source, peer->address, sizeof peer->address);
    return err;
}
