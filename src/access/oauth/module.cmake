stockbell_module(USES base platform/db platform/http platform/crypto platform/text
  LIBRARIES LibXml2::LibXml2 Boost::json)
