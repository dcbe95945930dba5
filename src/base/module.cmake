stockbell_module(USES)
