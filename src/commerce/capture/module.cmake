stockbell_module(USES base contracts platform/db platform/erasures platform/http platform/text platform/log commerce/sites commerce/outbox)
