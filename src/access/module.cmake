stockbell_module(USES base platform/db platform/http platform/crypto platform/text access/oauth)
