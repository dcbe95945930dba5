stockbell_module(USES base contracts platform/db platform/http platform/text platform/log platform/jobs
  commerce/sites commerce/imports commerce/catalog commerce/inventory LIBRARIES date::date-tz OpenSSL::Crypto TEST_USES platform/crypto)
