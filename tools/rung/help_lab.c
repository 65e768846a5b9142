#include "tools/rung/help_lab.h"

#include <stdio.h>
#include <string.h>

#include "layers/units.h"
#include "tools/lib/lab_keys.h"
#include "tools/lib/text.h"

#define RANGE_WORTH_TELLING (10000 * HOURS) /* a larger maximum is none */

enum { HELP_COLUMN = 30, HELP_WIDTH = 50, VALUE_SIZE = 80 };

/* Words of HELP within their columns, the cursor being at the first of these. */
static void print_wrapped(const char *help)
{
    size_t column = 0;

    while (*help != '\0') {
        size_t len = strcspn(help, " ");
        if (column > 0 && column + 1 + len > HELP_WIDTH) {
            printf("\n%*s", HELP_COLUMN, "");
            column = 0;
        }
        column += (size_t)printf("%s%.*s", column > 0 ? " " : "", (int)len, help);
        help += len + strspn(help + len, " ");
    }
    putchar('\n');
}

/* "  delay: 20ms     from one end to the other". */
static void print_row(const char *key, const char *value, const char *help)
{
    int used = printf("  %s: %s", key, value);

    if (used + 2 > HELP_COLUMN) {
        putchar('\n');
        used = 0;
    }
    printf("%*s", HELP_COLUMN - used, "");
    print_wrapped(help);
}

/* ---- settings ---- */

static void format_default(const struct config_section *section, const struct config_key *key,
                           char *out, size_t size)
{
    unit_format_setting(key, lab_setting_default(section, key), out, size);
}

static void print_settings(const struct config_section *section)
{
    char value[VALUE_SIZE];

    for (const struct config_key *key = section->keys; key->name != NULL; key++) {
        format_default(section, key, value, sizeof value);
        print_row(key->name, value, _(key->help));
    }
}

static void print_section(const struct config_section *section)
{
    printf(_("%s: of a host or router, or of all hosts under defaults:\n"), section->name);
    print_settings(section);
}

static void print_range(const struct config_key *key)
{
    char min[VALUE_SIZE], max[VALUE_SIZE], words[VALUE_SIZE];

    if (key->unit == UNIT_CHOICE) {
        printf("  %s", key->choices);
    } else if (key->unit == UNIT_SWITCH) {
        printf(_("  on or off"));
    } else {
        unit_format_limit(key, key->min, min, sizeof min);
        unit_format_limit(key, key->max, max, sizeof max);
        unit_format_words(key, words, sizeof words);
        if (key->max > RANGE_WORTH_TELLING)
            printf(_("  at least %s%s"), min, words);
        else
            printf(_("  %s to %s%s"), min, max, words);
    }
}

static void print_setting(const struct config_section *section, const struct config_key *key)
{
    bool of_switch = section == &lab_switch_section;
    char value[VALUE_SIZE];

    printf("%s.%s: %s\n", section->name, key->name, _(key->help));
    print_range(key);
    format_default(section, key, value, sizeof value);
    printf(_("; %s if left out\n\n"), value);
    if (of_switch) {
        printf("  switches: { s1: { %s: %s } }\n", key->name, value);
        printf("  rung run LAB --set switches.s1.%s=%s\n", key->name, value);
        return;
    }
    printf("  hosts: { a: { %s: { %s: %s } } }\n", section->name, key->name, value);
    printf("  defaults: { %s: { %s: %s } }\n", section->name, key->name, value);
    printf("  rung run LAB --set hosts.a.%s.%s=%s\n", section->name, key->name, value);
    printf("  script: [{ at: 1s, a: set %s.%s %s }]\n", section->name, key->name, value);
}

/* ---- keys ---- */

static void print_keys(const struct lab_key_group *group)
{
    for (const struct lab_key *key = group->keys; key->name != NULL; key++)
        print_row(key->name, key->example, _(key->help));
    if (group == &lab_switch_keys)
        print_settings(&lab_switch_section);
}

/* What else stands in such a map, by the name under which it is told. */
static void print_others(const struct lab_key_group *group)
{
    const struct config_section *section;

    if (group->also != NULL)
        printf(_("  and all of %s\n"), group->also->name);
    if (!group->has_sections)
        return;
    printf(_("  and settings:"));
    for (size_t i = 0; (section = lab_section(i)) != NULL; i++)
        printf(" %s", section->name);
    putchar('\n');
}

static void print_group(const struct lab_key_group *group)
{
    printf("%s: %s\n", group->name, _(group->help));
    print_keys(group);
    print_others(group);
}

void help_lab(void)
{
    const struct config_section *section;

    puts(_("A lab file is YAML. Each number has its unit. Every key, with an example; settings\n"
           "of protocols and switches with the value that they have if left out."));
    for (size_t i = 0; lab_key_groups[i] != NULL; i++) {
        putchar('\n');
        print_group(lab_key_groups[i]);
    }
    for (size_t i = 0; (section = lab_section(i)) != NULL; i++) {
        putchar('\n');
        print_section(section);
    }
}

/* ---- one part ---- */

static bool print_setting_called(const struct config_section *section, const char *topic)
{
    size_t len = strlen(section->name);

    if (strncmp(topic, section->name, len) != 0 || topic[len] != '.')
        return false;
    for (const struct config_key *key = section->keys; key->name != NULL; key++) {
        if (strcmp(key->name, topic + len + 1) != 0)
            continue;
        print_setting(section, key);
        return true;
    }
    return false;
}

bool help_lab_part(const char *topic)
{
    const struct config_section *section;
    bool found = print_setting_called(&lab_switch_section, topic);

    for (size_t i = 0; lab_key_groups[i] != NULL; i++) {
        if (strcmp(lab_key_groups[i]->name, topic) != 0)
            continue;
        print_group(lab_key_groups[i]);
        found = true;
    }
    for (size_t i = 0; (section = lab_section(i)) != NULL; i++) {
        if (strcmp(section->name, topic) == 0) {
            if (found)
                putchar('\n');
            print_section(section);
            found = true;
        }
        found |= print_setting_called(section, topic);
    }
    return found;
}

/* ---- one key, of whatever it is ---- */

static void print_apart(bool *found)
{
    if (*found)
        putchar('\n');
    *found = true;
}

static void find_setting(const struct config_section *section, const char *name, bool *found)
{
    for (const struct config_key *key = section->keys; key->name != NULL; key++)
        if (strcmp(key->name, name) == 0) {
            print_apart(found);
            print_setting(section, key);
        }
}

bool help_lab_key(const char *name)
{
    const struct config_section *section;
    bool found = false;

    for (size_t i = 0; lab_key_groups[i] != NULL; i++)
        for (const struct lab_key *key = lab_key_groups[i]->keys; key->name != NULL; key++)
            if (strcmp(key->name, name) == 0) {
                print_apart(&found);
                printf("%s: %s\n", lab_key_groups[i]->name, _(lab_key_groups[i]->help));
                print_row(key->name, key->example, _(key->help));
            }
    for (size_t i = 0; (section = lab_section(i)) != NULL; i++)
        find_setting(section, name, &found);
    find_setting(&lab_switch_section, name, &found);
    return found;
}

void help_lab_offer(struct nearest *near)
{
    const struct config_section *section;

    for (size_t i = 0; lab_key_groups[i] != NULL; i++)
        for (const struct lab_key *key = lab_key_groups[i]->keys; key->name != NULL; key++)
            nearest_offer(near, key->name);
    for (size_t i = 0; (section = lab_section(i)) != NULL; i++)
        for (const struct config_key *key = section->keys; key->name != NULL; key++)
            nearest_offer(near, key->name);
}
