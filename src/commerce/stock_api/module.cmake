stockbell_module(USES base platform/crypto platform/db platform/http platform/text
  commerce/sites commerce/imports commerce/catalog commerce/inventory)
