/* card_jpki.c — Job: talk to a My Number card's JPKI application, over whatever carries APDUs. */
#include "ambulance_client/card_jpki.h"

enum { EF_TOKEN = 0x0006, EF_AUTH_CERT = 0x000A, EF_AUTH_KEY = 0x0017, EF_AUTH_PIN = 0x0018 };

enum {
    SW_OK = 0x9000,
    SW_END_OF_FILE = 0x6282, /* fewer bytes than asked, and these are good */
    SW_WRONG_LENGTH = 0x6700,
    SW_BLOCKED = 0x6983,
    SW_BLOCKED_TOO = 0x6984,
    SW_NO_APPLICATION = 0x6999, /* Java Card: applet selection failed */
    SW1_MORE = 0x61,
    SW1_WRONG_LE = 0x6C,
    SW1_NOT_ALLOWED = 0x69,
    SW1_NOT_FOUND = 0x6A,
    SW1_WRONG_OFFSET = 0x6B,
    SW1_UNKNOWN_INS = 0x6D,
    SW1_UNKNOWN_CLA = 0x6E
};

enum {
    SW_BYTES = 2,
    HEADER_BYTES = 5, /* CLA INS P1 P2 and Lc or Le */
    CHUNK_MAX = 256,  /* the most a short READ BINARY gives */
    COMMAND_MAX = 64, /* the longest command is SIGN: 5 + 51 + 1 */
    REPLY_MAX = SIGNATURE_BYTES_MAX,
    PARTS_MAX = 8, /* GET RESPONSE for one answer; 2 are enough for 512 bytes */
    TOKEN_TEXT_SIZE = 32,
    DER_HEADER = 4,
    DER_SEQUENCE = 0x30,
    DER_LENGTH_2_BYTES = 0x82
};

struct reply {
    uint8_t bytes[REPLY_MAX];
    size_t size; /* without the status */
};

/* Whether a command's last byte is Le: only then may the card ask for another one (6Cxx). */
enum ending { ENDS_WITHOUT_LE, ENDS_WITH_LE };

/* ---- One command and its answer ---- */

/* One exchange on the line; what it brings is added behind what REPLY holds. */
static enum err transmit(struct card_line *line, const uint8_t *command, size_t size,
                         struct reply *reply)
{
    uint8_t raw[CHUNK_MAX + SW_BYTES];
    size_t got = 0;
    line->apdus++;
    line->sw = 0;
    enum err err = line->transmit(line->self, (struct slice){(const char *)command, size}, raw,
                                  sizeof raw, &got);
    if (err != ERR_OK)
        return err;
    if (got == 0) /* pcscd reports a card pulled in mid-command as success with nothing */
        return ERR_CARD_REMOVED;
    if (got < SW_BYTES || got > sizeof raw || got - SW_BYTES > REPLY_MAX - reply->size)
        return ERR_CARD;
    line->sw = (uint16_t)(raw[got - 2] << 8 | raw[got - 1]);
    memcpy(reply->bytes + reply->size, raw, got - SW_BYTES);
    reply->size += got - SW_BYTES;
    return ERR_OK;
}

static unsigned sw1(const struct card_line *line)
{
    return line->sw >> 8;
}

/* Sends COMMAND and follows the card's wishes: another Le (6Cxx), or fetching the rest (61xx), each
 * a bounded number of times. ERR_OK means there is an answer; its status is in line->sw. */
static enum err exchange(struct card_line *line, const uint8_t *command, size_t size,
                         enum ending ending, struct reply *reply)
{
    reply->size = 0;
    enum err err = transmit(line, command, size, reply);
    if (err == ERR_OK && sw1(line) == SW1_WRONG_LE && ending == ENDS_WITH_LE) {
        uint8_t again[COMMAND_MAX];
        memcpy(again, command, size);
        again[size - 1] = (uint8_t)(line->sw & 0xFF);
        reply->size = 0;
        err = transmit(line, again, size, reply);
    }
    for (int part = 0; err == ERR_OK && sw1(line) == SW1_MORE; part++) {
        const uint8_t get_response[] = {0x00, 0xC0, 0x00, 0x00, (uint8_t)(line->sw & 0xFF)};
        if (part == PARTS_MAX)
            return ERR_CARD;
        err = transmit(line, get_response, sizeof get_response, reply);
    }
    return err;
}

static enum err exchange_ok(struct card_line *line, const uint8_t *command, size_t size)
{
    struct reply reply;
    enum err err = exchange(line, command, size, ENDS_WITHOUT_LE, &reply);
    if (err != ERR_OK)
        return err;
    return line->sw == SW_OK ? ERR_OK : ERR_CARD;
}

/* ---- Selecting and reading ---- */

/* A card without the application may refuse in many ways; only these are taken as "not this card".
 * The rest is a card in trouble. */
static bool says_no_application(const struct card_line *line)
{
    return sw1(line) == SW1_NOT_FOUND || sw1(line) == SW1_UNKNOWN_INS ||
           sw1(line) == SW1_UNKNOWN_CLA || line->sw == SW_NO_APPLICATION ||
           line->sw == SW_WRONG_LENGTH;
}

