stockbell_module(USES base contracts platform/db platform/erasures platform/http platform/text platform/log
  commerce/sites commerce/imports commerce/outbox commerce/catalog commerce/inventory commerce/stock_api commerce/webhooks commerce/capture commerce/feed commerce/import_jobs commerce/storefront)
