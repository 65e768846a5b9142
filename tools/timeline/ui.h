/*
 * ui.h - the model: all that is on the screen, and all that keys change.
 *
 *        press --update--> ui' and an order --obey--> cursor, futures, files
 *                           |
 *                           +--view--> canvas --screen--> terminal or text
 *
 * update.c, look.c, prompt.c   what a key does to the screen itself; touch nothing else
 * obey*.c              orders that move the cursor, change the run or write a file
 * view*.c              draw, and change nothing
 *
 * Focus 0 is the ladder, 1 the first of panes[] and so on.
 */
#ifndef RUNG_TIMELINE_UI_H
#define RUNG_TIMELINE_UI_H

#include "tools/lib/colour.h"
#include "tools/timeline/futures.h"
#include "tools/timeline/gates.h"
#include "tools/timeline/key.h"
#include "tools/timeline/order.h"
#include "tools/timeline/pane.h"
#include "tools/timeline/picture.h"
#include "tools/timeline/plot_cache.h"
#include "tools/timeline/session.h"
#include "tools/timeline/stop.h"

enum {
    UI_WIDTH_MIN = 60,
    UI_HEIGHT_MIN = 15,
    UI_WIDTH_MAX = 1000,
    UI_HEIGHT_MAX = 500,
    UI_PANES_MAX = 16,
    UI_SLOTS_MAX = 3, /* panes shown at once */
    UI_HISTORY_MAX = 50,
    UI_LOG_MAX = 200,
    UI_MARKS = 27, /* a to z, and where the cursor jumped from */
    UI_SPEEDS = 6,
};

/* A list or a page over the screen; Esc closes it. */
enum overlay {
    OVERLAY_NONE,
    OVERLAY_HELP,
    OVERLAY_MENU,
    OVERLAY_LOG,
    OVERLAY_DEEDS,
    OVERLAY_BREAKS,
    OVERLAY_WHYNOT,
    OVERLAY_ABOUT, /* what the lab says of itself: until the first key */
    OVERLAY_GATE,  /* a page or a question: exercise.gate */
    OVERLAY_TASK,
    OVERLAY_SCORE,
};

struct cursor {
    uint32_t event;  /* how many have happened */
    uint32_t record; /* or MOMENT_BEFORE */
};

/* A line that is being typed. */
struct prompt {
    bool open;
    bool sent; /* the order being obeyed came from here */
    char text[ORDER_TEXT_SIZE];
    size_t caret;                /* byte */
    size_t marked, marked_end;   /* bytes that a character typed replaces; equal: none */
    size_t from_history;         /* 0: what is typed now; 1: the line before ... */
    char typed[ORDER_TEXT_SIZE]; /* while walking through the history */
    char stem[ORDER_TEXT_SIZE];  /* what Tab completes, while it is pressed again and again */
    size_t stem_at;              /* its first byte */
    size_t tabs;                 /* how often so far */
};

/* What is shown of an exercise; all else of it is in struct gates. */
struct ui_exercise {
    size_t gate; /* of OVERLAY_GATE */
    enum exercise_verdict verdict; /* of the last try there, if it was not right */
    const char *say;               /* what the lab says to it, or NULL */
    char why[EXERCISE_WHY_SIZE];   /* UNREADABLE: what to write instead */
    size_t task;                   /* of OVERLAY_TASK */
    size_t hints;                  /* of it that are open */
};

struct ui_message {
    char text[ORDER_TEXT_SIZE];
    bool is_error;
};

