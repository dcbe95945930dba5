stockbell_module(USES base platform/text platform/log LIBRARIES ssh)
