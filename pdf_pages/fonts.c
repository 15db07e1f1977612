/* fonts.c — Job: which fonts this machine has, and where they lie. */
#include "pdf_pages/fonts.h"

#include <fontconfig/fontconfig.h>
#include <stdlib.h>
#include <string.h>

/* Debian's poppler-data. Without it Japanese text whose font is not in the file has no letters. */
#define TABLES_FOLDER "/usr/share/poppler"

static bool is_there(const char *language)
{
    FcPattern *wanted = FcPatternCreate();
    FcLangSet *languages = FcLangSetCreate();
    FcObjectSet *what = FcObjectSetBuild(FC_FILE, (char *)NULL);
    FcFontSet *found = NULL;
    if (wanted != NULL && languages != NULL && what != NULL &&
        (language == NULL || (FcLangSetAdd(languages, (const FcChar8 *)language) &&
                              FcPatternAddLangSet(wanted, FC_LANG, languages))))
        found = FcFontList(NULL, wanted, what);
    bool there = found != NULL && found->nfont > 0;
    if (found != NULL)
        FcFontSetDestroy(found);
    if (what != NULL)
        FcObjectSetDestroy(what);
    if (languages != NULL)
        FcLangSetDestroy(languages);
    if (wanted != NULL)
        FcPatternDestroy(wanted);
    return there;
}

static bool add_folder(struct fonts *fonts, const char *path)
{
    if (fonts->folders_count == PDF_FOLDERS_MAX)
        return true; /* what lies deeper than the first is covered by it */
    char *copy = strdup(path);
    if (copy != NULL)
        fonts->folders[fonts->folders_count++] = copy;
    return copy != NULL;
}

enum err fonts_open(struct fonts *fonts)
{
    *fonts = (struct fonts){.any = false};
    if (!FcInit())
        return ERR_IO;
    bool good = add_folder(fonts, TABLES_FOLDER);
    FcStrList *folders = FcConfigGetFontDirs(NULL);
    FcChar8 *path = NULL;
    while (good && folders != NULL && (path = FcStrListNext(folders)) != NULL)
        good = add_folder(fonts, (const char *)path);
    if (folders != NULL)
        FcStrListDone(folders);
    fonts->any = is_there(NULL);
    fonts->japanese = is_there("ja");
    if (!good)
        fonts_close(fonts);
    return good ? ERR_OK : ERR_NO_MEMORY;
}

void fonts_close(struct fonts *fonts)
{
    for (size_t i = 0; i < fonts->folders_count; i++)
        free(fonts->folders[i]);
    *fonts = (struct fonts){.any = false};
}
