stockbell_module(USES base contracts platform/db platform/crypto platform/http platform/text engagement/extensions)
