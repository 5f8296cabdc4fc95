/* A projector that has lost its generation while it runs is exchanged for another one.
 *
 * DESIGN. Workers borrow a projector for a step. A generation can be swapped out under it, dropped,
 * or swapped in: the step then ends with a STOP status, or says that it is so. The projector is
 * marked as stale, nobody borrows it any more, and the last one who has it (or the next one who
 * wants it) opens the projection anew: the same program goes on with the new generation, another
 * one learns what has replaced it and stops. Where the new projector is the old one again, the
 * error was a real one. */
#include "service/exchange.h"

#include "engine/building.h"

projc__loan projc__projector_borrow(projc_runtime *runtime, projc__registered *registered)
{
    projc__loan loan = PROJC__LENT;

    pthread_mutex_lock(&runtime->lock);
    if (registered->is_over)
        loan = PROJC__OVER;
    else if (registered->is_stale && (registered->borrowers > 0 || registered->is_exchanging))
        loan = PROJC__NOT_NOW;
    else if (registered->is_stale)
        loan = PROJC__STALE;
    if (loan == PROJC__LENT)
        registered->borrowers++;
    registered->is_exchanging = registered->is_exchanging || loan == PROJC__STALE;
    pthread_mutex_unlock(&runtime->lock);
    return loan;
}

void projc__projector_return(projc_runtime *runtime, projc__registered *registered,
                             const projc_error *error, bool is_stale)
{
    pthread_mutex_lock(&runtime->lock);
    registered->borrowers--;
    if (is_stale && !registered->is_stale) {
        registered->is_stale = true;
        registered->why = *error;
    }
    pthread_mutex_unlock(&runtime->lock);
}

/* The first reason stays. */
static void end(projc__registered *registered, const projc_error *error)
{
    registered->is_over = true;
    registered->why = *error;
}

static void log_exchange(projc_runtime *runtime, const projc__projector *made)
{
    projc__log(runtime->engine.log, PROJC_LOG_INFO,
               projc__projector_is_building(made) ? "building a generation beside the live one"
                                                  : "going on with another generation",
               projc__log_name("projection", projc__projector_type(made)->name),
               projc__log_integer("generation", projc__projector_generation(made)));
}

projc_status projc__projector_exchange(projc_runtime *runtime, projc__registered *registered,
                                       projc__workspace *workspace, projc_error *error)
{
    projc__projector *old = registered->projector;
    projc__projector *made = NULL;
    projc_error opening = {0};
    projc_status status = projc__projector_enter(&runtime->engine, workspace, registered->module,
                                                 registered->projection, true, &made, &opening);
    bool is_same = status == PROJC_OK && projc__projector_is_same(made, old);

    if (status == PROJC_OK && !is_same && !projc__projector_has_own_logic(made))
        status = projc_error_set(&opening, PROJC_MISMATCH,
                                 "projection `%s` was replaced while it ran: start again",
                                 projc__projector_type(made)->name);
    opening.status = status;
    pthread_mutex_lock(&runtime->lock);
    registered->is_exchanging = false;
    if (is_same && registered->why.status != PROJC_OK) {
        end(registered, &registered->why);
    } else if (status == PROJC_OK) {
        registered->projector = made;
        registered->is_stale = false;
        runtime->must_deal = true;
    } else if (projc_status_class_of(status) != PROJC_CLASS_INFRA) {
        /* What opening says is why: the error of the step came of it. */
        end(registered, &opening);
    }
    if (registered->is_over)
        status = registered->why.status;
    *error = registered->is_over ? registered->why : opening;
    pthread_mutex_unlock(&runtime->lock);
    if (status != PROJC_OK) {
        projc__projector_close(made);
        return status;
    }
    log_exchange(runtime, made);
    projc__projector_close(old);
    return PROJC_OK;
}
