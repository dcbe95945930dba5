stockbell_module(USES base platform/text)
