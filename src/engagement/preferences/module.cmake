stockbell_module(USES base contracts platform/db platform/http platform/text platform/crypto platform/log
  platform/templates engagement/extensions engagement/restocks engagement/imports engagement/messages engagement/journeys)
