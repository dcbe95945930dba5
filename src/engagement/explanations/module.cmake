stockbell_module(USES base contracts platform/db platform/http platform/text engagement/allocation engagement/extensions
  engagement/journey_definitions engagement/journeys engagement/messages engagement/restocks)
