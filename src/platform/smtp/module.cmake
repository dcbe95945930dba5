stockbell_module(USES base LIBRARIES OpenSSL::SSL OpenSSL::Crypto)
