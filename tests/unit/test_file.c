/* test_file.c — Job: files are read bounded, written whole or not at all, locked once, shredded. */
#include "common/file.h"

#include "proto/limits.h"
#include "tests/lib/temp_folder.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[TEMP_PATH_MAX], path[TEMP_PATH_MAX], other[TEMP_PATH_MAX];

static int begin(void **state)
{
    (void)state;
    temp_folder_make(folder);
    temp_path(folder, "file", path);
    temp_path(folder, "file.new", other);
    return 0;
}

static int end(void **state)
{
    (void)state;
    temp_folder_remove(folder);
    return 0;
}

static void assert_holds(const char *name, const char *text)
{
    struct buf b = {0};
    assert_int_equal(file_read(name, 100000, FILE_ANY, &b), ERR_OK);
    buf_byte(&b, '\0');
    assert_string_equal(b.bytes, text);
    buf_free(&b);
}

static mode_t mode_of(const char *name)
{
    struct stat what;
    assert_int_equal(stat(name, &what), 0);
    return what.st_mode & 07777;
}

static void a_file_comes_back_as_written(void **state)
{
    (void)state;
    assert_int_equal(file_write(path, slice_of("one"), 0640), ERR_OK);
    assert_holds(path, "one");
    assert_int_equal(mode_of(path), 0640);
    assert_int_equal(file_write(path, slice_of("two two"), 0600), ERR_OK);
    assert_holds(path, "two two");
    assert_int_equal(mode_of(path), 0600);
    assert_int_equal(access(other, F_OK), -1);
    assert_int_equal(file_write(path, (struct slice){"", 0}, 0600), ERR_OK);
    assert_holds(path, "");
}

static void reading_is_bounded_and_appends(void **state)
{
    (void)state;
    struct buf b = {0};
    assert_int_equal(file_write(path, slice_of("12345"), 0600), ERR_OK);
    assert_int_equal(file_read(path, 4, FILE_ANY, &b), ERR_TOO_LARGE);
    assert_int_equal(b.size, 0);
    assert_int_equal(file_read(path, 5, FILE_ANY, &b), ERR_OK);
    assert_int_equal(file_read(path, 5, FILE_ANY, &b), ERR_OK);
    assert_true(slice_is(buf_slice(&b), "1234512345"));
    buf_free(&b);
}

static void a_large_file_comes_back_whole(void **state)
{
    (void)state;
    struct buf b = {0}, back = {0};
    for (uint64_t i = 0; i < 5000; i++)
        buf_u64(&b, i * i);
    assert_int_equal(file_write(path, buf_slice(&b), 0600), ERR_OK);
    assert_int_equal(file_read(path, b.size, FILE_PRIVATE, &back), ERR_OK);
    assert_true(slice_equal(buf_slice(&b), buf_slice(&back)));
    buf_free(&b);
    buf_free(&back);
}

static void only_regular_files_are_read(void **state)
{
    (void)state;
    struct buf b = {0};
    assert_int_equal(file_read(path, 10, FILE_ANY, &b), ERR_NOT_FOUND);
    assert_int_equal(file_read(folder, 10, FILE_ANY, &b), ERR_NOT_ALLOWED);
    assert_int_equal(file_read("/dev/zero", 10, FILE_ANY, &b), ERR_NOT_ALLOWED);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(file_read(path, 10, FILE_ANY, &b), ERR_NOT_ALLOWED); /* and does not wait */
    assert_int_equal(file_shred(path), ERR_NOT_ALLOWED);
    assert_int_equal(b.size, 0);
    buf_free(&b);
}

static void a_key_must_be_private(void **state)
{
    (void)state;
    struct buf b = {0};
    static const mode_t open_modes[] = {0640, 0604, 0620, 0601, 0660, 0644};
    assert_int_equal(file_write(path, slice_of("k"), 0600), ERR_OK);
    for (size_t i = 0; i < sizeof open_modes / sizeof *open_modes; i++) {
        assert_int_equal(chmod(path, open_modes[i]), 0);
        assert_int_equal(file_read(path, 10, FILE_PRIVATE, &b), ERR_NOT_ALLOWED);
    }
    assert_int_equal(chmod(path, 0400), 0);
    assert_int_equal(file_read(path, 10, FILE_PRIVATE, &b), ERR_OK);
    assert_int_equal(symlink(path, other), 0);
    assert_int_equal(file_read(other, 10, FILE_PRIVATE, &b), ERR_NOT_ALLOWED);
    assert_int_equal(file_read(other, 10, FILE_ANY, &b), ERR_OK);
    assert_true(slice_is(buf_slice(&b), "kk"));
    buf_free(&b);
}

static void creating_never_replaces(void **state)
{
    (void)state;
    assert_int_equal(file_create(path, slice_of("first"), 0600), ERR_OK);
    assert_int_equal(file_create(path, slice_of("second"), 0600), ERR_CONFLICT);
    assert_holds(path, "first");
    assert_int_equal(access(other, F_OK), -1);
    assert_int_equal(mode_of(path), 0600);
}

static void what_a_crash_left_is_replaced(void **state)
{
    (void)state;
    assert_int_equal(symlink("/etc/passwd", other), 0); /* also when somebody laid a trap there */
    assert_int_equal(file_write(path, slice_of("fresh"), 0600), ERR_OK);
    assert_holds(path, "fresh");
}

static void an_impossible_place_is_told(void **state)
{
    (void)state;
    char long_path[FILE_PATH_MAX + 10];
    memset(long_path, 'a', sizeof long_path);
    long_path[sizeof long_path - 1] = '\0';
    assert_int_equal(file_write(long_path, slice_of("x"), 0600), ERR_TOO_LARGE);
    assert_int_equal(file_mkdir_p(long_path, 0700), ERR_TOO_LARGE);
    temp_path(folder, "none/file", path);
    assert_int_equal(file_write(path, slice_of("x"), 0600), ERR_NOT_FOUND);
    assert_int_equal(file_write(folder, slice_of("x"), 0600), ERR_NOT_ALLOWED);
}

