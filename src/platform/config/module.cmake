stockbell_module(USES base LIBRARIES tomlplusplus::tomlplusplus)
