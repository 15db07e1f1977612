/* page_status.c — Job: what a page's server answers, asked as a browser would: prints the status.
 *
 * page_status URL [CA [CERTIFICATE KEY]]: exit 0 when an answer came whose certificate CA vouches
 * for. */
#include <curl/curl.h>
#include <stdio.h>

enum { WAIT_S = 10, EXIT_USAGE = 2 };

static size_t swallow(char *bytes, size_t size, size_t count, void *self)
{
    (void)bytes;
    (void)self;
    return size * count;
}

int main(int argc, char **argv)
{
    long status = 0;
    CURL *curl = argc < 2 ? NULL : curl_easy_init();
    if (curl == NULL)
        return EXIT_USAGE;
    curl_easy_setopt(curl, CURLOPT_URL, argv[1]);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)WAIT_S);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
    if (argc > 2)
        curl_easy_setopt(curl, CURLOPT_CAINFO, argv[2]);
    if (argc > 4) {
        curl_easy_setopt(curl, CURLOPT_SSLCERT, argv[3]);
        curl_easy_setopt(curl, CURLOPT_SSLKEY, argv[4]);
    }
    CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    else
        fprintf(stderr, "%s: %s\n", argv[1], curl_easy_strerror(code));
    curl_easy_cleanup(curl);
    printf("%ld\n", status);
    return code != CURLE_OK;
}
