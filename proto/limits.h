/* limits.h — Job: every maximum in one place, each with its reason. */
#ifndef PROTO_LIMITS_H
#define PROTO_LIMITS_H

#include <stdint.h>

/* The wire */
#define FRAME_BYTES_MAX     65536 /* a frame fits one read of a slow link, and one leaf */
#define JSON_DEPTH_MAX      8     /* deepest legal body is 5: envelope, body, list, item, list */
#define JSON_KEYS_MAX       64    /* per object; the widest record has fewer than 40 */
#define JSON_ITEMS_MAX      512   /* per array */
#define LANE_CONTROL_FRAMES 256   /* per connection; full means the peer is too slow: resync */
#define LANE_BULK_BYTES     (512 * 1024) /* per connection: the next pieces, not a whole view */
#define WIRE_INT_MAX        ((int64_t)1 << 53) /* exact in JavaScript, and in cJSON's double */
#define HELLO_WAIT_MS       10000              /* a connection that says nothing is closed */
#define IDLE_WAIT_MS        60000 /* P-06: no frame, no pong: the session's line is gone */
#define PING_EVERY_MS       20000
#define ALIVE_EVERY_MS      30000 /* the gateway's sign of life when there is nothing else to say */
#define LEASE_MIN_MS        (3 * ALIVE_EVERY_MS) /* one lost or late sign covers no screen */
#define RATE_FRAMES_PER_10S 400   /* per connection; a busy crew needs fewer than 50 */
#define SLOW_WAIT_MS        60000 /* a peer that takes nothing of what waits for it is closed */
#define CLOSE_WAIT_MS       5000  /* a peer that does not take its close frame is cut off */
#define HTTP_BODY_MAX       (4 * 1024 * 1024) /* one page or one metrics text */
#define PEM_BYTES_MAX       (1024 * 1024)     /* a certificate, CA or revocation list file */
#define OPEN_FILES_MAX      65536 /* libwebsockets holds 16 bytes for each possible one */
#define LISTENERS_MAX       16    /* three kinds, two address families, and some to spare */
#define NETWORKS_MAX        64    /* source networks per listener */
#define LINK_CONNECT_MS     15000 /* TCP, TLS and upgrade together, on a bad radio link */
#define LINK_RETRY_FIRST_MS 500   /* then doubled; half of it is random */
#define LINK_RETRY_MAX_MS   30000 /* nobody waits longer for the gateway than half a minute */

/* The log (C2SP tlog-tiles) */
#define LEAF_BYTES_MAX      65535        /* two-byte length in an entry bundle */
#define LOG_SIZE_MAX        (1ull << 62) /* leaves: fits SQL's bigint, and sums cannot overflow */
#define MERKLE_LEVELS_MAX   64           /* one per bit of a size */
#define MERKLE_PROOF_MAX    64           /* hashes: 63 levels and one more for consistency */
#define TILE_WIDTH          256          /* hashes or entries of a full tile: height 8 */
#define TILE_LEVEL_MAX      63           /* tlog-tiles */
#define NOTE_BYTES_MAX      1000000      /* as Go's note.Open: 16 large signatures fit */
#define NOTE_NAME_MAX       255          /* bytes: tlog-cosignature counts names in one byte */
#define NOTE_SIGNATURES_MAX 100          /* as Go's note.Open; verifiers must accept 16 */
#define NOTE_SIGNATURE_MAX  8192         /* bytes decoded: post-quantum ones take nearly 5,000 */
#define NOTE_KEYS_MAX       16           /* known keys of one log: its own and 15 witnesses */
#define PROOF_EXTRA_MAX     4096         /* bytes: opaque, ours carries a few ids */
#define PROOF_BYTES_MAX     (NOTE_BYTES_MAX + 16384) /* a .tlog-proof around the largest note */

