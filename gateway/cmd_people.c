/* cmd_people.c — Job: the commands org, device, person and stop: each change is one event. */
#include "gateway/commands.h"

#include "common/file.h"
#include "common/password.h"
#include "common/rng.h"
#include "common/totp.h"
#include "gateway/control.h"
#include "proto/time_text.h"

#include <stdio.h>
#include <string.h>

static int list(const struct settings *settings, const char *what)
{
    struct buf request = {0};
    buf_printf(&request, "{\"act\":\"list\",\"what\":\"%s\"}", what);
    int status = operator_print(settings, buf_slice(&request), NULL);
    buf_free(&request);
    return status;
}

static int act_on_id(const struct settings *settings, const struct args *args, const char *act,
                     const char *more)
{
    const char *id = args_value(args, "id");
    if (id == NULL)
        return usage_error("--id が必要です", "--id is needed");
    struct buf request = {0};
    buf_printf(&request, "{\"act\":\"%s\"%s", act, more);
    operator_text(&request, "id", id);
    buf_byte(&request, '}');
    int status = operator_print(settings, buf_slice(&request), NULL);
    buf_free(&request);
    return status;
}

int cmd_org(const struct settings *settings, const struct args *args)
{
    const char *word = args->words[0];
    if (strcmp(word, "list") == 0)
        return list(settings, "orgs");
    if (strcmp(word, "stop") == 0)
        return act_on_id(settings, args, "org_stop", ",\"stopped\":true");
    if (strcmp(word, "resume") == 0)
        return act_on_id(settings, args, "org_stop", ",\"stopped\":false");
    if (strcmp(word, "add") != 0)
        return usage_error("add・stop・resume・list のどれかです", "add, stop, resume or list");
    struct buf request = {0};
    buf_text(&request, "{\"act\":\"org_add\"");
    operator_text(&request, "kind", args_value(args, "kind"));
    operator_text(&request, "name", args_value(args, "name"));
    operator_text(&request, "code", args_value(args, "code"));
    operator_text(&request, "phone", args_value(args, "phone"));
    operator_text(&request, "id", args_value(args, "id"));
    buf_byte(&request, '}');
    int status = operator_print(settings, buf_slice(&request), NULL);
    buf_free(&request);
    return status;
}

int cmd_device(const struct settings *settings, const struct args *args)
{
    if (strcmp(args->words[0], "list") == 0)
        return list(settings, "devices");
    if (strcmp(args->words[0], "revoke") == 0)
        return act_on_id(settings, args, "device_revoke", "");
    return usage_error("list か revoke です（登録は pki issue）",
                       "list or revoke (pki issue registers)");
}

int cmd_stop(const struct settings *settings, const struct args *args)
{
    bool all = strcmp(args->words[0], "all") == 0;
    if (!all && strcmp(args->words[0], "none") != 0)
        return usage_error("all か none です", "all or none");
    return operator_print(settings,
                          slice_of(all ? "{\"act\":\"stop_all\",\"stopped\":true}"
                                       : "{\"act\":\"stop_all\",\"stopped\":false}"),
                          NULL);
}

/* ---- person ---- */

/* Words people can read out and type: no look-alikes, and all kinds that the rules ask for. */
static void first_password(char out[24])
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz";
    static const char capitals[] = "ABCDEFGHJKLMNPQRSTUVWXYZ";
    static const char digits[] = "23456789";
    for (int i = 0; i < 16; i++) {
        const char *set = i % 4 == 0 ? capitals : i % 4 == 3 ? digits : letters;
        out[i] = set[rng_below((uint32_t)strlen(set))];
    }
    out[16] = '-';
    out[17] = digits[rng_below(8)];
    out[18] = '\0';
}

static void add_roles(struct buf *request, const char *roles)
{
    buf_text(request, ",\"roles\":[");
    for (const char *at = roles; at != NULL && *at != '\0';) {
        const char *end = strchr(at, ',');
        size_t size = end == NULL ? strlen(at) : (size_t)(end - at);
        if (at != roles)
            buf_byte(request, ',');
        buf_json_text(request, (struct slice){at, size});
        at = end == NULL ? NULL : end + 1;
    }
    buf_byte(request, ']');
}

/* First password and code key: into a file of the operator's, never onto the screen's scroll-back
 * unless it is asked for by leaving --secrets out. */
