/* completion_zsh.c -- completion of command lines in zsh. */
#include "command/completion.h"

#include <stdio.h>

static void print_zsh_option(const struct pc_choice *choice)
{
    const char *words = pc_choice_words(choice->flag);

    printf(" \\\n            '%.*s[", PC_TEXT_ARGS(choice->flag));
    pc_print_plain(choice->help);
    printf("]");
    if (words != NULL)
        printf(":%.*s:(%s)", PC_TEXT_ARGS(choice->value), words);
    else if (choice->value.size > 0)
        printf(":%.*s:%s", PC_TEXT_ARGS(choice->value),
               pc_text_is(choice->value, "DIR")    ? "_files -/"
               : pc_text_is(choice->value, "PATH") ? "_files"
                                                   : "");
    printf("'");
}

static void print_zsh_command(const struct pc_command *command)
{
    const char *at = command->usage;
    struct pc_choice choice;

    printf("    %s)\n        _arguments '--help[tell how to use it]'", command->name);
    while (pc_next_choice(&at, &choice))
        print_zsh_option(&choice);
    printf(" \\\n            '*:");
    switch (pc_operand_of(command)) {
    case PC_OPERAND_PROGRAM:
        printf("file:_files -g \"*.proj(-.)\"");
        break;
    case PC_OPERAND_FOLDER:
        printf("folder:_files -/");
        break;
    case PC_OPERAND_CODE:
        printf("code:(");
        pc_print_codes();
        printf(")");
        break;
    case PC_OPERAND_SHELL:
        printf("shell:(bash zsh fish)");
        break;
    }
    printf("' ;;\n");
}

void pc_print_zsh(void)
{
    printf("#compdef projc\n"
           "# Completion of projc for zsh: put it into a folder of $fpath, called _projc.\n"
           "local -a commands\n"
           "commands=(\n");
    for (size_t i = 0; pc_commands[i] != NULL; i++) {
        printf("    '%s:", pc_commands[i]->name);
        pc_print_plain(pc_text_of(pc_commands[i]->summary));
        printf("'\n");
    }
    printf("    'help:tell how to use a command'\n"
           ")\n"
           "if (( CURRENT == 2 )); then\n"
           "    _describe command commands\n"
           "    return\n"
           "fi\n"
           "shift words\n"
           "(( CURRENT-- ))\n"
           "case $words[1] in\n");
    for (size_t i = 0; pc_commands[i] != NULL; i++)
        print_zsh_command(pc_commands[i]);
    printf("    help)\n"
           "        _describe command commands ;;\n"
           "esac\n");
}
