# clause.c: handlers read the first part of the key for each
s/"handler->key\[%u\]", (unsigned)expression->key/"handler->key[%u]", 0u * (unsigned)expression->key/
