/* Times, dates and durations as text: RFC 3339 and ISO 8601, over PostgreSQL's ranges.
 *
 * Years 0000 to 9999 have four digits; others have a sign and five or more ("+10000-01-01"), as ISO
 * 8601 allows by agreement, so that every value that PostgreSQL can store has a text and is read
 * back. Year 0000 is 1 BC. */
#ifndef PROJC_BASE_TIME_H
#define PROJC_BASE_TIME_H

#include "projc/types.h"

/* timestamptz begins 4714-11-24 BC; above, our microseconds since 1970 end before PostgreSQL's
 * since 2000 do: at 294247-01-10T04:00:54.775807Z. */
#define PROJC__TIME_MIN INT64_C(-210866803200000000)
#define PROJC__TIME_MAX INT64_MAX
/* date: 4714-11-24 BC to 5874897-12-31. */
#define PROJC__DATE_MIN (-2440588)
#define PROJC__DATE_MAX 2145042905

#define PROJC__SECOND_US INT64_C(1000000)
#define PROJC__DAY_US (86400 * PROJC__SECOND_US)

bool projc__time_is_valid(int64_t time);
bool projc__date_is_valid(int32_t date);

/* Why a text is no time, for messages: NULL when it is one. */
const char *projc__time_parse(projc_text text, int64_t *value);
const char *projc__date_parse(projc_text text, int32_t *value);
const char *projc__duration_parse(projc_text text, int64_t *value);

/* Each writes its text and a NUL, and returns the size without it. Any value may be given.
 * Time: "2026-01-02T03:04:05.678Z", in UTC, with as many digits behind the point as needed, at
 * most 6. Date: "2026-01-02". Duration: "P1DT2H3M4.5S", "PT0S", "-PT0.000001S". */
enum { PROJC__TIME_TEXT_MAX = 40, PROJC__DATE_TEXT_MAX = 20, PROJC__DURATION_TEXT_MAX = 40 };
size_t projc__time_format(int64_t time, char text[PROJC__TIME_TEXT_MAX]);
size_t projc__date_format(int32_t date, char text[PROJC__DATE_TEXT_MAX]);
size_t projc__duration_format(int64_t duration, char text[PROJC__DURATION_TEXT_MAX]);

#endif
