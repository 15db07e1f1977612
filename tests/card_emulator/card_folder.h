/* card_folder.h — Job: read one card's folder (as make-cards writes it) into the simulated card. */
#ifndef TESTS_CARD_EMULATOR_CARD_FOLDER_H
#define TESTS_CARD_EMULATOR_CARD_FOLDER_H

#include "tests/lib/jpki_applet.h"

/* Reads auth.der, auth_ca.der, sign.der, sign_ca.der, auth.key and sign.key (PEM) of DIR into a
 * new applet that takes the place of *APPLET (zeroed, or in use); PINs, tries, kind and quirks
 * start anew. On error *APPLET stays as it was. ERR_IO, ERR_TOO_LARGE, ERR_CRYPTO. */
MUST_CHECK enum err card_folder_load(const char *dir, struct jpki_applet *applet);
#endif
