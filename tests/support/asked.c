#include "tests/support/asked.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tools/timeline/obey.h"
#include "tools/timeline/screen.h"

void asked_open(struct asked *t, const char *path, const struct gates_options *how)
{
    static const struct gates_options forgets = { .lab = "t" };
    struct session_options options = { .path = path };
    struct gates *gates = NULL;
    char error[300];

    t->session = session_open(&options, error, sizeof(error));
    t->ui = malloc(sizeof(*t->ui));
    if (EXPECT(t->session != NULL && t->ui != NULL && ui_open(t->ui, 80, 24) &&
               ui_attach(t->ui, t->session)))
        gates = gates_open(session_run(t->session, SESSION_ORIGINAL)->lab,
                           how != NULL ? how : &forgets, error, sizeof(error));
    if (!EXPECT(gates != NULL && ui_attach_gates(t->ui, gates)))
        exit(1);
}

void asked_close(struct asked *t)
{
    gates_close(t->ui->gates);
    ui_close(t->ui);
    free(t->ui);
    session_close(t->session);
}

void asked_press(struct asked *t, const char *text)
{
    struct key_text keys = { .at = text };
    int key;

    while ((key = key_read(&keys)) != K_NONE)
        ui_press(t->ui, (struct press){ key, 0, 0 });
}

void asked_type(struct asked *t, const char *line)
{
    ui_press(t->ui, (struct press){ ':', 0, 0 });
    for (; *line != '\0'; line++)
        ui_press(t->ui, (struct press){ (uint8_t)*line, 0, 0 });
    ui_press(t->ui, (struct press){ K_ENTER, 0, 0 });
}

/* To be freed. */
static char *screen(struct asked *t)
{
    char *text = NULL, why[100];
    size_t len;
    FILE *out = open_memstream(&text, &len);

    EXPECT(screen_dump(t->ui, "80x24", out, why, sizeof(why)));
    fclose(out);
    return text;
}

bool asked_shows(struct asked *t, const char *words)
{
    char *text = screen(t);
    bool held = EXPECT_STR_ROW(words, strstr(text, words) != NULL ? words : text, words);

    free(text);
    return held;
}

bool asked_hides(struct asked *t, const char *words)
{
    char *text = screen(t);
    bool held = EXPECT_STR_ROW(words, strstr(text, words) == NULL ? words : text, words);

    free(text);
    return held;
}

bool asked_says(struct asked *t, const char *words)
{
    const char *said = t->ui->message.text;

    return EXPECT_STR_ROW(words, strstr(said, words) != NULL ? words : said, words);
}

uint32_t asked_seen(const struct asked *t)
{
    return session_run(t->session, SESSION_ORIGINAL)->events;
}
