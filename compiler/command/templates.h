/* templates.h -- what `projc new` writes; ~ stands for the package's name. */
#ifndef PC_COMMAND_TEMPLATES_H
#define PC_COMMAND_TEMPLATES_H

struct pc_template {
    const char *name;
    const char *text;
};

extern const char pc_template_program[];        /* the .proj */
extern const struct pc_template pc_templates[]; /* all files; a NULL name ends them */

#endif