static enum err select_application(struct card_line *line)
{
    static const uint8_t command[] = {0x00, 0xA4, 0x04, 0x0C, 10,   0xD3, 0x92, 0xF0,
                                      0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01};
    enum err err = exchange_ok(line, command, sizeof command);
    return err == ERR_CARD && says_no_application(line) ? ERR_CARD_KIND : err;
}

static enum err select_file(struct card_line *line, unsigned ef)
{
    const uint8_t command[] = {0x00, 0xA4, 0x02, 0x0C, 2, (uint8_t)(ef >> 8), (uint8_t)(ef & 0xFF)};
    return exchange_ok(line, command, sizeof command);
}

/* Reads WANTED bytes at AT, or fewer; ERR_CARD for none, or for more than asked. */
static enum err read_chunk(struct card_line *line, size_t at, size_t wanted, struct reply *reply)
{
    const uint8_t command[] = {0x00, 0xB0, (uint8_t)(at >> 8), (uint8_t)(at & 0xFF),
                               (uint8_t)(wanted & 0xFF)}; /* 256 is written as 0 */
    enum err err = exchange(line, command, sizeof command, ENDS_WITH_LE, reply);
    if (err != ERR_OK)
        return err;
    bool good = line->sw == SW_OK || line->sw == SW_END_OF_FILE;
    return good && reply->size > 0 && reply->size <= wanted ? ERR_OK : ERR_CARD;
}

/* Reads exactly TOTAL bytes of the selected file into OUT, of which HAVE are there already. */
static enum err read_file(struct card_line *line, uint8_t *out, size_t have, size_t total)
{
    for (int reads = 0; have < total; reads++) {
        struct reply reply;
        size_t left = total - have;
        if (reads == CARD_READS_MAX) /* a card that gives a byte at a time has no end */
            return ERR_CARD;
        enum err err = read_chunk(line, have, left > CHUNK_MAX ? CHUNK_MAX : left, &reply);
        if (err != ERR_OK)
            return err;
        memcpy(out + have, reply.bytes, reply.size);
        have += reply.size;
    }
    return ERR_OK;
}

/* The card does not say how long its file is, and the file is longer than the certificate: the DER
 * header tells where to stop. */
static enum err read_certificate(struct card_line *line, struct card_reading *out)
{
    uint8_t *der = out->certificate;
    enum err err = select_file(line, EF_AUTH_CERT);
    if (err == ERR_OK)
        err = read_file(line, der, 0, DER_HEADER);
    if (err != ERR_OK)
        return err;
    size_t total = DER_HEADER + ((size_t)der[2] << 8 | der[3]);
    if (der[0] != DER_SEQUENCE || der[1] != DER_LENGTH_2_BYTES || total > sizeof out->certificate)
        return ERR_CARD;
    err = read_file(line, der, DER_HEADER, total);
    if (err == ERR_OK)
        out->certificate_size = total;
    return err;
}

