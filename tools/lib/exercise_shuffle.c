#include <string.h>

#include "sim/hash.h"
#include "tools/lib/exercise_parts.h"

/*
 * The order in which choices and items are shown depends on the lab's vary-key, the
 * question's name and the student's ID alone: neighbours have other letters, and
 * who comes back has the same ones.
 */

static uint64_t mixed(uint64_t luck, const char *word)
{
    return hash_bytes(luck, word, strlen(word) + 1);
}

/* Exchanges the entries of PLACES among one another. */
static void shuffle(struct exercise_question *q, const struct exercise_picks *places, uint64_t luck)
{
    for (size_t i = places->count; i > 1; i--) {
        size_t last = places->at[i - 1], other;
        uint8_t kept = q->shown[last];

        luck = hash_mix(luck + i);
        other = places->at[luck % i];
        q->shown[last] = q->shown[other];
        q->shown[other] = kept;
    }
}

static bool is_in_order(const struct exercise_question *q)
{
    for (size_t i = 1; i < q->asked->item_count; i++)
        if (exercise_moment_compare(&q->happens[q->shown[i - 1]], &q->happens[q->shown[i]]) > 0)
            return false;
    return true;
}

/* Items are never shown in the right order. */
static void disturb(struct exercise_question *q)
{
    size_t count = q->asked->item_count;
    uint8_t first = q->shown[0];

    memmove(q->shown, q->shown + 1, count - 1);
    q->shown[count - 1] = first;
}

static void shuffle_question(struct exercise_question *q, uint64_t luck)
{
    const struct lab_question *asked = q->asked;
    struct exercise_picks places = { .count = 0 };

    for (size_t i = 0; i < asked->choice_count + asked->item_count; i++) {
        bool keeps = asked->ordered || (i < asked->choice_count && asked->choices[i].keep);

        q->shown[i] = (uint8_t)i;
        if (!keeps)
            places.at[places.count++] = i;
    }
    shuffle(q, &places, mixed(luck, asked->name));
    if (asked->item_count > 0 && !q->is_void && is_in_order(q))
        disturb(q);
}

void exercise_shuffle(struct exercise *e, const char *student)
{
    uint64_t luck = mixed(mixed(0, e->lab->vary_key), student);

    for (size_t i = 0; i < e->lab->question_count; i++)
        shuffle_question(&e->questions[i], luck);
}
