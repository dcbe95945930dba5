stockbell_module(USES base platform/db platform/http platform/text platform/log platform/records
  LIBRARIES LibXml2::LibXml2 ZLIB::ZLIB PkgConfig::zstd Boost::json)
