stockbell_module(USES base contracts platform/crypto platform/db platform/http platform/text)
