stockbell_module(USES base contracts platform/db platform/http platform/text engagement/data_extensions engagement/queries
  engagement/events engagement/automations
  TEST_USES platform/salesforce)