/* The journal */
#define JOURNAL_MERGE_EVENTS  512  /* waiting batches go into one transaction up to here: 7 ms */
#define JOURNAL_OUTBOX_MAX    256  /* numbered events read at once for a device that resumes */
#define JOURNAL_BEHIND_MAX    4096 /* numbered events a device may be behind; above it: snapshot */
#define JOURNAL_SETTLE_EVENTS 8192 /* events whose counts are in their leaves only: read at start */
#define JOURNAL_INDEX_STEP    4096 /* events per step of the second pass: some 100 ms of it */
#define ALERTS_PER_FRAME      12   /* with the longest reasons still below FRAME_BYTES_MAX */
#define ORG_ALERTS_MAX        32   /* open at one organisation; the log has all */
#define ACCESS_ROWS_MAX       100  /* rows of one page: what a person reads at a time */
#define CONNECTION_ROWS_MAX   40   /* with eight people each */
#define WITNESS_ROWS_MAX      64   /* of one organisation's devices: the newest word of each */
#define COVERAGE_MONTHS_MAX   24   /* rows of one answer: a year beside the one before it */
#define COVERAGE_DEVICES_MAX  512  /* ambulances of one headquarters in one month's table */
#define COVERAGE_FEW          10   /* a smaller count could name a patient */
#define DISPATCHES_MAX        1000000 /* a month; the whole nation has 650,000 */
#define JOURNAL_QUERY_MAX     1000    /* rows of one console query: more is an export */

/* Text a person types */
#define TEXT_SHORT_MAX     120  /* characters: names, places */
#define TEXT_LONG_MAX      1000 /* characters: one remark; more is a document, not a message */
#define TEXT_TOLD_MAX      400  /* characters: medicines of a handbook; nine of these fit a frame */
#define LOGIN_MAX          64
#define CODE_DIGITS        6   /* RFC 6238 as the authenticator apps show it */
#define KEY_BYTES          32  /* AES-256, X25519, session token */
#define TOKEN_CHARS        44  /* base64 of KEY_BYTES */
#define MONTH_CHARS        7   /* YYYY-MM */
#define LANGUAGE_CHARS_MAX 35  /* BCP 47 section 4.4.1 */
#define PASSWORD_MAX       128 /* A-04 asks for 13; NIST for at least 64 */

/* What one message holds */
#define HOSPITALS_PER_FRAME   64    /* with the longest names still below FRAME_BYTES_MAX */
#define TABLETS_PER_PAGE      16    /* with eight people and eight cases each, mostly; else fewer */
#define TABLET_PEOPLE_MAX     8     /* signed on at one tablet */
#define TABLET_CASES_MAX      8     /* open cases of a tablet that is not on the line */
#define PHONE_CHARS_MAX       24    /* digits, and what people write between them */
#define HOSPITALS_PAGES_MAX   32    /* a region's; what is beyond is not listed */
#define VKEY_CHARS_MAX        512   /* log name, key hash, key: NOTE_NAME_MAX and some */
#define CHECKPOINT_CHARS_MAX  16384 /* a checkpoint with NOTE_KEYS_MAX signatures */
#define CONSISTENCY_CHARS_MAX 2880  /* MERKLE_PROOF_MAX hashes of 44 characters and a line feed */
#define VIEW_PIECE_BYTES_MAX  46080 /* base64 of it and the envelope fit FRAME_BYTES_MAX */
#define SPOOLED_BYTES_MAX     48896 /* sealed; base64 of it and the envelope fit FRAME_BYTES_MAX */
#define VIEW_PIECES_MAX       16384 /* VIEWS_BYTES_MAX in pieces, and some */

/* What can be measured (F24): wide enough for every patient, too narrow for a slip of the finger */
#define AGE_MAX                130
#define PATIENTS_MAX           999 /* of one incident */
#define JCS_MAX                300 /* Japan Coma Scale: 0 1 2 3 10 20 30 100 200 300 */
#define GCS_E_MAX              4
#define GCS_V_MAX              5
#define GCS_M_MAX              6
#define RESPIRATION_MAX        120 /* a minute */
#define PERCENT_MAX            100
#define OXYGEN_TENTHS_MAX      600 /* tenths of a litre a minute */
#define PULSE_MAX              300 /* a minute */
#define PRESSURE_MAX           350 /* mmHg */
#define TEMPERATURE_TENTHS_MIN 200 /* tenths of a degree Celsius */
#define TEMPERATURE_TENTHS_MAX 450
#define PUPIL_MM_MAX           10
#define TREATMENTS_MAX         32 /* per crew record */

