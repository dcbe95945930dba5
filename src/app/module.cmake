set(assets ${CMAKE_BINARY_DIR}/generated/stockbell_app_assets.cc)
file(GLOB_RECURSE embedded CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/dist/*)
add_custom_command(OUTPUT ${assets}
  COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/cmake/embed_assets.py ${CMAKE_SOURCE_DIR}/web ${assets}
  DEPENDS ${embedded} ${CMAKE_SOURCE_DIR}/cmake/embed_assets.py)

stockbell_module(EXECUTABLE stockbell
  USES base contracts platform/log platform/config platform/crypto platform/text platform/db platform/erasures platform/jobs platform/http
    platform/sftp platform/smtp platform/salesforce commerce commerce/import_jobs commerce/purchases commerce/remote crm connect connect/remote
    engagement engagement/allocation engagement/restocks engagement/drop channels/email access demo
  LIBRARIES CLI11::CLI11 Boost::url)
target_sources(stockbell_app PRIVATE ${assets})
set_source_files_properties(${assets} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
