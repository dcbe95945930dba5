stockbell_module(USES base platform/db platform/text crm/objects LIBRARIES Boost::json)
