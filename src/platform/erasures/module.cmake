stockbell_module(USES base platform/db platform/crypto)
