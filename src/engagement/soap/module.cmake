stockbell_module(USES base platform/db platform/http platform/log platform/text engagement/data_extensions LIBRARIES LibXml2::LibXml2)
