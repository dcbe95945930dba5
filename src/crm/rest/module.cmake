stockbell_module(USES base contracts platform/crypto platform/db platform/http platform/log platform/text
  crm/objects crm/soql crm/matching crm/contacts crm/requests crm/records LIBRARIES Boost::json)
