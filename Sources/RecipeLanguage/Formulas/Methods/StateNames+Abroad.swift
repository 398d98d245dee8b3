// States of other countries than the USA, as the vendor's library has them.

extension StateNames {
    /// For each country its states: `code=name/other name/…`, in the library's order, which decides between equal names.
    static let abroad: [String: String] = [
        "AT": """
        1=Burgenland|2=Kärnten/Carinthia/Koroška|3=Niederösterreich/Lower Austria|\
        4=Oberösterreich/Upper Austria|5=Salzburg/Salzbourg|6=Steiermark/Styria|7=Tirol/Tyrol|8=Vorarlberg|\
        9=Wien/Vienna
        """,
        "AU": """
        ACT=Australian Capital Territory|NSW=New South Wales|NT=Northern Territory|QLD=Queensland|\
        SA=South Australia|TAS=Tasmania|VIC=Victoria|WA=Western Australia
        """,
        "BR": """
        AC=Acre|AL=Alagoas|AM=Amazonas|AP=Amapá|BA=Bahia|CE=Ceará|DF=Distrito Federal|ES=Espírito Santo|\
        GO=Goiás|MA=Maranhão|MG=Minas Gerais|MS=Mato Grosso do Sul|MT=Mato Grosso|PA=Pará|PB=Paraíba|\
        PE=Pernambuco|PI=Piauí|PR=Paraná|RJ=Rio de Janeiro|RN=Rio Grande do Norte|RO=Rondônia|RR=Roraima|\
        RS=Rio Grande do Sul|SC=Santa Catarina|SE=Sergipe|SP=São Paulo|TO=Tocantins
        """,
        "CA": """
        AB=Alberta|BC=British Columbia/Colombie-Britannique|MB=Manitoba|NB=New Brunswick/Nouveau-Brunswick|\
        NL=Newfoundland and Labrador/Terre-Neuve-et-Labrador/Newfoundland/Terre-Neuve|\
        NS=Nova Scotia/Nouvelle-Écosse|NT=Northwest Territories/Territoires du Nord-Ouest|NU=Nunavut|ON=Ontario|\
        PE=Prince Edward Island/Île-du-Prince-Édouard|QC=Quebec/Québec|SK=Saskatchewan|YT=Yukon/Yukon Territory
        """,
        "CH": """
        AG=Aargau (de)/Argovie|AI=Appenzell Innerrhoden (de)|\
        AR=Appenzell Ausserrhoden (de)/Appenzell-Ausser Rhoden|BE=Bern (de)/Berne|\
        BL=Basel-Landschaft (de)/Bâle-Campagne|BS=Basel-Stadt (de)/Basel/Basilea/Basle/Basel-Stadt/Bâle-Ville|\
        FR=Fribourg (fr)/Freiburg|GE=Genève (fr)/Ginevra/Genève/Genf/Ginebra|GL=Glarus (de)/Glaris|\
        GR=Graubünden (de)/Grigioni/Grisons|JU=Jura (fr)|LU=Luzern (de)/Lucerna/Lucerne|\
        NE=Neuchâtel (fr)/Neuenburg|NW=Nidwalden (de)/Nidwald|OW=Obwalden (de)/Obwald|\
        SG=Sankt Gallen (de)/Saint Galle/Sankt Gallen/Saint-Gall|SH=Schaffhausen (de)/Schaffhouse|\
        SO=Solothurn (de)/Soleure|SZ=Schwyz (de)|TG=Thurgau (de)/Thurgovie|TI=Ticino (it)/Tessin|UR=Uri (de)|\
        VD=Vaud (fr)/Waadt|VS=Valais (fr)/Vallese/Wallis|ZG=Zug (de)/Zoug|ZH=Zürich (de)/Zurigo/Zürich/Zurich
        """,
        "DE": """
        BB=Brandenburg/Brandenbourg/Brandenburgo|BE=Berlin/Berlín|BW=Baden-Württemberg|\
        BY=Bayern/Bavière/Bavaria|HB=Bremen/Brème|HE=Hessen/Hesse|HH=Hamburg/Amburgo/Hambourg/Hamburgo|\
        MV=Mecklenburg-Vorpommern|NI=Niedersachsen|NW=Nordrhein-Westfalen/Rhénanie-Westphalie|\
        RP=Rheinland-Pfalz/Rhénanie-Palatinat/Rhineland-Palatinate|SH=Schleswig-Holstein|SL=Saarland|SN=Sachsen|\
        ST=Sachsen-Anhalt|TH=Thüringen
        """,
        "ES": """
        A=Alicante|AB=Albacete|AL=Almería|AV=Ávila|B=Barcelona|BA=Badajoz|BI=Vizcaya|BU=Burgos|\
        C=A Coruña/Corunna/La Coruña|CA=Cádiz|CC=Cáceres|CE=Ceuta/Sebta|CO=Córdoba|CR=Ciudad Real|CS=Castellón|\
        CU=Cuenca|GC=Las Palmas/Las Palmas de Gran Canaria|GI=Girona/Gerona|GR=Granada|GU=Guadalajara|H=Huelva|\
        HU=Huesca|J=Jaén|L=Lleida/Lérida|LE=León|LO=La Rioja/Logroño|LU=Lugo|M=Madrid|MA=Málaga|ML=Melilla|\
        MU=Murcia|NA=Navarra/Navarre|O=Asturias/Oviedo|OR=Ourense/Orense|P=Palencia|\
        PM=Baleares/Illes Balears/Islas Baleares/Balearic Islands|PO=Pontevedra|S=Cantabria/Santander|\
        SA=Salamanca|SE=Sevilla|SG=Segovia|SO=Soria|SS=Guipúzcoa/Gipuzkoa|T=Tarragona|TE=Teruel|\
        TF=Santa Cruz de Tenerife/Tenerife|TO=Toledo|V=Valencia|VA=Valladolid|VI=Álava/Araba|Z=Zaragoza|\
        ZA=Zamora
        """,
        "IN": """
        AN=Andaman and Nicobar Islands|AP=Andhra Pradesh|AR=Arunachal Pradesh|AS=Assam|BR=Bihar|CH=Chandigarh|\
        CT=Chhattisgarh|DD=Daman and Diu|DL=Delhi|DN=Dadra and Nagar Haveli|GA=Goa|GJ=Gujarat|\
        HP=Himachal Pradesh|HR=Haryana|JH=Jharkhand/Vananchal|JK=Jammu and Kashmir|KA=Karnataka/Kanara|\
        KL=Kerala|LD=Lakshadweep/Laccadive/Lakkadiven|MH=Maharashtra|ML=Meghalaya|MN=Manipur|MP=Madhya Pradesh|\
        MZ=Mizoram|NL=Nagaland|OR=Orissa|PB=Punjab|PY=Pondicherry|RJ=Rajasthan|SK=Sikkim/Denjong|TN=Tamil Nadu|\
        TR=Tripura|TS=Telangana|UL=Uttaranchal|UP=Uttar Pradesh|WB=West Bengal
        """,
        "IT": """
        AG=Agrigento|AL=Alessandria|AN=Ancona|AO=Aosta|AP=Ascoli Piceno|AQ=L'Aquila|AR=Arezzo|AT=Asti|\
        AV=Avellino|BA=Bari|BG=Bergamo|BI=Biella|BL=Belluno|BN=Benevento|BO=Bologna|BR=Brindisi|BS=Brescia|\
        BT=Barletta-Andria-Trani|BZ=Bolzano|CA=Cagliari|CB=Campobasso|CE=Caserta|CH=Chieti|CI=Carbonia-Iglesias|\
        CL=Caltanissetta|CN=Cuneo|CO=Como|CR=Cremona|CS=Cosenza|CT=Catania|CZ=Catanzaro|EN=Enna|FE=Ferrara|\
        FG=Foggia|FI=Firenze|FC=Forlì-Cesena|FM=Fermo|FR=Frosinone|GE=Genova|GO=Gorizia|GR=Grosseto|IM=Imperia|\
        IS=Isernia|KR=Crotone|LC=Lecco|LE=Lecce|LI=Livorno|LO=Lodi|LT=Latina|LU=Lucca|MB=Monza e Brianza|\
        MC=Macerata|ME=Messina|MI=Milano|MN=Mantova|MO=Modena|MS=Massa-Carrara|MT=Matera|NA=Napoli|NO=Novara|\
        NU=Nuoro|OG=Ogliastra|OR=Oristano|OT=Olbia-Tempio|PA=Palermo|PC=Piacenza|PD=Padova|PE=Pescara|\
        PG=Perugia|PI=Pisa|PN=Pordenone|PO=Prato|PR=Parma|PU=Pesaro e Urbino|PT=Pistoia|PV=Pavia|PZ=Potenza|\
        RA=Ravenna|RC=Reggio Calabria|RE=Reggio Emilia|RG=Ragusa|RI=Rieti|RM=Roma|RN=Rimini|RO=Rovigo|\
        SA=Salerno|SI=Siena|SO=Sondrio|SP=La Spezia|SR=Siracusa|SS=Sassari|SV=Savona|TA=Taranto|TE=Teramo|\
        TN=Trento|TO=Torino|TP=Trapani|TR=Terni|TS=Trieste|TV=Treviso|UD=Udine|VA=Varese|\
        VB=Verbano-Cusio-Ossola|VC=Vercelli|VE=Venezia|VI=Vicenza|VR=Verona|VS=Medio Campidano|VT=Viterbo|\
        VV=Vibo Valentia
        """,
        "MX": """
        AGU=Aguascalientes|BCN=Baja California|BCS=Baja California Sur|CAM=Campeche|CHH=Chihuahua|CHP=Chiapas|\
        COA=Coahuila|COL=Colima|DIF=Distrito Federal|DUR=Durango|GRO=Guerrero|GUA=Guanajuato|HID=Hidalgo|\
        JAL=Jalisco|MEX=México|MIC=Michoacán|MOR=Morelos|NAY=Nayarit|NLE=Nuevo León|OAX=Oaxaca|PUE=Puebla|\
        QUE=Querétaro|ROO=Quintana Roo|SIN=Sinaloa|SLP=San Luis Potosí|SON=Sonora|TAB=Tabasco|TAM=Tamaulipas|\
        TLA=Tlaxcala|VER=Veracruz|YUC=Yucatán|ZAC=Zacatecas
        """,
        "NL": """
        DR=Drenthe|FL=Flevoland|FR=Friesland|GE=Gelderland/Gueldre|GR=Groningen/Groningue/Groninga|LI=Limburg|\
        NB=Noord-Brabant|NH=Noord-Holland|OV=Overijssel|UT=Utrecht|ZE=Zeeland|ZH=Zuid-Holland
        """,
    ]
}
