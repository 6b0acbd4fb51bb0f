/* gallery.h: how pictures of any shape stand in rows that all have the column's width.
 *
 * A row is as high as its pictures together make it: each gets a share of the width by its shape. No style may be
 * written into a page (its policy forbids it), so shapes are classes, of which a theme knows each one. */
#ifndef PLATEN_TEXT_GALLERY_H
#define PLATEN_TEXT_GALLERY_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"

#define GALLERY_ROW_MAX 3

/* Width by height in hundredths, the nearest of those that themes know: 50, 56, 67, 75, 80, 90, 100, 112, 125, 133, 150,
 * 167, 178, 200, 250. Sizes at least 1. */
int gallery_shape(int width_px, int height_px);

/* How many pictures each row has, 1 to GALLERY_ROW_MAX, so that all rows come out about as high as two landscapes
 * side by side; *rows lives in `arena`. Returns the number of rows; 0 for no pictures. O(count). */
size_t gallery_rows(const int *shapes, size_t count, struct arena *arena, int **rows);

/* What stands behind the class of a shape: " tall", " wide" or "". */
const char *gallery_class(int shape);

/* Appends the `sizes` of picture `at` of a row of `count`: in a column of `column_rem`, or a share of the window's width
 * where that is less than 12rem wider. Below 36rem these have a row of their own: what is wide, and of three the first that is not tall, or else the
 * last that is not. */
void gallery_sizes(const int *shapes, int count, int at, int column_rem, struct buf *out);

#endif
