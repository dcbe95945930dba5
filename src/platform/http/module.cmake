stockbell_module(USES base platform/log platform/text
  LIBRARIES Boost::boost OpenSSL::SSL CURL::libcurl)
