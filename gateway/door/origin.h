/* origin.h — Job: does a browser ask us by a name of ours, and from our own page: Host and Origin.
 *
 * Only the administration's listener has pages. A program names no Origin and is judged by its
 * certificate alone; a browser always names the page that opens a WebSocket (RFC 6455 §10.2), and
 * would show the certificate for anybody's page. */
#ifndef GATEWAY_DOOR_ORIGIN_H
#define GATEWAY_DOOR_ORIGIN_H

#include "gateway/door/door_inner.h"

enum origin_host {
    ORIGIN_FOREIGN, /* no Host, or not a name (or address) of the listener's certificate */
    ORIGIN_OURS,    /* with our port, too; without one only where it is 443 */
    ORIGIN_LOCAL    /* ours, and it is "localhost": other programs have pages under that name */
};
enum origin_host origin_host_of(struct lws *wsi, const struct listener *listener);
/* May this upgrade go on? No Origin: yes. Else it must be https:// and our Host. Listeners of other
 * kinds: yes (programs there send an Origin that means nothing). */
bool origin_may_upgrade(struct lws *wsi, const struct listener *listener);
#endif
