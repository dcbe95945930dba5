stockbell_module(USES base platform/db platform/http platform/log platform/sftp platform/text commerce/imports commerce/inventory commerce/feed
  LIBRARIES ZLIB::ZLIB)
