/* jpki_applet.c — Job: SIMULATOR of a My Number card: JPKI command APDU in, response out. */
#include "tests/lib/jpki_applet.h"

#include <stdlib.h>

#include "tests/lib/jpki_keys.h"

/* EF ids (OpenSC jpki.h, myna). */
enum {
    EF_SIGN_CERT = 0x01,
    EF_SIGN_CA = 0x02,
    EF_TOKEN = 0x06,
    EF_AVAILABLE = 0x08,
    EF_AUTH_CERT = 0x0A,
    EF_AUTH_CA = 0x0B,
    EF_AUTH_KEY = 0x17,
    EF_AUTH_PIN = 0x18,
    EF_SIGN_KEY = 0x1A,
    EF_SIGN_PIN = 0x1B,
    EF_NONE = -1
};

enum {
    INS_VERIFY = 0x20,
    INS_SIGN = 0x2A,
    INS_SELECT = 0xA4,
    INS_READ_BINARY = 0xB0,
    INS_GET_RESPONSE = 0xC0
};

enum {
    SW_OK = 0x9000,
    SW_MORE = 0x6100,
    SW_END_OF_FILE = 0x6282,
    SW_TRIES_LEFT = 0x63C0,
    SW_WRONG_LENGTH = 0x6700,
    SW_NOT_FOR_THIS_FILE = 0x6981,
    SW_NOT_VERIFIED = 0x6982,
    SW_BLOCKED = 0x6984,
    SW_NOTHING_WAITS = 0x6985,
    SW_NO_CURRENT_EF = 0x6986,
    SW_NOT_FOUND = 0x6A82,
    SW_WRONG_P1P2 = 0x6A86,
    SW_WRONG_OFFSET = 0x6B00,
    SW_WRONG_LE = 0x6C00,
    SW_UNKNOWN_INS = 0x6D00,
    SW_UNKNOWN_CLA = 0x6E00,
    SW_INTERNAL = 0x6F00
};

enum {
    TOKEN_FILE_SIZE = 160,
    TOKEN_TEXT_SIZE = 32,
    PADDING_BYTES =
        64, /* a real EF is longer than its certificate: read by DER length, not to EOF */
    PKCS1_OVERHEAD = 11,
    AID_PREFIX_MIN = 5
};

static const uint8_t aid[] = {0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01};

/* A command taken apart (ISO 7816-4 cases 1 to 4, short and extended). */
struct apdu {
    uint8_t cla, ins, p1, p2;
    const uint8_t *data;
    size_t lc, le;
    bool has_le, extended;
};

/* ---- Making and ending ---- */

static enum err ef_set(struct jpki_applet_ef *ef, struct slice bytes, size_t padding)
{
    if (bytes.size > JPKI_APPLET_FILE_MAX)
        return ERR_TOO_LARGE;
    uint8_t *copy = calloc(1, bytes.size + padding);
    if (copy == NULL)
        return ERR_NO_MEMORY;
    memcpy(copy, bytes.bytes, bytes.size);
    free(ef->bytes);
    *ef = (struct jpki_applet_ef){copy, bytes.size + padding};
    return ERR_OK;
}

