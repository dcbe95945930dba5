stockbell_module(USES base contracts platform/db platform/http platform/text platform/log
  commerce/outbox commerce/imports commerce/catalog commerce/inventory)