/* A case */
#define CASE_HOSPITALS_MAX 16  /* asked at the same time (A32: 16 in Yamagata) */
#define CASE_VITALS_MAX    200 /* one a minute for three hours */
#define CASE_GRANTS_MAX    16
#define CASE_VIEWS_MAX     8
#define CASE_GROUNDS_MAX   64
#define CASE_SAID_MAX      40 /* newest words that a restarted device gets back; the log has all */
#define STATE_BYTES_MAX    (256 * 1024) /* the derived row of one case with all its lists full */

/* A view (I, B5) */
#define VIEW_SECTIONS          12
#define VIEW_PARTS_MAX         16
#define VIEW_PART_BYTES_MAX    (20 * 1024 * 1024)   /* one PDF of a long-term patient */
#define VIEW_ITEMS_MAX         5000                 /* medicines of five years, several sources */
#define VIEWS_BYTES_MAX        (512u * 1024 * 1024) /* all views in memory together */
#define VIEW_SECTION_BYTES_MAX (8 * 1024 * 1024)  /* VIEW_ITEMS_MAX items with their unknown tags */
#define VIEW_PAD_BYTES         4096               /* sealed sections are multiples of it */
#define VIEW_INTERFACE_MAX     32                 /* "OQS-IF-048", "YZK", and what may come */
#define VIEW_MEDIA_MAX         32                 /* "application/xml" */
#define ENVELOPE_BYTES_MAX     (48 * 1024 * 1024) /* an answer: the largest PDF in base64, XML */
#define URL_BYTES_MAX          512
#define FOLDER_NAME_MAX        64    /* bytes with NUL: "OQSsiquc01res_", an id, ".xml" */
#define FOLDER_REST_MS         150   /* a PDF that nobody has changed for so long is whole */
#define FOLDER_LATE_MS         15000 /* an answer that came too late lies there no longer */
#define FOLDER_SWEEP_MS        5000  /* how often late answers are looked for */
#define FOLDER_LOOK_MS         200   /* how soon a cancelled wait ends */
#define XML_DEPTH_MAX          32
#define XML_BYTES_MAX          (8 * 1024 * 1024) /* as received, one file */
#define XML_TEXT_MAX           4096 /* bytes of one value, UTF-8; the longest known is an address */
#define XML_NAME_MAX           128  /* bytes of one tag name */
#define XML_ELEMENTS_MAX       500000 /* VIEW_ITEMS_MAX items of thirty tags, and their branches */
#define VIEW_OTHERS_MAX        64     /* unknown tags kept for one item */
#define VIEW_UNKNOWN_MAX       512    /* unknown tags kept for a part outside its items */

/* Card (D7, CARD.md) */
#define CERT_BYTES_MAX       4096
#define CHALLENGE_BYTES      32
#define SIGNATURE_BYTES_MAX  512 /* RSA 4096 */
#define CARD_READERS_MAX     8   /* at one tablet; one is the rule */
#define CARD_READER_NAME_MAX 128 /* bytes with NUL, as pcsc-lite has it */
#define CARD_PIN_DIGITS      4   /* user-authentication PIN */
#define CARD_READS_MAX       64  /* READ BINARY per file; 17 are enough for CERT_BYTES_MAX */
#define CARD_ORDERS_MAX      4   /* signatures asked for and not yet begun */
#define CARD_EVENTS_MAX      16  /* happenings not yet fetched by the loop; then the reader waits */
#define JPKI_REVOKED_MAX     2000000 /* serials in one revocation list: bounds memory to 64 MB */
#define JPKI_CRL_BYTES_MAX   (100 * 1024 * 1024) /* and so its file */
#define JPKI_CAS_MAX         16   /* generations of the authority; three are known (D50) */
#define JPKI_CRLS_MAX        4096 /* one per distribution point; there are 1,741 municipalities */
#define JPKI_POINTS_MAX      4    /* distribution points in one certificate; one is the rule */

