/*
 * key.h - what can be pressed, and what it means: one table.
 *
 *   terminal --screen--> struct press --update--> the command that keys.def names
 *
 * Footer, help and the manual's list of keys are made from the same table.
 */
#ifndef RUNG_TIMELINE_KEY_H
#define RUNG_TIMELINE_KEY_H

#include "sim/base.h"

struct ui;

/* A key is a character, or one of these. */
enum key {
    K_NONE = 0,
    K_CTRL_A = 1, /* and so on: the 26 letters */
    K_CTRL_B,
    K_CTRL_D = 4,
    K_CTRL_E,
    K_CTRL_F,
    K_CTRL_G,
    K_CTRL_H,
    K_CTRL_K = 11,
    K_CTRL_L,
    K_CTRL_N = 14,
    K_CTRL_P = 16,
    K_CTRL_R = 18,
    K_CTRL_U = 21,
    K_CTRL_W = 23,
    K_TAB = 9,
    K_ENTER = 10,
    K_ESC = 27,
    K_BACKSPACE = 127,
    K_LEFT = 0x110000, /* past Unicode */
    K_RIGHT,
    K_UP,
    K_DOWN,
    K_HOME,
    K_END,
    K_PAGE_UP,
    K_PAGE_DOWN,
    K_DELETE,
    K_BACK_TAB,
    K_RESIZE, /* the terminal has another size */
    K_TICK,   /* time has passed while playing */
    K_CLICK,  /* at (x, y) */
    K_WHEEL_UP,
    K_WHEEL_DOWN,
    K_HANG_UP, /* nobody is there any more */
};

struct press {
    int key;
    int x, y; /* K_CLICK, K_WHEEL_*: where; K_RESIZE: the new size */
};

/* When a key means something. */
enum key_when {
    WHEN_ALWAYS,
    WHEN_FRAME,  /* a frame is under the cursor, and the run can be changed */
    WHEN_DEED,   /* something was done to the run */
    WHEN_UNDONE, /* ... and undone */
    WHEN_OTHER,  /* there are two futures */
    WHEN_STOP,   /* there is a breakpoint */
    WHEN_SEARCH, /* something was searched for */
    WHEN_PLAYING,
    WHEN_OFFER, /* the lab asks something, and nobody has begun with it */
    WHEN_TASK, /* the lab has tasks, and all that it asks is settled */
};

enum key_group { KEYS_TIME, KEYS_WHAT_IF, KEYS_FIND, KEYS_LOOK, KEYS_REST, KEYS_GROUPS };

struct key_help {
    int key, also;       /* two keys with one meaning; 0: there is but one */
    const char *name;    /* "Right" */
    const char *label;   /* of the footer: "step"; "" keeps it out of there */
    const char *command; /* as the command line takes it */
    const char *help;
    enum key_when when;
    enum key_group group;
};

/* Row INDEX of the table, NULL past the last. The footer shows the first that
 * are valid and fit. */
const struct key_help *key_at(size_t index);

/* The row for KEY, or NULL. */
const struct key_help *key_find(int key);

/* "Time", "What if", ... */
const char *key_group_name(enum key_group group);

/* What is missing where a key means nothing: "there is no breakpoint". */
const char *key_when_text(enum key_when when);

/* Whether the row means something now. */
bool key_is_valid(const struct ui *ui, const struct key_help *help);

/*
 * Keys as --dump takes them: Right Right,Tab d ":save x.yaml" Enter Ctrl-U, names
 * with spaces or commas between. A word that names no key is typed letter by letter;
 * what stands between double quotes as it is, spaces too (and \" for a quote).
 */
struct key_text {
    const char *at;
    bool quoted; /* it is between quotes */
};

/* Whether TEXT can be read to its end. False: WHY names the word that looks like
 * a key's name and is none ("Rihgt"), or what is missing. */
bool key_check(const char *text, char *why, size_t size);

/* Takes the first key of TEXT from it; K_NONE at its end. */
int key_read(struct key_text *text);

#endif
