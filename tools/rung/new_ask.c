#include "tools/rung/new_ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/lib/text.h"
#include "tools/rung/rung.h"

bool new_lab_is_chosen(const struct new_lab *lab)
{
    return lab->of != NULL || lab->title != NULL || lab->questions != NEW_QUESTIONS_UNSAID;
}

bool new_can_ask(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* Asks QUESTION; an empty line means USUAL. False: the input has ended. */
static bool ask(const char *question, const char *usual, char *line, size_t size)
{
    printf(usual[0] != '\0' ? "%s [%s]: " : "%s%s: ", question, usual);
    fflush(stdout);
    if (fgets(line, (int)size, stdin) == NULL) {
        putchar('\n');
        return false;
    }
    line[strcspn(line, "\n")] = '\0';
    if (line[0] == '\0')
        snprintf(line, size, "%s", usual);
    return true;
}

/* What is taken is told before more is asked. */
static bool ask_folder(char *folder, size_t size, bool (*is_free)(const char *folder))
{
    if (folder[0] != '\0')
        return is_free(folder);
    do {
        if (!ask(_("In which folder (its name is what one types to run it)"), "my-lab", folder,
                 size))
            return false;
    } while (folder[0] == '\0' || !is_free(folder));
    return true;
}

static bool ask_title(struct new_lab *lab)
{
    if (lab->title != NULL)
        return true;
    lab->title = lab->typed;
    return ask(_("Its title"), _("My first lab"), lab->typed, sizeof(lab->typed));
}

/* By number or by name. */
static bool ask_template(struct new_lab *lab)
{
    char line[NEW_TITLE_SIZE];
    int count = 0;

    if (lab->of != NULL)
        return true;
    for (const struct lab_template *t = lab_templates; t->name != NULL; t++)
        printf("  %d  %-10s %s\n", ++count, t->name, _(t->help));
    while (lab->of == NULL) {
        long number;

        if (!ask(_("What it begins with, a number or a name"), "1", line, sizeof(line)))
            return false;
        number = strtol(line, NULL, 10);
        lab->of =
            number >= 1 && number <= count ? &lab_templates[number - 1] : lab_template_find(line);
    }
    return true;
}

static bool ask_questions(struct new_lab *lab)
{
    char line[NEW_TITLE_SIZE];

    while (lab->questions == NEW_QUESTIONS_UNSAID) {
        if (!ask(_("How many questions to begin with, 0 to 3"), "3", line, sizeof(line)))
            return false;
        if (line[0] >= '0' && line[0] <= '0' + LAB_TEMPLATE_QUESTIONS && line[1] == '\0')
            lab->questions = line[0] - '0';
    }
    return true;
}

bool new_ask(struct new_lab *lab, char *folder, size_t size, bool (*is_free)(const char *folder))
{
    if (!new_can_ask() || (folder[0] != '\0' && new_lab_is_chosen(lab))) {
        if (lab->questions == NEW_QUESTIONS_UNSAID)
            lab->questions = LAB_TEMPLATE_QUESTIONS;
        return true;
    }
    return ask_folder(folder, size, is_free) && ask_title(lab) && ask_template(lab) &&
           ask_questions(lab);
}
