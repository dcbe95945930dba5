stockbell_module(USES base platform/db platform/http platform/log platform/text engagement/data_extensions engagement/queries
  engagement/events engagement/import_definitions engagement/automations LIBRARIES LibXml2::LibXml2)
