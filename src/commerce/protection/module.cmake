set(domains ${FOLDER_PATH}/disposable_domains.txt)
stockbell_module(USES base contracts platform/crypto platform/http platform/text platform/log commerce/sites
  LIBRARIES PkgConfig::sodium)
# The list lies in the binary as it is.
set_source_files_properties(${FOLDER_PATH}/disposable_domains.cc PROPERTIES OBJECT_DEPENDS ${domains}
  COMPILE_DEFINITIONS STOCKBELL_DISPOSABLE_DOMAINS="${domains}" SKIP_PRECOMPILE_HEADERS ON)
