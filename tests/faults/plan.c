/* From a seed to a schedule. */
#include <time.h>

#include "faults.h"

const char *const part_names[PART_COUNT] = {
#define PART_NAME(name) #name,
    PART_LIST(PART_NAME)
#undef PART_NAME
};

const char *const fault_names[FAULT_COUNT] = {
#define FAULT_NAME(name) #name,
    FAULT_LIST(FAULT_NAME)
#undef FAULT_NAME
};

uint64_t chance_draw(chance_state *self)
{
    uint64_t z = self->state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

int chance_below(chance_state *self, int bound)
{
    return (int)(chance_draw(self) % (uint64_t)bound);
}

int chance_between(chance_state *self, int low, int high)
{
    return low + chance_below(self, high - low + 1);
}

bool chance_percent(chance_state *self, int percent)
{
    return chance_below(self, 100) < percent;
}

int64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void sleep_ms(int64_t duration_ms)
{
    struct timespec nap = {.tv_sec = duration_ms / 1000,
                           .tv_nsec = (long)(duration_ms % 1000) * 1000000};

    (void)nanosleep(&nap, NULL);
}

/* ---- drawing ---- */

/* What may happen in each part, with its weight. */
typedef struct fault_choice {
    fault_kind kind;
    int weight;
} fault_choice;

enum { CHOICES_MAX = 8 };

static const fault_choice choices[PART_COUNT][CHOICES_MAX] = {
    [PART_process] = {{FAULT_kill, 4},
                      {FAULT_stop, 3},
                      {FAULT_terminate, 4},
                      {FAULT_terminate_writer, 2},
                      {FAULT_terminate_all, 1},
                      {FAULT_broken, 3}},
    [PART_relay] = {{FAULT_cut, 6},
                    {FAULT_half_open, 3},
                    {FAULT_delay, 2},
                    {FAULT_refuse, 1},
                    {FAULT_kill, 1},
                    {FAULT_broken, 1}},
    [PART_silence] = {{FAULT_vanish, 4}, {FAULT_kill, 1}, {FAULT_cut, 1}},
    [PART_pooler] = {{FAULT_kill, 3},
                     {FAULT_stop, 2},
                     {FAULT_terminate, 3},
                     {FAULT_pooler_stop, 2},
                     {FAULT_pooler_kill, 2},
                     {FAULT_broken, 1}},
    [PART_server] = {{FAULT_server_restart, 4}, {FAULT_kill, 1}, {FAULT_terminate, 1}},
    [PART_standby] = {{FAULT_kill, 2}, {FAULT_stop, 1}},
};

static fault_kind draw_kind(chance_state *chance, fault_part part)
{
    int total = 0;

    for (int i = 0; i < CHOICES_MAX; i++)
        total += choices[part][i].weight;
    int left = chance_below(chance, total);
    for (int i = 0; i < CHOICES_MAX; i++) {
        left -= choices[part][i].weight;
        if (left < 0)
            return choices[part][i].kind;
    }
    return choices[part][0].kind;
}

/* A stop is long enough, one time in four, for the others to take over before it ends. */
static int draw_duration(chance_state *chance, fault_kind kind)
{
    switch (kind) {
    case FAULT_kill:
        return chance_percent(chance, 50) ? 0 : chance_between(chance, 1, 300);
    case FAULT_stop:
        return chance_percent(chance, 25) ? chance_between(chance, 1600, 2400)
                                          : chance_between(chance, 20, 400);
    case FAULT_cut:
    case FAULT_half_open:
    case FAULT_delay:
    case FAULT_refuse:
        return chance_between(chance, 20, 400);
    case FAULT_broken:
        return chance_between(chance, 10, 200);
    case FAULT_pooler_stop:
    case FAULT_pooler_kill:
        return chance_between(chance, 10, 300);
    case FAULT_server_restart:
        return chance_between(chance, 1, 300);
    default:
        return 0;
    }
}

static void draw_fault(chance_state *chance, const fault_plan *plan, fault_event *fault)
{
    *fault = (struct fault_event){.kind = draw_kind(chance, plan->part)};
    fault->at_ms = chance_between(chance, 20, plan->write_ms + 100);
    fault->duration_ms = draw_duration(chance, fault->kind);
    fault->target = chance_below(chance, 1000);
    fault->bytes =
        chance_percent(chance, 50) ? chance_below(chance, 200) : chance_below(chance, 4000);
    fault->direction = chance_below(chance, 3);
}

void plan_draw(fault_plan *self, fault_part part, uint64_t seed)
{
    chance_state chance = {.state = seed * 2654435761u + (uint64_t)part};

    *self = (fault_plan){.part = part, .seed = seed};
    self->services = chance_between(&chance, 1, SERVICES_MAX);
    self->workers = chance_between(&chance, 1, 2);
    self->writers = chance_between(&chance, 2, WRITERS_MAX);
    self->write_ms = chance_between(&chance, 200, 700);
    self->slow_us = chance_percent(&chance, 50) ? 2000 : 0;
    self->is_late = chance_percent(&chance, 20);
    self->fault_count = chance_between(&chance, 1, part == PART_server ? 2 : FAULTS_MAX - 1);
    for (int i = 0; i < self->fault_count; i++)
        draw_fault(&chance, self, &self->faults[i]);
    if (part == PART_standby) /* exactly one: afterwards there is no standby any more */
        self->faults[self->fault_count++] =
            (fault_event){.kind = FAULT_promote,
                          .at_ms = chance_between(&chance, 50, self->write_ms),
                          .target = chance_below(&chance, 2)};
}

void plan_show(const fault_plan *self, FILE *file)
{
    fprintf(file, "# %s:%llu: %d services of %d workers%s, %d writers for %d ms%s\n",
            part_names[self->part], (unsigned long long)self->seed, self->services, self->workers,
            self->is_late ? " that start late" : "", self->writers, self->write_ms,
            self->slow_us != 0 ? ", slow" : "");
    for (int i = 0; i < self->fault_count; i++) {
        const fault_event *fault = &self->faults[i];

        fprintf(file, "#   at %d ms %s", fault->at_ms, fault_names[fault->kind]);
        if (fault->duration_ms != 0)
            fprintf(file, " for %d ms", fault->duration_ms);
        fprintf(file, ", target %d", fault->target);
        if (fault->kind == FAULT_cut || fault->kind == FAULT_half_open ||
            fault->kind == FAULT_vanish)
            fprintf(file, ", after %d bytes, direction %d", fault->bytes, fault->direction);
        fprintf(file, "\n");
    }
}
