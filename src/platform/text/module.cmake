stockbell_module(USES base LIBRARIES ICU::uc PkgConfig::idn2 Boost::json)
