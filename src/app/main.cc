#include "app/commands.h"

int main(int argc, char** argv) { return stockbell::app::run_command(argc, argv); }
