/* eligibility_bed.c — Job: the eligibility simulator with throw-away certificates and folders. */
#include "tests/lib/eligibility_bed.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TIMEOUT_MS = 10000 };

static void fail(const char *what)
{
    fprintf(stderr, "eligibility_bed: %s\n", what);
    abort();
}

/* One authority for both sides, and a second one that nobody trusts. */
static const char make_certificates[] =
    "set -e; cd \"$1\"\n"
    "key='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'\n"
    "for ca in ca other; do\n"
    "  openssl req -x509 $key -days 2 -subj /CN=SIMULATOR-$ca -keyout $ca.key -out $ca.pem\n"
    "done\n"
    "printf 'subjectAltName=IP:127.0.0.1\\n' >server.ext\n"
    "printf 'extendedKeyUsage=clientAuth\\n' >client.ext\n"
    "issue() {\n"
    "  openssl req $key -subj /CN=$1 -keyout $1.key -out $1.csr\n"
    "  openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial -days 2 "
    "-extfile $3.ext -out $1.pem\n"
    "}\n"
    "issue server ca server; issue client ca client; issue stranger other client\n"
    "mkdir req res; chmod 600 *.key\n";

static void run_script(const char *script, const char *argument)
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        if (freopen("/dev/null", "w", stderr) != NULL)
            execlp("sh", "sh", "-c", script, "sh", argument, (char *)NULL);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
        fail("a script failed (is openssl there?)");
}

static void put_path(char out[100], const struct eligibility_bed *bed, const char *name)
{
    snprintf(out, 100, "%s/%s", bed->dir, name);
}

static void make_folder(struct eligibility_bed *bed)
{
    struct stat st;
    bool shm = stat("/dev/shm", &st) == 0;
    snprintf(bed->dir, sizeof bed->dir, "%s/eligibility-XXXXXX", shm ? "/dev/shm" : "/tmp");
    if (mkdtemp(bed->dir) == NULL)
        fail("no temporary folder");
    put_path(bed->req, bed, "req");
    put_path(bed->res, bed, "res");
    put_path(bed->log, bed, "access.log");
    put_path(bed->control, bed, "control");
    put_path(bed->ca, bed, "ca.pem");
    put_path(bed->other_ca, bed, "other.pem");
    put_path(bed->client, bed, "client.pem");
    put_path(bed->client_key, bed, "client.key");
    put_path(bed->other_client, bed, "stranger.pem");
    put_path(bed->other_key, bed, "stranger.key");
    run_script(make_certificates, bed->dir);
}

/* The simulator lies beside this program: unit/test_x, tools/eligibility-simulator. */
static void simulator_path(char out[512])
{
    ssize_t size = readlink("/proc/self/exe", out, 400);
    if (size <= 0)
        fail("no /proc/self/exe");
    out[size] = '\0';
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(out, '/');
        if (slash == NULL)
            fail("where is the simulator?");
        *slash = '\0';
    }
    strcat(out, "/tools/eligibility-simulator");
    if (access(out, X_OK) != 0)
        fail("tools/eligibility-simulator is not built");
}

static void exec_simulator(const struct eligibility_bed *bed, const char *marker, int output)
{
    char path[512], cert[100], key[100];
    simulator_path(path);
    put_path(cert, bed, "server.pem");
    put_path(key, bed, "server.key");
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* a test that is killed leaves nothing running */
    dup2(output, STDOUT_FILENO);
    execl(path, path, "--port", "0", "--cert", cert, "--key", key, "--ca", bed->ca, "--req",
          bed->req, "--res", bed->res, "--access-log", bed->log, "--control", bed->control,
          marker == NULL ? NULL : "--marker", marker, (char *)NULL);
    _exit(127);
}

void eligibility_bed_start(struct eligibility_bed *bed, const char *marker)
{
    int ends[2];
    unsigned port = 0;
    char line[128] = "";
    *bed = (struct eligibility_bed){0};
    make_folder(bed);
    if (pipe(ends) != 0)
        fail("pipe");
    bed->pid = fork();
    if (bed->pid == 0)
        exec_simulator(bed, marker, ends[1]);
    close(ends[1]);
    FILE *lines = fdopen(ends[0], "r");
    while (lines != NULL && fgets(line, sizeof line, lines) != NULL && strcmp(line, "ready\n") != 0)
        (void)sscanf(line, "port=%u", &port);
    if (bed->pid < 0 || strcmp(line, "ready\n") != 0 || port == 0)
        fail("the simulator does not start");
    fclose(lines);
    snprintf(bed->url, sizeof bed->url, "https://127.0.0.1:%u", port);
}

void eligibility_bed_oddity(const struct eligibility_bed *bed, const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char line[64];
    snprintf(address.sun_path, sizeof address.sun_path, "%s", bed->control);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int size = snprintf(line, sizeof line, "oddity %s\n", name);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        send(fd, line, (size_t)size, MSG_NOSIGNAL) != size || recv(fd, line, 3, MSG_WAITALL) != 3 ||
        memcmp(line, "ok\n", 3) != 0)
        fail("the simulator does not take the oddity");
    close(fd);
}

