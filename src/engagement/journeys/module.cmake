stockbell_module(USES base contracts platform/db platform/log engagement/extensions engagement/restocks engagement/allocation
  engagement/messages)
