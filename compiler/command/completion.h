/* completion.h -- what completion for any shell is made of: commands, their options, what these
 * take.
 */
#ifndef PC_COMMAND_COMPLETION_H
#define PC_COMMAND_COMPLETION_H

#include "base/text.h"
#include "command/command.h"

#include <stdbool.h>

/* One option of a command. */
struct pc_choice {
    struct pc_text flag;  /* "-o", "--store" */
    struct pc_text value; /* "DIR"; empty: it takes none */
    struct pc_text help;  /* what stands behind it on its line, up to a colon or the like */
};

/* The next option of a usage text from *at on. False: there is none. */
bool pc_next_choice(const char **at, struct pc_choice *choice);

/* The words that an option takes; NULL: any, or the name of a file or folder. */
const char *pc_choice_words(struct pc_text flag);

/* What a command takes besides options. */
enum pc_operand { PC_OPERAND_PROGRAM, PC_OPERAND_FOLDER, PC_OPERAND_CODE, PC_OPERAND_SHELL };
enum pc_operand pc_operand_of(const struct pc_command *command);

/* All codes of diagnostics, all commands, a blank before each. */
void pc_print_codes(void);
void pc_print_commands(void);
/* Text inside the quotes of a shell, without what would end a description. */
void pc_print_plain(struct pc_text text);

/* completion_bash.c, completion_zsh.c, completion_fish.c */
void pc_print_bash(void);
void pc_print_zsh(void);
void pc_print_fish(void);

#endif
