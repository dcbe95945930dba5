stockbell_module(USES base platform/db platform/log platform/text engagement/data_extensions)
