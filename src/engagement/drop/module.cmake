stockbell_module(USES base platform/db platform/crypto platform/log platform/sftp)
