stockbell_module(USES base contracts platform/db platform/http platform/log platform/text crm/contacts)
