/* test_networks.c — Job: allow-lists of source networks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "gateway/door/networks.h"

static struct sockaddr_storage address(const char *text)
{
    struct sockaddr_storage out = {0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)&out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)&out;
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
    } else {
        assert_int_equal(inet_pton(AF_INET6, text, &v6->sin6_addr), 1);
        v6->sin6_family = AF_INET6;
    }
    return out;
}

static bool allows(const char *list, const char *source)
{
    struct networks n;
    assert_int_equal(networks_init(&n, list), ERR_OK);
    struct sockaddr_storage from = address(source);
    bool allowed = networks_allow(&n, (struct sockaddr *)&from);
    networks_fini(&n);
    networks_fini(&n);
    return allowed;
}

static void test_lists(void **state)
{
    (void)state;
    assert_true(allows(NULL, "203.0.113.1"));
    assert_true(allows("", "203.0.113.1"));
    assert_true(allows(" , ", "2001:db8::1"));
    assert_true(allows("192.0.2.0/24", "192.0.2.255"));
    assert_false(allows("192.0.2.0/24", "192.0.3.0"));
    assert_true(allows("192.0.2.128/25 ,\t203.0.113.7", "203.0.113.7"));
    assert_false(allows("192.0.2.128/25 ,\t203.0.113.7", "203.0.113.6"));
    assert_false(allows("192.0.2.128/25", "192.0.2.127"));
    assert_true(allows("192.0.2.128/31", "192.0.2.129"));
    assert_false(allows("192.0.2.128/31", "192.0.2.130"));
    assert_true(allows("2001:db8::/32", "2001:db8:ffff::1"));
    assert_false(allows("2001:db8::/32", "2001:db9::1"));
    assert_true(allows("0.0.0.0/0", "8.8.8.8"));
    assert_false(allows("0.0.0.0/0", "2001:db8::1"));
    assert_true(allows("10.0.0.0/8", "::ffff:10.1.2.3")); /* on a dual-stack socket */
    assert_false(allows("10.0.0.0/8", "::ffff:11.1.2.3"));
}

static void test_mistakes(void **state)
{
    (void)state;
    static const char *const wrong[] = {"192.0.2.0/33",
                                        "192.0.2.0/",
                                        "192.0.2.0/-1",
                                        "192.0.2.0/2 4",
                                        "192.0.2.1/24",
                                        "localhost",
                                        "2001:db8::/129",
                                        "2001:db8::1/64",
                                        "192.0.2",
                                        "192.0.2.0/0024",
                                        "/8",
                                        "192.0.2.0/24/8",
                                        "192.0.2.0/24;10.0.0.0/8"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct networks n;
        if (networks_init(&n, wrong[i]) != ERR_CONFIG)
            fail_msg("accepted: %s", wrong[i]);
        assert_null(n.rows);
    }
    char many[NETWORKS_MAX * 9 + 10];
    size_t size = 0;
    for (int i = 0; i <= NETWORKS_MAX; i++)
        size += (size_t)snprintf(many + size, sizeof many - size, "10.0.0.%d ", i % 10);
    struct networks n;
    assert_int_equal(networks_init(&n, many), ERR_CONFIG);
    many[size - 9] = '\0';
    assert_int_equal(networks_init(&n, many), ERR_OK);
    assert_int_equal(n.count, NETWORKS_MAX);
    networks_fini(&n);
}

static void test_text(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"192.0.2.7", "192.0.2.7"},
                                           {"::ffff:192.0.2.7", "192.0.2.7"},
                                           {"2001:db8::7", "2001:db8::7"}};
    for (size_t i = 0; i < 3; i++) {
        struct sockaddr_storage from = address(pairs[i][0]);
        char text[46];
        network_address_text((struct sockaddr *)&from, text, sizeof text);
        assert_string_equal(text, pairs[i][1]);
    }
    struct sockaddr_storage local = {.ss_family = AF_UNIX};
    char text[46] = "x";
    network_address_text((struct sockaddr *)&local, text, sizeof text);
    assert_string_equal(text, "");
    struct networks n;
    assert_int_equal(networks_init(&n, "0.0.0.0/0 ::/0"), ERR_OK);
    assert_false(networks_allow(&n, (struct sockaddr *)&local));
    networks_fini(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
