stockbell_module(USES base platform/db platform/http platform/text platform/log platform/records engagement/extensions
  engagement/data_extensions LIBRARIES OpenSSL::Crypto)