static enum err hand_out(const char *path, const char *login, const char *password,
                         const char *secret, const struct buf *uri)
{
    struct buf text = {0};
    buf_text(&text, "login ");
    buf_text(&text, login);
    buf_text(&text, "\npassword ");
    buf_text(&text, password);
    buf_text(&text, "\ncode_key ");
    buf_text(&text, secret);
    if (uri->size != 0) {
        buf_text(&text, "\nuri ");
        buf_add(&text, uri->bytes, uri->size);
    }
    buf_byte(&text, '\n');
    enum err err = ERR_OK;
    if (path != NULL)
        err = file_create(path, buf_slice(&text), 0600);
    else
        fwrite(text.bytes, 1, text.size, stdout);
    buf_free(&text);
    return err;
}

static int add_expiry(struct buf *request, const char *date)
{
    char text[32];
    int64_t ms;
    if (date == NULL)
        return 0;
    snprintf(text, sizeof text, "%.10sT00:00:00.000Z", date);
    if (time_parse(slice_of(text), &ms) != ERR_OK)
        return usage_error("--expires は YYYY-MM-DD です", "--expires is YYYY-MM-DD");
    operator_text(request, "expires_at", text);
    return 0;
}

static int person_add(const struct settings *settings, const struct args *args)
{
    const char *login = args_value(args, "login"), *roles = args_value(args, "roles");
    char password[24], hash[PASSWORD_HASH_SIZE], secret[TOTP_BASE32_SIZE];
    uint8_t bytes[TOTP_SECRET_SIZE];
    if (login == NULL || roles == NULL)
        return usage_error("--login と --roles が必要です", "--login and --roles are needed");
    struct password_cost cost = {2, (size_t)settings->password_memory_mib << 20};
    struct buf request = {0}, uri = {0}, answer = {0};
    first_password(password);
    totp_new_secret(bytes);
    enum err err = totp_base32(bytes, secret);
    if (err == ERR_OK)
        err = totp_uri(bytes, settings->name, login, &uri);
    if (err == ERR_OK)
        err = password_hash(&cost, slice_of(password), hash);
    buf_text(&request, "{\"act\":\"person_add\"");
    operator_text(&request, "org", args_value(args, "org"));
    operator_text(&request, "login", login);
    operator_text(&request, "name", args_value(args, "name"));
    operator_text(&request, "password", hash);
    operator_text(&request, "totp", secret);
    add_roles(&request, roles);
    int status = add_expiry(&request, args_value(args, "expires"));
    buf_byte(&request, '}');
    if (status == 0)
        status = err == ERR_OK ? operator_print(settings, buf_slice(&request), &answer) : 1;
    if (status == 0 &&
        hand_out(args_value(args, "secrets"), login, password, secret, &uri) != ERR_OK)
        status = usage_error("秘密ファイルを書けません", "the secrets file cannot be written");
    explicit_bzero(password, sizeof password);
    explicit_bzero(secret, sizeof secret);
    explicit_bzero(bytes, sizeof bytes);
    buf_free(&request);
    buf_free(&uri);
    buf_free(&answer);
    return status;
}

static int person_reset(const struct settings *settings, const struct args *args)
{
    char password[24], hash[PASSWORD_HASH_SIZE];
    struct password_cost cost = {2, (size_t)settings->password_memory_mib << 20};
    struct buf more = {0}, none = {0};
    first_password(password);
    if (password_hash(&cost, slice_of(password), hash) != ERR_OK)
        return 1;
    operator_text(&more, "password", hash);
    buf_byte(&more, '\0');
    int status = act_on_id(settings, args, "person_password", more.bytes);
    if (status == 0 && hand_out(args_value(args, "secrets"), "-", password, "-", &none) != ERR_OK)
        status = usage_error("秘密ファイルを書けません", "the secrets file cannot be written");
    explicit_bzero(password, sizeof password);
    buf_free(&more);
    return status;
}

int cmd_person(const struct settings *settings, const struct args *args)
{
    const char *word = args->words[0];
    if (strcmp(word, "add") == 0)
        return person_add(settings, args);
    if (strcmp(word, "reset") == 0)
        return person_reset(settings, args);
    if (strcmp(word, "disable") == 0)
        return act_on_id(settings, args, "person_disable", "");
    if (strcmp(word, "unlock") == 0)
        return act_on_id(settings, args, "person_unlock", "");
    if (strcmp(word, "list") == 0)
        return list(settings, "people");
    return usage_error("add・disable・unlock・reset・list のどれかです",
                       "add, disable, unlock, reset or list");
}
