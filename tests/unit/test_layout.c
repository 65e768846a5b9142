/* Names and addresses are to be seen at the sizes that classes have. */
#include "tools/timeline/layout.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/timeline/obey.h"
#include "tools/timeline/screen.h"

static struct session *session;
static struct ui *ui;
static char path[300]; /* the session keeps it */

static void open_lab(const char *name)
{
    char error[300] = "";
    struct session_options options = { .path = path };

    snprintf(path, sizeof(path), "labs/%s/lab.yaml", name);
    session = session_open(&options, error, sizeof(error));
    ui = malloc(sizeof(*ui));
    if (!EXPECT(session != NULL && ui != NULL && ui_open(ui, 80, 24) && ui_attach(ui, session)))
        exit(1);
}

static void close_lab(void)
{
    ui_close(ui);
    free(ui);
    session_close(session);
}

/* The screen after HOW, "80x24:Esc"; to be freed. */
static char *screen(const char *how)
{
    char *text = NULL, why[300];
    size_t len;
    FILE *out = open_memstream(&text, &len);

    EXPECT_ROW(how, screen_dump(ui, how, out, why, sizeof(why)));
    fclose(out);
    return text;
}

/* NAME's addresses stand on the screen, each by itself: not cut, nor a part of
 * another. */
static void expect_addresses(const char *lab, const char *how, const char *text, uint16_t node)
{
    const struct run_view *view = session_run(session, SESSION_ORIGINAL)->view;
    char address[64], label[400];

    for (unsigned port = 0; port < run_node(view, node)->port_count; port++) {
        bool found = false;

        if (run_address_format(view, node, port, address, sizeof(address)) == 0)
            continue;
        for (const char *at = text; (at = strstr(at, address)) != NULL && !found; at++)
            found = (at[-1] == ' ' || at[-1] == '\n') &&
                    (at[strlen(address)] == ' ' || at[strlen(address)] == '\n');
        snprintf(label, sizeof(label), "%s at %s: %s of %s", lab, how, address,
                 run_node(view, node)->name);
        EXPECT_ROW(label, found);
    }
}

static void test_every_bundled_lab_shows_all_addresses_at_once(void)
{
    static const char *const sizes[] = { "80x24:Esc", "120x40:Esc", "160x50:Esc" };
    struct dirent **entries;
    int count = scandir("labs", &entries, NULL, alphasort);
    unsigned labs = 0;

    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;

        snprintf(path, sizeof(path), "labs/%s/lab.yaml", name);
        if (name[0] != '.' && access(path, R_OK) == 0) {
            labs++;
            open_lab(name);
            for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
                char *text = screen(sizes[s]);

                for (uint32_t n = 0; n < ui->moment.view->world->node_count; n++)
                    expect_addresses(name, sizes[s], text, (uint16_t)n);
                free(text);
            }
            close_lab();
        }
        free(entries[i]);
    }
    free(entries);
    EXPECT(labs >= 30);
}

/* Six columns need more than half of 120: the pane stands below them. */
static void test_many_columns_have_the_width_and_few_share_it(void)
{
    open_lab("hub-and-switch");
    free(screen("120x40:Esc"));
    EXPECT(!layout_of(ui).beside);
    EXPECT_EQ(layout_of(ui).pane_count, 1);
    free(screen("160x50:Esc"));
    EXPECT(layout_of(ui).beside);
    free(screen("160x50:\":hide a\" Enter"));
    EXPECT(layout_of(ui).beside);
    close_lab();
    open_lab("handshake");
    free(screen("120x40:Esc"));
    EXPECT(layout_of(ui).beside);
    close_lab();
}

static void test_two_futures_stand_side_by_side_with_a_pane_where_it_is_tall(void)
{
    static const char *const sizes[] = { "80x24:Esc Down Down d", "120x40", "130x24", "200x60" };
    static const int counts[] = { 0, 1, 0, 3 };

    open_lab("handshake");
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct layout layout;

        free(screen(sizes[i]));
        layout = layout_of(ui);
        EXPECT(layout.ladders[SESSION_ORIGINAL].width > 0);
        EXPECT(layout.ladders[SESSION_OTHER].width > 0);
        EXPECT(layout.summary.height > 0);
        EXPECT_EQ(layout.pane_count, counts[i]);
    }
    close_lab();
}

/* Page Down leaves nothing out: what comes was below, or is next. */
static void test_a_page_is_what_the_screen_shows_of_the_ladder(void)
{
    open_lab("gateway");
    free(screen("80x24:Esc"));
    /* 21 rows, 8 of them the pane's, 4 of the rest for names and addresses. */
    EXPECT_EQ(layout_ladder_rows(ui), 9);
    EXPECT_EQ(layout_header_rows(ui, SESSION_ORIGINAL, 13), 4);
    close_lab();
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_every_bundled_lab_shows_all_addresses_at_once),
        TEST(test_many_columns_have_the_width_and_few_share_it),
        TEST(test_two_futures_stand_side_by_side_with_a_pane_where_it_is_tall),
        TEST(test_a_page_is_what_the_screen_shows_of_the_ladder),
    };

    return run_tests("layout", tests, ARRAY_LEN(tests));
}
