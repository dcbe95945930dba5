stockbell_module(USES base platform/crypto platform/db platform/http platform/text platform/templates platform/log
  commerce/sites commerce/imports commerce/catalog commerce/inventory commerce/outbox commerce/capture LIBRARIES ZLIB::ZLIB)
