stockbell_module(USES base contracts platform/db platform/erasures platform/http crm/objects crm/contacts crm/requests)
