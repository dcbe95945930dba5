stockbell_module(USES base contracts platform/db platform/log engagement/extensions engagement/restocks engagement/allocation
  engagement/messages engagement/journey_definitions platform/text platform/http LIBRARIES date::date-tz)
