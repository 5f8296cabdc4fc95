/* The command line of a service: parsing it, and what its commands share. */
#include "service/cli.h"

#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "codec/value.h"
#include "service/likeness.h"

/* ---- flags and arguments ---- */

static int flag_index(const projc__command *command, const char *name, size_t size)
{
    for (int i = 0; i < PROJC__COMMAND_FLAGS_MAX && command->flags[i].name != NULL; i++)
        if (strlen(command->flags[i].name) == size &&
            memcmp(command->flags[i].name, name, size) == 0)
            return i;
    return -1;
}

const char *projc__cli_flag(const projc__cli *cli, const char *name)
{
    int index = flag_index(cli->command, name, strlen(name));

    return index < 0 ? NULL : cli->flag_values[index];
}

static int unknown_flag(projc__cli *cli, const char *name, size_t size)
{
    projc__likeness likeness = projc__likeness_begin(name, size);
    char flags[PROJC__SETTING_COUNT_][PROJC__FLAG_MAX];

    for (int i = 0; i < PROJC__COMMAND_FLAGS_MAX && cli->command->flags[i].name != NULL; i++)
        projc__likeness_offer(&likeness, cli->command->flags[i].name);
    for (int i = 0; i < PROJC__SETTING_COUNT_; i++) {
        projc__setting_flag((projc__setting)i, flags[i]);
        projc__likeness_offer(&likeness, flags[i]);
    }
    if (likeness.best != NULL)
        return projc__cli_usage(cli, "`%s` has no option --%.*s; did you mean --%s?",
                                cli->command->name, (int)size, name, likeness.best);
    return projc__cli_usage(cli, "`%s` has no option --%.*s", cli->command->name, (int)size, name);
}

/* One --name, --name=value or --name value. Returns an exit status, and the arguments it used. */
static int read_flag(projc__cli *cli, const char *word, const char *next, int *used)
{
    const char *name = word + 2;
    const char *equals = strchr(name, '=');
    size_t size = equals == NULL ? strlen(name) : (size_t)(equals - name);
    int index = flag_index(cli->command, name, size);
    bool is_config = size == strlen("config") && memcmp(name, "config", size) == 0;
    projc__setting setting = PROJC__DATABASE_URL;
    bool is_setting = index < 0 && !is_config && projc__setting_find(name, size, &setting);
    const char *value = equals == NULL ? next : equals + 1;

    *used = 1;
    if (index < 0 && !is_config && !is_setting)
        return unknown_flag(cli, name, size);
    if (index >= 0 && !cli->command->flags[index].has_value) {
        if (equals != NULL)
            return projc__cli_usage(cli, "--%.*s takes no value", (int)size, name);
        cli->flag_values[index] = "";
        return PROJC__EXIT_OK;
    }
    if (value == NULL)
        return projc__cli_usage(cli, "--%.*s needs a value", (int)size, name);
    *used = equals == NULL ? 2 : 1;
    if (index >= 0)
        cli->flag_values[index] = value;
    else if (is_config)
        cli->config_file = value;
    else
        projc__settings_flag(&cli->settings, setting, value);
    return PROJC__EXIT_OK;
}

/* --help before any "--": wherever somebody gave up typing. */
static bool wants_help(int argc, char **argv)
{
    for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || (i == 2 && strcmp(argv[i], "-h") == 0))
            return true;
    return false;
}

/* Everything behind the command. */
static int read_arguments(projc__cli *cli, int argc, char **argv)
{
    bool flags_are_over = false;

    for (int i = 2; i < argc;) {
        int used = 1;

        if (!flags_are_over && strcmp(argv[i], "--") == 0) {
            flags_are_over = true;
        } else if (!flags_are_over && strncmp(argv[i], "--", 2) == 0) {
            int status = read_flag(cli, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &used);

            if (status != PROJC__EXIT_OK)
                return status;
        } else if (cli->argument_count == PROJC__ARGUMENTS_MAX) {
            return projc__cli_usage(cli, "over %d arguments", PROJC__ARGUMENTS_MAX);
        } else {
            cli->arguments[cli->argument_count++] = argv[i];
        }
        i += used;
    }
    return PROJC__EXIT_OK;
}

/* ---- what commands share ---- */

projc_status projc__cli_store(projc__cli *cli, projc_store **store, projc_error *error)
{
    projc_store_options options = {.database = cli->options.database,
                                   .application_name = cli->program,
                                   .event_max_bytes = cli->options.event_max_bytes,
                                   .state_max_bytes = cli->options.state_max_bytes};
    projc_status status = PROJC_OK;

    if (cli->store == NULL)
        status = projc_store_open(&options, &cli->store, error);
    *store = cli->store;
    return status;
}

