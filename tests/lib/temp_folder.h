/* temp_folder.h — Job: a folder of its own for a test, and its removal. */
#ifndef TESTS_LIB_TEMP_FOLDER_H
#define TESTS_LIB_TEMP_FOLDER_H

enum { TEMP_PATH_MAX = 256 };

/* Makes a new folder (mode 0700) below TMPDIR or /tmp; stops the program when it cannot. */
void temp_folder_make(char path[TEMP_PATH_MAX]);
/* PATH with a name behind it. */
void temp_path(const char *folder, const char *name, char path[TEMP_PATH_MAX]);
/* Removes the folder and everything in it. */
void temp_folder_remove(const char *path);
#endif