static enum card_kind kind_of_token(const uint8_t text[TOKEN_TEXT_SIZE])
{
    static const struct {
        const char *text;
        enum card_kind kind;
    } rows[] = {
        {"JPKIAPICCTOKEN2", CARD_JPKI},
        {"JPKIAPICCTOKEN", CARD_JUKI_OLD},
        {"JPKIAPGPSETOKEN", CARD_ANDROID},
        {"JPKIAPIOSTOKEN", CARD_IPHONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char padded[TOKEN_TEXT_SIZE];
        memset(padded, ' ', sizeof padded);
        memcpy(padded, rows[i].text, strlen(rows[i].text));
        if (memcmp(padded, text, sizeof padded) == 0)
            return rows[i].kind;
    }
    return CARD_OTHER;
}

/* No such file, not for us, or too short: the card is none that we know. Anything else (an internal
 * error, say) is a card in trouble and may be read at the next try. */
static bool says_no_token(const struct card_line *line)
{
    return sw1(line) == SW1_NOT_FOUND || sw1(line) == SW1_NOT_ALLOWED ||
           sw1(line) == SW1_WRONG_OFFSET || line->sw == SW_OK || line->sw == SW_END_OF_FILE;
}

static enum err read_kind(struct card_line *line, enum card_kind *out)
{
    uint8_t text[TOKEN_TEXT_SIZE];
    *out = CARD_OTHER;
    enum err err = select_file(line, EF_TOKEN);
    if (err == ERR_OK)
        err = read_file(line, text, 0, sizeof text);
    if (err == ERR_OK)
        *out = kind_of_token(text);
    return err == ERR_CARD && says_no_token(line) ? ERR_OK : err;
}

/* ---- PIN ---- */

static bool status_is_tries(const struct card_line *line)
{
    return (line->sw & 0xFFF0) == 0x63C0;
}

static bool status_is_blocked(const struct card_line *line)
{
    return line->sw == SW_BLOCKED || line->sw == SW_BLOCKED_TOO || line->sw == 0x63C0;
}

/* VERIFY without data is the question; it costs no try. */
static enum err ask_tries(struct card_line *line, int *tries)
{
    static const uint8_t command[] = {0x00, 0x20, 0x00, 0x80};
    struct reply reply;
    *tries = CARD_TRIES_UNKNOWN;
    enum err err = select_file(line, EF_AUTH_PIN);
    if (err == ERR_OK)
        err = exchange(line, command, sizeof command, ENDS_WITHOUT_LE, &reply);
    if (err != ERR_OK)
        return err;
    if (status_is_blocked(line))
        *tries = 0;
    else if (status_is_tries(line))
        *tries = line->sw & 0xF;
    else
        return ERR_CARD;
    return ERR_OK;
}

static bool pin_is_digits(struct slice pin)
{
    if (pin.size != CARD_PIN_DIGITS)
        return false;
    for (size_t i = 0; i < pin.size; i++)
        if (pin.bytes[i] < '0' || pin.bytes[i] > '9')
            return false;
    return true;
}

/* The PIN file is still selected from ask_tries. */
static enum err send_pin(struct card_line *line, struct slice pin, int *tries)
{
    uint8_t command[HEADER_BYTES + CARD_PIN_DIGITS] = {0x00, 0x20, 0x00, 0x80, CARD_PIN_DIGITS};
    struct reply reply;
    memcpy(command + HEADER_BYTES, pin.bytes, CARD_PIN_DIGITS);
    *tries = CARD_TRIES_UNKNOWN;
    reply.size = 0;
    enum err err = transmit(line, command, sizeof command, &reply);
    explicit_bzero(command, sizeof command);
    if (err != ERR_OK)
        return err;
    if (line->sw == SW_OK)
        return ERR_OK;
    if (status_is_blocked(line)) {
        *tries = 0;
        return ERR_CARD_BLOCKED;
    }
    if (!status_is_tries(line))
        return ERR_CARD;
    *tries = line->sw & 0xF;
    return ERR_CARD_PIN;
}

/* The host sends the DigestInfo (RFC 8017 9.2), the card puts the padding around it. */
static enum err compute_signature(struct card_line *line, const struct hash *hash,
                                  struct card_signature *out)
{
    static const uint8_t start[] = {0x80, 0x2A, 0x00, 0x80, 51,   0x30, 0x31, 0x30,
                                    0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
                                    0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
    uint8_t command[sizeof start + sizeof hash->bytes + 1];
    struct reply reply;
    memcpy(command, start, sizeof start);
    memcpy(command + sizeof start, hash->bytes, sizeof hash->bytes);
    command[sizeof command - 1] = 0x00; /* Le: 256 */
    size_t size = line->le_with_data ? sizeof command : sizeof command - 1;
    enum ending ending = line->le_with_data ? ENDS_WITH_LE : ENDS_WITHOUT_LE;
    enum err err = select_file(line, EF_AUTH_KEY);
    if (err == ERR_OK)
        err = exchange(line, command, size, ending, &reply);
    if (err != ERR_OK)
        return err;
    if (line->sw != SW_OK || reply.size == 0)
        return ERR_CARD;
    memcpy(out->bytes, reply.bytes, reply.size);
    out->size = reply.size;
    return ERR_OK;
}

/* ---- The two jobs ---- */

static enum err read_by_kind(struct card_line *line, struct card_reading *out)
{
    int tries;
    enum err err = ERR_OK;
    if (out->kind != CARD_JPKI && out->kind != CARD_IPHONE)
        return ERR_OK; /* Android wants a PIN first, the old card has no such certificate */
    err = read_certificate(line, out);
    if (err == ERR_CARD && line->sw != 0 && line->sw != SW_OK && out->kind == CARD_IPHONE)
        return ERR_OK; /* a phone may refuse; its kind is all we report */
    if (err != ERR_OK)
        return err;
    err = ask_tries(line, &tries);
    out->tries = tries;
    return err == ERR_CARD && line->sw != 0 ? ERR_OK : err; /* unknown tries spoil no reading */
}

enum err card_jpki_read(struct card_line *line, struct card_reading *out)
{
    out->kind = CARD_OTHER;
    out->certificate_size = 0;
    out->tries = CARD_TRIES_UNKNOWN;
    enum err err = select_application(line);
    if (err == ERR_CARD_KIND)
        return ERR_OK;
    if (err == ERR_OK)
        err = read_kind(line, &out->kind);
    return err == ERR_OK ? read_by_kind(line, out) : err;
}

enum err card_jpki_sign(struct card_line *line, struct slice pin, const struct hash *hash,
                        enum card_last_try last_try, struct card_signature *out)
{
    out->size = 0;
    out->tries = CARD_TRIES_UNKNOWN;
    if (!pin_is_digits(pin)) /* above all not the empty one, which would be the question */
        return ERR_BAD_FIELD;
    enum err err = select_application(line);
    if (err == ERR_OK)
        err = ask_tries(line, &out->tries);
    if (err != ERR_OK)
        return err;
    if (out->tries == 0)
        return ERR_CARD_BLOCKED;
    if (out->tries == 1 && last_try == CARD_KEEP_LAST_TRY)
        return ERR_NOT_ALLOWED;
    err = send_pin(line, pin, &out->tries);
    return err == ERR_OK ? compute_signature(line, hash, out) : err;
}
