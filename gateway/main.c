/* main.c — Job: the gateway's command line: one table of commands, one function each. */
#include "common/args.h"
#include "common/log.h"
#include "common/secret.h"
#include "gateway/commands.h"

#include <sodium.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    struct args args;
    struct buf message = {0};
    struct process_state state;
    if (sodium_init() < 0 || process_harden(PROCESS_LOCK_TRY, &state) != ERR_OK) {
        fprintf(stderr, "乱数またはメモリ保護を用意できません / no random numbers or protection\n");
        return 1;
    }
    process_warn(&state);
    enum err err = args_parse(&commands_table, argc, argv, &args, &message);
    if (err == ERR_OK && args.help)
        args_usage(&commands_table, args.command, &message);
    if (message.size != 0)
        fwrite(message.bytes, 1, message.size, err == ERR_OK ? stdout : stderr);
    buf_free(&message);
    if (err != ERR_OK)
        return 2;
    return args.help ? 0 : commands_run(&args);
}
