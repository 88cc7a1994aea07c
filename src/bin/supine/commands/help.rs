//! What stands below the help of the program itself.

/// Examples of everyday use, and the exit codes.
pub const EXAMPLES: &str = "\
Examples:
  supine                                the bedtime routine, as it is
  supine --pace slow --ambience rain    slower, over rain
  supine play --holds 0.5               half of every hold
  supine resume                         continue the session that was cut short
  supine render -o bed.opus             a file for the phone
  supine show bedtime-back              read what will be said
  supine voices                         who can speak
  supine setup                          choose a voice and a pace by ear
  supine new my-back                    write a routine of your own

How it ended (exit code):
  0  to its end         3  no voice answers   130  Ctrl-C, faded out
  1  something failed   4  no sound device    131  Ctrl-\\, faded out
  2  a mistake on the command line,           143  SIGTERM, faded out
     in a routine or in the config";
