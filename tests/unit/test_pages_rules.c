/* test_pages_rules.c — Job: Host, Origin and cookie: what is ours and what only looks like it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/pages_rules.h"

static const struct pages_origin tablet = {PAGES_HTTP, "localhost", 8480};
static const struct pages_origin board = {PAGES_HTTPS, "board.example", 443};

static void hosts(void **state)
{
    (void)state;
    assert_true(pages_host_is(&tablet, slice_of("localhost:8480")));
    assert_true(pages_host_is(&tablet, slice_of("LocalHost:8480")));
    assert_false(pages_host_is(&tablet, slice_of("localhost")));
    assert_false(pages_host_is(&tablet, slice_of("localhost:848")));
    assert_false(pages_host_is(&tablet, slice_of("localhost:84800")));
    assert_false(pages_host_is(&tablet, slice_of("localhost.evil:8480")));
    assert_false(pages_host_is(&tablet, slice_of("127.0.0.1:8480")));
    assert_false(pages_host_is(&tablet, slice_of("")));
    assert_false(pages_host_is(&tablet, (struct slice){NULL, 0}));
    assert_true(pages_host_is(&board, slice_of("board.example")));
    assert_true(pages_host_is(&board, slice_of("board.example:443")));
    assert_false(pages_host_is(&board, slice_of("board.example:80")));
    assert_false(pages_host_is(&board, slice_of("board.example.")));
}

static void origins(void **state)
{
    (void)state;
    assert_true(pages_origin_is(&tablet, slice_of("http://localhost:8480")));
    assert_false(pages_origin_is(&tablet, slice_of("https://localhost:8480")));
    assert_false(pages_origin_is(&tablet, slice_of("http://localhost")));
    assert_false(pages_origin_is(&tablet, slice_of("http://localhost:8480/")));
    assert_false(pages_origin_is(&tablet, slice_of("http://localhost:8480.evil")));
    assert_false(pages_origin_is(&tablet, slice_of("null")));
    assert_false(pages_origin_is(&tablet, (struct slice){NULL, 0}));
    assert_true(pages_origin_is(&board, slice_of("https://board.example")));
    assert_false(pages_origin_is(&board, slice_of("https://board.example:443")));
    assert_false(pages_origin_is(&board, slice_of("http://board.example")));
}

static void cookies(void **state)
{
    (void)state;
    assert_true(slice_is(pages_cookie(slice_of("c=1"), "c"), "1"));
    assert_true(slice_is(pages_cookie(slice_of("a=b; c=1; d=2"), "c"), "1"));
    assert_true(slice_is(pages_cookie(slice_of("a=b;c=1"), "c"), "1"));
    assert_true(slice_is(pages_cookie(slice_of("c="), "c"), ""));
    assert_null(pages_cookie(slice_of("c=1; c=1"), "c").bytes); /* whose is it? */
    assert_null(pages_cookie(slice_of("xc=1; cx=2"), "c").bytes);
    assert_null(pages_cookie(slice_of("c"), "c").bytes);
    assert_null(pages_cookie(slice_of(" ; ;;"), "c").bytes);
    assert_null(pages_cookie((struct slice){NULL, 0}, "c").bytes);
}

static void secrets(void **state)
{
    (void)state;
    assert_true(pages_same_secret(slice_of("abc"), slice_of("abc")));
    assert_false(pages_same_secret(slice_of("abc"), slice_of("abd")));
    assert_false(pages_same_secret(slice_of("abc"), slice_of("ab")));
    assert_false(pages_same_secret(slice_of(""), slice_of("")));
    assert_false(pages_same_secret((struct slice){NULL, 0}, slice_of("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts),
        cmocka_unit_test(origins),
        cmocka_unit_test(cookies),
        cmocka_unit_test(secrets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
