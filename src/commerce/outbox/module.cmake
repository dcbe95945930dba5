stockbell_module(USES base platform/log)
