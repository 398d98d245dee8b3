// Countries of ISO 3166-1 with the codes of their money (ISO 4217).

/// A country with its codes.
struct Country: Sendable {
    let alpha2: String
    let alpha3: String
    let number: String
    let currency: String
    let name: String
    /// Other names it goes by.
    let others: [String]
}

/// The countries by code and name.
enum CountryNames {
    /// The country of a name or code, in any case; nil when it is not known.
    static func find(_ text: String) -> Country? {
        let wanted = text.lowercased()
        return byName[wanted]
    }

    private static let byName: [String: Country] = {
        var found: [String: Country] = [:]
        for country in all {
            for name in [country.alpha2, country.alpha3, country.number, country.name] + country.others {
                if found[name.lowercased()] == nil { found[name.lowercased()] = country }
            }
        }
        return found
    }()

    static let all: [Country] = table.split(separator: "\n").compactMap { line in
        let parts = line.split(separator: " ", maxSplits: 4)
        guard parts.count == 5 else { return nil }
        let names = parts[4].split(separator: "|").map(String.init)
        return Country(
            alpha2: String(parts[0]), alpha3: String(parts[1]), number: String(parts[2]), currency: String(parts[3]),
            name: names[0], others: Array(names.dropFirst()))
    }

    private static let table = """
        AF AFG 004 AFN Afghanistan
        AL ALB 008 ALL Albania
        DZ DZA 012 DZD Algeria
        AS ASM 016 USD American Samoa
        AD AND 020 EUR Andorra
        AO AGO 024 AOA Angola
        AI AIA 660 XCD Anguilla
        AQ ATA 010 USD Antarctica
        AG ATG 028 XCD Antigua and Barbuda
        AR ARG 032 ARS Argentina
        AM ARM 051 AMD Armenia
        AW ABW 533 AWG Aruba
        AU AUS 036 AUD Australia
        AT AUT 040 EUR Austria|Österreich
        AZ AZE 031 AZN Azerbaijan
        BS BHS 044 BSD Bahamas
        BH BHR 048 BHD Bahrain
        BD BGD 050 BDT Bangladesh
        BB BRB 052 BBD Barbados
        BY BLR 112 BYN Belarus
        BE BEL 056 EUR Belgium
        BZ BLZ 084 BZD Belize
        BJ BEN 204 XOF Benin
        BM BMU 060 BMD Bermuda
        BT BTN 064 BTN Bhutan
        BO BOL 068 BOB Bolivia|Bolivia (Plurinational State of)
        BQ BES 535 USD Bonaire, Sint Eustatius and Saba
        BA BIH 070 BAM Bosnia and Herzegovina
        BW BWA 072 BWP Botswana
        BV BVT 074 NOK Bouvet Island
        BR BRA 076 BRL Brazil|Brasil
        IO IOT 086 USD British Indian Ocean Territory
        BN BRN 096 BND Brunei Darussalam|Brunei
        BG BGR 100 BGN Bulgaria
        BF BFA 854 XOF Burkina Faso
        BI BDI 108 BIF Burundi
        CV CPV 132 CVE Cabo Verde|Cape Verde
        KH KHM 116 KHR Cambodia
        CM CMR 120 XAF Cameroon
        CA CAN 124 CAD Canada
        KY CYM 136 KYD Cayman Islands
        CF CAF 140 XAF Central African Republic
        TD TCD 148 XAF Chad
        CL CHL 152 CLP Chile
        CN CHN 156 CNY China
        CX CXR 162 AUD Christmas Island
        CC CCK 166 AUD Cocos (Keeling) Islands
        CO COL 170 COP Colombia
        KM COM 174 KMF Comoros
        CG COG 178 XAF Congo
        CD COD 180 CDF Congo, The Democratic Republic Of The|Congo (Democratic Republic of the)
        CK COK 184 NZD Cook Islands
        CR CRI 188 CRC Costa Rica
        CI CIV 384 XOF Côte D'Ivoire|Côte d'Ivoire|Ivory Coast
        HR HRV 191 EUR Croatia
        CU CUB 192 CUP Cuba
        CW CUW 531 ANG Curaçao
        CY CYP 196 EUR Cyprus
        CZ CZE 203 CZK Czech Republic|Czechia
        DK DNK 208 DKK Denmark|Danmark
        DJ DJI 262 DJF Djibouti
        DM DMA 212 XCD Dominica
        DO DOM 214 DOP Dominican Republic
        EC ECU 218 USD Ecuador
        EG EGY 818 EGP Egypt
        SV SLV 222 USD El Salvador
        GQ GNQ 226 XAF Equatorial Guinea
        ER ERI 232 ERN Eritrea
        EE EST 233 EUR Estonia
        SZ SWZ 748 SZL Eswatini|Swaziland
        ET ETH 231 ETB Ethiopia
        FK FLK 238 FKP Falkland Islands (Malvinas)|Falkland Islands
        FO FRO 234 DKK Faroe Islands
        FJ FJI 242 FJD Fiji
        FI FIN 246 EUR Finland
        FR FRA 250 EUR France
        GF GUF 254 EUR French Guiana
        PF PYF 258 XPF French Polynesia
        TF ATF 260 EUR French Southern Territories
        GA GAB 266 XAF Gabon
        GM GMB 270 GMD Gambia
        GE GEO 268 GEL Georgia
        DE DEU 276 EUR Germany|Deutschland
        GH GHA 288 GHS Ghana
        GI GIB 292 GIP Gibraltar
        GR GRC 300 EUR Greece
        GL GRL 304 DKK Greenland
        GD GRD 308 XCD Grenada
        GP GLP 312 EUR Guadeloupe
        GU GUM 316 USD Guam
        GT GTM 320 GTQ Guatemala
        GG GGY 831 GBP Guernsey
        GN GIN 324 GNF Guinea
        GW GNB 624 XOF Guinea-Bissau
        GY GUY 328 GYD Guyana
        HT HTI 332 HTG Haiti
        HM HMD 334 AUD Heard and McDonald Islands|Heard Island and McDonald Islands
        VA VAT 336 EUR Holy See (Vatican City State)|Holy See|Vatican City
        HN HND 340 HNL Honduras
        HK HKG 344 HKD Hong Kong
        HU HUN 348 HUF Hungary
        IS ISL 352 ISK Iceland
        IN IND 356 INR India
        ID IDN 360 IDR Indonesia
        IR IRN 364 IRR Iran, Islamic Republic Of|Iran (Islamic Republic of)|Iran
        IQ IRQ 368 IQD Iraq
        IE IRL 372 EUR Ireland
        IM IMN 833 GBP Isle of Man
        IL ISR 376 ILS Israel
        IT ITA 380 EUR Italy|Italia
        JM JAM 388 JMD Jamaica
        JP JPN 392 JPY Japan
        JE JEY 832 GBP Jersey
        JO JOR 400 JOD Jordan
        KZ KAZ 398 KZT Kazakhstan
        KE KEN 404 KES Kenya
        KI KIR 296 AUD Kiribati
        KP PRK 408 KPW Korea, Democratic People's Republic Of|Korea (Democratic People's Republic of)|North Korea
        KR KOR 410 KRW Korea, Republic of|Korea (Republic of)|South Korea|Korea
        KW KWT 414 KWD Kuwait
        KG KGZ 417 KGS Kyrgyzstan
        LA LAO 418 LAK Lao People's Democratic Republic|Laos
        LV LVA 428 EUR Latvia
        LB LBN 422 LBP Lebanon
        LS LSO 426 LSL Lesotho
        LR LBR 430 LRD Liberia
        LY LBY 434 LYD Libya
        LI LIE 438 CHF Liechtenstein
        LT LTU 440 EUR Lithuania
        LU LUX 442 EUR Luxembourg
        MO MAC 446 MOP Macao|Macau
        MG MDG 450 MGA Madagascar
        MW MWI 454 MWK Malawi
        MY MYS 458 MYR Malaysia
        MV MDV 462 MVR Maldives
        ML MLI 466 XOF Mali
        MT MLT 470 EUR Malta
        MH MHL 584 USD Marshall Islands
        MQ MTQ 474 EUR Martinique
        MR MRT 478 MRU Mauritania
        MU MUS 480 MUR Mauritius
        YT MYT 175 EUR Mayotte
        MX MEX 484 MXN Mexico|México
        FM FSM 583 USD Micronesia, Federated States Of|Micronesia (Federated States of)|Micronesia
        MD MDA 498 MDL Moldova, Republic of|Moldova (Republic of)|Moldova
        MC MCO 492 EUR Monaco
        MN MNG 496 MNT Mongolia
        ME MNE 499 EUR Montenegro
        MS MSR 500 XCD Montserrat
        MA MAR 504 MAD Morocco
        MZ MOZ 508 MZN Mozambique
        MM MMR 104 MMK Myanmar|Burma
        NA NAM 516 NAD Namibia
        NR NRU 520 AUD Nauru
        NP NPL 524 NPR Nepal
        NL NLD 528 EUR Netherlands|The Netherlands|Holland
        NC NCL 540 XPF New Caledonia
        NZ NZL 554 NZD New Zealand
        NI NIC 558 NIO Nicaragua
        NE NER 562 XOF Niger
        NG NGA 566 NGN Nigeria
        NU NIU 570 NZD Niue
        NF NFK 574 AUD Norfolk Island
        MK MKD 807 MKD North Macedonia|Macedonia
        MP MNP 580 USD Northern Mariana Islands
        NO NOR 578 NOK Norway|Norge
        OM OMN 512 OMR Oman
        PK PAK 586 PKR Pakistan
        PW PLW 585 USD Palau
        PS PSE 275 ILS Palestine, State of|Palestine
        PA PAN 591 PAB Panama
        PG PNG 598 PGK Papua New Guinea
        PY PRY 600 PYG Paraguay
        PE PER 604 PEN Peru
        PH PHL 608 PHP Philippines
        PN PCN 612 NZD Pitcairn
        PL POL 616 PLN Poland|Polska
        PT PRT 620 EUR Portugal
        PR PRI 630 USD Puerto Rico
        QA QAT 634 QAR Qatar
        RE REU 638 EUR Réunion
        RO ROU 642 RON Romania
        RU RUS 643 RUB Russian Federation|Russia
        RW RWA 646 RWF Rwanda
        BL BLM 652 EUR Saint Barthélemy
        SH SHN 654 SHP Saint Helena|Saint Helena, Ascension and Tristan da Cunha
        KN KNA 659 XCD Saint Kitts And Nevis|Saint Kitts and Nevis
        LC LCA 662 XCD Saint Lucia
        MF MAF 663 EUR Saint Martin|Saint Martin (French part)
        PM SPM 666 EUR Saint Pierre And Miquelon|Saint Pierre and Miquelon
        VC VCT 670 XCD Saint Vincent And The Grenadines|Saint Vincent and the Grenadines
        WS WSM 882 WST Samoa
        SM SMR 674 EUR San Marino
        ST STP 678 STN Sao Tome and Principe
        SA SAU 682 SAR Saudi Arabia
        SN SEN 686 XOF Senegal
        RS SRB 688 RSD Serbia
        SC SYC 690 SCR Seychelles
        SL SLE 694 SLL Sierra Leone
        SG SGP 702 SGD Singapore
        SX SXM 534 ANG Sint Maarten|Sint Maarten (Dutch part)
        SK SVK 703 EUR Slovakia
        SI SVN 705 EUR Slovenia
        SB SLB 090 SBD Solomon Islands
        SO SOM 706 SOS Somalia
        ZA ZAF 710 ZAR South Africa
        GS SGS 239 GBP South Georgia and the South Sandwich Islands
        SS SSD 728 SSP South Sudan
        ES ESP 724 EUR Spain|España
        LK LKA 144 LKR Sri Lanka
        SD SDN 729 SDG Sudan
        SR SUR 740 SRD Suriname
        SJ SJM 744 NOK Svalbard And Jan Mayen|Svalbard and Jan Mayen
        SE SWE 752 SEK Sweden|Sverige
        CH CHE 756 CHF Switzerland
        SY SYR 760 SYP Syrian Arab Republic|Syria
        TW TWN 158 TWD Taiwan, Republic Of China|Taiwan, Province of China|Taiwan
        TJ TJK 762 TJS Tajikistan
        TZ TZA 834 TZS Tanzania, United Republic of|Tanzania
        TH THA 764 THB Thailand
        TL TLS 626 USD Timor-Leste|East Timor
        TG TGO 768 XOF Togo
        TK TKL 772 NZD Tokelau
        TO TON 776 TOP Tonga
        TT TTO 780 TTD Trinidad and Tobago
        TN TUN 788 TND Tunisia
        TR TUR 792 TRY Turkey|Türkiye
        TM TKM 795 TMT Turkmenistan
        TC TCA 796 USD Turks and Caicos Islands
        TV TUV 798 AUD Tuvalu
        UG UGA 800 UGX Uganda
        UA UKR 804 UAH Ukraine
        AE ARE 784 AED United Arab Emirates
        GB GBR 826 GBP United Kingdom|United Kingdom of Great Britain and Northern Ireland|Great Britain
        US USA 840 USD United States|United States of America
        UM UMI 581 USD United States Minor Outlying Islands
        UY URY 858 UYU Uruguay
        UZ UZB 860 UZS Uzbekistan
        VU VUT 548 VUV Vanuatu
        VE VEN 862 VES Venezuela, Bolivarian Republic of|Venezuela (Bolivarian Republic of)|Venezuela
        VN VNM 704 VND Vietnam|Viet Nam
        VG VGB 092 USD Virgin Islands, British|Virgin Islands (British)|British Virgin Islands
        VI VIR 850 USD Virgin Islands, U.S.|Virgin Islands (U.S.)
        WF WLF 876 XPF Wallis and Futuna
        EH ESH 732 MAD Western Sahara
        YE YEM 887 YER Yemen
        ZM ZMB 894 ZMW Zambia
        ZW ZWE 716 ZWL Zimbabwe
        AX ALA 248 EUR Åland Islands
        """
}
