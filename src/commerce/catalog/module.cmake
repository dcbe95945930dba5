stockbell_module(USES base platform/db platform/http platform/text platform/log commerce/imports commerce/outbox)
