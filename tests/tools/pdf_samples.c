/* pdf_samples.c — Job: the PDFs of tests/lib/pdf_sample.h as files in a folder, to be looked at. */
#include "tests/lib/pdf_sample.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: pdf-samples FOLDER\n", stderr);
        return 2;
    }
    for (int i = 0; i < PDF_SAMPLES; i++) {
        char path[1024];
        struct buf pdf = {0};
        snprintf(path, sizeof path, "%s/%s.pdf", argv[1], pdf_sample_name((enum pdf_sample)i));
        FILE *file = fopen(path, "wb");
        if (file == NULL || !pdf_sample((enum pdf_sample)i, &pdf) ||
            fwrite(pdf.bytes, 1, pdf.size, file) != pdf.size || fclose(file) != 0)
            return EXIT_FAILURE;
        buf_free(&pdf);
    }
    return EXIT_SUCCESS;
}
