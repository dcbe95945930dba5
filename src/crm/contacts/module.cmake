stockbell_module(USES base contracts platform/db platform/text)
