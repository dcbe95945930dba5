stockbell_module(USES base contracts platform/crypto platform/db platform/http platform/log platform/text crm/matching crm/objects
  LIBRARIES Boost::json TEST_USES crm/requests)
