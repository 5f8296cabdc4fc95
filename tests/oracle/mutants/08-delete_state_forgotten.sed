# statement.c: `delete state` deletes nothing
/handler->state_deleted = true/d
