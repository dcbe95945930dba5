stockbell_module(USES base contracts platform/db connect/sync connect/writeback connect/remote)
