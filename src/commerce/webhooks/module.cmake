stockbell_module(USES base contracts platform/db platform/http platform/text platform/crypto platform/log
  commerce/sites commerce/imports commerce/outbox commerce/catalog commerce/inventory
  LIBRARIES Boost::json)
