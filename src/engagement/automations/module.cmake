stockbell_module(USES base contracts platform/db platform/text engagement/data_extensions engagement/events engagement/queries engagement/import_definitions)