static void lines_are_appended(void **state)
{
    (void)state;
    int fd = -1;
    assert_int_equal(file_append_open(path, 0600, &fd), ERR_OK);
    assert_int_equal(file_append_line(fd, slice_of("one")), ERR_OK);
    assert_int_equal(file_append_line(fd, slice_of("")), ERR_OK);
    assert_int_equal(file_append_line(fd, slice_of("t\nwo")), ERR_BAD_FIELD);
    close(fd);
    assert_int_equal(file_append_open(path, 0600, &fd), ERR_OK);
    assert_int_equal(file_append_line(fd, slice_of("two")), ERR_OK);
    close(fd);
    assert_holds(path, "one\n\ntwo\n");
}

static void a_torn_line_stays_apart(void **state)
{
    (void)state;
    int fd = -1;
    assert_int_equal(file_write(path, slice_of("one\ntor"), 0600), ERR_OK);
    assert_int_equal(file_append_open(path, 0600, &fd), ERR_OK);
    assert_int_equal(file_append_line(fd, slice_of("two")), ERR_OK);
    close(fd);
    assert_holds(path, "one\ntor\ntwo\n");
}

/* A file that may not grow beyond 100 bytes stands for a full disk. Its exit code says what failed.
 */
static void fill_up(void)
{
    struct rlimit limit = {100, 100};
    char line[80];
    int fd = -1;
    memset(line, 'x', sizeof line);
    signal(SIGXFSZ, SIG_IGN);
    if (file_append_open(path, 0600, &fd) != ERR_OK || setrlimit(RLIMIT_FSIZE, &limit) != 0)
        _exit(1);
    if (file_append_line(fd, (struct slice){line, sizeof line}) != ERR_OK)
        _exit(2);
    if (file_append_line(fd, (struct slice){line, sizeof line}) != ERR_FULL)
        _exit(3);
    if (file_append_line(fd, slice_of("end")) != ERR_OK)
        _exit(4);
    char big[200] = {0};
    if (file_write(other, (struct slice){big, sizeof big}, 0600) != ERR_FULL)
        _exit(5);
    _exit(0);
}

static void a_full_disk_leaves_no_half_line(void **state)
{
    (void)state;
    int status = 0;
    struct buf b = {0};
    pid_t pid = fork();
    if (pid == 0)
        fill_up();
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(file_read(path, 1000, FILE_ANY, &b), ERR_OK);
    assert_int_equal(b.size, 80 + 1 + 4);
    assert_memory_equal(b.bytes + 80, "\nend\n", 5);
    assert_int_equal(access(other, F_OK), -1);
    buf_free(&b);
}

static void folders_are_made(void **state)
{
    (void)state;
    char deep[TEMP_PATH_MAX];
    struct stat what;
    temp_path(folder, "a//b/c/", deep);
    assert_int_equal(file_mkdir_p(deep, 0700), ERR_OK);
    assert_int_equal(file_mkdir_p(deep, 0700), ERR_OK);
    assert_int_equal(stat(deep, &what), 0);
    assert_true(S_ISDIR(what.st_mode));
    assert_int_equal(what.st_mode & 0777, 0700);
    assert_int_equal(file_mkdir_p("/", 0700), ERR_OK);
    assert_int_equal(file_mkdir_p("", 0700), ERR_NOT_FOUND);
    assert_int_equal(file_write(path, slice_of("x"), 0600), ERR_OK);
    assert_int_equal(file_mkdir_p(path, 0700), ERR_NOT_ALLOWED);
}

static void a_lock_is_held_once(void **state)
{
    (void)state;
    int fd = -1, second = -1;
    assert_int_equal(file_lock_open(path, &fd), ERR_OK);
    assert_int_equal(file_lock_open(path, &second), ERR_BUSY);
    assert_int_equal(second, -1);
    file_lock_close(fd);
    assert_int_equal(file_lock_open(path, &second), ERR_OK);
    file_lock_close(second);
    file_lock_close(-1);
}

/* A second name shows what is left in the blocks that the file had. */
static void shredding_overwrites(void **state)
{
    (void)state;
    struct buf secret = {0}, left = {0};
    for (int i = 0; i < 1000; i++)
        buf_text(&secret, "SECRET");
    assert_int_equal(file_write(path, buf_slice(&secret), 0600), ERR_OK);
    assert_int_equal(link(path, other), 0);
    assert_int_equal(file_shred(path), ERR_OK);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(file_read(other, 10000, FILE_ANY, &left), ERR_OK);
    assert_int_equal(left.size, secret.size);
    assert_null(memmem(left.bytes, left.size, "SECRET", 6));
    assert_int_equal(file_shred(path), ERR_NOT_FOUND);
    buf_free(&secret);
    buf_free(&left);
}

#define in_folder(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(a_file_comes_back_as_written),
        in_folder(reading_is_bounded_and_appends),
        in_folder(a_large_file_comes_back_whole),
        in_folder(only_regular_files_are_read),
        in_folder(a_key_must_be_private),
        in_folder(creating_never_replaces),
        in_folder(what_a_crash_left_is_replaced),
        in_folder(an_impossible_place_is_told),
        in_folder(lines_are_appended),
        in_folder(a_torn_line_stays_apart),
        in_folder(a_full_disk_leaves_no_half_line),
        in_folder(folders_are_made),
        in_folder(a_lock_is_held_once),
        in_folder(shredding_overwrites),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
