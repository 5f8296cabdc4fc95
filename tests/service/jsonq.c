/* The tests' hands: reads JSON strictly with jansson, and asks an SQLite file.
 *
 *     jsonq get PATH          the value at a path such as .0.owners.0, texts without quotation
 * marks jsonq keys [PATH]       the keys of an object, sorted, on one line jsonq lines every line
 * is a JSON object; prints how many jsonq --sqlite FILE SQL rows, columns separated by | */
#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int complain(const char *what, const char *which)
{
    fprintf(stderr, "jsonq: %s %s\n", what, which);
    return 1;
}

static const json_t *walk(const json_t *value, const char *path)
{
    char name[128];

    while (value != NULL && *path == '.') {
        size_t size = strcspn(path + 1, ".");

        if (size == 0 || size >= sizeof name)
            return NULL;
        memcpy(name, path + 1, size);
        name[size] = '\0';
        path += size + 1;
        value = json_is_array(value) ? json_array_get(value, (size_t)strtoul(name, NULL, 10))
                                     : json_object_get(value, name);
    }
    return value;
}

static int get(const json_t *root, const char *path)
{
    const json_t *value = walk(root, path);
    char *text;

    if (value == NULL)
        return complain("there is nothing at", path);
    if (json_is_string(value)) {
        puts(json_string_value(value));
        return 0;
    }
    text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    if (text == NULL)
        return complain("cannot write", path);
    puts(text);
    free(text);
    return 0;
}

static int compare(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int keys(const json_t *root, const char *path)
{
    const json_t *value = walk(root, path);
    const char *names[64];
    size_t count = 0;

    if (!json_is_object(value))
        return complain("no object at", path);
    for (void *at = json_object_iter((json_t *)value); at != NULL && count < 64;
         at = json_object_iter_next((json_t *)value, at))
        names[count++] = json_object_iter_key(at);
    qsort(names, count, sizeof *names, compare);
    for (size_t i = 0; i < count; i++)
        printf("%s%s", i > 0 ? " " : "", names[i]);
    puts("");
    return 0;
}

static int lines(void)
{
    char *line = NULL;
    size_t capacity = 0;
    size_t count = 0;

    while (getline(&line, &capacity, stdin) >= 0) {
        json_t *value = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

        if (!json_is_object(value))
            return complain("no object:", line);
        json_decref(value);
        count++;
    }
    free(line);
    printf("%zu\n", count);
    return 0;
}

static int print_row(void *context, int count, char **values, char **names)
{
    (void)context;
    (void)names;
    for (int i = 0; i < count; i++)
        printf("%s%s", i > 0 ? "|" : "", values[i] == NULL ? "" : values[i]);
    puts("");
    return 0;
}

static int ask_sqlite(const char *file, const char *sql)
{
    sqlite3 *database;
    char *message = NULL;
    int code;

    if (sqlite3_open(file, &database) != SQLITE_OK)
        return complain("cannot open", file);
    (void)sqlite3_busy_timeout(database, 5000);
    code = sqlite3_exec(database, sql, print_row, NULL, &message);
    if (code != SQLITE_OK)
        fprintf(stderr, "jsonq: %s\n", message);
    sqlite3_free(message);
    sqlite3_close(database);
    return code != SQLITE_OK;
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    const char *path = argc > 2 ? argv[2] : "";
    json_error_t error;
    json_t *root;
    int status;

    if (strcmp(word, "--sqlite") == 0 && argc == 4)
        return ask_sqlite(argv[2], argv[3]);
    if (strcmp(word, "lines") == 0)
        return lines();
    root = json_loadf(stdin, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (root == NULL)
        return complain("no JSON:", error.text);
    if (strcmp(word, "get") == 0)
        status = get(root, path);
    else if (strcmp(word, "keys") == 0)
        status = keys(root, path);
    else
        status = complain("unknown command", word);
    json_decref(root);
    return status;
}
