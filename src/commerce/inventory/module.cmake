if(NOT TARGET stockbell_commerce_outbox)
  stockbell_folder(commerce/outbox)
endif()
stockbell_module(USES base contracts platform/db platform/http platform/text platform/log
  commerce/imports commerce/outbox)
