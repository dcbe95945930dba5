stockbell_module(USES base platform/text LIBRARIES ICU::uc ICU::i18n Boost::json)
