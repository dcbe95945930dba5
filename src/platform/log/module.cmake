stockbell_module(USES LIBRARIES spdlog::spdlog)