struct ui {
    /* The run, the cursor in it, and what follows from both (see obey.h). */
    struct session *session;
    struct picture *pictures[SESSION_SIDES];
    int widths[SESSION_SIDES]; /* that they are laid out for */
    picture_progress *laying_out; /* told while they are; or NULL */
    struct picture *whole; /* of a run whose part is shown (rest.h), while it is laid out */
    int whole_width;       /* that it is laid out for */
    bool rest_failed;      /* it cannot be */
    bool (*gives_up)(const struct ui *ui); /* who waits for it; NULL: nobody does */
    bool has_other;            /* there are two futures */
    struct cursor cursors[SESSION_SIDES];
    enum session_side side; /* where the keys move the cursor */
    struct moment moment;   /* of that side */
    bool differs;
    uint32_t difference; /* the first record in which the futures differ */
    struct future_facts facts[SESSION_SIDES];
    struct gates *gates; /* the exercise, while its questions are asked; or NULL */
    const struct gates_options *offer; /* how they would be; NULL: nothing can be asked */
    struct ui_exercise exercise;
    uint16_t host; /* whose side the panes show; NODE_NONE: follows the cursor */
    struct stop_list stops;
    struct hiding hiding;
    char search[ORDER_TEXT_SIZE];
    struct cursor marks[UI_MARKS];
    bool marked[UI_MARKS];
    uint32_t built; /* record of a frame whose building was stepped through, on the way */
    size_t redoable; /* deeds that were undone */
    struct ui_place {
        struct cursor cursor;
        enum session_side side;
    } undone[DEEDS_MAX]; /* where the cursor was then */

    /* The screen. */
    int width, height;
    int focus;
    int shown[UI_SLOTS_MAX]; /* index into panes[] */
    struct pane_state states[UI_PANES_MAX];
    bool maximised;
    bool future_hidden; /* draw nothing behind the cursor */
    enum overlay overlay;
    struct pane_state overlay_state;
    struct prompt prompt;
    int pending;               /* 'm' or '\'': waits for the letter */
    struct ui_message message; /* until the next key */
    bool playing;
    int speed; /* 0 .. UI_SPEEDS - 1 */
    enum colour_theme theme;
    bool colour, mouse, ascii;
    bool redraw, quit;
    char history[UI_HISTORY_MAX][ORDER_TEXT_SIZE]; /* the newest last */
    size_t history_count;
    char log[UI_LOG_MAX][ORDER_TEXT_SIZE];
    size_t log_count;
    struct sheet *sheet; /* a scratch one, to write panes on */
    struct plot_cache plot;
};

/* An empty screen of that size, no run in it. False: no memory. */
bool ui_open(struct ui *ui, int width, int height);
void ui_close(struct ui *ui);

int ui_pane_count(void);
/* The focused pane and its state, or NULL: the ladder has the keys. */
const struct pane *ui_pane(const struct ui *ui);

/* Shows pane NUMBER (from 1), if not yet; who has the keys keeps them. */
void ui_show(struct ui *ui, int number);
/* Shows pane NUMBER (from 1; 0: the ladder) and gives it the keys. */
void ui_focus(struct ui *ui, int number);

void ui_say(struct ui *ui, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same of an error. If the order was typed, it can be corrected at COLUMN,
 * a byte of its argument, or in front of all. Returns false. */
#define UI_AT_NAME SIZE_MAX
bool ui_refuse(struct ui *ui, size_t column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Notes in the log what was done, as a command. */
void ui_log(struct ui *ui, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Milliseconds until the next step while playing, or -1. */
int ui_wait(const struct ui *ui);

/* ---- update.c, look.c, prompt.c ---- */

/* What PRESS does to the screen is done; what else it asks for is in ORDER
 * (ORDER_NONE: nothing). */
void ui_update(struct ui *ui, struct press press, struct order *order);

/* Does ORDER, if it is about the screen alone: shows, opens, closes or asks
 * something. False: it is not. */
bool ui_look(struct ui *ui, const struct order *order);

/* Opens the command line with TEXT in it, and OFFERED behind it, which whatever
 * is typed replaces. */
void prompt_ask(struct ui *ui, const char *text, const char *offered);
/* Opens the command line again, the caret at byte AT; what is typed replaces
 * the word there. */
void prompt_correct(struct ui *ui, size_t at);
/* True: what was typed is whole, in ORDER. */
bool prompt_press(struct ui *ui, int key, struct order *order);
/* Completes the word before the caret, as far as that is certain; *LIST
 * (SIZE bytes) names what it may be, if that is more than one. Asked again, it
 * puts in one of these after the other. */
void prompt_complete(struct ui *ui, char *list, size_t size);

#endif
