// Money of the world (ISO 4217): names and signs by code.

/// A kind of money.
struct Currency: Sendable {
    let code: String
    /// As people write it before or after an amount; nil where the vendor's library has none.
    let symbol: String?
    /// As the vendor's library says it: "Dollars", without the country.
    let name: String
}

/// Kinds of money by code.
enum CurrencyNames {
    /// The money of a code like "NOK", or of a country given by name or code; nil when neither is known.
    static func find(_ text: String) -> Currency? {
        if let known = byCode[text.uppercased()] { return known }
        return CountryNames.find(text).flatMap { byCode[$0.currency] }
    }

    /// Whether a code, in capitals, is one of money.
    static func isCode(_ code: String) -> Bool { byCode[code] != nil }

    private static let byCode: [String: Currency] = {
        var found: [String: Currency] = [:]
        for line in table.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
            guard parts.count == 3 else { continue }
            found[parts[0]] = Currency(code: parts[0], symbol: parts[1] == "-" ? nil : parts[1], name: parts[2])
        }
        return found
    }()

    /// Code, sign ("-" for none) and name a line.
    private static let table = """
        AED - Dirhams
        AFN ؋ Afghanis
        ALL LEK Leke
        AMD - Drams
        ANG ƒ Guilders
        AOA - Kwanza
        ARS $ Pesos
        AUD $ Dollars
        AWG ƒ Guilders
        AZN ман New Manats
        BAM KM Convertible Marka
        BBD $ Dollars
        BDT - Taka
        BGN лв Leva
        BHD - Dinars
        BIF - Francs
        BMD $ Dollars
        BND $ Dollars
        BOB $b Bolivianos
        BRL R$ Real
        BSD $ Dollars
        BTN - Ngultrum
        BWP P Pulas
        BYN Br Belarusian Ruble
        BZD BZ$ Dollars
        CAD $ Dollars
        CDF - Franc
        CHF CHF Switzerland Francs
        CLP $ Pesos
        CNY ¥ Yuan Renminbi
        COP $ Pesos
        CRC ₡ Colones
        CUC CUC Peso Convertible
        CUP ₱ Pesos
        CVE - Escudos
        CZK Kč Koruny
        DJF - Francs
        DKK kr Kroner
        DOP RD$ Pesos
        DZD - Dinars
        EGP £ Pounds
        ERN Nfk Nakfa
        ETB - Birr
        EUR € Euro
        FJD - Dollar
        FKP £ Pounds
        GBP £ Pounds
        GEL - Lari
        GHS ¢ Cedis
        GIP £ Pounds
        GMD - Dalasis
        GNF - Francs
        GTQ Q Quetzales
        GYD - Dollars
        HKD $ Dollars
        HNL L Lempiras
        HRK kn Kuna
        HTG - Haitian Gourde
        HUF Ft Forint
        IDR Rp Indonesian Rupiahs
        ILS ₪ New Shekels
        INR ₨ Rupees
        IQD - Dinars
        IRR ﷼ Rials
        ISK kr Kronur
        JMD - Dollars
        JOD - Dinars
        JPY ¥ Yen
        KES - Shillings
        KGS лв Soms
        KHR - Riels
        KMF - Francs
        KPW ₩ Won
        KRW ₩ Won
        KWD - Dinars
        KYD $ Dollars
        KZT лв Tenge
        LAK ₭ Kips
        LBP £ Pounds
        LKR ₨ Rupees
        LRD $ Dollars
        LSL - Maloti
        LYD - Dinars
        MAD - Dirhams
        MDL - Lei
        MGA - Ariary
        MKD - Macedonian Denar
        MMK - Kyat
        MNT ₮ Tugriks
        MOP P Pataca
        MRU UM Ouguiya
        MUR ₨ Rupees
        MVR - Rufiyaa
        MWK - Kwachas
        MXN $ Pesos
        MYR RM Ringgits
        MZN MT Meticais
        NAD $ Dollars
        NGN ₦ Nairas
        NIO C$ Cordobas
        NOK kr Kroner
        NPR ₨ Rupees
        NZD $ New Zealand Dollars
        OMR ﷼ Rials
        PAB B/. Balboa
        PEN S/. Nuevos Soles
        PGK - Kina
        PHP Php Pesos
        PKR ₨ Rupees
        PLN zł Zlotych
        PYG Gs Guarani
        QAR ﷼ Rials
        RON lei New Lei
        RSD Дин. Dinars
        RUB руб Rubles
        RWF - Francs
        SAR ﷼ Riyals
        SBD $ Dollars
        SCR ₨ Rupees
        SDG - Pounds
        SEK kr Kronor
        SGD $ Dollars
        SHP £ Pounds
        SLE Le Leone
        SLL - Leones
        SOS S Shillings
        SRD $ Dollars
        SSP £ South Sudanese Pound
        STN Db Dobra
        SVC - Salvadoran Colón
        SYP £ Pounds
        SZL - Emalangeni
        THB ฿ Baht
        TJS - Somoni
        TMT T Turkmenistan New Manat
        TND - Dinars
        TOP - Pa'anga
        TRY TL Lira
        TTD $ Dollars
        TWD NT$ New Dollars
        TZS - Shillings
        UAH ₴ Hryvnia
        UGX - Shillings
        USD $ Dollars
        UYU $U Pesos
        UZS лв Sums
        VED VED Bolívar Soberano
        VES Bs Bolívar Soberano
        VND ₫ Dong
        VUV Vt Vatu
        WST T Tala
        XAF - Communauté Financière Africaine Francs
        XCD $ East Caribbean Dollars
        XOF - Communauté Financière Africaine Francs
        XPF - Comptoirs Français du Pacifique Francs
        YER ﷼ Rials
        ZAR R Rand
        ZMW K Zambian Kwacha
        ZWL $ Zimbabwe Dollar
        """
}
