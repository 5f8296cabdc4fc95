/* completion_bash.c -- completion of command lines in bash. */
#include "command/completion.h"

#include <stdio.h>

static void print_bash_values(const struct pc_command *command)
{
    const char *at = command->usage;
    struct pc_choice choice;

    while (pc_next_choice(&at, &choice)) {
        const char *words = pc_choice_words(choice.flag);

        if (choice.value.size == 0)
            continue;
        printf("    %s:%.*s) ", command->name, PC_TEXT_ARGS(choice.flag));
        if (words != NULL)
            printf("words='%s' kind=words ;;\n", words);
        else
            printf("kind=%s ;;\n", pc_text_is(choice.value, "DIR")    ? "folders"
                                   : pc_text_is(choice.value, "PATH") ? "files"
                                                                      : "nothing");
    }
}

static void print_bash_words(const struct pc_command *command)
{
    static const char *const kinds[] = {[PC_OPERAND_PROGRAM] = "programs",
                                        [PC_OPERAND_FOLDER] = "folders",
                                        [PC_OPERAND_CODE] = "words",
                                        [PC_OPERAND_SHELL] = "words"};
    const char *at = command->usage;
    struct pc_choice choice;

    printf("    %s) kind=%s words='--help", command->name, kinds[pc_operand_of(command)]);
    while (pc_next_choice(&at, &choice))
        printf(" %.*s", PC_TEXT_ARGS(choice.flag));
    if (pc_operand_of(command) == PC_OPERAND_CODE)
        pc_print_codes();
    if (pc_operand_of(command) == PC_OPERAND_SHELL)
        printf(" bash zsh fish");
    printf("' ;;\n");
}

void pc_print_bash(void)
{
    printf("# Completion of projc for bash: source this, or put it where bash-completion looks.\n"
           "_projc()\n"
           "{\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} kind=words words= IFS=$'\\n'\n"
           "    COMPREPLY=()\n"
           "    case $COMP_CWORD in 1) words='--help --version");
    pc_print_commands();
    printf("' ;; *)\n"
           "    case ${COMP_WORDS[1]}:${COMP_WORDS[COMP_CWORD-1]} in\n");
    for (size_t i = 0; pc_commands[i] != NULL; i++)
        print_bash_values(pc_commands[i]);
    printf("    *)\n"
           "    case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; pc_commands[i] != NULL; i++)
        print_bash_words(pc_commands[i]);
    printf("    help) words='");
    pc_print_commands();
    printf(
        "' ;;\n"
        "    esac ;;\n"
        "    esac ;;\n"
        "    esac\n"
        "    case $kind:$word in\n"
        "    words:* | programs:-* | folders:-*) COMPREPLY=($(compgen -W \"${words// /$IFS}\" -- "
        "\"$word\")) ;;\n"
        "    programs:*) COMPREPLY=($(compgen -f -X '!*.proj' -- \"$word\"; compgen -d -- "
        "\"$word\")) ;;\n"
        "    folders:*) COMPREPLY=($(compgen -d -- \"$word\")) ;;\n"
        "    files:*) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
        "    esac\n"
        "}\n"
        "complete -o filenames -F _projc projc\n");
}
