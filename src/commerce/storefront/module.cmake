stockbell_module(USES base platform/db platform/http platform/text platform/templates platform/log
  commerce/imports commerce/catalog commerce/inventory commerce/outbox commerce/capture)
