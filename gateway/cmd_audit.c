/* cmd_audit.c — Job: the command audit. */
#include "gateway/commands.h"
int cmd_audit(const struct settings *settings, const struct args *args)
{
    (void)settings;
    (void)args;
    return 1;
}
