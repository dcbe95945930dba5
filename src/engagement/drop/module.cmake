stockbell_module(USES base platform/db platform/crypto platform/http platform/log platform/sftp platform/text)