void projc__cli_engine(projc__cli *cli, projc__engine *engine)
{
    *engine = (projc__engine){.options = cli->options,
                              .clock = &projc__real_clock,
                              .log = &cli->log,
                              .metrics = &projc__no_metrics};
}

static const projc__command *find_command(const char *name, size_t size)
{
    for (size_t i = 0; projc__commands[i] != NULL; i++)
        if (strlen(projc__commands[i]->name) == size &&
            memcmp(projc__commands[i]->name, name, size) == 0)
            return projc__commands[i];
    return NULL;
}

/* The library does not know what the program is called: its "run `schema --apply`" becomes
 * "run `bank schema --apply`", which can be typed as it stands. */
static void print_message(const projc__cli *cli, const char *message)
{
    bool is_quoted = false;

    for (const char *at = message; *at != '\0'; at++) {
        (void)putc(*at, stderr);
        if (*at != '`')
            continue;
        is_quoted = !is_quoted;
        if (at - message >= 11 && memcmp(at - 11, "projection ", 11) == 0)
            continue; /* which may be called like a command */
        if (is_quoted && find_command(at + 1, strcspn(at + 1, " `")) != NULL)
            fprintf(stderr, "%s ", cli->program);
    }
}

int projc__cli_fail(projc__cli *cli, const projc_error *error)
{
    fprintf(stderr, "%s: ", cli->program);
    print_message(cli,
                  error->message[0] != '\0' ? error->message : projc_status_text(error->status));
    if (error->sqlstate[0] != '\0')
        fprintf(stderr, " (SQLSTATE %s)", error->sqlstate);
    (void)putc('\n', stderr);
    switch (error->status) {
    case PROJC_INVALID:
    case PROJC_UNSUPPORTED:
        return PROJC__EXIT_USAGE;
    case PROJC_CONNECTION:
    case PROJC_TRANSIENT:
    case PROJC_LOCKED:
    case PROJC_FENCED:
    case PROJC_NO_MEMORY:
    case PROJC_DATABASE:
    case PROJC_NO_SCHEMA:
    case PROJC_IO:
        return PROJC__EXIT_DATABASE;
    default:
        return PROJC__EXIT_FOUND;
    }
}

int projc__cli_usage(projc__cli *cli, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "%s: ", cli->program);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    if (cli->command != NULL)
        fprintf(stderr, "\n`%s help %s` tells how to use it\n", cli->program, cli->command->name);
    else
        fprintf(stderr, "\n`%s help` lists the commands\n", cli->program);
    return PROJC__EXIT_USAGE;
}

bool projc__cli_projection(projc__cli *cli, const char *name, projc__target *target)
{
    projc__likeness likeness = projc__likeness_begin(name, strlen(name));

    for (uint32_t i = 0; i < cli->service->module_count; i++) {
        const projc_module *module = cli->service->modules[i];

        for (uint32_t j = 0; j < module->projection_count; j++) {
            const projc_projection_type *type = &module->projections[j];

            projc__likeness_offer(&likeness, type->name);
            if (strcmp(type->name, name) == 0) {
                *target = projc__target_of(module, j);
                return true;
            }
        }
    }
    if (likeness.best != NULL)
        (void)projc__cli_usage(cli, "there is no projection `%s`; did you mean `%s`?", name,
                               likeness.best);
    else
        (void)projc__cli_usage(cli, "there is no projection `%s`; `%s status` lists them", name,
                               cli->program);
    return false;
}

projc_status projc__cli_generation(projc__cli *cli, const projc__target *target,
                                   projc__generation *generation, projc_error *error)
{
    projc_store *store;
    projc_status status = projc__cli_store(cli, &store, error);

    if (status == PROJC_OK)
        status = projc__store_find_generation(store, target->module->package, target->type->name,
                                              cli->arena, generation, error);
    if (status == PROJC_ABSENT)
        return projc_error_set(error, PROJC_NO_SCHEMA,
                               "projection `%s` has never run in this database: `%s run` starts it",
                               target->type->name, cli->program);
    return status;
}

bool projc__cli_key(projc__cli *cli, const projc__target *target, int first, projc_value *parts,
                    uint32_t *count)
{
    const projc_table *table = target->type->table;
    uint32_t wanted = target->type->kind == PROJC_STREAM_PROJECTION ? 0 : table->key_count;
    projc_error error = {0};

    *count = (uint32_t)(cli->argument_count - first);
    if (*count != wanted) {
        (void)projc__cli_usage(cli, "a key of `%s` has %u part%s, not %u", target->type->name,
                               wanted, wanted == 1 ? "" : "s", *count);
        return false;
    }
    for (uint32_t i = 0; i < wanted; i++) {
        const char *text = cli->arguments[first + (int)i];

        if (projc__value_parse(cli->arena, &table->columns[i], projc_text_of(text, strlen(text)),
                               &parts[i], &error) != PROJC_OK) {
            (void)projc__cli_usage(cli, "%s", error.message);
            return false;
        }
    }
    return true;
}

