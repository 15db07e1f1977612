/* vfs_lossy.h — Job: a disk under SQLite that loses, at a power cut, what was not synced.
 *
 * While it is installed every database that is opened lies on it. Writes go to the real file and
 * what they overwrote is remembered until the file is synced. From the chosen operation on nothing
 * works any more; vfs_lossy_recover then takes back what was never synced: all of it, or some of it
 * (a disk may write in any order), and tearing the last one. */
#ifndef TESTS_LIB_VFS_LOSSY_H
#define TESTS_LIB_VFS_LOSSY_H

#include <stdbool.h>
#include <stdint.h>

enum lossy_loss { LOSSY_ALL, LOSSY_SOME };

void vfs_lossy_install(void);
void vfs_lossy_remove(void); /* forgets everything */
/* Counts from 0 again; the power is cut at operation CUT (from 1; 0: never), before it is done.
 * Writes, truncations, deletions and syncs are operations. */
void vfs_lossy_cut_at(uint64_t cut);
uint64_t vfs_lossy_operations(void);         /* since then */
bool vfs_lossy_was_sync(uint64_t operation); /* it was a sync; the first 65,536 are known */
bool vfs_lossy_is_cut(void);
/* After everything on it was closed. With LOSSY_SOME, SEED chooses what is lost. */
void vfs_lossy_recover(enum lossy_loss loss, uint64_t seed);
#endif
