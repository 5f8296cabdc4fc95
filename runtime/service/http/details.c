/* What the page shows besides `status --json`: failed keys, and where the lanes stand. */
#include "service/http/details.h"

#include "service/http/board.h"
#include "service/key_report.h"

void projc__details_failed(const projc__survey *survey, projc_arena *arena,
                           projc_json_writer *writer, projc_error *error)
{
    size_t total = 0;
    size_t shown = 0;

    for (size_t i = 0; i < survey->count; i++)
        total += survey->standings[i].key_count;
    projc_json_write_map(writer);
    projc_json_write_name(writer, "total");
    projc_json_write_integer(writer, (int64_t)total);
    projc_json_write_name(writer, "keys");
    projc_json_write_list(writer);
    for (size_t i = 0; i < survey->count; i++) {
        const projc__standing *standing = &survey->standings[i];

        for (size_t j = 0; j < standing->key_count && shown < PROJC__KEYS_SHOWN; j++)
            shown += projc__write_key_row(arena, &standing->target, &standing->keys[j],
                                          &standing->waits, writer, error) == PROJC_OK;
    }
    projc_json_write_list_end(writer);
    projc_json_write_map_end(writer);
}

void projc__details_lanes(const projc__survey *survey, projc_arena *arena,
                          projc_json_writer *writer, projc_error *error)
{
    (void)arena;
    (void)error;
    projc_json_write_list(writer);
    for (size_t i = 0; i < survey->count; i++) {
        const projc__standing *standing = &survey->standings[i];

        projc_json_write_list(writer);
        for (size_t j = 0; j < standing->lane_count && j < PROJC__LANES_SHOWN; j++)
            projc_json_write_integer(writer, standing->lanes[j].position);
        projc_json_write_list_end(writer);
    }
    projc_json_write_list_end(writer);
}