/* Grant and lease: [J], settings whose defaults stand here */
#define GRANT_AFTER_HANDOVER_MS (60 * 60 * 1000)
#define GRANT_AFTER_FETCH_MS    (24 * 60 * 60 * 1000)
#define LEASE_MS                (2 * 60 * 1000)
#define LATE_MS                 (12 * 60 * 60 * 1000)
#define CLOCKS_APART_MS         (60 * 1000) /* beyond it the person is told (PROTOCOL §10) */

/* The client programs */
#define LEASE_MAX_MS           (10 * 60 * 1000) /* a client believes no longer one */
#define CLIENT_WAITING_MAX     256   /* messages without a receipt: hours of a crew without radio */
#define CLIENT_RESEND_MS       60000 /* what may not be late is given up: nobody expects it now */
#define CLIENT_RETRY_MS        2000  /* after a retryable refusal */
#define CLIENT_SNAPSHOT_MS     5000  /* between two asked snapshots */
#define CLIENT_VIEW_WAIT_MS    30000 /* a view whose pieces stop coming is asked for again */
#define CLIENT_VIEW_BYTES_MAX  (64 * 1024 * 1024) /* one view: SEAL_BYTES_MAX, PDF pages included */
#define CLIENT_VIEWS_BYTES_MAX (256 * 1024 * 1024) /* all views of one box */
#define CLIENT_CASES_MAX       256                 /* open at one hospital or tablet at a time */
#define CLIENT_VITALS_MAX      20 /* kept of one case, as many as a snapshot brings */
#define CLIENT_TEXTS_MAX       (CLIENT_VITALS_MAX + CASE_SAID_MAX) /* kept of one case */
#define CLIENT_LINE_MAX        4096                                /* one typed command */
#define SPOOL_ROWS_MAX         4096   /* messages of a tablet that hears nothing for a shift */
#define SCRIPT_LINES_MAX       4096   /* lines of a piped script that wait for their turn */
#define TYPED_WORDS_MAX        64     /* words of one typed command: every field of a record */
#define CLIENT_NODES_MAX       400000 /* of one section: VIEW_ITEMS_MAX items with their members */

/* The pages that the client programs serve to browsers (client/PAGES.md) */
#define PAGES_CONNECTIONS_MAX 96   /* TCP: a dozen browsers, each with six for files and a link */
#define PAGES_BROWSERS_MAX    64   /* cookies; the longest unused one without a person goes first */
#define PAGES_SOCKETS_MAX     48   /* links: every screen of one ER, and some to spare */
#define PAGES_HEAD_BYTES      8192 /* of a request; browsers send below 2,000 */
#define PAGES_FRAME_BYTES     65024 /* from a page: with session and time it fits FRAME_BYTES_MAX */
#define PAGES_QUEUE_FRAMES    2048  /* for a slow page: a snapshot of CLIENT_CASES_MAX cases */
#define PAGES_QUEUE_BYTES     (8 * 1024 * 1024)
#define PAGES_PEOPLE_MAX      8 /* signed on at one program, each with a PIN */
#define PAGES_PIN_DIGITS_MIN  4
#define PAGES_PIN_DIGITS_MAX  8
#define PAGES_PIN_TRIES       5   /* wrong in a row: the session ends */
#define PAGES_FEEDS_MAX       8   /* openings whose pieces are on their way to one page */
#define PAGES_ASKED_MAX       512 /* messages of pages whose answers are still to come */
#define PAGES_DOCUMENTS_MAX   8   /* opened documents whose pages one browser may ask for */
#define PAGES_FILES_MAX       128 /* one program's pages and what they share */
#define PAGES_FILE_BYTES      (2 * 1024 * 1024)
#define PAGES_FILES_BYTES     (16 * 1024 * 1024)

