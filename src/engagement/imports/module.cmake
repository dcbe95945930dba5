stockbell_module(USES base contracts platform/db platform/http platform/text platform/log engagement/extensions
  engagement/restocks LIBRARIES OpenSSL::Crypto)
