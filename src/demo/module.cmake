stockbell_module(USES base)
