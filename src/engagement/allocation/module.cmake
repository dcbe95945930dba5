stockbell_module(USES base platform/db)
