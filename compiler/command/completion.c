/* completion.c -- projc completion: what the shells must know to complete a command line. It comes
 * from the table of commands and their usage texts, where each option has a line that begins with
 * two blanks and a dash: nothing is told twice. */
#include "command/completion.h"

#include "base/diag.h"

#include <stdio.h>
#include <string.h>

static struct pc_text until(const char *start, const char *ends)
{
    return (struct pc_text){start, strcspn(start, ends)};
}

/* Reads the option on a line of a usage text. False: there is none. */
static bool read_choice(const char *line, struct pc_choice *choice)
{
    const char *help;

    if (strncmp(line, "  -", 3) != 0)
        return false;
    choice->flag = until(line + 2, " \n");
    choice->value = (struct pc_text){NULL, 0};
    help = choice->flag.data + choice->flag.size;
    if (help[0] == ' ' && help[1] != ' ') {
        choice->value = until(help + 1, " \n");
        help = choice->value.data + choice->value.size;
    }
    help += strspn(help, " ");
    choice->help = until(help, "\n:;(");
    while (choice->help.size > 0 && choice->help.data[choice->help.size - 1] == ' ')
        choice->help.size--;
    return true;
}

/* The next option of a usage text from *at on. */
bool pc_next_choice(const char **at, struct pc_choice *choice)
{
    while (**at != '\0') {
        const char *line = *at;

        *at += strcspn(*at, "\n");
        *at += **at == '\n' ? 1 : 0;
        if (read_choice(line, choice))
            return true;
    }
    return false;
}

/* The words that an option takes; NULL: any, or the name of a file or folder. */
const char *pc_choice_words(struct pc_text flag)
{
    static const char *const known[][2] = {{"--store", "sqlite postgres"},
                                           {"--level", "events state tables api"},
                                           {"--format", "mermaid dot"}};

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (pc_text_is(flag, known[i][0]))
            return known[i][1];
    return NULL;
}

static bool is_called(const struct pc_command *command, const char *name)
{
    return strcmp(command->name, name) == 0;
}

enum pc_operand pc_operand_of(const struct pc_command *command)
{
    return is_called(command, "new")          ? PC_OPERAND_FOLDER
           : is_called(command, "explain")    ? PC_OPERAND_CODE
           : is_called(command, "completion") ? PC_OPERAND_SHELL
                                              : PC_OPERAND_PROGRAM;
}

void pc_print_codes(void)
{
    for (int code = 0; code < PC_CODE_COUNT; code++)
        printf(" %s", pc_code_describe((enum pc_diagnostic_code)code)->name);
}

void pc_print_commands(void)
{
    for (size_t i = 0; pc_commands[i] != NULL; i++)
        printf(" %s", pc_commands[i]->name);
    printf(" help");
}

/* Text inside '…' of a shell, without what ends a description. */
void pc_print_plain(struct pc_text text)
{
    for (size_t i = 0; i < text.size; i++)
        if (strchr("'[]\\`$", text.data[i]) == NULL)
            putchar(text.data[i]);
}

/* ---- the command ---- */

static int run(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } shells[] = {{"bash", pc_print_bash}, {"zsh", pc_print_zsh}, {"fish", pc_print_fish}};

    for (size_t i = 0; argc == 2 && i < sizeof shells / sizeof shells[0]; i++)
        if (strcmp(argv[1], shells[i].name) == 0) {
            shells[i].print();
            return PC_EXIT_OK;
        }
    if (argc == 2 && argv[1][0] != '-')
        fprintf(stderr, "projc completion: for bash, zsh or fish, not for `%s`\n", argv[1]);
    return pc_usage_error(&pc_command_completion);
}

const struct pc_command pc_command_completion = {
    .name = "completion",
    .summary = "print what a shell needs to complete command lines",
    .usage = "usage: projc completion bash|zsh|fish\n"
             "\n"
             "  bash:  . <(projc completion bash)\n"
             "  zsh:   projc completion zsh >FOLDER/_projc, with FOLDER in $fpath\n"
             "  fish:  projc completion fish >~/.config/fish/completions/projc.fish\n"
             "\n"
             "Exit status: 0 ok, 2 usage, 3 it could not be written.\n",
    .run = run,
};
