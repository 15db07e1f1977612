/* test_args.c — Job: command lines are understood or refused with a sentence in both languages. */
#include "common/args.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const struct args_option sign_options[] = {
    {"out", "FILE", "書き出すファイル", "where to write"},
    {"days", "N", "日数", "how many days"},
    {"force", NULL, "上書きする", "overwrite"},
};
static const struct args_command commands[] = {
    {"", NULL, 0, 0, NULL, 0, "動かす", "run"},
    {"sign", "CSR …", 1, 2, sign_options, 3, "署名する", "sign a request"},
};
static const struct args_table table = {"prog", "試し", "a test", commands, 2};
static const struct args_table no_default = {"prog", "試し", "a test", commands + 1, 1};

static struct args out;
static struct buf message;

static int begin(void **state)
{
    (void)state;
    message = (struct buf){0};
    return 0;
}

static int end(void **state)
{
    (void)state;
    buf_free(&message);
    return 0;
}

#define PARSE(table, ...)                                                                          \
    args_parse(table, (int)(sizeof((char *[]){"prog", __VA_ARGS__}) / sizeof(char *)),             \
               (char *[]){"prog", __VA_ARGS__}, &out, &message)

static void assert_says(const char *text)
{
    buf_byte(&message, '\0');
    assert_non_null(strstr(message.bytes, text));
    assert_non_null(strstr(message.bytes, "使い方 / usage:"));
    buf_clear(&message);
}

static void options_and_words_are_taken(void **state)
{
    (void)state;
    assert_int_equal(PARSE(&table, "sign", "a.csr", "--out", "x", "--days=90", "--force", "b.csr"),
                     ERR_OK);
    assert_string_equal(out.command->name, "sign");
    assert_string_equal(args_value(&out, "out"), "x");
    assert_string_equal(args_value(&out, "days"), "90");
    assert_true(args_flag(&out, "force"));
    assert_int_equal(out.word_count, 2);
    assert_string_equal(out.words[0], "a.csr");
    assert_string_equal(out.words[1], "b.csr");
    assert_false(out.help);
    assert_int_equal(PARSE(&table, "sign", "a"), ERR_OK);
    assert_null(args_value(&out, "out"));
    assert_false(args_flag(&out, "force"));
}

static void without_a_command_the_default_runs(void **state)
{
    (void)state;
    char *only[] = {"prog"};
    assert_int_equal(args_parse(&table, 1, only, &out, &message), ERR_OK);
    assert_ptr_equal(out.command, &commands[0]);
    assert_int_equal(args_parse(&no_default, 1, only, &out, &message), ERR_USAGE);
    assert_says("命令がありません / a command is missing");
    assert_int_equal(args_parse(&table, 0, only, &out, &message), ERR_OK);
}

static void two_dashes_end_the_options(void **state)
{
    (void)state;
    assert_int_equal(PARSE(&table, "sign", "--", "--out", "-"), ERR_OK);
    assert_string_equal(out.words[0], "--out");
    assert_string_equal(out.words[1], "-");
    assert_int_equal(PARSE(&table, "sign", "--out", "--", "a"), ERR_OK);
    assert_string_equal(args_value(&out, "out"), "--"); /* a value is taken as it is */
    assert_int_equal(PARSE(&table, "sign", "a", "--out="), ERR_OK);
    assert_string_equal(args_value(&out, "out"), "");
}

static void faults_are_told(void **state)
{
    (void)state;
    assert_int_equal(PARSE(&table, "sign", "a", "--ot", "x"), ERR_USAGE);
    assert_says("prog: --ot: 知らないオプションです / unknown option");
    assert_int_equal(PARSE(&table, "sign", "a", "-o"), ERR_USAGE);
    assert_says("-o: 知らないオプションです");
    assert_int_equal(PARSE(&table, "sign", "a",
                           "--"
                           "=x"),
                     ERR_USAGE);
    assert_says("unknown option");
    assert_int_equal(PARSE(&table, "sign", "a", "--out"), ERR_USAGE);
    assert_says("needs a value");
    assert_int_equal(PARSE(&table, "sign", "a", "--force=x"), ERR_USAGE);
    assert_says("takes no value");
    assert_int_equal(PARSE(&table, "sign", "a", "--out", "x", "--out", "y"), ERR_USAGE);
    assert_says("given twice");
    assert_int_equal(PARSE(&table, "sign"), ERR_USAGE);
    assert_says("CSR …: 足りません / is missing");
    assert_int_equal(PARSE(&table, "sign", "a", "b", "c"), ERR_USAGE);
    assert_says("c: 余分な語です / one word too many");
    assert_int_equal(PARSE(&table, "sgin"), ERR_USAGE);
    assert_says("sgin: 余分な語です");
    assert_int_equal(PARSE(&no_default, "sgin"), ERR_USAGE);
    assert_says("sgin: 知らない命令です / unknown command");
}

static void help_is_no_fault(void **state)
{
    (void)state;
    assert_int_equal(PARSE(&no_default, "--help"), ERR_OK);
    assert_true(out.help);
    assert_null(out.command);
    assert_int_equal(PARSE(&table, "sign", "-h"), ERR_OK);
    assert_true(out.help);
    assert_ptr_equal(out.command, &commands[1]);
    args_usage(&table, out.command, &message);
    assert_says("--out FILE\n        書き出すファイル\n        where to write\n");
    args_usage(&table, NULL, &message);
    assert_says("prog sign [--…] CSR …\n      署名する / sign a request\n");
}

#define with_message(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_message(options_and_words_are_taken),
        with_message(without_a_command_the_default_runs),
        with_message(two_dashes_end_the_options),
        with_message(faults_are_told),
        with_message(help_is_no_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
