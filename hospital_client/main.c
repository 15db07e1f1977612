/* main.c — Job: `sakiyomi-hospital`: the subcommands. */
#include "common/args.h"
#include "common/rng.h"
#include "common/secret.h"
#include "client/enrol.h"
#include "hospital_client/station.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define CONFIG_OPTION                                                                              \
    {                                                                                              \
        "config", "FILE", "設定ファイル", "settings file"                                          \
    }

static const struct args_option run_options[] = {
    CONFIG_OPTION,
    {"json", "FILE", "出来事を1行1件のJSONで書く（- は標準出力）。診療情報は含みません",
     "events as JSON lines (- is standard output); nothing clinical in them"},
    {"stdin-secrets", NULL, "パスワードと確認コードを標準入力の次の2行から読む",
     "read password and code from the next two lines of standard input"},
};
static const struct args_option request_options[] = {
    CONFIG_OPTION,
    {"device", "ID", "端末の番号", "the device's id"},
    {"out", "FILE", "申請の書き出し先（なければ標準出力）",
     "where the request goes; else standard output"},
};
static const struct args_option config_options[] = {CONFIG_OPTION};

static const struct args_command commands[] = {
    {"run", NULL, 0, 0, run_options, 3, "動かす", "run the box"},
    {"request", NULL, 0, 0, request_options, 3,
     "秘密鍵を作り、証明書を申請する（秘密鍵は外に出ません）",
     "make a private key and a certificate request (the key stays here)"},
    {"check-config", NULL, 0, 0, config_options, 1, "設定を確かめる", "check the settings"},
    {"sample-config", NULL, 0, 0, NULL, 0, "設定の見本", "a sample of the settings"},
    {"version", NULL, 0, 0, NULL, 0, "版", "version"},
};
static const struct args_table table = {
    HOSPITAL_PROGRAM,
    "病院の端末：受入要請を受け、届いた情報を開封する",
    "the hospital's box: answers requests, opens what is delivered",
    commands,
    sizeof commands / sizeof commands[0],
};

static enum err run(const struct args *args, const struct hospital_settings *settings)
{
    struct station_setup setup = {
        .settings = settings,
        .json = args_value(args, "json"),
        .secrets = args_flag(args, "stdin-secrets") ? DESK_SECRETS_TYPED : DESK_SECRETS_REFUSED};
    return station_run(&setup);
}

static enum err request(const struct args *args, const struct hospital_settings *settings)
{
    const char *device = args_value(args, "device");
    struct id id = {{0}};
    if (device != NULL && id_parse(slice_of(device), &id) != ERR_OK) {
        fprintf(stderr, "%s: --device: %s / %s\n", HOSPITAL_PROGRAM, err_text_ja(ERR_BAD_FIELD),
                err_text_en(ERR_BAD_FIELD));
        return ERR_USAGE;
    }
    struct enrol about = {.program = HOSPITAL_PROGRAM,
                          .key_path = settings->key,
                          .name = settings->box_name,
                          .device = id,
                          .out_path = args_value(args, "out")};
    return enrol_request(&about);
}

static enum err with_settings(const struct args *args)
{
    const char *path = args_value(args, "config");
    struct hospital_settings settings;
    struct arena memory = {0};
    if (path == NULL) {
        fprintf(stderr, "%s: --config FILE が必要です / is needed\n", HOSPITAL_PROGRAM);
        return ERR_USAGE;
    }
    enum err err = hospital_settings_load(path, &settings, &memory);
    if (err == ERR_OK && strcmp(args->command->name, "run") == 0)
        err = run(args, &settings);
    else if (err == ERR_OK && strcmp(args->command->name, "request") == 0)
        err = request(args, &settings);
    else if (err == ERR_OK)
        puts("設定に誤りはありません / the settings are fine");
    arena_free(&memory);
    return err;
}

static void print(struct buf *text, FILE *to)
{
    (void)fwrite(buf_slice(text).bytes, 1, text->size, to);
    buf_free(text);
}

int main(int argc, char **argv)
{
    enum { EXIT_USAGE = 2 };
    struct args args;
    struct buf text = {0};
    struct process_state state;
    uint8_t first;
    rng_fill(&first, sizeof first); /* libsodium is ready from here on */
    if (process_harden(PROCESS_LOCK_TRY, &state) != ERR_OK) {
        fprintf(stderr, "%s: このプロセスを保護できません / this process cannot be protected\n",
                HOSPITAL_PROGRAM);
        return EXIT_FAILURE;
    }
    process_warn(&state);
    signal(SIGPIPE, SIG_IGN);
    if (args_parse(&table, argc, argv, &args, &text) != ERR_OK) {
        print(&text, stderr);
        return EXIT_USAGE;
    }
    if (args.help)
        args_usage(&table, args.command, &text);
    else if (strcmp(args.command->name, "version") == 0)
        buf_text(&text, HOSPITAL_PROGRAM " " HOSPITAL_VERSION "\n");
    else if (strcmp(args.command->name, "sample-config") == 0)
        config_sample(&hospital_settings_table, &text);
    else {
        enum err err = with_settings(&args);
        return err == ERR_OK ? EXIT_SUCCESS : err == ERR_USAGE ? EXIT_USAGE : EXIT_FAILURE;
    }
    print(&text, stdout);
    return EXIT_SUCCESS;
}