/* ---- main ---- */

int projc__cli_unknown_command(projc__cli *cli, const char *name)
{
    projc__likeness likeness = projc__likeness_begin(name, strlen(name));

    for (size_t i = 0; projc__commands[i] != NULL; i++)
        projc__likeness_offer(&likeness, projc__commands[i]->name);
    if (likeness.best != NULL)
        return projc__cli_usage(cli, "there is no command `%s`; did you mean `%s`?", name,
                                likeness.best);
    return projc__cli_usage(cli, "there is no command `%s`", name);
}

static int run_command(projc__cli *cli, int argc, char **argv)
{
    projc_log_level level = PROJC_LOG_INFO;
    projc__log_format format = PROJC__LOGFMT;
    projc_error error = {0};
    int status = read_arguments(cli, argc, argv);

    if (status != PROJC__EXIT_OK)
        return status;
    if (projc__settings_hide_database(&cli->settings, &error) != PROJC_OK)
        return projc__cli_fail(cli, &error);
    if (projc__settings_load(&cli->settings, cli->config_file, &error) != PROJC_OK) {
        error.status = PROJC_INVALID;
        return projc__cli_fail(cli, &error);
    }
    projc__settings_apply(&cli->settings, &cli->options);
    cli->options.on_error = cli->service->on_error;
    cli->options.user = cli->service->user;
    (void)projc__log_parse_level(cli->settings.texts[PROJC__LOG_LEVEL], &level);
    (void)projc__log_parse_format(cli->settings.texts[PROJC__LOG], &format);
    projc__log_init(&cli->log, level, format, STDERR_FILENO, &projc__real_clock);
    cli->arena = projc_arena_new(0);
    if (cli->arena == NULL) {
        (void)projc_error_set(&error, PROJC_NO_MEMORY, "out of memory");
        status = projc__cli_fail(cli, &error);
    } else {
        status = cli->command->run(cli);
    }
    projc_store_close(cli->store);
    projc_arena_free(cli->arena);
    projc__log_clear(&cli->log);
    return status;
}

static const char *base_name(const char *path)
{
    const char *slash = path == NULL ? NULL : strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

/* A file that grows beyond the process's limit is a full disk, with a message, not a silent end. */
static void ignore_file_size_signal(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    (void)sigemptyset(&ignore.sa_mask);
    (void)sigaction(SIGXFSZ, &ignore, NULL);
}

/* glibc takes large blocks from the system as they are, and gives them back when they are freed,
 * until one was freed: then blocks up to its size are cut from the heaps of the threads, which do
 * not shrink while anything stands behind. With units of work of all sizes these became twice as
 * large as what was in use, and were slow to find a size at all. A program that embeds a runtime
 * decides for itself. */
static void give_back_large_blocks(void)
{
#ifdef __GLIBC__
    (void)mallopt(M_MMAP_THRESHOLD, 256 * 1024);
    (void)mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
#endif
}

int projc_main_with(int argc, char **argv, const projc_service_options *options)
{
    projc__cli cli = {.service = options};
    const char *word = argc > 1 ? argv[1] : "help";
    int status;

    give_back_large_blocks();
    ignore_file_size_signal();
    cli.program = argc > 0 && argv[0] != NULL ? base_name(argv[0]) : options->modules[0]->package;
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        word = "help";
    else if (strcmp(word, "--version") == 0)
        word = "version";
    projc__settings_init(&cli.settings, options->modules[0]->package);
    cli.command = find_command(word, strlen(word));
    if (cli.command == NULL) {
        status = projc__cli_unknown_command(&cli, word);
    } else if (wants_help(argc, argv)) {
        printf("usage: %s %s", cli.program, cli.command->usage);
        status = PROJC__EXIT_OK;
    } else {
        status = run_command(&cli, argc, argv);
        if (argc < 2)
            status = PROJC__EXIT_USAGE;
    }
    projc__settings_clear(&cli.settings);
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        fprintf(stderr, "%s: cannot write to standard output\n", cli.program);
        return PROJC__EXIT_DATABASE;
    }
    return status;
}

int projc_main(int argc, char **argv, const projc_module *module)
{
    const projc_module *const modules[] = {module};
    projc_service_options options = {.modules = modules, .module_count = 1};

    return projc_main_with(argc, argv, &options);
}
