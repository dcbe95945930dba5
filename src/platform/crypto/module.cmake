stockbell_module(USES base LIBRARIES PkgConfig::sodium OpenSSL::Crypto)
