stockbell_module(USES base contracts platform/db platform/http platform/text platform/log
  commerce/sites commerce/imports commerce/outbox commerce/catalog)
