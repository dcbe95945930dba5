stockbell_module(USES base platform/http platform/text platform/log LIBRARIES Boost::json)
