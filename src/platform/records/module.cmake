stockbell_module(USES base LIBRARIES ZLIB::ZLIB PkgConfig::zstd)
