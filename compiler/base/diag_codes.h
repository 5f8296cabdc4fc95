/* diag_codes.h -- every diagnostic code, once: code, short title, explanation for `projc explain`.
 *
 * E0000..E0099 characters, syntax, files    E0100.. names, imports, declarations
 * E0200.. expressions, types, fields        E0300.. projections and handlers (W03xx: warnings)
 * E0400.. tests in the file                 E0900   parsed, but not supported yet
 * Add a row in the order of the numbers; never give a number a second meaning. */
#ifndef PC_BASE_DIAG_CODES_H
#define PC_BASE_DIAG_CODES_H

#define PC_DIAGNOSTIC_CODES(X)                                                                     \
    X(E0001, "syntax error", "The text does not follow the grammar at this place.\n")             \
    X(E0900, "not supported yet",                                                                  \
      "The construct is part of the language and is read correctly, but this version of projc\n"  \
      "does not generate code for it yet.\n")

#endif
