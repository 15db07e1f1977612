/* main.c — Job: `sakiyomi-ambulance`: the subcommands. */
#include "ambulance_client/tablet.h"
#include "client/enrol.h"
#include "common/args.h"
#include "common/rng.h"
#include "common/secret.h"

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
    {"stdin-secrets", NULL, "パスワード・確認コード・暗証番号を標準入力の次の行から読む",
     "read password, code and PIN from the next lines of standard input"},
    {"strict", NULL, "断られた行があれば終わる（終了コード1）",
     "end with status 1 at the first line that is refused"},
};
static const struct args_option request_options[] = {
    CONFIG_OPTION,
    {"device", "ID", "端末の番号", "the device's id"},
    {"out", "FILE", "申請の書き出し先（なければ標準出力）",
     "where the request goes; else standard output"},
};
static const struct args_option config_options[] = {CONFIG_OPTION};

static const struct args_command commands[] = {
    {"run", NULL, 0, 0, run_options, 4, "動かす（コマンドは1行に1つ。help で一覧）",
     "run the tablet (one command a line; help lists them)"},
    {"request", NULL, 0, 0, request_options, 3,
     "秘密鍵を作り、証明書を申請する（秘密鍵は外に出ません）",
     "make a private key and a certificate request (the key stays here)"},
    {"check-config", NULL, 0, 0, config_options, 1, "設定を確かめる", "check the settings"},
    {"readers", NULL, 0, 0, config_options, 1, "カードリーダーとカードの様子を見る",
     "watch the card reader and the card"},
    {"sample-config", NULL, 0, 0, NULL, 0, "設定の見本", "a sample of the settings"},
    {"version", NULL, 0, 0, NULL, 0, "版", "version"},
};
static const struct args_table table = {
    AMBULANCE_PROGRAM,
    "救急隊の端末：カードを読み、病院に要請し、情報を届ける",
    "the ambulance's tablet: reads the card, asks hospitals, has the view delivered",
    commands,
    sizeof commands / sizeof commands[0],
};

static int run(const struct args *args, const struct ambulance_settings *settings)
{
    int status = EXIT_FAILURE;
    struct tablet_setup setup = {.settings = settings,
                                 .json = args_value(args, "json"),
                                 .secrets = args_flag(args, "stdin-secrets") ? CREW_SECRETS_TYPED
                                                                             : CREW_SECRETS_REFUSED,
                                 .strict = args_flag(args, "strict")};
    return tablet_run(&setup, &status) == ERR_OK ? status : EXIT_FAILURE;
}

enum { STATUS_USAGE = 2 };

static int request(const struct args *args, const struct ambulance_settings *settings)
{
    const char *device = args_value(args, "device");
    struct enrol about = {.program = AMBULANCE_PROGRAM,
                          .key_path = settings->key,
                          .name = settings->tablet_name,
                          .out_path = args_value(args, "out")};
    if (device != NULL && id_parse(slice_of(device), &about.device) != ERR_OK) {
        fprintf(stderr, "%s: --device: %s / %s\n", AMBULANCE_PROGRAM, err_text_ja(ERR_BAD_FIELD),
                err_text_en(ERR_BAD_FIELD));
        return STATUS_USAGE;
    }
    return enrol_request(&about) == ERR_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int with_settings(const struct args *args)
{
    const char *path = args_value(args, "config"), *name = args->command->name;
    struct ambulance_settings settings;
    struct arena memory = {0};
    int status = EXIT_SUCCESS;
    if (path == NULL) {
        fprintf(stderr, "%s: --config FILE が必要です / is needed\n", AMBULANCE_PROGRAM);
        return STATUS_USAGE;
    }
    if (ambulance_settings_load(path, &settings, &memory) != ERR_OK)
        status = STATUS_USAGE;
    else if (strcmp(name, "run") == 0)
        status = run(args, &settings);
    else if (strcmp(name, "request") == 0)
        status = request(args, &settings);
    else if (strcmp(name, "readers") == 0)
        status = tablet_readers(&settings) == ERR_OK ? EXIT_SUCCESS : EXIT_FAILURE;
    else
        puts("設定に誤りはありません / the settings are fine");
    arena_free(&memory);
    return status;
}

static void print(struct buf *text, FILE *to)
{
    (void)fwrite(buf_slice(text).bytes, 1, text->size, to);
    buf_free(text);
}

int main(int argc, char **argv)
{
    struct args args;
    struct buf text = {0};
    struct process_state state;
    uint8_t first;
    rng_fill(&first, sizeof first); /* libsodium is ready from here on */
    if (process_harden(PROCESS_LOCK_TRY, &state) != ERR_OK) {
        fprintf(stderr, "%s: このプロセスを保護できません / this process cannot be protected\n",
                AMBULANCE_PROGRAM);
        return EXIT_FAILURE;
    }
    process_warn(&state);
    signal(SIGPIPE, SIG_IGN);
    if (args_parse(&table, argc, argv, &args, &text) != ERR_OK) {
        print(&text, stderr);
        return STATUS_USAGE;
    }
    if (args.help)
        args_usage(&table, args.command, &text);
    else if (strcmp(args.command->name, "version") == 0)
        buf_text(&text, AMBULANCE_PROGRAM " " AMBULANCE_VERSION " (protocol sakiyomi.v1)\n");
    else if (strcmp(args.command->name, "sample-config") == 0)
        config_sample(&ambulance_settings_table, &text);
    else
        return with_settings(&args);
    print(&text, stdout);
    return EXIT_SUCCESS;
}
