/* asyncapi.c — Job: print the AsyncAPI document of the wire (docs/asyncapi.json). */
#include <stdio.h>

#include "tests/lib/asyncapi_doc.h"

int main(void)
{
    struct buf out = {0};
    asyncapi_document(&out);
    int failed = buf_error(&out) != ERR_OK || fwrite(out.bytes, 1, out.size, stdout) != out.size;
    buf_free(&out);
    return failed || fflush(stdout) != 0;
}