/* The pages of a PDF as images (pdf_pages/) */
#define PDF_WIDTH_PX      1600 /* A4 at 194 dpi: small print stays legible when enlarged */
#define PDF_HEIGHT_PX     3200 /* twice as high as wide; longer pages become narrower */
#define PDF_SCALE_MAX     4    /* a page of the size of a label is not blown up further */
#define PDF_PNG_BYTES_MAX (8 * 1024 * 1024) /* a scanned page in colour takes 6 MB */
#define PDF_PAGES_MAX     5000
#define PDF_MEMORY_BYTES  (1024u * 1024 * 1024) /* address space of the child, libraries included */
#define PDF_CPU_S         10                    /* of the child; a page takes 0.3 s */
#define PDF_WAIT_MS       20000 /* the child's whole life, also when it waits for the machine */
#define PDF_FILES_MAX     64    /* descriptors: font files and their tables */
#define PDF_FOLDERS_MAX   64    /* of fonts */
#define PDF_CHILDREN_MAX  2     /* at a time; the others wait */
#define PDF_JOBS_MAX      32    /* images asked for, made or on their way to a page */
#define PDF_JOBS_PER_PAGE 3     /* the shown page, the next one, and one that was turned past */

/* The same for a printer */
#define PDF_PAPER_DPI           300  /* small print reads as print */
#define PDF_PAPER_SHORT_PX      2480 /* A4, upright or lying; a larger page becomes A4 */
#define PDF_PAPER_LONG_PX       3508
#define PDF_PAPER_PNG_BYTES_MAX (28 * 1024 * 1024) /* all of its dots, with nothing saved */
#define PDF_PAPER_JOBS_MAX      4                  /* each of that size; of one page only one */

/* Every program: log, configuration, command line, keys, certificates */
#define LOG_LINE_MAX        1024 /* bytes with the newline: one write, never torn, never flooding */
#define CONFIG_BYTES_MAX    65536
#define CONFIG_LINE_MAX     1024
#define CONFIG_KEYS_MAX     128 /* rows of one program's table */
#define CONFIG_LIST_MAX     256 /* times one list key may be repeated: every organisation's paper */
#define CONFIG_ERRORS_MAX   64  /* more would not be read */
#define ARGS_OPTIONS_MAX    32
#define ARGS_POSITIONAL_MAX 16
#define FILE_PATH_MAX       1024 /* bytes with NUL: far below PATH_MAX, room for a suffix */
#define KEY_FILE_BYTES_MAX  256  /* one line: name, key, check */
#define KEY_MONTHS_MAX      600  /* key-encryption keys held at once: fifty years */
#define SEAL_BYTES_MAX      (64 * 1024 * 1024) /* above the largest view part */
#define PASSWORD_WORDS_MAX  64                 /* blocked words of one person */
#define X509_NAME_MAX       64                 /* RFC 5280 upper bound of a common name */
#define X509_SANS_MAX       16                 /* names and addresses of one gateway */
#define X509_REVOKED_MAX    16384 /* more than the nation's devices; PEM below PEM_BYTES_MAX */

_Static_assert(FRAME_BYTES_MAX > LEAF_BYTES_MAX, "every leaf fits a frame");
_Static_assert(VIEW_PIECE_BYTES_MAX / 3 * 4 + 1024 < FRAME_BYTES_MAX, "a piece fits a frame");
_Static_assert(SPOOLED_BYTES_MAX / 3 * 4 + 256 < FRAME_BYTES_MAX, "a kept message fits a frame");
_Static_assert(PAGES_FRAME_BYTES + 128 < FRAME_BYTES_MAX, "session and time fit in");
_Static_assert(PDF_PAPER_SHORT_PX *PDF_PAPER_LONG_PX * 3 < PDF_PAPER_PNG_BYTES_MAX, "A4 fits");
_Static_assert(PDF_HEIGHT_PX <= PDF_PAPER_LONG_PX, "no screen's image is longer than paper's");
_Static_assert(VIEWS_BYTES_MAX / VIEW_PIECE_BYTES_MAX < VIEW_PIECES_MAX, "pieces can be counted");
#endif
