/* door.h — Job: the gateway's listeners and connections; the only face of libwebsockets to it.
 *
 * A connection that reaches `admit` has shown a certificate that is signed by the listener's CA, in
 * date, meant for clients, not on the revocation list, and of the listener's kind (its one OU is
 * "ambulance", "hospital" or "admin"). Whether that device is registered is the gateway's to judge.
 *
 * What a peer can do wrong ends its connection here, with a code and a reason (proto/frame.h): a
 * message above FRAME_BYTES_MAX, a binary message, bad UTF-8, more than RATE_FRAMES_PER_10S,
 * nothing within HELLO_WAIT_MS, silence of IDLE_WAIT_MS, a lane that is full, or taking nothing of
 * what waits in its lanes for SLOW_WAIT_MS.
 *
 * A `struct conn` is valid from its `admit` until its `closed` returns. All calls run on
 * the loop. */
#ifndef GATEWAY_DOOR_DOOR_H
#define GATEWAY_DOOR_DOOR_H

#include "proto/buf.h"
#include "proto/codes.h"
#include "proto/frame.h"
#include "proto/sha256.h"

struct uv_loop_s;
struct door;
struct conn;

enum { PEER_SERIAL_MAX = 20, PEER_ADDRESS_MAX = 46 };

/* Who is on the line, as far as TLS knows. */
struct peer {
    enum device_kind kind;           /* the listener's, which is the certificate's too */
    struct hash fingerprint;         /* SHA-256 of the certificate's DER */
    uint8_t serial[PEER_SERIAL_MAX]; /* big-endian, as in the certificate (RFC 5280: ≤ 20 bytes) */
    size_t serial_size;
    char address[PEER_ADDRESS_MAX]; /* numeric; "" when the system does not tell */
};

/* Texts are lent until door_open returns, except where door_reload says otherwise. */
struct door_listener {
    const char *name; /* for logs: "ambulance", "hospital-2" */
    enum device_kind kind;
    const char *address;   /* numeric address to bind */
    int port;              /* 0: the system chooses, see door_port */
    const char *cert_path; /* server certificate and intermediates, PEM; paths are copied */
    const char *key_path;
    const char *ca_path;  /* who signs client certificates; several are allowed */
    const char *crl_path; /* revocation list of each of them; NULL: none is checked */
    /* Source networks, "192.0.2.0/24 2001:db8::/32", separated by spaces or commas. NULL or "":
     * everybody may try. Checked before the first byte of TLS. */
    const char *allow;
};

/* One GET, lent. */
struct http_ask {
    const struct peer *peer;
    struct slice path; /* no query */
    bool ours;         /* the Host is a name of the listener's certificate, with its port */
};

/* The answer to one GET. The door adds the security headers and frees `body`. */
struct http_answer {
    int status; /* 200 unless changed */
    struct buf body;
    struct slice lent; /* instead of `body`, when that is empty: must live as long as the door */
    const char *content_type; /* static; "text/plain; charset=utf-8" unless changed */
    const char *policy; /* Content-Security-Policy, static; "default-src 'none'" unless changed */
};

struct door_calls {
    void *self;
    /* Lends PEER. ERR_OK: the connection is open, *USER goes with it. Else it is closed with
     * CLOSE_POLICY and the error's name, and neither `frame` nor `closed` will be called. */
    enum err (*admit)(void *self, struct conn *conn, const struct peer *peer, void **user);
    /* One complete text message, valid UTF-8, 1..FRAME_BYTES_MAX bytes. Lends TEXT. Never called
     * after conn_close. */
    void (*frame)(void *self, struct conn *conn, void *user, struct slice text);
    /* Once for every admitted connection, when nothing can come any more. WHY is the reason for the
     * log; the connection is gone when this returns. */
    void (*closed)(void *self, struct conn *conn, void *user, const char *why);
    /* One GET (anything else is refused before). An error becomes a status: ERR_NOT_FOUND 404,
     * ERR_NOT_ALLOWED 403, others 503. NULL: 404 to all. */
    enum err (*http)(void *self, const struct http_ask *ask, struct http_answer *answer);
    /* The bulk lane of this connection has run down to its half: what is long is handed over
     * now, in pieces, while conn_has_room. Called from the loop while CONN writes; NULL: nobody
     * has anything long. */
    void (*room)(void *self, struct conn *conn, void *user);
};

/* Opens every listener or none. CALLS is copied. ERR_CERT: a PEM file is missing or wrong, or key
 * and certificate do not match; ERR_CONFIG: kind, address or allow-list; ERR_IO: cannot bind.
 * Raises the soft limit of open files to the hard one, because that is what connections cost. */
