/* The relay between services and server. */
#include "faults.h"
fault_relay *relay_new(const char *t)
{
    (void)t;
    return NULL;
}
void relay_free(fault_relay *r)
{
    (void)r;
}
int relay_port(const fault_relay *r)
{
    (void)r;
    return 0;
}
void relay_set_target(fault_relay *r, const char *t)
{
    (void)r;
    (void)t;
}
void relay_begin(fault_relay *r, const fault_event *f)
{
    (void)r;
    (void)f;
}
void relay_end(fault_relay *r, const fault_event *f)
{
    (void)r;
    (void)f;
}
void relay_reset(fault_relay *r)
{
    (void)r;
}
