/* completion_fish.c -- completion of command lines in fish. */
#include "command/completion.h"

#include <stdio.h>

static void print_fish_option(const struct pc_command *command, const struct pc_choice *choice)
{
    const char *words = pc_choice_words(choice->flag);
    bool is_long = choice->flag.size > 2 && choice->flag.data[1] == '-';
    size_t dashes = is_long ? 2 : 1;

    printf("complete -c projc -n '__fish_seen_subcommand_from %s' -%s %.*s", command->name,
           is_long                  ? "l"
           : choice->flag.size == 2 ? "s"
                                    : "o",
           (int)(choice->flag.size - dashes), choice->flag.data + dashes);
    if (words != NULL)
        printf(" -x -a '%s'", words);
    else if (pc_text_is(choice->value, "DIR"))
        printf(" -x -a '(__fish_complete_directories)'");
    else if (choice->value.size > 0)
        printf(" -r");
    printf(" -d '");
    pc_print_plain(choice->help);
    printf("'\n");
}

static void print_fish_command(const struct pc_command *command)
{
    const char *at = command->usage;
    struct pc_choice choice;

    printf("complete -c projc -n __fish_use_subcommand -a %s -d '", command->name);
    pc_print_plain(pc_text_of(command->summary));
    printf("'\n");
    while (pc_next_choice(&at, &choice))
        print_fish_option(command, &choice);
    printf("complete -c projc -n '__fish_seen_subcommand_from %s' -a '", command->name);
    switch (pc_operand_of(command)) {
    case PC_OPERAND_PROGRAM:
        printf("(__fish_complete_suffix .proj)");
        break;
    case PC_OPERAND_FOLDER:
        printf("(__fish_complete_directories)");
        break;
    case PC_OPERAND_CODE:
        pc_print_codes();
        break;
    case PC_OPERAND_SHELL:
        printf("bash zsh fish");
        break;
    }
    printf("'\n");
}

void pc_print_fish(void)
{
    printf("# Completion of projc for fish: put it into ~/.config/fish/completions/projc.fish.\n"
           "complete -c projc -f\n"
           "complete -c projc -l help -d 'tell how to use it'\n"
           "complete -c projc -n __fish_use_subcommand -l version -d 'tell the version'\n"
           "complete -c projc -n __fish_use_subcommand -a help -d 'tell how to use a command'\n"
           "complete -c projc -n '__fish_seen_subcommand_from help' -a '");
    pc_print_commands();
    printf("'\n");
    for (size_t i = 0; pc_commands[i] != NULL; i++)
        print_fish_command(pc_commands[i]);
}
