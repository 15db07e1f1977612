/* bench_floor.c — Job: what disk and SQLite alone can do here: floors of the append figures.
 *
 * usage: bench_floor folder. Prints one line of JSON: a 1 KB append and fdatasync, and bare rows of
 * 1 KB in SQLite (WAL, synchronous=FULL, no automatic checkpoint) one by one and 32 at a time. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ROW_BYTES = 1024, SYNCS = 3000, SINGLE_ROWS = 6000, GROUP = 32, GROUP_ROWS = 192000 };

static char row_bytes[ROW_BYTES];

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(int done, const char *what)
{
    if (done)
        return;
    fprintf(stderr, "bench_floor: %s failed\n", what);
    exit(1);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void sync_times(const char *path, double *times)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    must(fd >= 0, path);
    for (int i = 0; i < SYNCS; i++) {
        double from = seconds();
        must(write(fd, row_bytes, ROW_BYTES) == ROW_BYTES && fdatasync(fd) == 0, "fdatasync");
        times[i] = seconds() - from;
    }
    close(fd);
    unlink(path);
    qsort(times, SYNCS, sizeof *times, by_size);
}

static void run(sqlite3 *db, const char *sql)
{
    must(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, sql);
}

static void add_row(sqlite3_stmt *insert)
{
    sqlite3_bind_blob(insert, 1, row_bytes, ROW_BYTES, SQLITE_STATIC);
    must(sqlite3_step(insert) == SQLITE_DONE && sqlite3_reset(insert) == SQLITE_OK, "insert");
}

static double rows_per_second(const char *path, int rows, int group)
{
    sqlite3 *db;
    sqlite3_stmt *insert;
    must(sqlite3_open(path, &db) == SQLITE_OK, path);
    run(db, "PRAGMA journal_mode=WAL");
    run(db, "PRAGMA synchronous=FULL");
    run(db, "PRAGMA wal_autocheckpoint=0");
    run(db, "CREATE TABLE row (n INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
    must(sqlite3_prepare_v2(db, "INSERT INTO row (bytes) VALUES (?)", -1, &insert, NULL) ==
             SQLITE_OK,
         "prepare");
    double from = seconds();
    for (int i = 0; i < rows; i += group) {
        run(db, "BEGIN IMMEDIATE");
        for (int k = 0; k < group; k++)
            add_row(insert);
        run(db, "COMMIT");
        if (i / group % 250 == 249)
            run(db, "PRAGMA wal_checkpoint(PASSIVE)");
    }
    double took = seconds() - from;
    sqlite3_finalize(insert);
    sqlite3_close(db);
    unlink(path);
    return rows / took;
}

int main(int argc, char **argv)
{
    static double times[SYNCS];
    char path[512];
    if (argc != 2) {
        fputs("usage: bench_floor folder\n", stderr);
        return 2;
    }
    memset(row_bytes, 'x', sizeof row_bytes);
    snprintf(path, sizeof path, "%s/floor.bin", argv[1]);
    sync_times(path, times);
    snprintf(path, sizeof path, "%s/floor.db", argv[1]);
    double single = rows_per_second(path, SINGLE_ROWS, 1);
    double group = rows_per_second(path, GROUP_ROWS, GROUP);
    printf("{\"bench\":\"floor\",\"fdatasync_ms_p50\":%.3f,\"fdatasync_ms_p99\":%.3f,"
           "\"sqlite_rows_per_s\":%.0f,\"sqlite_rows_per_s_group32\":%.0f}\n",
           times[SYNCS / 2] * 1e3, times[SYNCS * 99 / 100] * 1e3, single, group);
    return 0;
}
