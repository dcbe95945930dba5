stockbell_module(USES base contracts platform/db platform/crypto platform/text platform/http)
