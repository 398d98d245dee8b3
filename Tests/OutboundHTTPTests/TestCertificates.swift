// Certificates made for these tests alone: an authority, a server's for localhost, api.test and 127.0.0.1, and a client's.
// Valid from 2020 to 2119. Their keys protect nothing.

enum TestCertificates {
    static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBcTCCARegAwIBAgICEAAwCgYIKoZIzj0EAwIwIDEeMBwGA1UEAwwVR2FsbGV5
        IHRlc3QgYXV0aG9yaXR5MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAw
        WjAgMR4wHAYDVQQDDBVHYWxsZXkgdGVzdCBhdXRob3JpdHkwWTATBgcqhkjOPQIB
        BggqhkjOPQMBBwNCAARXgFGLXBE+8dp2BjyZiG8ztpZ5nmLRU5UEeKsSHbGwP02M
        Hr7XNsT83X9/bQnGUmlTntgBej22re6FpwdGHFdEoz8wPTAPBgNVHRMBAf8EBTAD
        AQH/MAsGA1UdDwQEAwIBBjAdBgNVHQ4EFgQU3uL3eBF3V3KExP+tN8pcVb3I3vUw
        CgYIKoZIzj0EAwIDSAAwRQIhAKxv7KYBycEgeLM46Ezm9OHn6i089D/2SVdUzbL4
        Oxz3AiBAqm30LBZDsga19N0RovGYn73mylGCe/ucGrwxOWWRoQ==
        -----END CERTIFICATE-----
        """

    static let server = """
        -----BEGIN CERTIFICATE-----
        MIIBijCCATGgAwIBAgICEAEwCgYIKoZIzj0EAwIwIDEeMBwGA1UEAwwVR2FsbGV5
        IHRlc3QgYXV0aG9yaXR5MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAw
        WjARMQ8wDQYDVQQDDAZzZXJ2ZXIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATH
        caPuhJdKVRB4gsEdT1ZcxVW162KL+4w2vZLRK44zXDKTSZW3DhJcTdmMX2LRCWMe
        HoQmVyKbn+t2hoIGpLwko2gwZjAkBgNVHREEHTAbgglsb2NhbGhvc3SCCGFwaS50
        ZXN0hwR/AAABMB0GA1UdDgQWBBTAwMOL3ob4u2C5IC454MEsAXMS6TAfBgNVHSME
        GDAWgBTe4vd4EXdXcoTE/603ylxVvcje9TAKBggqhkjOPQQDAgNHADBEAiBZIIFl
        mstH6HDNxZPqZqUvR8I4dFk7Rv2E3XJXgs3thAIgc4fVuCh2ql1w9K4+X3nQHrGB
        ujq9s2VHh9gxY2+Yveg=
        -----END CERTIFICATE-----
        """

    static let serverKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgf+prwv6orDaHZYHn
        JFYy0Gk/0Um/09o81eMAnHWrtTChRANCAATHcaPuhJdKVRB4gsEdT1ZcxVW162KL
        +4w2vZLRK44zXDKTSZW3DhJcTdmMX2LRCWMeHoQmVyKbn+t2hoIGpLwk
        -----END PRIVATE KEY-----
        """

    static let client = """
        -----BEGIN CERTIFICATE-----
        MIIBejCCASCgAwIBAgICEAIwCgYIKoZIzj0EAwIwIDEeMBwGA1UEAwwVR2FsbGV5
        IHRlc3QgYXV0aG9yaXR5MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAw
        WjARMQ8wDQYDVQQDDAZjbGllbnQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARd
        HjCtKGrVFUPshyH9jmEtHfCrFMkFJMl+IM5FBoxO+l0fvxBUKsMVptPa7b0/Bajq
        cl8y4CyT0nIohg7FjBsSo1cwVTATBgNVHSUEDDAKBggrBgEFBQcDAjAdBgNVHQ4E
        FgQUBqXIzMmaY710hfB9e9BuffH1mr0wHwYDVR0jBBgwFoAU3uL3eBF3V3KExP+t
        N8pcVb3I3vUwCgYIKoZIzj0EAwIDSAAwRQIhAJ5UuESFU3f2fqkUG37XPkZwG2IQ
        fXTkzw1c1hP1sjbKAiBEs2XhjugrRguQha3ZZMNMee540Rshk6lhr9eOmk3QAQ==
        -----END CERTIFICATE-----
        """

    static let clientKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQmGnXvLzn79QwsmP
        Gk9hR5M9Do2U+o5uHaX91DoKIA2hRANCAARdHjCtKGrVFUPshyH9jmEtHfCrFMkF
        JMl+IM5FBoxO+l0fvxBUKsMVptPa7b0/Bajqcl8y4CyT0nIohg7FjBsS
        -----END PRIVATE KEY-----
        """
}
