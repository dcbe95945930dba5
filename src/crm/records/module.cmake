stockbell_module(USES base contracts platform/crypto platform/db platform/log platform/text crm/objects crm/matching crm/contacts crm/requests
  LIBRARIES Boost::json)
