stockbell_module(USES base contracts platform/db platform/http crm/contacts crm/requests)
