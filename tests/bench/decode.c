/* Decoding of events into structs: what projc generates, against decoders written by hand for these
 * events, msgpack-c's objects and jansson. All in one run, on the same events; prints nanoseconds
 * an event and ratios. Exit status 1 when a goal is missed, 2 when a contender reads wrongly. */
#include "decode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "decode_proj.h"

/* Many short runs, in which the contenders take turns: a busy machine disturbs all of them alike,
 * and what it disturbs in one run the median forgets. */
enum { EVENTS = 2000, ROUNDS = 20, RUNS = 31 };

static sample samples[EVENTS];
static const projc_event_type *json_event;
static const projc_event_type *packed_event;
static projc_arena *arena;
static int64_t sum; /* what was read: the same for all */

void decode_use(projc_text customer, uint32_t items, int64_t total, int64_t at, bool has_note)
{
    sum += (int64_t)customer.size + items + total + at % 1000 + has_note;
}

/* ---- the events ---- */

static void make_samples(projc_arena *kept)
{
    static const char *const names[] = {"Ann", "Bob Builder", "Christiane N\xc3\xbcsslein", "Dij"};
    projc_error error;

    for (int i = 0; i < EVENTS; i++) {
        sample *made = &samples[i];
        decode_copied event = {
            .customer = {names[i % 4], strlen(names[i % 4])},
            .items = (uint32_t)(i % 97),
            .total = (int64_t)i * 1234 % 1000000,
            .at = INT64_C(1772000000000000) + (int64_t)i * 1000003,
        };
        projc_msgpack_writer *writer = projc_msgpack_writer_new(kept);
        projc_json_writer *json = projc_json_writer_new(kept);

        if (i % 3 == 0) {
            event.note.has = true;
            event.note.value = projc_text_of("leave it at the door", 20);
        }
        packed_event->to_msgpack(writer, &event);
        packed_event->to_json(json, &event);
        if (projc_msgpack_writer_finish(writer, &made->packed, &error) != PROJC_OK ||
            projc_json_writer_finish(json, &made->json, &error) != PROJC_OK) {
            fprintf(stderr, "decode: an event cannot be written\n");
            exit(2);
        }
    }
}

/* ---- what projc generates ---- */

static bool generated_json(const sample *from)
{
    projc_json_reader reader;
    projc_error error;
    decode_placed event;

    projc_json_reader_init(&reader, from->json.data, from->json.size, arena, &error);
    json_event->from_json(&reader, NULL, &event);
    if (projc_json_read_end(&reader) != PROJC_OK)
        return false;
    decode_use(event.customer, event.items, event.total, event.at, event.note.has);
    return true;
}

static bool generated_msgpack(const sample *from)
{
    projc_msgpack_reader reader;
    projc_error error;
    decode_copied event;

    projc_msgpack_reader_init(&reader, from->packed.data, from->packed.size, arena, &error);
    packed_event->from_msgpack(&reader, NULL, &event);
    if (projc_msgpack_read_end(&reader) != PROJC_OK)
        return false;
    decode_use(event.customer, event.items, event.total, event.at, event.note.has);
    return true;
}

/* ---- the measurement ---- */

typedef struct contender {
    const char *name;
    decoder *decode;
    double ns[RUNS]; /* an event */
} contender;

static double now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int by_value(const void *left, const void *right)
{
    const double *a = left;
    const double *b = right;

    return (*a > *b) - (*a < *b);
}

static double median(const double values[RUNS])
{
    double sorted[RUNS];

    memcpy(sorted, values, sizeof sorted);
    qsort(sorted, RUNS, sizeof *sorted, by_value);
    return sorted[RUNS / 2];
}

static int64_t measure(contender *of, int run)
{
    double started = now_ns();

    sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
        projc_arena_reset(arena);
        for (int i = 0; i < EVENTS; i++)
            if (!of->decode(&samples[i])) {
                fprintf(stderr, "decode: %s refuses event %d\n", of->name, i);
                exit(2);
            }
    }
    of->ns[run] = (now_ns() - started) / ROUNDS / EVENTS;
    return sum;
}

/* The median of the runs' ratios, not the ratio of medians: both sides of one run had the same
 * machine. */
static bool within(const contender *got, const contender *other, double goal)
{
    double ratios[RUNS];

    for (int run = 0; run < RUNS; run++)
        ratios[run] = got->ns[run] / other->ns[run];
    printf("%-22s / %-22s %8.2f  goal at most %.2f\n", got->name, other->name, median(ratios),
           goal);
    return median(ratios) <= goal;
}

static void find_events(void)
{
    for (uint32_t i = 0; i < decode_module.event_count; i++) {
        if (strcmp(decode_module.events[i].name, "placed") == 0)
            json_event = &decode_module.events[i];
        else
            packed_event = &decode_module.events[i];
    }
}

int main(void)
{
    static contender all[] = {{.name = "json, generated", .decode = generated_json},
                              {.name = "json, by hand", .decode = by_hand_json},
                              {.name = "json, jansson", .decode = tree_json},
                              {.name = "msgpack, generated", .decode = generated_msgpack},
                              {.name = "msgpack, by hand", .decode = by_hand_msgpack},
                              {.name = "msgpack, msgpack-c", .decode = tree_msgpack}};
    projc_arena *kept = projc_arena_new(0);
    int64_t expected = 0;
    bool is_good;

    find_events();
    arena = projc_arena_new(0);
    make_samples(kept);
    if (!decode_is_strict(generated_json, by_hand_json, generated_msgpack, by_hand_msgpack))
        return 2;
    for (int run = 0; run < RUNS; run++)
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
            int64_t got = measure(&all[i], run);

            if ((run > 0 || i > 0) && got != expected) {
                fprintf(stderr, "decode: %s reads something else\n", all[i].name);
                return 2;
            }
            expected = got;
        }
    printf("%-22s %8s\n", "decoding", "ns/event");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        printf("%-22s %8.1f\n", all[i].name, median(all[i].ns));
    is_good = within(&all[0], &all[1], 1.3);
    is_good &= within(&all[0], &all[2], 1.0);
    is_good &= within(&all[3], &all[4], 1.5);
    is_good &= within(&all[3], &all[5], 1.0);
    projc_arena_free(arena);
    projc_arena_free(kept);
    return is_good ? 0 : 1;
}