MUST_CHECK enum err door_open(struct uv_loop_s *loop, const struct door_listener *listeners,
                              size_t count, const struct door_calls *calls, struct door **out);

/* Other waits than those of proto/limits.h, in ms; a member that is 0 keeps its value. */
struct door_waits {
    int64_t hello_ms;
    int64_t idle_ms;
    int64_t ping_ms;
    int64_t slow_ms;
    int64_t sweep_ms; /* how often they are looked at */
};
void door_set_waits(struct door *door, const struct door_waits *waits);

/* The port listener INDEX is bound to. */
int door_port(const struct door *door, size_t index);

/* SIGHUP. Reads certificate, key, CA and revocation list of every listener again from the same
 * paths. Everything is checked before anything is changed: on an error all listeners go on as they
 * were, and WHICH (if not NULL) gets the first bad one. ERR_CERT: unreadable, key and certificate
 * apart, or a list that no CA signed or that is older than the one in force. Open connections whose
 * certificate the new files do not accept are closed before this returns
 * ("certificate revoked"). */
MUST_CHECK enum err door_reload(struct door *door, size_t *which);

/* Is a revocation list in force past its nextUpdate? Connections go on (the device table still
 * judges them; serials on the stale list stay refused), but somebody has to be told. */
bool door_crl_stale(const struct door *door);

/* Ask EACH about every open connection (peer and user are lent). It may call conn_close. */
void door_each_conn(struct door *door,
                    void (*each)(void *self, struct conn *conn, const struct peer *peer,
                                 void *user),
                    void *self);

/* How many connections are open (admitted and not yet closed). */
size_t door_conn_count(const struct door *door);

/* Back-pressure on all connections, new ones included: nothing is read from their sockets until it
 * is lifted, and no `frame` comes; TCP makes the peers wait. The other direction goes on:
 * withdrawals, receipts, pings and closes are written. What a peer sends is one stream, so its own
 * control messages wait too; nobody is taken for dead while paused. */
enum pause { PAUSE_NO, PAUSE_YES };
void door_pause_reading(struct door *door, enum pause how);

/* Closes every connection with CLOSE_GOING_AWAY (`closed` is called for each), gives them a second,
 * then takes everything down and calls DONE from the loop. DONE may be NULL. The loop must run on
 * until then. NULL is allowed and calls nothing. Other threads should have come to an end before:
 * proto/lws_fall.h says why. */
void door_close(struct door *door, void (*done)(void *self), void *self);

/* Control goes before bulk, always. */
enum lane { LANE_CONTROL, LANE_BULK };

/* Queues FRAME; keeps a reference. ERR_FULL: the lane holds LANE_CONTROL_FRAMES frames, or
 * LANE_BULK_BYTES; nothing was queued and the caller closes with CLOSE_SLOW. ERR_NO_MEMORY alike.
 * On a connection that is closing this does nothing and says ERR_OK: what its peer missed it gets
 * after it has come back. */
MUST_CHECK enum err conn_send(struct conn *conn, enum lane lane, struct frame *frame);

/* Whether one more bulk frame of any size would be taken. Who has a long row of them sends while
 * this holds, and goes on when `room` is called: so it costs no more than its lanes, however
 * large what it is sent. False on a connection that is closing. */
bool conn_has_room(const struct conn *conn);
/* What is queued in the two lanes. */
void conn_waiting(const struct conn *conn, size_t *control_frames, size_t *bulk_bytes);

/* Drops the queued bulk frames that carry TAG; gives how many. A frame of which bytes are already
 * with TLS cannot be taken back. */
size_t conn_drop_tagged(struct conn *conn, const struct id *tag);

/* Closes: bulk is dropped at once, control frames that are queued still go out (not for
 * CLOSE_SLOW), then the close frame with CODE and WHY (ASCII, at most 100 bytes are sent). Who does
 * not take it within CLOSE_WAIT_MS is cut off. `closed` comes later, from the loop. A second call
 * does nothing. */
void conn_close(struct conn *conn, enum close_code code, const char *why);

/* Back-pressure on one connection; the rules of door_pause_reading. */
void conn_pause(struct conn *conn, enum pause how);

const struct peer *conn_peer(const struct conn *conn); /* lent while the connection is valid */
void *conn_user(const struct conn *conn);
/* A small number that names the connection in logs; never used twice by one door. */
uint64_t conn_number(const struct conn *conn);
#endif
