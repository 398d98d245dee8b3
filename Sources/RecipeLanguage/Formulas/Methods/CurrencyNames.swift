// Money of the world (ISO 4217): names and signs by code.

/// A kind of money.
struct Currency: Sendable {
    let code: String
    /// As people write it before or after an amount; the code where there is none.
    let symbol: String
    let name: String
}

/// Kinds of money by code.
enum CurrencyNames {
    /// The money of a code like "NOK", or of a country given by name or code; nil when neither is known.
    static func find(_ text: String) -> Currency? {
        if let known = byCode[text.uppercased()] { return known }
        return CountryNames.find(text).flatMap { byCode[$0.currency] }
    }

    private static let byCode: [String: Currency] = {
        var found: [String: Currency] = [:]
        for line in table.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
            guard parts.count == 3 else { continue }
            found[parts[0]] = Currency(code: parts[0], symbol: parts[1], name: parts[2])
        }
        return found
    }()

    /// Code, sign and name a line.
    private static let table = """
        AED د.إ UAE Dirham
        AFN ؋ Afghani
        ALL L Lek
        AMD ֏ Armenian Dram
        ANG ƒ Netherlands Antillean Guilder
        AOA Kz Kwanza
        ARS $ Argentine Peso
        AUD $ Australian Dollar
        AWG ƒ Aruban Florin
        AZN ₼ Azerbaijan Manat
        BAM KM Convertible Mark
        BBD $ Barbados Dollar
        BDT ৳ Taka
        BGN лв Bulgarian Lev
        BHD ب.د Bahraini Dinar
        BIF Fr Burundi Franc
        BMD $ Bermudian Dollar
        BND $ Brunei Dollar
        BOB Bs Boliviano
        BRL R$ Brazilian Real
        BSD $ Bahamian Dollar
        BTN Nu. Ngultrum
        BWP P Pula
        BYN Br Belarusian Ruble
        BZD $ Belize Dollar
        CAD $ Canadian Dollar
        CDF Fr Congolese Franc
        CHF CHF Swiss Franc
        CLP $ Chilean Peso
        CNY ¥ Yuan Renminbi
        COP $ Colombian Peso
        CRC ₡ Costa Rican Colon
        CUC CUC Peso Convertible
        CUP $ Cuban Peso
        CVE $ Cabo Verde Escudo
        CZK Kč Czech Koruna
        DJF Fdj Djibouti Franc
        DKK kr Danish Krone
        DOP $ Dominican Peso
        DZD د.ج Algerian Dinar
        EGP £ Egyptian Pound
        ERN Nfk Nakfa
        ETB Br Ethiopian Birr
        EUR € Euro
        FJD $ Fiji Dollar
        FKP £ Falkland Islands Pound
        GBP £ Pound Sterling
        GEL ₾ Lari
        GHS ₵ Ghana Cedi
        GIP £ Gibraltar Pound
        GMD D Dalasi
        GNF Fr Guinean Franc
        GTQ Q Quetzal
        GYD $ Guyana Dollar
        HKD $ Hong Kong Dollar
        HNL L Lempira
        HRK HRK Kuna
        HTG G Gourde
        HUF Ft Forint
        IDR Rp Rupiah
        ILS ₪ New Israeli Sheqel
        INR ₹ Indian Rupee
        IQD ع.د Iraqi Dinar
        IRR ﷼ Iranian Rial
        ISK kr Iceland Krona
        JMD $ Jamaican Dollar
        JOD د.ا Jordanian Dinar
        JPY ¥ Yen
        KES KSh Kenyan Shilling
        KGS som Som
        KHR ៛ Riel
        KMF Fr Comorian Franc
        KPW ₩ North Korean Won
        KRW ₩ Won
        KWD د.ك Kuwaiti Dinar
        KYD $ Cayman Islands Dollar
        KZT ₸ Tenge
        LAK ₭ Lao Kip
        LBP ل.ل Lebanese Pound
        LKR ₨ Sri Lanka Rupee
        LRD $ Liberian Dollar
        LSL L Loti
        LYD ل.د Libyan Dinar
        MAD د.م. Moroccan Dirham
        MDL L Moldovan Leu
        MGA Ar Malagasy Ariary
        MKD ден Denar
        MMK K Kyat
        MNT ₮ Tugrik
        MOP P Pataca
        MRU UM Ouguiya
        MUR ₨ Mauritius Rupee
        MVR MVR Rufiyaa
        MWK MK Malawi Kwacha
        MXN $ Mexican Peso
        MYR RM Malaysian Ringgit
        MZN MTn Mozambique Metical
        NAD $ Namibia Dollar
        NGN ₦ Naira
        NIO C$ Cordoba Oro
        NOK kr Norwegian Krone
        NPR ₨ Nepalese Rupee
        NZD $ New Zealand Dollar
        OMR ر.ع. Rial Omani
        PAB B/. Balboa
        PEN S/ Sol
        PGK K Kina
        PHP ₱ Philippine Peso
        PKR ₨ Pakistan Rupee
        PLN zł Zloty
        PYG ₲ Guarani
        QAR ر.ق Qatari Rial
        RON lei Romanian Leu
        RSD дин. Serbian Dinar
        RUB ₽ Russian Ruble
        RWF FRw Rwanda Franc
        SAR ر.س Saudi Riyal
        SBD $ Solomon Islands Dollar
        SCR ₨ Seychelles Rupee
        SDG £ Sudanese Pound
        SEK kr Swedish Krona
        SGD $ Singapore Dollar
        SHP £ Saint Helena Pound
        SLE Le Leone
        SLL Le Leone
        SOS Sh Somali Shilling
        SRD $ Surinam Dollar
        SSP £ South Sudanese Pound
        STN Db Dobra
        SVC SVC El Salvador Colon
        SYP £ Syrian Pound
        SZL E Lilangeni
        THB ฿ Baht
        TJS ЅМ Somoni
        TMT T Turkmenistan New Manat
        TND د.ت Tunisian Dinar
        TOP T$ Pa’anga
        TRY ₺ Turkish Lira
        TTD $ Trinidad and Tobago Dollar
        TWD $ New Taiwan Dollar
        TZS Sh Tanzanian Shilling
        UAH ₴ Hryvnia
        UGX USh Uganda Shilling
        USD $ US Dollar
        UYU $ Peso Uruguayo
        UZS so'm Uzbekistan Sum
        VED VED Bolívar Soberano
        VES Bs Bolívar Soberano
        VND ₫ Dong
        VUV Vt Vatu
        WST T Tala
        XAF Fr CFA Franc BEAC
        XCD $ East Caribbean Dollar
        XOF Fr CFA Franc BCEAO
        XPF Fr CFP Franc
        YER ﷼ Yemeni Rial
        ZAR R Rand
        ZMW K Zambian Kwacha
        ZWL $ Zimbabwe Dollar
        """
}