void eligibility_bed_stop(struct eligibility_bed *bed)
{
    int status;
    if (bed->pid <= 0)
        return;
    kill(bed->pid, SIGTERM);
    waitpid(bed->pid, &status, 0);
    run_script("rm -rf -- \"$1\"", bed->dir);
    bed->pid = 0;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail("the simulator crashed");
}

struct provider_api_settings eligibility_bed_api(const struct eligibility_bed *bed)
{
    return (struct provider_api_settings){.url = bed->url,
                                          .ca_file = bed->ca,
                                          .certificate_file = bed->client,
                                          .key_file = bed->client_key,
                                          .facility_code10 = "1319999999",
                                          .connect_ms = 5000,
                                          .can_refetch = true,
                                          .accepts_simulator = true};
}

struct provider_folder_settings eligibility_bed_folder(const struct eligibility_bed *bed)
{
    return (struct provider_folder_settings){.req_folder = bed->req,
                                             .res_folder = bed->res,
                                             .facility_code10 = "1319999999",
                                             .accepts_simulator = true};
}

/* A certificate that names a card and nothing else, with the patient's index as serial number. */
static size_t card_certificate(unsigned serial, unsigned char *der, size_t room)
{
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context rng;
    mbedtls_pk_context key;
    mbedtls_x509write_cert cert;
    unsigned char number[4] = {(unsigned char)(serial >> 24), (unsigned char)(serial >> 16),
                               (unsigned char)(serial >> 8), (unsigned char)serial};
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&rng);
    mbedtls_pk_init(&key);
    mbedtls_x509write_crt_init(&cert);
    int r = mbedtls_ctr_drbg_seed(&rng, mbedtls_entropy_func, &entropy, NULL, 0);
    r |= mbedtls_pk_setup(&key, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY));
    r |= mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(key), mbedtls_ctr_drbg_random,
                             &rng);
    mbedtls_x509write_crt_set_subject_key(&cert, &key);
    mbedtls_x509write_crt_set_issuer_key(&cert, &key);
    mbedtls_x509write_crt_set_md_alg(&cert, MBEDTLS_MD_SHA256);
    mbedtls_x509write_crt_set_version(&cert, MBEDTLS_X509_CRT_VERSION_3);
    r |= mbedtls_x509write_crt_set_subject_name(&cert, "CN=SIMULATOR card");
    r |= mbedtls_x509write_crt_set_issuer_name(&cert, "CN=SIMULATOR card");
    r |= mbedtls_x509write_crt_set_validity(&cert, "20200101000000", "20400101000000");
#if MBEDTLS_VERSION_NUMBER >= 0x03040000
    r |= mbedtls_x509write_crt_set_serial_raw(&cert, number, sizeof number);
#else
    mbedtls_mpi mpi;
    mbedtls_mpi_init(&mpi);
    r |= mbedtls_mpi_read_binary(&mpi, number, sizeof number);
    r |= mbedtls_x509write_crt_set_serial(&cert, &mpi);
    mbedtls_mpi_free(&mpi);
#endif
    int size = mbedtls_x509write_crt_der(&cert, der, room, mbedtls_ctr_drbg_random, &rng);
    if (r != 0 || size <= 0)
        fail("no card certificate");
    memmove(der, der + room - (size_t)size, (size_t)size); /* it is written at the end */
    mbedtls_x509write_crt_free(&cert);
    mbedtls_pk_free(&key);
    mbedtls_ctr_drbg_free(&rng);
    mbedtls_entropy_free(&entropy);
    return (size_t)size;
}

struct fetch_ask eligibility_bed_ask(unsigned patient)
{
    static unsigned char der[CERT_BYTES_MAX];
    static uint8_t counter;
    size_t size = card_certificate(patient, der, sizeof der);
    const uint8_t random[10] = {1, 2, 3, 4, 5, 6, 7, 8, (uint8_t)patient, ++counter};
    struct id id = id_new(1795500000000, random);
    return (struct fetch_ask){.view = id,
                              .case_id = id,
                              .hq_code = slice_of("13-001"),
                              .crew_code = slice_of("crew-07"),
                              .viewer_id = slice_of("paramedic1"),
                              .terminal_id = slice_of("tablet-3"),
                              .kind = VIEW_EMERGENCY_SUMMARY,
                              .basis = BASIS_PATIENT_ORAL,
                              .sections = SECTIONS_SUMMARY,
                              .from_month = slice_of("2026-08"),
                              .to_month = slice_of("2026-11"),
                              .card_certificate = {(const char *)der, size},
                              .card_proof = PROOF_CERTIFICATE_ONLY,
                              .identified_by = IDENTIFIED_CARD_VISUAL,
                              .timeout_ms = TIMEOUT_MS};
}
