stockbell_module(USES base contracts platform/db platform/erasures platform/http platform/text platform/log commerce/sites commerce/protection commerce/outbox
  LIBRARIES ZLIB::ZLIB)
