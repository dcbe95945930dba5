stockbell_module(USES base contracts platform/crypto platform/db platform/text LIBRARIES Boost::json)
