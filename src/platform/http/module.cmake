stockbell_module(USES base platform/log LIBRARIES Boost::boost Boost::url OpenSSL::SSL CURL::libcurl)
