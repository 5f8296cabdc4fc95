# runtime/engine/row_walk.c: a walk does not see what the batch has changed so far
# with tables queries upcasts notify
s/status = place_pending(cache, handler);/status = PROJC_OK;/