static enum err files_load(struct jpki_applet *a, const struct jpki_card_files *files)
{
    static const char both_available[] = {(char)0x8F, (char)0x8F, 0};
    static const char no_token[TOKEN_FILE_SIZE];
    const struct {
        int ef;
        struct slice bytes;
        size_t padding;
    } rows[] = {
        {EF_AUTH_CERT, files->auth_cert, PADDING_BYTES},
        {EF_AUTH_CA, files->auth_ca, PADDING_BYTES},
        {EF_SIGN_CERT, files->sign_cert, PADDING_BYTES},
        {EF_SIGN_CA, files->sign_ca, PADDING_BYTES},
        {EF_TOKEN, {no_token, sizeof no_token}, 0},
        {EF_AVAILABLE, {both_available, sizeof both_available}, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum err err = ef_set(&a->ef[rows[i].ef], rows[i].bytes, rows[i].padding);
        if (err != ERR_OK)
            return err;
    }
    return ERR_OK;
}

enum err jpki_applet_init(struct jpki_applet *a, const struct jpki_card_files *files)
{
    *a = (struct jpki_applet){.auth.max = 3, .sign.max = 5};
    enum err err = jpki_applet_set_pin(&a->auth, slice_of("1234"));
    if (err == ERR_OK)
        err = jpki_applet_set_pin(&a->sign, slice_of("ABC123"));
    if (err == ERR_OK)
        err = files_load(a, files);
    if (err == ERR_OK)
        err = jpki_keys_new(files->auth_key, files->sign_key, &a->keys);
    if (err != ERR_OK) {
        jpki_applet_fini(a);
        return err;
    }
    jpki_applet_set_kind(a, CARD_JPKI);
    return ERR_OK;
}

void jpki_applet_fini(struct jpki_applet *a)
{
    if (a == NULL)
        return;
    for (size_t i = 0; i < JPKI_APPLET_EF_COUNT; i++)
        free(a->ef[i].bytes);
    jpki_keys_free(a->keys);
    explicit_bzero(a, sizeof *a);
}

enum err jpki_applet_set_pin(struct jpki_applet_pin *pin, struct slice text)
{
    if (text.size > sizeof pin->text)
        return ERR_TOO_LARGE;
    memcpy(pin->text, text.bytes, text.size);
    pin->size = text.size;
    pin->left = pin->max;
    pin->verified = false;
    return ERR_OK;
}

void jpki_applet_set_kind(struct jpki_applet *a, enum card_kind kind)
{
    static const char *const names[] = {
        [CARD_JPKI] = "JPKIAPICCTOKEN2",
        [CARD_JUKI_OLD] = "JPKIAPICCTOKEN",
        [CARD_ANDROID] = "JPKIAPGPSETOKEN",
        [CARD_IPHONE] = "JPKIAPIOSTOKEN",
        [CARD_OTHER] = "",
    };
    uint8_t *text = a->ef[EF_TOKEN].bytes;
    memset(text, ' ', TOKEN_TEXT_SIZE);
    memcpy(text, names[kind], strlen(names[kind]));
    a->kind = kind;
    jpki_applet_reset(a);
}

static void forget_security(struct jpki_applet *a)
{
    a->auth.verified = false;
    a->sign.verified = false;
    a->current_ef = EF_NONE;
    a->rest_size = 0;
    a->rest_at = 0;
}

void jpki_applet_reset(struct jpki_applet *a)
{
    a->selected = false;
    forget_security(a);
}

/* ---- Commands ---- */

/* Put SW behind the SIZE bytes already in OUT; the whole answer's size. */
static size_t answer(uint8_t *out, size_t size, unsigned sw)
{
    out[size] = (uint8_t)(sw >> 8);
    out[size + 1] = (uint8_t)(sw & 0xFF);
    return size + 2;
}

static unsigned low_byte_or_0(size_t size)
{
    return size > 0xFF ? 0u : (unsigned)size;
}

static bool apdu_short(struct apdu *c, const uint8_t *in, size_t size)
{
    c->lc = in[4];
    c->data = in + 5;
    c->has_le = size == 6 + c->lc;
    c->le = in[size - 1] == 0 ? 256 : in[size - 1];
    return c->has_le || size == 5 + c->lc;
}

static bool apdu_extended(struct apdu *c, const uint8_t *in, size_t size)
{
    c->extended = true;
    if (size < 7)
        return false;
    size_t le = (size_t)in[size - 2] << 8 | in[size - 1];
    c->le = le == 0 ? 65536 : le;
    if (size == 7) {
        c->has_le = true;
        return true;
    }
    c->lc = (size_t)in[5] << 8 | in[6];
    c->data = in + 7;
    c->has_le = size == 9 + c->lc;
    return c->has_le || size == 7 + c->lc;
}

static bool apdu_parse(struct apdu *c, const uint8_t *in, size_t size)
{
    if (size < 4)
        return false;
    *c = (struct apdu){.cla = in[0], .ins = in[1], .p1 = in[2], .p2 = in[3]};
    if (size == 4)
        return true;
    if (size == 5) {
        c->has_le = true;
        c->le = in[4] == 0 ? 256 : in[4];
        return true;
    }
    return in[4] != 0 ? apdu_short(c, in, size) : apdu_extended(c, in, size);
}

static size_t select_application(struct jpki_applet *a, const struct apdu *c, uint8_t *out)
{
    if (a->kind == CARD_OTHER || c->lc < AID_PREFIX_MIN || c->lc > sizeof aid ||
        memcmp(c->data, aid, c->lc) != 0)
        return answer(out, 0, SW_NOT_FOUND);
    a->selected = true;
    forget_security(a); /* selecting again is how OpenSC logs out */
    return answer(out, 0, SW_OK);
}

static bool ef_exists(const struct jpki_applet *a, int ef)
{
    if (ef == EF_AUTH_KEY || ef == EF_AUTH_PIN || ef == EF_SIGN_KEY || ef == EF_SIGN_PIN)
        return true;
    return ef < JPKI_APPLET_EF_COUNT && a->ef[ef].bytes != NULL;
}

static size_t do_select(struct jpki_applet *a, const struct apdu *c, uint8_t *out)
{
    if (c->p1 == 0x04)
        return select_application(a, c, out);
    if (c->p1 != 0x02)
        return answer(out, 0, SW_WRONG_P1P2);
    if (!a->selected || c->lc != 2 || c->data[0] != 0 || !ef_exists(a, c->data[1]))
        return answer(out, 0, SW_NOT_FOUND);
    a->current_ef = c->data[1];
    return answer(out, 0, SW_OK);
}

/* The signature certificate names its holder: PIN. On Android the other one wants its PIN too. */
static bool ef_readable(const struct jpki_applet *a, int ef)
{
    if (ef == EF_SIGN_CERT)
        return a->sign.verified;
    if (ef == EF_AUTH_CERT && a->kind == CARD_ANDROID)
        return a->auth.verified;
    return true;
}

static size_t do_read(struct jpki_applet *a, const struct apdu *c, uint8_t *out)
{
    a->counts.reads++;
    if (!c->has_le || c->lc != 0)
        return answer(out, 0, SW_WRONG_LENGTH);
    if (c->p1 & 0x80) /* short file ids: our reader does not use them */
        return answer(out, 0, SW_WRONG_P1P2);
    if (a->current_ef == EF_NONE)
        return answer(out, 0, SW_NO_CURRENT_EF);
    const struct jpki_applet_ef *ef = &a->ef[a->current_ef];
    if (ef->bytes == NULL)
        return answer(out, 0, SW_NOT_FOR_THIS_FILE);
    if (!ef_readable(a, a->current_ef))
        return answer(out, 0, SW_NOT_VERIFIED);
    size_t at = (size_t)c->p1 << 8 | c->p2;
    if (at >= ef->size)
        return answer(out, 0, SW_WRONG_OFFSET);
    size_t left = ef->size - at;
    size_t size = c->le < left ? c->le : left;
    if (size > JPKI_APPLET_RESPONSE_MAX - 2)
        size = JPKI_APPLET_RESPONSE_MAX - 2;
    memcpy(out, ef->bytes + at, size);
    bool warn = a->quirks.eof_warning && c->le > left;
    return answer(out, size, warn ? SW_END_OF_FILE : SW_OK);
}

static size_t do_verify(struct jpki_applet *a, const struct apdu *c, uint8_t *out)
{
    if (c->p1 != 0x00 || c->p2 != 0x80)
        return answer(out, 0, SW_WRONG_P1P2);
    struct jpki_applet_pin *pin = NULL;
    if (a->current_ef == EF_AUTH_PIN)
        pin = &a->auth;
    else if (a->current_ef == EF_SIGN_PIN)
        pin = &a->sign;
    if (pin == NULL)
        return answer(out, 0, SW_NOT_FOR_THIS_FILE);
    if (c->lc == 0) /* the question "how many tries", which costs none */
        return answer(out, 0, SW_TRIES_LEFT | pin->left);
    a->counts.verifies++;
    pin->verified = false;
    if (pin->left == 0)
        return answer(out, 0, a->quirks.sw_blocked != 0 ? a->quirks.sw_blocked : SW_BLOCKED);
    if (c->lc != pin->size || memcmp(c->data, pin->text, pin->size) != 0) {
        pin->left--;
        return answer(out, 0, SW_TRIES_LEFT | pin->left);
    }
    pin->left = pin->max;
    pin->verified = true;
    return answer(out, 0, SW_OK);
}

static size_t do_sign(struct jpki_applet *a, const struct apdu *c, uint8_t *out)
{
    if (c->p1 != 0x00 || c->p2 != 0x80)
        return answer(out, 0, SW_WRONG_P1P2);
    bool auth = a->current_ef == EF_AUTH_KEY;
    if (!auth && a->current_ef != EF_SIGN_KEY)
        return answer(out, 0, SW_NOT_FOR_THIS_FILE);
    if (auth ? !a->auth.verified : !a->sign.verified)
        return answer(out, 0, SW_NOT_VERIFIED);
    enum jpki_key key = auth ? JPKI_KEY_AUTH : JPKI_KEY_SIGN;
    size_t size = jpki_keys_size(a->keys, key);
    if (c->lc == 0 || size > sizeof a->rest || c->lc > size - PKCS1_OVERHEAD)
        return answer(out, 0, SW_WRONG_LENGTH);
    if (c->has_le == a->quirks.t0)
        return answer(out, 0, SW_WRONG_LENGTH);
    if (c->has_le && c->le < size)
        return answer(out, 0, SW_WRONG_LE | low_byte_or_0(size));
    struct slice data = {(const char *)c->data, c->lc};
    if (jpki_keys_sign(a->keys, key, data, c->has_le ? out : a->rest) != ERR_OK)
        return answer(out, 0, SW_INTERNAL);
    a->counts.signatures++;
    if (c->has_le)
        return answer(out, size, SW_OK);
    a->rest_size = size;
    return answer(out, 0, SW_MORE | low_byte_or_0(size));
}

static size_t do_get_response(struct jpki_applet *a, const struct apdu *c, uint8_t *out)
{
    size_t left = a->rest_size - a->rest_at;
    if (left == 0)
        return answer(out, 0, SW_NOTHING_WAITS);
    size_t size = c->le < left ? c->le : left;
    memcpy(out, a->rest + a->rest_at, size);
    a->rest_at += size;
    left -= size;
    return answer(out, size, left == 0 ? SW_OK : SW_MORE | low_byte_or_0(left));
}

size_t jpki_applet_transmit(struct jpki_applet *a, const uint8_t *in, size_t in_size, uint8_t *out)
{
    static const struct {
        uint8_t cla, ins;
        size_t (*run)(struct jpki_applet *, const struct apdu *, uint8_t *);
    } commands[] = {
        {0x00, INS_SELECT, do_select},
        {0x00, INS_READ_BINARY, do_read},
        {0x00, INS_VERIFY, do_verify},
        {0x80, INS_SIGN, do_sign},
        {0x00, INS_GET_RESPONSE, do_get_response},
    };
    struct apdu c;
    a->counts.apdus++;
    if (!apdu_parse(&c, in, in_size) || (c.extended && !a->quirks.extended))
        return answer(out, 0, SW_WRONG_LENGTH);
    if (c.ins != INS_GET_RESPONSE) {
        a->rest_size = 0;
        a->rest_at = 0;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (commands[i].cla == c.cla && commands[i].ins == c.ins)
            return commands[i].run(a, &c, out);
    return answer(out, 0, (c.cla & 0x7F) != 0 ? SW_UNKNOWN_CLA : SW_UNKNOWN_INS);
}
