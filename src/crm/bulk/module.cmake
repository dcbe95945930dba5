stockbell_module(USES base platform/crypto platform/db platform/http platform/log platform/text crm/objects crm/soql crm/records crm/rest
  LIBRARIES Boost::json)
