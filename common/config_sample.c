/* config_sample.c — Job: write the commented sample file of a settings table. */
#include "common/config_value.h"

static void add_key(const struct config_key *key, struct buf *out)
{
    char ja[CONFIG_ALLOWED_SIZE], en[CONFIG_ALLOWED_SIZE];
    bool required = key->standard == NULL && key->kind != CONFIG_LIST;
    config_allowed(key, ja, en);
    buf_text(out, "\n# ");
    buf_text(out, key->help_ja);
    buf_text(out, "\n# ");
    buf_text(out, key->help_en);
    buf_text(out, "\n#   ");
    buf_text(out, ja);
    if (strcmp(ja, en) != 0) {
        buf_text(out, " / ");
        buf_text(out, en);
    }
    buf_text(out, key->reload == CONFIG_RELOADABLE
                      ? "\n#   再読み込みで有効 / takes effect on reload (SIGHUP)\n"
                      : "\n#   再起動で有効 / takes effect on restart\n");
    if (required)
        buf_text(out, "#   必須 / required\n");
    buf_text(out, required ? "" : "#");
    buf_text(out, key->name);
    buf_text(out, " = ");
    buf_text(out, key->standard == NULL ? "" : key->standard);
    buf_byte(out, '\n');
}

void config_sample(const struct config_table *table, struct buf *out)
{
    buf_text(out, "# ");
    buf_text(out, table->program);
    buf_text(out,
             "\n# 設定ファイルの見本です。行頭に # のある項目には、その値が初めから入っています。\n"
             "# A sample: a key behind a # has this value already.\n");
    for (size_t i = 0; i < table->count; i++)
        add_key(&table->keys[i], out);
}
