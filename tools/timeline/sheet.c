#include "tools/timeline/sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SAY_SIZE = 1024 };

bool sheet_open(struct sheet *sheet, int width, int height)
{
    memset(sheet, 0, sizeof(*sheet));
    return sheet_begin(sheet, width, height);
}

void sheet_close(struct sheet *sheet)
{
    canvas_close(&sheet->canvas);
}

bool sheet_begin(struct sheet *sheet, int width, int height)
{
    if (sheet->canvas.width != width) {
        canvas_close(&sheet->canvas);
        if (!canvas_open(&sheet->canvas, width, SHEET_ROWS_MAX))
            return false;
    } else {
        canvas_clear(&sheet->canvas, 0, sheet->rows);
    }
    sheet->width = width;
    sheet->height = height;
    sheet->rows = 0;
    sheet->item_count = 0;
    return true;
}

static void count_row(struct sheet *sheet, int y)
{
    if (y >= sheet->rows && y < SHEET_ROWS_MAX)
        sheet->rows = y + 1;
}

int sheet_text(struct sheet *sheet, int x, int y, enum meaning meaning, const char *text)
{
    if (y < 0 || y >= SHEET_ROWS_MAX)
        return 0;
    count_row(sheet, y);
    return x >= sheet->width ? 0
                             : canvas_text(&sheet->canvas, x, y, text, sheet->width - x, meaning);
}

int sheet_say(struct sheet *sheet, int x, int y, enum meaning meaning, const char *format, ...)
{
    char text[SAY_SIZE];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    return sheet_text(sheet, x, y, meaning, text);
}

int sheet_wrap(struct sheet *sheet, int x, int y, enum meaning meaning, const char *text)
{
    int room = sheet->width - x;

    if (room < 1)
        return y;
    while (*text != '\0' && y < SHEET_ROWS_MAX) {
        char line[SAY_SIZE];
        size_t len = canvas_text_break(text, room);

        snprintf(line, sizeof(line), "%.*s", (int)(len < sizeof(line) ? len : sizeof(line) - 1),
                 text);
        sheet_text(sheet, x, y++, meaning, line);
        text += len;
        while (*text == ' ')
            text++;
    }
    return y;
}

bool sheet_item(struct sheet *sheet, int x, int y, int width, int64_t what)
{
    int number = sheet->item_count;

    if (number == SHEET_ITEMS_MAX)
        return false;
    sheet->items[sheet->item_count++] = (struct sheet_item){ x, y, width, 1, what };
    return sheet->focused && number == sheet->selected;
}

void sheet_item_ends(struct sheet *sheet, int y)
{
    struct sheet_item *item = &sheet->items[sheet->item_count - 1];

    if (sheet->item_count > 0 && y > item->y)
        item->height = y - item->y;
}

int64_t sheet_selected(const struct sheet *sheet)
{
    int last = sheet->item_count - 1;

    if (last < 0)
        return -1;
    return sheet->items[sheet->selected < last ? sheet->selected : last].what;
}
