// The command line: `stockbell serve`, `stockbell import …` and the rest (docs/operations.md).
#pragma once

namespace stockbell::app {

// Answers the exit code: 0 done, 1 failed, 2 wrong usage.
int run_command(int argc, char** argv);

}  // namespace stockbell::app
