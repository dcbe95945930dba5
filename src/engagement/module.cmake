stockbell_module(USES base contracts platform/db platform/erasures platform/http platform/text platform/log platform/crypto
  platform/templates engagement/extensions engagement/data_extensions engagement/queries engagement/events engagement/import_definitions engagement/automations engagement/rest engagement/soap engagement/allocation engagement/claims engagement/restocks engagement/imports
  engagement/messages engagement/journey_definitions engagement/journeys engagement/tracking engagement/preferences engagement/explanations)
