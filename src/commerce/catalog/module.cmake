stockbell_module(USES base platform/db platform/http platform/text commerce/imports)
