#include "layers/nearest.h"

#include "tests/support/expect.h"
#include "tests/support/suite.h"

static void test_mistyped_word_finds_the_nearest(void)
{
    static const char *const words[] = { "rate", "delay", "jitter", "loss", "queue", "up" };
    static const struct {
        const char *word, *best;
    } rows[] = {
        { "delya", "delay" },  { "Delay", "delay" }, { "dely", "delay" }, { "delaay", "delay" },
        { "rate", "rate" },    { "rete", "rate" },   { "rates", "rate" }, { "lsos", "loss" },
        { "los", "loss" },     { "qeue", "queue" },  { "JITETR", "jitter" },
        { "pu", "up" },
        { "colour", NULL },    { "mtu", NULL },      { "x", NULL },       { "", NULL },
        { "a-word-that-is-longer-than-any-word-known", NULL },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct nearest near;

        nearest_begin(&near, rows[i].word);
        for (size_t k = 0; k < ARRAY_LEN(words); k++)
            nearest_offer(&near, words[k]);
        nearest_offer(&near, "another-word-that-is-much-too-long");
        EXPECT_STR_ROW(rows[i].word, near.best != NULL ? near.best : "(none)",
                       rows[i].best != NULL ? rows[i].best : "(none)");
    }
}

static void test_part_of_a_word_finds_it_where_nothing_is_near(void)
{
    static const char *const words[] = { "udp.delivered", "tcp.delivered", "arp-cache",
                                         "sharp-corner", "deliver" };
    static const struct {
        const char *word, *best;
    } rows[] = {
        { "arp", "arp-cache" },     { "cache", "arp-cache" }, { "corner", "sharp-corner" },
        { "tcp", "tcp.delivered" }, { "har", NULL },          { "ar", NULL },
        { "delivered", "deliver" }, /* nearer */
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct nearest near;

        nearest_begin(&near, rows[i].word);
        for (size_t k = 0; k < ARRAY_LEN(words); k++)
            nearest_offer(&near, words[k]);
        EXPECT_STR_ROW(rows[i].word, near.best != NULL ? near.best : "(none)",
                       rows[i].best != NULL ? rows[i].best : "(none)");
    }
}

static void test_first_of_equally_near_words_is_best(void)
{
    struct nearest near;

    nearest_begin(&near, "lato");
    nearest_offer(&near, "late");
    nearest_offer(&near, "lath");
    EXPECT_STR(near.best, "late");
    nearest_offer(&near, "Lato");
    EXPECT_STR(near.best, "Lato");
}

static void test_clause_is_empty_unless_a_word_is_near(void)
{
    char clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;

    nearest_begin(&near, "a-word-of-thirty-one-letters-oi");
    nearest_offer(&near, "delay");
    EXPECT_STR(nearest_clause(&near, clause, sizeof clause), "");
    nearest_offer(&near, "a-word-of-thirty-one-letters-io");
    EXPECT_STR(nearest_clause(&near, clause, sizeof clause),
               ", did you mean \"a-word-of-thirty-one-letters-io\"?");
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_mistyped_word_finds_the_nearest),
        TEST(test_part_of_a_word_finds_it_where_nothing_is_near),
        TEST(test_first_of_equally_near_words_is_best),
        TEST(test_clause_is_empty_unless_a_word_is_near),
    };

    return run_tests("nearest", tests, ARRAY_LEN(tests));
}
