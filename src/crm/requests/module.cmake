stockbell_module(USES base contracts platform/crypto platform/db platform/erasures platform/http platform/log platform/text crm/objects crm/contacts)
