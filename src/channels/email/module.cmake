stockbell_module(USES base contracts platform/db platform/erasures platform/http platform/smtp platform/text platform/log)
