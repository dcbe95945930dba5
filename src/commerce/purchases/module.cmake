stockbell_module(USES base contracts platform/http platform/text)
