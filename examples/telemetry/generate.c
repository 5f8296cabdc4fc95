/* Writes the readings of sensors as JSON lines: the same seed gives the same bytes.
 *
 *     generate [EVENTS [SEED]]          20000 events from seed 1 without arguments
 *
 * Forty sensors at five sites, each sending six readings at a time, ten seconds apart. A
 * temperature wanders; now and then a sensor runs hot for some batches. Sensors are removed and put
 * up again. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { SENSOR_COUNT = 40, READINGS_PER_EVENT = 6, SECONDS_APART = 10, SITE_COUNT = 5 };

typedef struct sensor {
    uint64_t id[2];
    int64_t tenths;      /* of a degree Celsius */
    unsigned hot_events; /* how many events the sensor stays hot */
    int is_installed;
} sensor;

static uint64_t random_state;

/* Sebastiano Vigna's splitmix64. */
static uint64_t draw(void)
{
    uint64_t z = random_state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint64_t below(uint64_t bound)
{
    return draw() % bound;
}

/* From the first of May 2026 on; May has seconds enough for 1.7 million events. */
static void print_time(uint64_t seconds)
{
    printf("\"2026-05-%02uT%02u:%02u:%02uZ\"", (unsigned)(seconds / 86400 % 31) + 1,
           (unsigned)(seconds / 3600 % 24), (unsigned)(seconds / 60 % 60),
           (unsigned)(seconds % 60));
}

/* With a random (version 4) uuid. */
static void begin(const sensor *sensor, const char *event)
{
    const uint64_t *id = sensor->id;

    printf("{\"type\":\"sensor\",\"id\":\"%08" PRIx64 "-%04" PRIx64 "-4%03" PRIx64 "-%04" PRIx64
           "-%012" PRIx64 "\",\"event\":\"%s\",\"payload\":{",
           id[0] >> 32, id[0] >> 16 & 0xFFFF, id[0] & 0xFFF, (id[1] >> 48 & 0x3FFF) | 0x8000,
           id[1] & UINT64_C(0xFFFFFFFFFFFF), event);
}

static void end(uint64_t seconds)
{
    printf("},\"time\":");
    print_time(seconds);
    printf("}\n");
}

/* Every other site keeps the limit that a sensor has when nobody names one. */
static void install(sensor *sensor)
{
    static const char *const sites[SITE_COUNT] = {"Berlin", "Hamburg", "Leipzig", "Munich",
                                                  "Stuttgart"};
    uint64_t site = below(SITE_COUNT);

    sensor->tenths = 200 + (int64_t)below(200);
    sensor->hot_events = 0;
    sensor->is_installed = 1;
    begin(sensor, "SensorInstalled");
    printf("\"site\":\"%s\"", sites[site]);
    if (site % 2 == 1)
        printf(",\"limit\":75.5");
}

static void take_readings(sensor *sensor, uint64_t seconds)
{
    if (sensor->hot_events > 0)
        sensor->hot_events--;
    else if (below(200) == 0)
        sensor->hot_events = 1 + (unsigned)below(3);
    begin(sensor, "ReadingsTaken");
    printf("\"readings\":[");
    for (unsigned reading = 0; reading < READINGS_PER_EVENT; reading++) {
        int64_t tenths;

        sensor->tenths += (int64_t)below(7) - 3;
        if (sensor->tenths < 150 || sensor->tenths > 450)
            sensor->tenths = 300;
        tenths = sensor->tenths + (sensor->hot_events > 0 ? 450 : 0);
        printf("%s{\"at\":", reading > 0 ? "," : "");
        print_time(seconds - (READINGS_PER_EVENT - 1 - reading) * SECONDS_APART);
        printf(",\"celsius\":%" PRId64 ".%d}", tenths / 10, (int)(tenths % 10));
    }
    printf("]");
}

int main(int argc, char **argv)
{
    uint64_t events = argc > 1 ? strtoull(argv[1], NULL, 10) : 20000;
    static sensor sensors[SENSOR_COUNT];

    random_state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    for (unsigned number = 0; number < SENSOR_COUNT; number++) {
        sensors[number].id[0] = draw();
        sensors[number].id[1] = draw();
    }
    /* Each sensor has its turn once a minute. */
    for (uint64_t number = 0; number < events; number++) {
        sensor *sensor = &sensors[number % SENSOR_COUNT];
        uint64_t seconds = 60 + number / SENSOR_COUNT * 60 + number % SENSOR_COUNT;

        if (!sensor->is_installed) {
            install(sensor);
        } else if (below(2000) == 0) {
            sensor->is_installed = 0;
            begin(sensor, "SensorRemoved");
        } else {
            take_readings(sensor, seconds);
        }
        end(seconds);
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
