if(NOT TARGET stockbell_commerce_imports)
  stockbell_folder(commerce/imports)
endif()
stockbell_module(USES base platform/db platform/http platform/text commerce/imports)
